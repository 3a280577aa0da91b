"""The measures of a forecast: names, units, groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.labour_force.education import LEVELS, UNKNOWN
from amoanalysis.models.labour_force.participation import AGE_GROUPS
from amoanalysis.models.statistics.draws import Array
from amoanalysis.models.tourism import MONTHS

TOTAL = "total"


@dataclass(frozen=True)
class Measure:
    """An output of the forecast.

    Attributes:
        name: as in tables, charts and docs.
        unit: unit of its values.
        groups: groups that it is divided into; ("total",) where it is not divided.
        over: for a ratio, its numerator and denominator; an area divides the sums of its municipalities.
        dimension: what the groups are, the name of their dimension in `Forecast.dataset`.
    """

    name: str
    unit: str
    groups: tuple[str, ...] = (TOTAL,)
    over: tuple[str, str] | None = None
    dimension: str = TOTAL


class Probability(float):
    """A share of draws that says whether the draws are calibrated by the back-test.

    Attributes:
        calibrated: whether it agrees with the published, calibrated intervals.
        n_draws: number of draws that it is counted over.
    """

    calibrated: bool
    n_draws: int

    def __new__(cls, value: float, calibrated: bool, n_draws: int) -> Probability:
        """A probability of 0 to 1."""
        found = super().__new__(cls, value)
        found.calibrated, found.n_draws = calibrated, n_draws
        return found

    def __repr__(self) -> str:
        """The number, and a note where it is not calibrated."""
        return f"{float(self):.3g}" if self.calibrated else f"{float(self):.3g} (not calibrated by the back-test)"


BROAD_AGES = {"0-14": (0, 15), "15-64": (15, 65), "65-": (65, 101)}
FIVE = 5
FIVE_YEARS = tuple(
    f"{sex} {low:02d}-{low + 4:02d}" if low < 100 else f"{sex} 100-" for sex in "fm" for low in range(0, 101, FIVE)
)
LABOUR_AGES = tuple(f"{sex} {group}" for sex in "fm" for group in AGE_GROUPS)
MONTH_NAMES = tuple(f"{month:02d}" for month in range(1, MONTHS + 1))

MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure("population", "persons"),
        Measure("population_by_age", "persons", tuple(BROAD_AGES), dimension="age"),
        Measure("population_by_sex_age", "persons", FIVE_YEARS, dimension="sex_age"),
        Measure("births", "persons a year"),
        Measure("deaths", "persons a year"),
        Measure("in_migration", "persons a year"),
        Measure("out_migration", "persons a year"),
        Measure("net_foreign_migration", "persons a year"),
        Measure("labour_force", "persons"),
        Measure("labour_force_by_sex_age", "persons", LABOUR_AGES, dimension="labour_sex_age"),
        Measure("labour_force_by_month", "persons", MONTH_NAMES, dimension="month"),
        Measure("employed_residents", "persons"),
        Measure("employed_by_education", "persons", (*LEVELS, UNKNOWN), dimension="education"),
        Measure("joined_labour_force", "persons"),
        Measure("unemployed", "persons"),
        Measure("unemployed_by_month", "persons", MONTH_NAMES, dimension="month"),
        Measure("unemployed_mean", "persons"),
        Measure("in_commuters", "persons"),
        Measure("in_commuters_from_region", "persons"),
        Measure("out_commuters", "persons"),
        Measure("out_commuters_to_region", "persons"),
        Measure("non_resident_workers", "persons"),
        Measure("labour_demand", "jobs"),
        Measure("jobs", "jobs"),
        Measure("jobs_by_industry", "jobs", SECTIONS, dimension="industry"),
        Measure("unfilled_jobs", "jobs"),
        Measure("unfilled_jobs_pooled", "jobs"),
        Measure("movers", "persons a year"),
        Measure("settled_workers", "persons"),
        Measure("tourism_nights", "nights a year"),
        Measure("tourism_jobs", "person-years"),
        Measure("construction_jobs", "jobs"),
        Measure("project_own_jobs", "jobs"),
        Measure("project_contractor_jobs", "jobs"),
        Measure("project_jobs", "jobs"),
        Measure("project_person_years", "person-years"),
        Measure("indirect_jobs", "jobs"),
        Measure("induced_jobs", "jobs"),
        Measure("unemployment_rate", "share of the labour force", over=("unemployed", "labour_force")),
        Measure("jobs_per_employed_resident", "1", over=("jobs", "employed_residents")),
    )
}


def people_by_group(population: Array) -> dict[str, Array]:
    """Totals, broad ages and five-year groups of a population.

    Args:
        population: (draw, place, sex, age), persons, ages 0-100.

    Returns:
        Name of measure -> (draw, place, group).
    """
    five = np.add.reduceat(population, range(0, population.shape[-1], FIVE), axis=-1)
    both = five.sum(axis=2)
    broad = [both[..., low // FIVE : -(-high // FIVE)].sum(axis=-1) for low, high in BROAD_AGES.values()]
    return {
        "population": both.sum(axis=2)[..., None],
        "population_by_age": np.stack(broad, axis=-1),
        "population_by_sex_age": five.reshape(*five.shape[:2], -1),
    }
