"""A forecast: every draw of every measure, and the tables made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from amoanalysis.errors import UserError, unknown
from amoanalysis.models.calibration import Widening, widened
from amoanalysis.models.draws import Array
from amoanalysis.places import Places
from amoanalysis.scenarios import Scenario

COLUMNS = ("scenario", "place", "year", "measure", "group", "quantile", "value", "unit")
QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
OBSERVED = "observed"
MEAN = "mean"


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
            raise unknown("measure", measure, self.measures)
        known = self.measures[measure]
        if group not in known.groups:
            raise unknown(f"group of {measure}", group, known.groups)
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
                f"The forecast does not cover {known.named('en')}: it covers {', '.join(self.area_codes())}."
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
        parts = [self._quantiles(name, codes) for name in names]
        known = self.observed[self.observed["place"].isin(codes) & self.observed["measure"].isin(names)]
        known = known.assign(quantile=OBSERVED, scenario=self.scenario.name)
        known = known.assign(unit=known["measure"].map({name: self.measures[name].unit for name in names}))
        frame = pd.concat([*parts, known[list(COLUMNS)]], ignore_index=True)
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
        """Quantiles of any draws of the forecast years, calibrated as those of a measure are: (level, year).

        Args:
            values: (year, draw).
            levels: 0 to 1.
            measure: whose factors are taken; one that was not tested leaves the quantiles as they are.
        """
        found = np.quantile(values, levels, axis=1)
        if measure not in self.widenings:
            return found
        factor = self.widenings[measure].at(np.arange(1, len(self.years) + 1, dtype=np.float64))
        return widened(found, np.median(values, axis=1), factor)

    def history(self, measure: str, place: str, group: str = "total") -> pd.DataFrame:
        """What was observed of a measure: columns year, value, status."""
        rows = self.observed
        rows = rows[(rows["measure"] == measure) & (rows["place"] == place) & (rows["group"] == group)]
        return rows.sort_values("year")[["year", "value", "status"]].reset_index(drop=True)

    def _quantiles(self, measure: str, places: Sequence[str]) -> pd.DataFrame:
        """Quantiles of a measure in places, all its groups: made in one go, as there are thousands of them."""
        known, years = self.measures[measure], list(self.years)
        keys = [(place, group) for place in places for group in known.groups]
        numbers = np.stack([self._reported(measure, place, group) for place, group in keys])
        labels = [*(f"{quantile:g}" for quantile in QUANTILES), MEAN]
        each, rows = len(labels) * len(years), numbers.size
        return pd.DataFrame(
            {
                "scenario": np.repeat(self.scenario.name, rows),
                "place": np.repeat([place for place, _ in keys], each),
                "year": np.tile(years, rows // len(years)),
                "measure": np.repeat(measure, rows),
                "group": np.repeat([group for _, group in keys], each),
                "quantile": np.tile(np.repeat(labels, len(years)), len(keys)),
                "value": numbers.ravel(),
                "unit": np.repeat(known.unit, rows),
            }
        )

    def _reported(self, measure: str, place: str, group: str) -> Array:
        """(quantile and then the mean, year), the quantiles calibrated."""
        values = self.values(measure, place, group)
        return np.vstack([self.spread(values, QUANTILES, measure), values.mean(axis=1)[None]])


def quantile_rows(values: Array, years: range) -> pd.DataFrame:
    """Quantiles and mean over draws: columns year, quantile, value.

    Args:
        values: (year, draw).
        years: the years of the first axis.
    """
    numbers = _quantiles_and_mean(values)
    labels = [*(f"{quantile:g}" for quantile in QUANTILES), MEAN]
    return pd.DataFrame(
        {
            "year": np.tile(np.array(list(years)), len(labels)),
            "quantile": np.repeat(labels, len(years)),
            "value": numbers.ravel(),
        }
    )


def _quantiles_and_mean(values: Array) -> Array:
    """(quantile and then the mean, year) of (year, draw)."""
    return np.vstack([np.quantile(values, QUANTILES, axis=1), values.mean(axis=1)[None]])


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
        raise unknown("measure", absent[0], forecast.measures)
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
