"""A forecast: every draw of every measure, and the tables made of them."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from amoanalysis.config.places import Places
from amoanalysis.config.scenarios import Scenario
from amoanalysis.errors import UserError, unknown_name_error
from amoanalysis.models.statistics.draws import Array, quantiles
from amoanalysis.models.statistics.interval_calibration import Widening, widened
from amoanalysis.results.draw_storage import let_go
from amoanalysis.results.long_table import COLUMNS

QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
OBSERVED = "observed"
MEAN = "mean"
# What the column `quantile` says of a forecast year.
LABELS = (*(f"{quantile:g}" for quantile in QUANTILES), MEAN)


@dataclass(frozen=True)
class Measure:
    """What a number measures.

    Attributes:
        name: as in the tables, the charts and the docs.
        unit: of its values.
        groups: what it is divided by; ("total",) where it is not.
        over: for a ratio, the measure that it is divided by; areas then divide sums by sums.
    """

    name: str
    unit: str
    groups: tuple[str, ...] = ("total",)
    over: tuple[str, str] | None = None


@dataclass(frozen=True)
class Forecast:
    """The result of data, a scenario and a seed.

    Attributes:
        scenario: what was assumed.
        places: the places known; areas are sums of their municipalities, draw by draw.
        codes: municipality codes in the order of the arrays.
        years: forecast years.
        draws: how many.
        seed: of the run.
        measures: by name; ratios carry no array of their own.
        arrays: name -> (year, draw, place, group).
        observed: place, year, measure, group, value: what is known of the years before, and its status.
        widenings: by measure, what its quantiles are moved from the median by, so that 80 % means 80 %. The draws keep
            the accounting and stay as they are: it is the quantiles of reported measures that are widened.
    """

    scenario: Scenario
    places: Places
    codes: tuple[str, ...]
    years: range
    draws: int
    seed: int
    measures: Mapping[str, Measure]
    arrays: Mapping[str, Array]
    observed: pd.DataFrame
    widenings: Mapping[str, Widening] = field(default_factory=dict)

    def values(self, measure: str, place: str, group: str = "total") -> Array:
        """All draws of a measure in a municipality or an area.

        Args:
            measure: name of the measure.
            place: code of a municipality or an area.
            group: one of the measure's groups.

        Returns:
            (year, draw), in the measure's unit.

        Raises:
            UserError: if measure, group or place are unknown.
        """
        if measure not in self.measures:
            raise unknown_name_error("measure", measure, self.measures)
        known = self.measures[measure]
        if group not in known.groups:
            raise unknown_name_error(f"group of {measure}", group, known.groups)
        if known.over is not None:
            top, bottom = known.over
            divisor = self.values(bottom, place)
            return np.divide(self.values(top, place), divisor, out=np.zeros_like(divisor), where=divisor > 0)
        members = self.members(place)
        column = known.groups.index(group)
        return np.asarray(self.arrays[measure][:, :, members, column].sum(axis=2))

    def members(self, place: str) -> list[int]:
        """Positions of the municipalities that a place consists of.

        Raises:
            UserError: if the forecast does not cover it.
        """
        known = self.places[place] if place in self.places else self.places.find(place)
        codes = known.members or (known.code,)
        absent = [code for code in codes if code not in self.codes]
        if absent:
            raise UserError(
                f"The forecast does not cover {known.name_in('en')}: it covers {', '.join(self.area_codes())}."
            )
        return [self.codes.index(code) for code in codes]

    def area_codes(self) -> list[str]:
        """Codes of the municipalities and of the areas that they make up."""
        return [*self.codes, *(area.code for area in self.places.areas() if set(area.members) <= set(self.codes))]

    def table(self, places: Sequence[str] | None = None, measures: Sequence[str] | None = None) -> pd.DataFrame:
        """The long table: mean and quantiles of the forecast years, and what was observed before them.

        Args:
            places: codes; all by default.
            measures: names; all by default.

        Returns:
            scenario, place, year, measure, group, quantile, value, unit; sorted. `quantile` is "0.05" to "0.95",
            "mean" or "observed".
        """
        codes = list(places) if places else self.area_codes()
        names = list(measures) if measures else list(self.measures)
        known = self.observed[self.observed["place"].isin(codes) & self.observed["measure"].isin(names)]
        known = known.assign(quantile=OBSERVED, scenario=self.scenario.name)
        known = known.assign(unit=known["measure"].map({name: self.measures[name].unit for name in names}))
        frame = pd.concat([self._forecast_rows(names, codes), known[list(COLUMNS)]], ignore_index=True)
        return frame.sort_values(list(COLUMNS[:6]), ignore_index=True, kind="stable")[list(COLUMNS)]

    def bands(self, measure: str, place: str, group: str = "total", level: float = 0.8) -> pd.DataFrame:
        """Median and central band of a measure: columns year, value, low, high."""
        low, mid, high = self.quantiles(measure, place, ((1 - level) / 2, 0.5, (1 + level) / 2), group)
        return pd.DataFrame({"year": list(self.years), "value": mid, "low": low, "high": high})

    def quantiles(self, measure: str, place: str, levels: Sequence[float], group: str = "total") -> Array:
        """Quantiles of a measure, calibrated where the back-test has tested it.

        Args:
            measure: name of the measure.
            place: code of a municipality or an area.
            levels: 0 to 1.
            group: one of the measure's groups.

        Returns:
            (level, year), in the measure's unit.
        """
        return self.spread(self.values(measure, place, group), levels, measure)

    def spread(self, values: Array, levels: Sequence[float], measure: str) -> Array:
        """Quantiles of any draws of the forecast years, calibrated as those of a measure are: (level, year, ...).

        Args:
            values: (year, ..., draw).
            levels: 0 to 1.
            measure: whose factors are taken; one that was not tested leaves the quantiles as they are.
        """
        if measure not in self.widenings:
            return quantiles(values, levels)
        *found, median = quantiles(values, [*levels, 0.5])
        factor = self.widenings[measure].at(np.arange(1, len(self.years) + 1, dtype=np.float64))
        return widened(np.stack(found), median, factor.reshape(-1, *[1] * (median.ndim - 1)))

    def history(self, measure: str, place: str, group: str = "total") -> pd.DataFrame:
        """What was observed of a measure: columns year, value, status."""
        rows, at = self._known
        return rows.iloc[at.get((measure, place, group), [])].reset_index(drop=True)

    @cached_property
    def _known(self) -> tuple[pd.DataFrame, Mapping[Hashable, Any]]:
        """What was observed, and where the rows of a measure, place and group are: charts ask for them by hundreds."""
        rows = self.observed.sort_values("year", ignore_index=True)
        return rows[["year", "value", "status"]], rows.groupby(["measure", "place", "group"]).indices

    def _forecast_rows(self, measures: Sequence[str], places: Sequence[str]) -> pd.DataFrame:
        """The rows of the long table that are forecast: all years, places, groups and quantiles, made in one go."""
        numbers = np.concatenate([self._reported(measure, places) for measure in measures], axis=2)
        year, place, series, label = np.indices(numbers.shape).reshape(numbers.ndim, -1)
        known = [self.measures[measure] for measure in measures]
        names, groups, units = zip(*((m.name, group, m.unit) for m in known for group in m.groups), strict=True)
        return pd.DataFrame(
            {
                "scenario": self.scenario.name,
                "place": _texts(places).take(place),
                "year": np.array(self.years)[year],
                "measure": _texts(names).take(series),
                "group": _texts(groups).take(series),
                "quantile": _texts(LABELS).take(label),
                "value": numbers.ravel(),
                "unit": _texts(units).take(series),
            }
        )

    def _reported(self, measure: str, places: Sequence[str]) -> Array:
        """Calibrated quantiles of a measure and then its mean: (year, place, group, label), labels as in `LABELS`."""
        values = self._laid_out(measure, places)
        return np.stack([*self.spread(values, QUANTILES, measure), values.mean(axis=-1)], axis=-1)

    def _laid_out(self, measure: str, places: Sequence[str]) -> Array:
        """All draws of a measure in places, the draws of each group in one stretch: (year, place, group, draw)."""
        known = self.measures[measure]
        if known.over is not None:
            top, bottom = (self._laid_out(name, places) for name in known.over)
            return np.divide(top, bottom, out=np.zeros_like(bottom), where=bottom > 0)
        members = [self.members(place) for place in places]
        needed = sorted({member for some in members for member in some})
        belongs = np.array([[float(member in some) for member in needed] for some in members])
        array = self.arrays[measure]
        found = np.empty((len(array), len(places), len(known.groups), self.draws))
        # A year at a time: of many places the draws of all years would be a second copy of them.
        for year, draws in enumerate(array):
            own = np.ascontiguousarray(draws.transpose(1, 2, 0)[needed])
            found[year] = (belongs @ own.reshape(len(needed), -1)).reshape(found.shape[1:])
            let_go({measure: array})
        return found


def _texts(values: Sequence[str]) -> ExtensionArray:
    """A column of texts of which few differ: taken from by number, much faster than made anew for every row."""
    return pd.array(list(values), dtype="str")


def quantile_rows(values: Array, years: range) -> pd.DataFrame:
    """Quantiles and mean over draws: columns year, quantile, value.

    Args:
        values: (year, draw).
        years: the years of the first axis.
    """
    numbers = _quantiles_and_mean(values)
    return pd.DataFrame(
        {
            "year": np.tile(np.array(list(years)), len(LABELS)),
            "quantile": np.repeat(LABELS, len(years)),
            "value": numbers.ravel(),
        }
    )


def _quantiles_and_mean(values: Array) -> Array:
    """(quantile and then the mean, year) of (year, draw)."""
    return np.vstack([quantiles(values, QUANTILES), values.mean(axis=1)[None]])


def compare(forecast: Forecast, reference: Forecast, measures: Sequence[str], places: Sequence[str]) -> pd.DataFrame:
    """Difference of two forecasts, draw by draw, so that what both do not know cancels.

    Args:
        forecast: the scenario asked about.
        reference: the scenario it is held against; same seed, draws, years and places.
        measures: names of measures.
        places: codes.

    Returns:
        scenario, reference, place, year, measure, group, quantile, value, unit: quantiles of the differences.

    Raises:
        UserError: if the two runs are not paired, or a measure is unknown.
    """
    check_paired(forecast, reference)
    absent = [measure for measure in measures if measure not in forecast.measures]
    if absent:
        raise unknown_name_error("measure", absent[0], forecast.measures)
    parts = []
    for measure in measures:
        for group in forecast.measures[measure].groups:
            for place in places:
                change = forecast.values(measure, place, group) - reference.values(measure, place, group)
                labels = {"place": place, "measure": measure, "group": group, "unit": forecast.measures[measure].unit}
                parts.append(quantile_rows(change, forecast.years).assign(**labels))
    table = pd.concat(parts, ignore_index=True)
    table = table.assign(scenario=forecast.scenario.name, reference=reference.scenario.name)
    return table[["scenario", "reference", "place", "year", "measure", "group", "quantile", "value", "unit"]]


def check_paired(forecast: Forecast, reference: Forecast) -> None:
    """Refuses two forecasts whose draws do not belong together.

    Raises:
        UserError: if seed, draws, years or places differ.
    """
    paired = ("seed", "draws", "years", "codes")
    unequal = [name for name in paired if getattr(forecast, name) != getattr(reference, name)]
    if unequal:
        raise UserError(f"The forecasts differ in {', '.join(unequal)}: run both with the same.")
