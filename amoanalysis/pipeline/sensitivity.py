"""Sensitivity of outcomes to assumptions: first-order indices, and changes of one assumption at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from amoanalysis.config.assumptions import Assumption, list_assumptions
from amoanalysis.config.scenarios import Scenario
from amoanalysis.errors import UserError, unknown_name_error
from amoanalysis.models.statistics.draws import Array, Draws
from amoanalysis.models.statistics.scores import first_order_indices
from amoanalysis.pipeline.inputs.prepare import Inputs
from amoanalysis.pipeline.run import simulate
from amoanalysis.results.forecast import Forecast
from amoanalysis.results.measures import MEASURES

# Present facts that a survey of businesses, households or commuters could measure. The other assumptions are about the
# future (migration, growth, plans of companies) or the size of fluctuations.
SURVEYABLE = (
    "labour_force.hidden_reserve",
    "labour_force.summer_work",
    "jobs.visitor_share_of_trade",
    "tourism.nights.",
    "tourism.jobs_per_1000_nights.",
    "tourism.split.",
    "tourism.unregistered_nights_per_registered",
    "tourism.permanent_share",
    "tourism.season_length",
    "tourism.outside_share_of_seasonal",
    "tourism.nights_per_bed",
    "projects.contractors_per_own_employee",
    "projects.contractor_split.",
    "projects.headcount_per_person_year",
    "projects.local_share",
    "projects.neighbour_share",
    "projects.elsewhere_share",
    "multipliers.",
    "balance.out_commuters",
    "balance.participation",
    "balance.partners_per_mover",
    "balance.children_per_mover",
    "balance.outside_workers",
    "balance.reach",
    "balance.border_commuters",
)


def is_survey_question(path: str) -> bool:
    """Whether a survey made today could measure an assumption."""
    return path.startswith(SURVEYABLE)


def variance_shares(
    run: Forecast, assumptions: Sequence[Assumption], measures: Sequence[str], place: str, year: int
) -> pd.DataFrame:
    """First-order sensitivity indices: share of the variance of each outcome that each assumption explains alone.

    The scores of an assumption are those of the forecast: they are keyed by its name, so nothing is run again.

    Args:
        run: the forecast.
        assumptions: assumptions drawn by the forecast.
        measures: outcomes, not divided by groups.
        place: code of a municipality or an area.
        year: forecast year.

    Returns:
        Index path, a column for each measure; 0 to 1, up to a sampling error of about 1 / draws.
    """
    draws, index = Draws(run.seed, 0, run.n_draws), run.years.index(year)
    outcomes = np.stack([run.values(measure, place)[index] for measure in measures], axis=1)
    scores = np.stack([draws.score(assumption) for assumption in assumptions])
    return pd.DataFrame(
        first_order_indices(scores, outcomes),
        index=pd.Index([a.path for a in assumptions], name="path"),
        columns=[*measures],
    )


# Draws of a block, all copies together: a compromise between overhead and processor cache.
DRAWS_PER_RUN = 400
# Sections that have no effect in a scenario without events.
EVENT_SECTIONS = ("projects.", "multipliers.")


@dataclass(frozen=True)
class HeldDraws(Draws):
    """Copies of the first draws of a run with the same random numbers; in each copy one assumption is fixed.

    Attributes:
        held: for each copy the path of an assumption and its fixed value; an empty path fixes none.
    """

    held: tuple[tuple[str, float], ...] = (("", 0.0),)

    @property
    def draws_per_copy(self) -> int:
        """Number of draws in a copy."""
        return self.count // len(self.held)

    def normal(self, stream: str, shape: tuple[int, ...] = ()) -> Array:
        """Standard normal numbers of a named stream, the same in every copy: (copy x draw, *shape)."""
        once = Draws(self.seed, self.first, self.draws_per_copy).normal(stream, shape)
        return np.tile(once, (len(self.held), *[1] * len(shape)))

    def sample(self, assumption: Assumption) -> Array:
        """Draws of an assumption; its fixed value in the copies that fix it: (copy x draw,)."""
        values = super().sample(assumption).reshape(len(self.held), self.draws_per_copy)
        for copy, (path, value) in enumerate(self.held):
            if path == assumption.path:
                values[copy] = value
        return values.ravel()


@dataclass(frozen=True)
class AssumptionEffects:
    """A measure in one year, with each assumption fixed at the low and at the high end of its interval.

    Attributes:
        assumptions: the assumptions varied.
        codes: municipality codes.
        measure: name of the measure.
        parts: (part, 1 + 2 x assumption, draw, place): nothing fixed, then low and high of each assumption; one part,
            or numerator and denominator of a ratio.
    """

    assumptions: tuple[Assumption, ...]
    codes: tuple[str, ...]
    measure: str
    parts: Array

    def means(self, members: list[str]) -> Array:
        """Means over the draws for municipalities together: (1 + 2 x assumption,).

        Raises:
            UserError: if a municipality is unknown.
        """
        for code in members:
            if code not in self.codes:
                raise unknown_name_error("place", code, self.codes)
        sums = self.parts[..., [self.codes.index(code) for code in members]].sum(axis=-1)
        values = (
            sums[0] if len(sums) == 1 else np.divide(sums[0], sums[1], out=np.zeros_like(sums[0]), where=sums[1] > 0)
        )
        return np.asarray(values.mean(axis=1))

    def table(self, members: list[str]) -> pd.DataFrame:
        """Effects in municipalities together, the largest first: path, low, high, at_low, at_high.

        `at_low` and `at_high` are changes of the mean of the measure compared with no fixed assumption.
        """
        means = self.means(members)
        rows = pd.DataFrame(
            {
                "path": [a.path for a in self.assumptions],
                "low": [a.low for a in self.assumptions],
                "high": [a.high for a in self.assumptions],
                "at_low": means[1::2] - means[0],
                "at_high": means[2::2] - means[0],
            }
        )
        width = (rows["at_high"] - rows["at_low"]).abs()
        return rows.loc[width.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)


def compute_effects(
    inputs: Inputs, scenario: Scenario, measures: Sequence[str], year: int, draws: int = 100, seed: int = 2008
) -> dict[str, AssumptionEffects]:
    """Runs the models with one assumption at a time fixed at the low and at the high end of its interval.

    Multipliers depend on the planned size of a project, which stays unchanged.

    Args:
        inputs: prepared inputs.
        scenario: the scenario.
        measures: not divided by groups, or ratios; the models are run once for all of them.
        year: forecast year, the last that is run.
        draws: number of draws, the same in every run, so that sampling error cancels.
        seed: of the draws.

    Returns:
        By measure the effects in every municipality; assumptions without an interval, or not drawn, are left out.

    Raises:
        UserError: if a measure is unknown or divided by groups, or the year is before the forecast.
    """
    parts = {measure: _divide_ratio(measure) for measure in measures}
    names = tuple(dict.fromkeys(name for own in parts.values() for name in own))
    years = range(inputs.population.year + 1, year + 1)
    if not years or draws < 1:
        first = inputs.population.year + 1
        raise UserError(f"Sensitivity in {year} with {draws} draws: take {first} or a later year, and at least 1 draw.")
    varied = list_varied_assumptions(inputs, scenario, seed)
    held = [("", 0.0), *((a.path, end) for a in varied for end in (a.low, a.high))]
    blocks = [
        _run_to_last_year(inputs, scenario, HeldDraws(seed, 0, draws * len(some), some), years, names)
        for some in _split(held, max(1, DRAWS_PER_RUN // draws))
    ]
    copies = np.concatenate(blocks, axis=1).reshape(len(names), len(held), draws, -1)
    return {
        measure: AssumptionEffects(tuple(varied), inputs.codes, measure, copies[[names.index(name) for name in own]])
        for measure, own in parts.items()
    }


def _divide_ratio(measure: str) -> tuple[str, ...]:
    """The measure itself, or numerator and denominator of a ratio."""
    if measure not in MEASURES:
        raise unknown_name_error("measure", measure, MEASURES)
    known = MEASURES[measure]
    if len(known.groups) > 1:
        raise UserError(f"The measure '{measure}' is divided by groups: take one that is not.")
    return known.over or (measure,)


def list_varied_assumptions(inputs: Inputs, scenario: Scenario, seed: int = 2008) -> list[Assumption]:
    """Assumptions of a scenario that have an interval and are drawn in a run."""
    drawn = _RecordingDraws(seed, 0, 1)
    first = inputs.population.year + 1
    for _ in simulate(inputs, scenario.assumptions, drawn, range(first, first + 1)):
        pass
    idle = () if scenario.assumptions.events else EVENT_SECTIONS
    return [
        a
        for a in list_assumptions(scenario.assumptions)
        if a.low < a.high and a.path in drawn.paths and not a.path.startswith(idle)
    ]


@dataclass(frozen=True)
class _RecordingDraws(Draws):
    """Records which assumptions are drawn."""

    paths: set[str] = field(default_factory=set)

    def sample(self, assumption: Assumption) -> Array:
        self.paths.add(assumption.path)
        return super().sample(assumption)


def _run_to_last_year(
    inputs: Inputs, scenario: Scenario, draws: HeldDraws, years: range, names: tuple[str, ...]
) -> Array:
    """The measures in the last of the years: (part, copy x draw, place)."""
    last: dict[str, Array] = {}
    for values in simulate(inputs, scenario.assumptions, draws, years):
        last = values
    return np.stack([last[name][..., 0] for name in names])


def _split(held: list[tuple[str, float]], size: int) -> list[tuple[tuple[str, float], ...]]:
    return [tuple(held[start : start + size]) for start in range(0, len(held), size)]
