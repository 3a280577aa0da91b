"""Draws of a run, and the tables of quantiles made from them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from amoanalysis.config.places import Place, Places
from amoanalysis.config.scenarios import Scenario
from amoanalysis.errors import UserError, unknown_name_error
from amoanalysis.models.statistics.draws import Array
from amoanalysis.models.statistics.interval_calibration import IntervalCalibration, calibrate_quantile
from amoanalysis.results.draw_storage import release_arrays
from amoanalysis.results.measures import TOTAL, Measure

QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
# Columns of the long table.
COLUMNS = ("scenario", "place", "year", "measure", "group", "quantile", "value", "unit")
OBSERVED, FORECAST = "observed", "forecast"
MEAN = "mean"
# Values of the column `quantile` in forecast years.
LABELS = (*(f"{quantile:g}" for quantile in QUANTILES), MEAN)


@dataclass(frozen=True)
class RunDraws:
    """Draws of a run by measure, municipality and year, with the lookups and tables made from them.

    Places are given by name, slug or code everywhere; an area is the sum of its municipalities, draw by draw.

    Attributes:
        scenario: what is assumed.
        places: all places known.
        codes: municipality codes in the order of the arrays.
        years: forecast years.
        n_draws: number of draws.
        seed: of the run.
        measures: by name; ratios carry no array of their own.
        arrays: name -> (year, draw, place, group), uncalibrated.
        observed: place, year, measure, group, value, status ("observed" or "nowcast"): the years before the forecast.
        calibrations: by measure, the calibration of its prediction intervals from the back-test. The accounting
            identities hold in the uncalibrated draws; intervals, probabilities and `draws()` are calibrated.
    """

    scenario: Scenario
    places: Places
    codes: tuple[str, ...]
    years: range
    n_draws: int
    seed: int
    measures: Mapping[str, Measure]
    arrays: Mapping[str, Array]
    observed: pd.DataFrame
    calibrations: Mapping[str, IntervalCalibration] = field(default_factory=dict)

    def is_calibrated(self, measure: str) -> bool:
        """Whether the intervals of a measure are calibrated by the back-test."""
        return measure in self.calibrations

    def values(self, measure: str, place: str, group: str = TOTAL) -> Array:
        """Uncalibrated draws of a measure as a numpy array; `draws` gives them labelled and calibrated.

        Args:
            measure: name of the measure.
            place: name or code of a municipality or an area.
            group: one of the measure's groups.

        Returns:
            (year, draw), in the measure's unit.

        Raises:
            UserError: if measure, group or place are unknown.
        """
        self._groups(measure, group)
        known = self.measures[measure]
        if known.over is not None:
            top, bottom = known.over
            divisor = self.values(bottom, place)
            return np.divide(self.values(top, place), divisor, out=np.zeros_like(divisor), where=divisor > 0)
        members = self.members(place)
        column = known.groups.index(group)
        return np.asarray(self.arrays[measure][:, :, members, column].sum(axis=2))

    def members(self, place: str) -> list[int]:
        """Positions in the arrays of the municipalities that a place consists of.

        Raises:
            UserError: if the forecast does not cover it.
        """
        known = self._place(place)
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
        """The long table of the output file: mean and quantiles of the forecast years, and the known years before them.

        Args:
            places: names or codes; all by default.
            measures: names; all by default.

        Returns:
            scenario, place, year, measure, group, quantile, value, unit; sorted. `quantile` is "0.05" to "0.95",
            "mean" or "observed".
        """
        codes = [self._place(place).code for place in places] if places else self.area_codes()
        names = list(measures) if measures else list(self.measures)
        known = self.observed[self.observed["place"].isin(codes) & self.observed["measure"].isin(names)]
        known = known.assign(quantile=OBSERVED, scenario=self.scenario.name)
        known = known.assign(unit=known["measure"].map({name: self.measures[name].unit for name in names}))
        frame = pd.concat([self._forecast_rows(names, codes), known[list(COLUMNS)]], ignore_index=True)
        return frame.sort_values(list(COLUMNS[:6]), ignore_index=True, kind="stable")[list(COLUMNS)]

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
        if measure not in self.calibrations:
            return np.quantile(values, levels, axis=-1)
        *found, median = np.quantile(values, [*levels, 0.5], axis=-1)
        factor = self.calibrations[measure].interpolate(np.arange(1, len(self.years) + 1, dtype=np.float64))
        return calibrate_quantile(np.stack(found), median, factor.reshape(-1, *[1] * (median.ndim - 1)))

    def history(self, measure: str, place: str, group: str = TOTAL) -> pd.DataFrame:
        """Known years of a measure: year, value, status (observed or nowcast); empty where nothing is known.

        Raises:
            UserError: if measure, group or place are unknown.
        """
        self._groups(measure, group)
        rows, positions = self._known
        return rows.iloc[positions.get((measure, self.place_code(place), group), [])].reset_index(drop=True)

    def check_measure(self, measure: str) -> Measure:
        """The measure of a name.

        Raises:
            UserError: if there is none; the nearest is proposed.
        """
        if measure not in self.measures:
            raise unknown_name_error("measure", measure, self.measures)
        return self.measures[measure]

    def check_year(self, year: int) -> int:
        """The year, if it is a forecast year.

        Raises:
            UserError: if it is not.
        """
        if year not in self.years:
            raise UserError(
                f"{year} is not a forecast year: the forecast runs from {self.years[0]} to {self.years[-1]}."
            )
        return year

    def place_code(self, place: str) -> str:
        """Code of a place that is given by name, slug or code.

        Raises:
            UserError: if it is unknown or not covered.
        """
        self.members(place)
        return self._place(place).code

    def _place(self, place: str) -> Place:
        """The place of a name, slug or code."""
        return self.places[place] if place in self.places else self.places.find(place)

    def _places(self, place: str | Sequence[str] | None, by: str = "all") -> list[Place]:
        """The places asked for; of a kind where none is named."""
        if place is not None:
            found = [self._place(word) for word in ([place] if isinstance(place, str) else place)]
        else:
            kinds = {
                "municipality": list(self.codes),
                "area": self.area_codes()[len(self.codes) :],
                "all": self.area_codes(),
            }
            if by not in kinds:
                raise unknown_name_error("kind of place", by, kinds)
            found = [self.places[code] for code in kinds[by]]
        for one in found:
            self.members(one.code)
        return found

    def _groups(self, measure: str, group: str) -> tuple[str, ...]:
        """The groups that a word means."""
        groups = self.check_measure(measure).groups
        if group == "all":
            return groups
        if group not in groups:
            raise unknown_name_error(f"group of {measure}", group, groups)
        return (group,)

    def _draws_of(self, measure: str, place: str, group: str, calibrated: bool) -> Array:
        """(year, draw), calibrated where asked and the measure is back-tested."""
        values = self.values(measure, place, group)
        if not calibrated or not self.is_calibrated(measure):
            return values
        median = np.median(values, axis=1, keepdims=True)
        horizon = np.arange(1, len(self.years) + 1, dtype=np.float64)
        return calibrate_quantile(values, median, self.calibrations[measure].interpolate(horizon)[:, None])

    @cached_property
    def _known(self) -> tuple[pd.DataFrame, Mapping[Hashable, Any]]:
        """Known years, and the row positions of each measure, place and group; charts look up hundreds of them."""
        rows = self.observed.sort_values("year", ignore_index=True)
        return rows[["year", "value", "status"]], rows.groupby(["measure", "place", "group"]).indices

    def _forecast_rows(self, measures: Sequence[str], places: Sequence[str]) -> pd.DataFrame:
        """Forecast rows of the long table: all years, places, groups and quantiles."""
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
        """All draws of a measure in places, contiguous by draw: (year, place, group, draw)."""
        known = self.measures[measure]
        if known.over is not None:
            top, bottom = (self._laid_out(name, places) for name in known.over)
            return np.divide(top, bottom, out=np.zeros_like(bottom), where=bottom > 0)
        members = [self.members(place) for place in places]
        needed = sorted({member for some in members for member in some})
        belongs = np.array([[float(member in some) for member in needed] for some in members])
        array = self.arrays[measure]
        found = np.empty((len(array), len(places), len(known.groups), self.n_draws))
        # Year by year: a copy of all years of many places would double the memory.
        for year, draws in enumerate(array):
            own = np.ascontiguousarray(draws.transpose(1, 2, 0)[needed])
            found[year] = (belongs @ own.reshape(len(needed), -1)).reshape(found.shape[1:])
            release_arrays({measure: array})
        return found


def _texts(values: Sequence[str]) -> ExtensionArray:
    """A text column with few distinct values; taken from by position, which is faster than building each row."""
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
    return np.vstack([np.quantile(values, QUANTILES, axis=-1), values.mean(axis=1)[None]])
