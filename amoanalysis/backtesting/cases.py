"""Data and cases of a back-test: tables as known at an origin, naive forecasts from it, and the actuals after it."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from amoanalysis.data.load import Data
from amoanalysis.models.statistics.draws import Array
from amoanalysis.models.statistics.naive_forecasts import damped_trends
from amoanalysis.models.statistics.scores import continuous_ranked_probability_score, probability_integral_transform
from amoanalysis.pipeline.inputs.vintage import VintageData
from amoanalysis.pipeline.inputs.vital_rates import AGES, SEXES, pivot_sex_age

LEVEL = 0.8
# Columns of the model; the naive forecasts and the official projection follow, a column each.
COLUMNS = ("measure", "place", "origin", "horizon", "year", "size", "actual", "median", "low", "high", "crps", "pit")
NO_CHANGE, DRIFT, SMOOTHING, COHORTS, OFFICIAL = "no_change", "drift", "ets", "hamilton_perry", "official"
REFERENCES = (NO_CHANGE, DRIFT, SMOOTHING, COHORTS, OFFICIAL)
STRUCTURE = "population_by_age_sex"
# Ages 15-64.
WORKING = slice(15, 65)
# Structures start in the year before moves by place begin, so that each of those years has a natural increase.
FIRST_STRUCTURE = 1989


class PastData(VintageData):
    """A data folder at the end of a year, with an age structure of every municipality and year up to then.

    The folder has age structures of municipalities from 2018 only. For earlier years, each municipality gets the
    structure of its reference area in the same year, scaled to its own population of children, working age and 65 and
    over (total and working age from 1972, all three from 2006). Less is used than was known at the time.
    """

    def _restrict(self, name: str) -> pd.DataFrame:
        if name == STRUCTURE and name not in self._restricted:
            self._restricted[name] = self._with_structures()
        return super()._restrict(name)

    def _with_structures(self) -> pd.DataFrame:
        published = self._rows(STRUCTURE, self._whole.table(STRUCTURE))
        published = published[published["year"] >= FIRST_STRUCTURE]
        people, figures = super()._restrict("population"), super()._restrict("key_figures")
        known_places = set(people["place"])
        reference = {code: area for code, area in reference_areas(self).items() if code in known_places}
        estimated = [
            _estimate_structures(people, _child_shares(figures, year), published, reference, year)
            for year in range(FIRST_STRUCTURE, self.known_until + 1)
        ]
        whole = pd.concat([published, *estimated], ignore_index=True)
        return whole.drop_duplicates(["place", "year", "sex", "age"], keep="first").reset_index(drop=True)


def reference_areas(data: Data) -> dict[str, str]:
    """Reference area of each municipality in the areas whose rates the region's municipalities use."""
    named = dict.fromkeys(place.reference for place in data.places.municipalities() if place.reference)
    return {code: area for area in named for code in data.places[area].members}


def scale_age_structure(reference: Array, groups: Array) -> Array:
    """Scales an age structure to the broad age groups of each place.

    Args:
        reference: (sex, age), persons.
        groups: (place, 3), persons aged 0-14, 15-64, and 65 and over; where the first is NaN, the third is everyone
            outside the working age.

    Returns:
        (place, sex, age), persons.
    """
    working = np.zeros(reference.shape[-1], dtype=bool)
    working[WORKING] = True
    old = np.arange(reference.shape[-1]) >= WORKING.stop
    sums = np.array([reference[:, mask].sum() for mask in (~working & ~old, working, old)])
    children = groups[:, 0]
    outside = np.where(np.isnan(children), groups[:, 2] / (sums[0] + sums[2]), 0.0)
    young = np.where(np.isnan(children), outside, children / sums[0])
    aged = np.where(np.isnan(children), outside, groups[:, 2] / sums[2])
    factor = np.where(working, (groups[:, 1] / sums[1])[:, None], np.where(old, aged[:, None], young[:, None]))
    return np.asarray(reference[None] * factor[:, None, :])


def _estimate_structures(
    people: pd.DataFrame, shares: pd.Series, published: pd.DataFrame, reference: dict[str, str], year: int
) -> pd.DataFrame:
    """Rows of the age structures of a year: place, year, sex, age, population."""
    rows = people[(people["year"] == year) & people["place"].isin(reference)].dropna(subset=["population_15_64"])
    frames = []
    for area in dict.fromkeys(reference.values()):
        area_rows = published[(published["place"] == area) & (published["year"] == year)]
        own = rows[rows["place"].map(reference) == area].set_index("place")
        if area_rows.empty or own.empty:
            continue
        grid = pivot_sex_age(area_rows, "population", [year])[0]
        total = own["population"].to_numpy(dtype=np.float64)
        working = own["population_15_64"].to_numpy(dtype=np.float64)
        children = shares.reindex(own.index).to_numpy(dtype=np.float64) * total
        rest = np.where(np.isnan(children), total - working, total - working - children)
        found = scale_age_structure(grid, np.stack([children, working, rest], axis=1))
        index = pd.MultiIndex.from_product([own.index, SEXES, range(AGES)], names=["place", "sex", "age"])
        frames.append(pd.Series(found.ravel(), index=index, name="population").reset_index().assign(year=year))
    return pd.concat(frames) if frames else published.iloc[:0]


