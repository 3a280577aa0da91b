"""Hindcast of population and jobs from the end of 2007, with and without the planned mines."""

import numpy as np
import pandas as pd

from amoanalysis.backtesting.cases import LEVEL, pivot_series, reference_areas
from amoanalysis.backtesting.labour import JOBS, forecast_jobs_from, read_labour_series
from amoanalysis.backtesting.population import POPULATION, forecast_population_from
from amoanalysis.config.scenarios import BASELINE, load_scenario
from amoanalysis.data.load import Data
from amoanalysis.models.statistics.draws import Array, Draws
from amoanalysis.pipeline.inputs.prepare import prepare
from amoanalysis.pipeline.run import forecast

ORIGIN, YEARS = 2007, range(2008, 2023)
# The scenario has the plan of 2008 this many years later: mines planned for 2012-14 start in 2029-31.
SCENARIO, LATER = "northland_2008", 17
WITHOUT, WITH = "without", "with"


def forecast_of_2008(data: Data, draws: int, seed: int) -> pd.DataFrame:
    """Population and jobs of the region's municipalities from the end of 2007, without and with the plan of the mines.

    The variant with the mines adds the effect of the same plan made seventeen years later: scenario less baseline, draw
    by draw, moved back. The intervals are quantiles of the draws.

    Args:
        data: the data folder.
        draws: number of draws.
        seed: random seed.

    Returns:
        place, measure, variant, year, median, low, high, actual; rows of areas are sums draw by draw.
    """
    block, baseline = Draws(seed, 0, draws), load_scenario(BASELINE, data.folder).assumptions
    places = list(reference_areas(data))
    past = forecast_population_from(data, places, baseline, ORIGIN, YEARS, block)
    series = read_labour_series(data, places)
    residents = pivot_series(data.table("population"), "population", places)
    found = {POPULATION: past.total, JOBS: forecast_jobs_from(series, residents, past, baseline, block)}
    came = {POPULATION: residents, JOBS: series.jobs}
    mines = _of_the_mines(data, draws, seed)
    codes = [place.code for place in data.places.municipalities()]
    rows = [places.index(code) for code in codes]
    frames = []
    for measure, values in found.items():
        own = values[:, :, rows]
        actual = came[measure][codes].reindex(list(YEARS))
        for variant, path in ((WITHOUT, own), (WITH, own + mines[measure])):
            for column, code in enumerate(codes):
                frames.append(_rows(path[:, :, column], actual[code], code, measure, variant))
            for area in data.places.areas():
                inside = [codes.index(code) for code in area.members]
                whole = actual[list(area.members)].sum(axis=1, skipna=False)
                frames.append(_rows(path[:, :, inside].sum(axis=2), whole, area.code, measure, variant))
    keys = ["place", "measure", "variant", "year"]
    return pd.concat(frames).sort_values(keys, ignore_index=True)


def _of_the_mines(data: Data, draws: int, seed: int) -> dict[str, Array]:
    """Effect of the plan: measure -> (year, draw, place), scenario less baseline, moved back."""
    inputs, until = prepare(data), YEARS[-1] + LATER
    runs = [
        forecast(inputs, load_scenario(name, data.folder), data.places, until=until, draws=draws, seed=seed)
        for name in (SCENARIO, BASELINE)
    ]
    first = runs[0].years.index(YEARS[0] + LATER)
    return {name: (runs[0].arrays[name] - runs[1].arrays[name])[first:, :, :, 0] for name in (POPULATION, JOBS)}


def _rows(draws: Array, actual: pd.Series, place: str, measure: str, variant: str) -> pd.DataFrame:
    low, median, high = np.quantile(draws, [0.5 - LEVEL / 2, 0.5, 0.5 + LEVEL / 2], axis=1)
    frame = pd.DataFrame({"place": place, "measure": measure, "variant": variant, "year": list(YEARS)})
    frame = frame.assign(median=median, low=low, high=high).round(1)
    return frame.assign(actual=actual.to_numpy(dtype=np.float64))
