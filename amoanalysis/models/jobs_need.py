"""Labour need of a year as a function of its people: trends, and what services follow."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from amoanalysis.assumptions import JobsAssumptions
from amoanalysis.models.draws import Array, Draws, persistent
from amoanalysis.models.jobs import CONSTRUCTION, DRIVER_OF_SECTION, EXPORT_BASE, SECTIONS, TOURISM, TRADE, JobsBase

# What drives the need of a section: the three kinds of people served, everybody's building, or neither.
GROUPS = ("services", "schools", "care", "building", "none")
GROUP_OF_SECTION = np.array(
    [
        GROUPS.index("building")
        if section == CONSTRUCTION
        else GROUPS.index("none")
        if section in (*EXPORT_BASE, *TOURISM)
        else int(driver)
        for section, driver in zip(SECTIONS, DRIVER_OF_SECTION, strict=True)
    ]
)
# Sections ordered by group, and where each group begins: sums that do not depend on how many draws stand beside.
_BY_GROUP = np.argsort(GROUP_OF_SECTION, kind="stable")
_FIRST_OF_GROUP = np.searchsorted(GROUP_OF_SECTION[_BY_GROUP], np.arange(len(GROUPS)))
# Position of the people served by each group but the last, which has none.
DRIVER_OF_GROUP = np.array([0, 1, 2, 0])


@dataclass(frozen=True)
class NeedPaths:
    """What the labour need is drawn with, for all years.

    Attributes:
        trend: (year, draw, place, section), log growth since the jump-off year that no driver explains.
        population_elasticity: (draw,).
        construction_elasticity: (draw,).
        visitor_share_of_trade: (draw,).
    """

    trend: Array
    population_elasticity: Array
    construction_elasticity: Array
    visitor_share_of_trade: Array


def need_paths(base: JobsBase, assumptions: JobsAssumptions, draws: Draws, jump_off: int, years: range) -> NeedPaths:
    """Draws trends and shocks of the labour need.

    trend[t] = carried (trend + error) damped years + shock of the place[t]

    Args:
        base: jobs, trends and their errors.
        assumptions: how far trends carry, how fast they fade, how long shocks last.
        draws: block of draws.
        jump_off: year of `base`.
        years: forecast years.

    Returns:
        The paths; zero growth in the jump-off year.
    """
    carried = draws.sample(assumptions.trend_carried)[:, None, None]
    growth = carried * (base.trend + base.trend_error * draws.normal("jobs:trend", base.jobs.shape))
    steps = np.array([year - jump_off for year in years], dtype=np.float64)
    damping = draws.sample(assumptions.trend_damping)[:, None]
    damped = (1 - damping ** steps[None]) / np.maximum(1 - damping, 1e-9)
    persistence, spread = draws.sample(assumptions.persistence), draws.sample(assumptions.shock)
    shock = persistent(draws, "jobs:place", years, base.jobs.shape[0], persistence, spread)
    return NeedPaths(
        trend=damped.T[:, :, None, None] * growth[None] + shock[..., None],
        population_elasticity=draws.sample(assumptions.population_elasticity),
        construction_elasticity=draws.sample(assumptions.construction_elasticity),
        visitor_share_of_trade=draws.sample(assumptions.visitor_share_of_trade),
    )


@dataclass(frozen=True)
class NeedOfYear:
    """The labour need of a year before it is known how many people there are.

    Attributes:
        grown: (draw, place, section), jobs in the jump-off year times the trend.
        elasticity: (draw, 1, group), of the need on the people served, the groups but the last, which follows nobody.
        visitors: (draw, place), part of trade that visitors keep up, times the growth of their nights.
        residents: (draw, 1), part of trade that residents keep up.
    """

    grown: Array
    elasticity: Array
    visitors: Array
    residents: Array


def need_of_year(base: JobsBase, paths: NeedPaths, index: int, nights_growth: Array) -> NeedOfYear:
    """What the labour need of a year is made of, apart from its people.

    Args:
        base: jobs in the jump-off year.
        paths: drawn trends.
        index: which forecast year.
        nights_growth: (draw, place), overnight stays relative to the jump-off year; 1 where there are none.

    Returns:
        The parts; see `need_by_section` and `need_total`.
    """
    services, building = paths.population_elasticity, paths.construction_elasticity
    elasticity = np.stack([services, services, services, building], axis=1)
    visitors = paths.visitor_share_of_trade[:, None]
    return NeedOfYear(
        base.jobs[None] * np.exp(paths.trend[index]), elasticity[:, None], visitors * nights_growth, 1 - visitors
    )


def need_by_section(year: NeedOfYear, served: Array) -> Array:
    """Jobs needed by section without projects and without the growth of tourism's own sections.

    need = jobs in the jump-off year x exp(trend) x (people served relative to the jump-off year) ^ elasticity

    Args:
        year: trends and visitors.
        served: (draw, place, driver), people served relative to the jump-off year (see `people_served`).

    Returns:
        (draw, place, section), jobs.
    """
    driven = _growth(year, served)
    growth = np.concatenate([driven, np.ones_like(driven[..., :1])], axis=2)[..., GROUP_OF_SECTION]
    trade = SECTIONS.index(TRADE)
    growth[..., trade] = year.residents * growth[..., trade] + year.visitors
    return np.asarray(year.grown * growth, dtype=np.float64)


def need_total(year: NeedOfYear) -> Callable[[Array], Array]:
    """The sum over sections as a function of the people served; what does not depend on them is summed once.

    Args:
        year: trends and visitors.

    Returns:
        (draw, place, driver), as in `need_by_section` -> (draw, place), jobs.
    """
    trade = SECTIONS.index(TRADE)
    grown = year.grown.copy()
    from_visitors = grown[..., trade] * year.visitors
    grown[..., trade] *= year.residents
    by_group = np.add.reduceat(grown[..., _BY_GROUP], _FIRST_OF_GROUP, axis=2)
    driven, fixed = by_group[..., :-1], by_group[..., -1] + from_visitors

    def total(served: Array) -> Array:
        return np.asarray(np.vecdot(driven, _growth(year, served)) + fixed, dtype=np.float64)

    return total


def _growth(year: NeedOfYear, served: Array) -> Array:
    """(draw, place, group but the last), growth of the need by what drives it."""
    logs = np.log(np.maximum(served, 1e-9))
    return np.asarray(np.exp(year.elasticity * logs[..., DRIVER_OF_GROUP]), dtype=np.float64)
