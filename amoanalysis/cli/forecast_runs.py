"""Runs, files and printed tables of `amo forecast` and `amo compare`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from amoanalysis.cli.progress import add_offset, show_progress
from amoanalysis.config.files import data_folder, write_atomically
from amoanalysis.config.scenarios import Scenario
from amoanalysis.config.text import number
from amoanalysis.data.load import Data
from amoanalysis.pipeline.engines import Engine, run_locally
from amoanalysis.pipeline.inputs.prepare import prepare
from amoanalysis.pipeline.inputs.vintage import restrict_to_vintage
from amoanalysis.pipeline.population_only import forecast_population, prepare_population
from amoanalysis.pipeline.run import forecast
from amoanalysis.results.comparison import demand_by_cause, difference_table
from amoanalysis.results.explain import DEMAND, OTHER
from amoanalysis.results.forecast import Forecast
from amoanalysis.results.population_forecast import HIGH, LOW, MEDIAN, PopulationForecast
from amoanalysis.results.write import SIGNIFICANT, write_forecasts

# Places printed if none is named; of more, only the areas are printed.
MAX_PLACES_PRINTED = 30
FORECAST_YEARS = (2025, 2030, 2035, 2040, 2045, 2050)
COMPARED_YEARS = (2026, 2028, 2030, 2032, 2035, 2040)
MEASURES = ("population", "labour_force", "labour_demand", "unfilled_jobs")
# What a change of labour demand does to other measures; the parts of labour demand are printed above them.
COMPARED_MEASURES = (
    "jobs",
    "unfilled_jobs",
    "in_commuters",
    "out_commuters",
    "non_resident_workers",
    "employed_residents",
    "unemployed",
    "population",
)
LABELS = {
    "project_jobs": "direct: project jobs",
    "indirect_jobs": "indirect jobs",
    "induced_jobs": "induced jobs",
    "tourism_jobs": "tourism jobs",
    OTHER: "other: services, trade",
    DEMAND: "labour demand, sum of these",
}


@dataclass(frozen=True)
class RunOptions:
    """How scenarios are run.

    Attributes:
        until: last year.
        draws: number of draws.
        seed: random seed.
        engine: where the draws are computed.
        calibrated: whether the intervals are calibrated by the back-test.
    """

    until: int
    draws: int
    seed: int
    engine: Engine = run_locally
    calibrated: bool = True


def open_data(folder: Path | None, vintage: str | None = None) -> Data:
    """The data folder, restricted to what was known at a date if one is given."""
    data = Data(data_folder(folder))
    return data if vintage is None else restrict_to_vintage(data, vintage)


def run_scenarios(data: Data, scenarios: Sequence[Scenario], options: RunOptions) -> list[Forecast]:
    """Runs scenarios one after the other on the same draws, with a progress bar."""
    inputs = prepare(data)
    inputs = inputs if options.calibrated else replace(inputs, calibrations={})
    results = []
    with show_progress("draws", options.draws * len(scenarios)) as advance:
        for index, scenario in enumerate(scenarios):
            results.append(
                forecast(
                    inputs,
                    scenario,
                    data.places,
                    until=options.until,
                    draws=options.draws,
                    seed=options.seed,
                    progress=add_offset(advance, index * options.draws, scenario.name),
                    engine=options.engine,
                )
            )
    return results


def write_forecast(
    data: Data, scenarios: Sequence[Scenario], codes: list[str] | None, options: RunOptions, out: Path, parquet: bool
) -> list[Path]:
    """Runs scenarios, writes their files and prints the main measures."""
    results = run_scenarios(data, scenarios, options)
    files = write_forecasts(results, out, data.folder, codes, known_until=data.known_until, parquet=parquet)
    for result in results:
        _print_forecast(result, codes)
    return files


def write_population(
    data: Data, scenarios: Sequence[Scenario], codes: list[str] | None, options: RunOptions, out: Path, parquet: bool
) -> list[Path]:
    """Runs the population alone, writes its files and prints the residents of some years."""
    inputs = prepare_population(data, calibrated=options.calibrated)
    count = len(inputs.codes)
    runs = []
    with show_progress("places", count * len(scenarios)) as advance:
        for index, scenario in enumerate(scenarios):
            runs.append(
                forecast_population(
                    inputs,
                    scenario,
                    data.places,
                    until=options.until,
                    draws=options.draws,
                    seed=options.seed,
                    progress=add_offset(advance, index * count, scenario.name),
                    engine=options.engine,
                )
            )
    files = write_forecasts(runs, out, data.folder, codes, known_until=data.known_until, parquet=parquet)
    for run in runs:
        _print_population(run, codes or (None if count <= MAX_PLACES_PRINTED else [data.places.region.code]))
    return files


@dataclass(frozen=True)
class Comparison:
    """A scenario compared with a reference, draw by draw.

    Attributes:
        other: the scenario.
        reference: what it is compared with.
        codes: places that get a table each.
        municipalities: places that share a table of the change of labour demand.
        measures: measures compared; by default labour demand by part and COMPARED_MEASURES.
    """

    other: Forecast
    reference: Forecast
    codes: Sequence[str]
    municipalities: Sequence[str]
    measures: Sequence[str] | None

    @cached_property
    def differences(self) -> pd.DataFrame:
        """The differences in the long form of the forecast."""
        codes = [*self.codes, *self.municipalities]
        if self.measures is not None:
            return difference_table(self.other, self.reference, self.measures, codes)
        parts = demand_by_cause(self.other, self.reference, codes)
        return pd.concat([parts, difference_table(self.other, self.reference, COMPARED_MEASURES, codes)])

    def write_csv(self, path: Path) -> None:
        """Writes the differences of all years and quantiles."""
        with write_atomically(path) as file:
            self.differences.to_csv(file, index=False, float_format=SIGNIFICANT, lineterminator="\n")
        typer.echo(f"Written: {path}")

    def write_chart(self, path: Path, suffix: str, lang: str) -> None:
        """Writes a picture of the change in labour demand."""
        from amoanalysis.exhibits.foresight.demand import build_need_change
        from amoanalysis.export.pictures import picture

        content = picture(build_need_change(self.other, self.reference, self.codes, lang), suffix)
        with write_atomically(path) as file:
            file.write_bytes(content)
        typer.echo(f"Written: {path}")

    def print_tables(self) -> None:
        """Prints a table per place, and one of the municipalities' labour demand."""
        table, places = self.differences, self.other.places
        for code in self.codes:
            rows = table[table["place"] == code]
            labels = {name: LABELS.get(name, name.replace("_", " ")) for name in dict.fromkeys(rows["measure"])}
            self._print(places[code].name_in("en"), rows, "measure", labels)
        if self.municipalities and self.measures is None:
            rows = table[table["measure"] == DEMAND]
            labels = {code: places[code].name_in("en") for code in self.municipalities}
            self._print("Labour demand", rows, "place", labels)

    def _print(self, subject: str, rows: pd.DataFrame, key: str, labels: Mapping[str, str]) -> None:
        """Prints means and 80 % intervals, one row per value of a key column."""
        names = [run.scenario.title_in("en") for run in (self.other, self.reference)]
        years = [year for year in COMPARED_YEARS if year in self.other.years] or [self.other.years[-1]]
        wide = rows[rows["group"] == "total"].pivot(index=[key, "year"], columns="quantile", values="value")
        table = _start_table(f"{subject}: {' minus '.join(names)}, mean and 80 % interval", [key], years)
        for name, label in labels.items():
            cells = [_format_change(*wide.loc[(name, year), ["mean", "0.1", "0.9"]]) for year in years]
            table.add_row(label, *cells, end_section=name == DEMAND)
        _print_table(table)


