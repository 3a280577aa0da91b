"""Comparison of two paired forecasts: differences, their parts, and who fills the additional jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from amoanalysis.errors import UserError
from amoanalysis.models.statistics.draws import Array
from amoanalysis.results.explain import (
    DEMAND,
    DEMAND_PARTS,
    LEVEL,
    OTHER,
    POPULATION,
    change_parts,
    summarise_parts,
)
from amoanalysis.results.forecast import Forecast
from amoanalysis.results.measures import TOTAL, Probability
from amoanalysis.results.run_draws import quantile_rows

UNIT = "jobs"
# Who fills the additional labour demand.
FILLED_BY = (
    "unemployed",
    "participation",
    "new_residents",
    "out_commuters",
    "in_commuters",
    "non_resident_workers",
    "unfilled_jobs",
)


@dataclass(frozen=True)
class Comparison:
    """The difference of two forecasts with the same draws: `forecast - reference`, draw by draw.

    What both runs do not know cancels, so intervals of differences are narrower than those of levels. They are those
    of the draws: the back-test has no cases of differences to calibrate them on.

    Attributes:
        forecast: the scenario.
        reference: the scenario that it is compared with.
    """

    forecast: Forecast
    reference: Forecast

    def __post_init__(self) -> None:
        """Refuses runs that are not paired."""
        check_paired(self.forecast, self.reference)

    def __repr__(self) -> str:
        """The two scenarios."""
        return f"<Comparison '{self.forecast.scenario.name}' - '{self.reference.scenario.name}'>"

    def draws(self, measure: str, place: str | Sequence[str] | None = None, *, group: str = TOTAL) -> xr.DataArray:
        """Differences draw by draw: DataArray ([place], [group], draw, year), not calibrated."""
        ours, theirs = (
            run.draws(measure, place, group=group, calibrated=False) for run in (self.forecast, self.reference)
        )
        difference = (ours - theirs).assign_attrs({**ours.attrs, "reference": self.reference.scenario.name})
        return difference.rename(measure)

    def interval(
        self,
        measure: str,
        place: str | Sequence[str] | None = None,
        *,
        level: float = LEVEL,
        group: str = TOTAL,
    ) -> pd.DataFrame:
        """Median and interval of the difference by year.

        Returns:
            scenario, reference, place, year, measure, group, unit, median, low, high, level, status.

        Raises:
            UserError: if a name or the level is not valid.
        """
        if not 0 < level < 1:
            raise UserError(f"The level {level} is not between 0 and 1: give 0.8 for an 80 % interval.")
        array = self.draws(measure, [place] if isinstance(place, str) else place, group=group)
        if "group" not in array.dims:
            array = array.expand_dims("group")
        ends = array.quantile(np.array([0.5, (1 - level) / 2, (1 + level) / 2]), "draw")
        frame = ends.assign_coords(quantile=["median", "low", "high"]).rename("value").to_series().unstack("quantile")
        frame = frame.reset_index().assign(
            scenario=self.forecast.scenario.name,
            reference=self.reference.scenario.name,
            measure=measure,
            unit=self.forecast.measures[measure].unit,
            level=level,
            status="forecast",
        )
        columns = ["scenario", "reference", "place", "year", "measure", "group", "unit"]
        return frame[[*columns, "median", "low", "high", "level", "status"]].rename_axis(columns=None)

    def probability(
        self, measure: str, place: str, year: int, *, above: float | None = None, below: float | None = None
    ) -> Probability:
        """Probability that the difference is above or below a value.

        Raises:
            UserError: if nothing is asked, or a name or year is not valid.
        """
        if (above is None) == (below is None):
            raise UserError("The probability of what? Give above= or below=.")
        values = self.draws(measure, place).sel(year=self.forecast.check_year(year)).to_numpy()
        inside = values > above if above is not None else values < below
        return Probability(float(inside.mean()), calibrated=False, n_draws=self.forecast.n_draws)

    def explain(self, measure: str, place: str, year: int, *, by: str = "cause") -> pd.DataFrame:
        """Parts that add up to the difference in one year.

        Args:
            measure: "labour_demand" or "population".
            place: name or code.
            year: forecast year.
            by: "cause" (projects, suppliers, spending of wages, tourism, rest; or births, deaths and moves) or, for
                the labour demand, "worker" (who fills the additional jobs).

        Returns:
            part, mean, median, low, high, unit; the last row is the total. The parts add up in every draw and so in
            the means; medians and interval ends of parts do not add up.

        Raises:
            UserError: if the measure cannot be divided that way, or a name or year is not valid.
        """
        self.forecast.check_year(year)
        code = self.forecast.place_code(place)
        unit = self.forecast.measures[measure].unit if measure in self.forecast.measures else ""
        index = self.forecast.years.index(year)
        if by == "worker" and measure == DEMAND:
            steps = {name: values[index] for name, values in filled_by(self.forecast, self.reference, code).items()}
            parts: Mapping[str, Array] = {**steps, "total": np.sum(list(steps.values()), axis=0)}
        elif by == "cause" and measure == POPULATION:
            ours, theirs = (
                change_parts(lambda name, run=run: run.values(name, code), run.years, measure, year, None)  # type: ignore[misc]
                for run in (self.forecast, self.reference)
            )
            parts = {name: ours[name] - theirs[name] for name in ours}
        elif by == "cause" and measure == DEMAND:
            found = demand_changes(self.forecast, self.reference, code)
            parts = {("total" if name == DEMAND else name): values[index] for name, values in found.items()}
        else:
            self.forecast.values(measure, code)
            raise UserError(
                f"The difference in {measure} is not explained by {by}: there are labour_demand (by cause or worker) "
                "and population (by cause)."
            )
        return summarise_parts(parts, unit)

    def to_frame(
        self, measure: str | Sequence[str] | None = None, place: str | Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Quantiles of the differences as a long table: see `difference_table`."""
        names = list(self.forecast.measures) if measure is None else [measure] if isinstance(measure, str) else measure
        places = self.forecast.area_codes() if place is None else [place] if isinstance(place, str) else place
        return difference_table(self.forecast, self.reference, names, [self.forecast.place_code(p) for p in places])


