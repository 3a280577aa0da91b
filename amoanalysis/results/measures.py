"""The measures of a forecast: names, units, groups."""

import numpy as np

from amoanalysis.models.jobs.labour_demand import SECTIONS
from amoanalysis.models.labour_force.education import LEVELS, UNKNOWN
from amoanalysis.models.labour_force.participation import AGE_GROUPS
from amoanalysis.models.population.cohort_component import summed_ages
from amoanalysis.models.statistics.draws import Array
from amoanalysis.models.tourism import MONTHS
from amoanalysis.results.forecast import Measure

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
    five = summed_ages(population, FIVE)
    both = five.sum(axis=2)
    broad = [both[..., low // FIVE : -(-high // FIVE)].sum(axis=-1) for low, high in BROAD_AGES.values()]
    return {
        "population": both.sum(axis=2)[..., None],
        "population_by_age": np.stack(broad, axis=-1),
        "population_by_sex_age": five.reshape(*five.shape[:2], -1),
    }