def _print_forecast(result: Forecast, codes: list[str] | None) -> None:
    years = [year for year in FORECAST_YEARS if year in result.years] or [result.years[-1]]
    title = f"{result.scenario.title_in('en')}: median and 80 % interval, {result.n_draws} draws"
    table = _start_table(title, ["place", "measure"], ["observed", *years])
    for code in codes or choose_printed_places(result):
        for index, measure in enumerate(MEASURES):
            intervals = result.interval(measure, code, history=False).set_index("year")
            history = result.history(measure, code)
            last = f"{number(history['value'].iloc[-1], 'en')} ({history['year'].iloc[-1]})" if len(history) else ""
            cells = [_format_interval(*intervals.loc[year, ["median", "low", "high"]]) for year in years]
            name = result.places[code].name_in("en") if index == 0 else ""
            table.add_row(name, measure.replace("_", " "), last, *cells)
    _print_table(table)


def choose_printed_places(result: Forecast) -> list[str]:
    """Places printed if none is named: all, or only the areas if there are many."""
    codes = result.area_codes()
    return codes if len(codes) <= MAX_PLACES_PRINTED else [code for code in codes if result.places[code].members]


def _print_population(run: PopulationForecast, codes: list[str] | None) -> None:
    years = {year: index for index, year in enumerate(run.years) if year % 5 == 0 or year == run.years[-1]}
    title = f"{run.scenario.title_in('en')}: population alone, median and 80 % interval, {run.n_draws} draws"
    table = _start_table(title, ["place"], list(years))
    for position in run.positions(codes):
        totals = run.quantiles[position, :, 0]
        cells = [_format_interval(*totals[index, [MEDIAN, LOW, HIGH]]) for index in years.values()]
        table.add_row(run.places[run.codes[position]].name_in("en"), *cells)
    _print_table(table)


def _start_table(title: str, keys: Sequence[str], columns: Sequence[int | str]) -> Table:
    """An empty table: key columns aligned left, the others right."""
    table = Table(title=title, title_justify="left")
    for name in keys:
        table.add_column(name)
    for column in columns:
        table.add_column(str(column), justify="right")
    return table


def _print_table(table: Table) -> None:
    Console(width=None if Console().is_terminal else 160).print(table)


def _format_interval(value: float, low: float, high: float) -> str:
    return f"{number(value, 'en')} ({number(low, 'en')}\u2013{number(high, 'en')})"


def _format_change(mean: float, low: float, high: float) -> str:
    signed = [number(value, "en", sign=True) for value in (mean, low, high)]
    return f"{signed[0]} ({signed[1]} to {signed[2]})"