def difference_table(
    forecast: Forecast, reference: Forecast, measures: Sequence[str], places: Sequence[str]
) -> pd.DataFrame:
    """Quantiles of the difference of two forecasts, draw by draw: shared uncertainty cancels.

    Args:
        forecast: the scenario.
        reference: the scenario it is compared with; same seed, draws, years and places.
        measures: names of measures.
        places: codes.

    Returns:
        scenario, reference, place, year, measure, group, quantile, value, unit: quantiles of the differences.

    Raises:
        UserError: if the two runs are not paired, or a measure is unknown.
    """
    check_paired(forecast, reference)
    for measure in measures:
        forecast.check_measure(measure)
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
    """Refuses two forecasts that are not paired draw by draw.

    Raises:
        UserError: if seed, draws, years or places differ.
    """
    paired = ("seed", "n_draws", "years", "codes")
    unequal = [name.removeprefix("n_") for name in paired if getattr(forecast, name) != getattr(reference, name)]
    if unequal:
        raise UserError(f"The forecasts differ in {', '.join(unequal)}: run both with the same.")


def demand_by_cause(forecast: Forecast, reference: Forecast, places: Sequence[str]) -> pd.DataFrame:
    """The difference in labour demand and its parts, draw by draw.

    other = labour_demand - project_jobs - indirect_jobs - induced_jobs - tourism_jobs, each a difference

    `other` is services that follow residents and visitors. The parts sum to the total in every draw and so in the
    means; quantiles of parts do not sum.

    Args:
        forecast: the scenario.
        reference: the scenario it is compared with; same seed, draws, years and places.
        places: codes.

    Returns:
        scenario, reference, place, year, measure (the parts, other, labour_demand), group, quantile, value, unit.

    Raises:
        UserError: if the two runs are not paired.
    """
    check_paired(forecast, reference)
    frames = [
        quantile_rows(values, forecast.years).assign(place=place, measure=name)
        for place in places
        for name, values in demand_changes(forecast, reference, place).items()
    ]
    table = pd.concat(frames, ignore_index=True)
    named = {"scenario": forecast.scenario.name, "reference": reference.scenario.name, "group": TOTAL, "unit": UNIT}
    columns = ["scenario", "reference", "place", "year", "measure", "group", "quantile", "value", "unit"]
    return table.assign(**named)[columns]


def demand_changes(forecast: Forecast, reference: Forecast, place: str) -> Mapping[str, Array]:
    """Parts of the difference in a place's labour demand, other, and the total: name -> (year, draw), jobs."""
    parts = {name: forecast.values(name, place) - reference.values(name, place) for name in DEMAND_PARTS}
    total = forecast.values(DEMAND, place) - reference.values(DEMAND, place)
    return {**parts, OTHER: total - np.sum(list(parts.values()), axis=0), DEMAND: total}


def filled_by(forecast: Forecast, reference: Forecast, place: str) -> Mapping[str, Array]:
    """The difference in a place's labour demand by who fills it, draw by draw.

    demand = employed residents + in-commuters - out-commuters + non-resident workers + unfilled jobs, and employed
    residents = labour force - unemployed; the labour force includes residents who entered it for work.

    Args:
        forecast: the scenario.
        reference: the scenario it is compared with; same seed, draws, years and places.
        place: code.

    Returns:
        FILLED_BY -> (year, draw), persons or jobs; they sum to the difference in demand in every draw.

    Raises:
        UserError: if the two runs are not paired.
    """
    check_paired(forecast, reference)

    def difference(measure: str) -> Array:
        return forecast.values(measure, place) - reference.values(measure, place)

    entered = difference("joined_labour_force")
    return {
        "unemployed": -difference("unemployed"),
        "participation": entered,
        "new_residents": difference("labour_force") - entered,
        "out_commuters": -difference("out_commuters"),
        **{name: difference(name) for name in ("in_commuters", "non_resident_workers", "unfilled_jobs")},
    }


def who_fills(forecast: Forecast, reference: Forecast, place: str, year: int) -> pd.DataFrame:
    """The parts of `filled_by` in one year and their total: step, mean, value (median), low, high (80 % interval).

    Args:
        forecast: the scenario.
        reference: the scenario it is compared with.
        place: code of a municipality or an area.
        year: forecast year.

    Returns:
        A row a step, the total last; the means sum to it.
    """
    index = forecast.years.index(year)
    steps = filled_by(forecast, reference, place)
    parts = {name: steps[name][index] for name in FILLED_BY}
    found = summarise_parts({**parts, DEMAND: np.sum(list(parts.values()), axis=0)}, UNIT)
    return found.rename(columns={"part": "step", "median": "value"})[["step", "mean", "value", "low", "high"]]


def corridor_value(forecast: Forecast, place: str = "region") -> pd.DataFrame:
    """Value of a common labour market: unfilled jobs if the places plan together, less those if each plans alone.

    Args:
        forecast: a run.
        place: code of the area that plans together.

    Returns:
        year, mean, value (median), low, high; jobs, zero or negative.
    """
    change = forecast.values("unfilled_jobs_pooled", place) - forecast.values("unfilled_jobs", place)
    found = summarise_parts({str(year): row for year, row in zip(forecast.years, change, strict=True)}, UNIT)
    found = found.assign(year=list(forecast.years)).rename(columns={"median": "value"})
    return found[["year", "mean", "value", "low", "high"]]