def _child_shares(figures: pd.DataFrame, year: int) -> pd.Series:
    """Share of ages 0-14 by place in a year; empty where not known."""
    rows = figures[(figures["indicator"] == "age_0_14_percent") & (figures["year"] == year)]
    return rows.set_index("place")["value"].astype(float) / 100


def build_cases(
    measure: str,
    series: pd.DataFrame,
    origin: int,
    draws: Array,
    size: Array,
    references: Mapping[str, Array] | None = None,
) -> pd.DataFrame:
    """The cases of one measure and origin; years without actuals are left out.

    Args:
        measure: name of the measure.
        series: actuals, index year, columns places; naive forecasts use the years up to the origin only.
        origin: last known year.
        draws: (horizon, draw, place), the forecast of the years after it.
        size: (place,), residents at the origin.
        references: further reference forecasts: name -> (horizon, place); NaN where it has none.

    Returns:
        One row per place and horizon: `COLUMNS` and a column for each of `REFERENCES`.
    """
    actual = series.reindex(range(origin + 1, origin + len(draws) + 1)).to_numpy(dtype=np.float64)
    others = {**make_naive_forecasts(series, origin, len(draws)), **(references or {})}
    low, median, high = np.quantile(draws, [0.5 - LEVEL / 2, 0.5, 0.5 + LEVEL / 2], axis=1)
    by_draw = np.moveaxis(draws, 1, 0)
    steps = np.arange(1, len(draws) + 1)
    grid = np.broadcast_to(steps[:, None], actual.shape)
    frame = pd.DataFrame(
        {
            "measure": measure,
            "place": np.broadcast_to(np.array(series.columns, dtype=object), actual.shape).ravel(),
            "origin": origin,
            "horizon": grid.ravel(),
            "year": (origin + grid).ravel(),
            "size": np.broadcast_to(size, actual.shape).ravel(),
            "actual": actual.ravel(),
            "median": median.ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
            "crps": continuous_ranked_probability_score(actual, by_draw).ravel(),
            "pit": probability_integral_transform(actual, by_draw).ravel(),
        }
    )
    nothing = np.full(actual.shape, np.nan)
    for name in REFERENCES:
        frame[name] = others.get(name, nothing).ravel()
    return frame[np.isfinite(frame["actual"])].reset_index(drop=True)


def pivot_series(rows: pd.DataFrame, value: str, places: Sequence[str]) -> pd.DataFrame:
    """A series of each place: index year without gaps, columns places."""
    table = rows.pivot(index="year", columns="place", values=value).reindex(columns=list(places)).astype(float)
    return table.reindex(range(int(table.index.min()), int(table.index.max()) + 1))


# Years over which the drift is averaged, and years of history that smoothing needs.
DRIFT_YEARS = 10
MIN_SMOOTHING_YEARS = 8


def make_naive_forecasts(series: pd.DataFrame, origin: int, horizon: int) -> dict[str, Array]:
    """No change, drift and exponential smoothing from the years up to an origin.

    Args:
        series: index year, columns places; later years are ignored.
        origin: last known year.
        horizon: number of years ahead.

    Returns:
        Name -> (horizon, place); NaN where the history of a place is too short.
    """
    known = series[series.index <= origin]
    values = known.to_numpy(dtype=np.float64).T
    steps = np.arange(1, horizon + 1)[:, None]
    last = values[:, -1]
    change = last - values[:, -min(DRIFT_YEARS + 1, values.shape[1])]
    found = {NO_CHANGE: np.broadcast_to(last, (horizon, len(last))).copy()}
    found[DRIFT] = last + steps * change / min(DRIFT_YEARS, max(values.shape[1] - 1, 1))
    found[SMOOTHING] = np.full((horizon, len(last)), np.nan)
    enough = (
        np.isfinite(values[:, -MIN_SMOOTHING_YEARS:]).all(axis=1)
        if values.shape[1] >= MIN_SMOOTHING_YEARS
        else np.zeros(len(last), bool)
    )
    if enough.any():
        found[SMOOTHING][:, enough] = damped_trends(_blank_before_gaps(values[enough]), horizon).T
    return found


def _blank_before_gaps(values: Array) -> Array:
    """Series with the values before their last gap removed."""
    known = np.isfinite(values)
    unbroken = np.flip(np.cumprod(np.flip(known, axis=1), axis=1), axis=1).astype(bool)
    return np.where(unbroken, values, np.nan)
