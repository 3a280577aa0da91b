"""Labour need by industry, before it is asked who fills it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from amoanalysis.models.draws import Array

# TOL 2008 sections; T, U and X (households, extraterritorial bodies, unknown) stand together.
SECTIONS = (*"ABCDEFGHIJKLMNOPQRS", "TUX")
# Education serves these ages (first, last), care an age-weighted number, the others everybody.
SCHOOL_AGES = (6, 18)
EDUCATION, CARE = "P", "Q"
DRIVER_OF_SECTION = np.array([{EDUCATION: 1, CARE: 2}.get(section, 0) for section in SECTIONS])
TRADE = "G"
CONSTRUCTION = "F"
EXPORT_BASE = ("A", "B", "C")
TOURISM = ("I", "N", "R")
# Care need is estimated for these ages: below 65, 65-74, 75 and over.
CARE_AGES = (0, 65, 75, 101)
# Where a municipality has a central hospital its care jobs serve its neighbours too, so larger places are left out.
CARE_LARGEST_PLACE = 12_000


@dataclass(frozen=True)
class JobsBase:
    """Where the labour need starts from.

    Attributes:
        jobs: (place, section), jobs in the jump-off year.
        trend: (place, section), yearly log growth of the need beyond that of the people served.
        trend_error: (place, section), standard error of the trend.
        care_weights: (age,), care jobs per person, ages 0-100.
    """

    jobs: Array
    trend: Array
    trend_error: Array
    care_weights: Array


def industry_shares(table: pd.DataFrame, places: list[str]) -> Array:
    """Share of each section in the jobs of a place, newest complete year.

    Args:
        table: jobs_by_industry.
        places: municipality codes.

    Returns:
        (place, section), each row sums to 1.

    Source: Statistics Finland, Paavo 2020 (tyokay), year 2017.
    """
    counts = _complete_counts(table).reindex(places).fillna(0.0).to_numpy(dtype=np.float64)
    return counts / counts.sum(axis=1, keepdims=True)


def area_jobs(table: pd.DataFrame, members: list[str]) -> Array:
    """Jobs of an area by section, newest complete year: (section,); all places where no member is named."""
    counts = _complete_counts(table)
    inside = counts.reindex([code for code in members if code in counts.index]) if members else counts
    return inside.fillna(0.0).to_numpy(dtype=np.float64).sum(axis=0)


def _complete_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Jobs of the newest complete year: index place, columns sections."""
    complete = table[table["completeness"] == "complete"]
    rows = complete[(complete["year"] == complete["year"].max()) & (complete["industry"] != "TOTAL")]
    section = rows["industry"].where(~rows["industry"].isin(["T", "U", "X"]), "TUX")
    wide = rows.assign(section=section).pivot_table(index="place", columns="section", values="jobs", aggfunc="sum")
    return wide.reindex(columns=list(SECTIONS))


def national_trend(employed: pd.DataFrame, population: pd.Series) -> Array:
    """Yearly log growth of Finland's employment by section beyond that of its people.

    Sections that the survey publishes together share a trend. Mining is published with agriculture and says nothing
    about ore: its trend is zero, its jobs come and go by project.

    Args:
        employed: table employed_by_industry_and_age; the rows of all ages 15-64 are used.
        population: Finland's population by year.

    Returns:
        (section,), log points a year.

    Source: Statistics Finland, Labour Force Survey (tyti), years 2012-2017.
    """
    rows = employed[employed["age_group"] == "15-64"]
    wide = rows.pivot(index="industry", columns="year", values="employed")
    first, last = int(rows["year"].min()), int(rows["year"].max())
    growth = np.log(wide[last] / wide[first]) - np.log(population[last] / population[first])
    growth = growth / (last - first)
    trend = np.zeros(len(SECTIONS))
    for label, value in growth.dropna().items():
        for section in _sections_of(str(label)):
            trend[SECTIONS.index(section)] = value
    trend[SECTIONS.index("B")] = 0.0
    return trend


def care_weights(jobs: pd.DataFrame, population: pd.DataFrame) -> Array:
    """Care jobs that a person of each age gives rise to, from the small municipalities of the reference area.

    Non-negative least squares of care jobs on people below 65, 65-74 and 75 and over, each place weighted by the
    inverse root of its size.

    Args:
        jobs: table jobs_by_industry.
        population: table population_by_age_sex.

    Returns:
        (age,), jobs per person, ages 0-100; proportional weights are all that matters.

    Source: Statistics Finland, Paavo 2020 (jobs 2017) and 11re (population 2018).
    """
    complete = jobs[(jobs["industry"] == CARE) & (jobs["completeness"] == "complete")]
    care = complete[complete["year"] == complete["year"].max()].set_index("place")["jobs"].astype(float)
    people = population[(population["year"] == population["year"].min()) | population["place"].isin(care.index)]
    people = people[people["place"].isin(care.index)]
    people = people[people["year"] == people["year"].min()]
    group = pd.cut(people["age"], CARE_AGES, right=False, labels=False)
    wide = people.assign(group=group).pivot_table(index="place", columns="group", values="population", aggfunc="sum")
    size = wide.sum(axis=1)
    small = wide[size <= CARE_LARGEST_PLACE]
    scale = 1 / np.sqrt(small.sum(axis=1))
    weights, _ = nnls(small.mul(scale, axis=0).to_numpy(dtype=float), (care[small.index] * scale).to_numpy(dtype=float))
    by_age = np.repeat(weights, np.diff(CARE_AGES))
    return np.asarray(by_age, dtype=np.float64)


def people_served(population: Array, base_population: Array, weights: Array) -> Array:
    """People whom services, schools and care serve, relative to the jump-off year.

    Args:
        population: (draw, place, sex, age), persons.
        base_population: (place, sex, age), persons in the jump-off year.
        weights: (driver, age), how much a person of an age counts for everybody's services, schools and care (see
            `service_weights`).

    Returns:
        (draw, place, driver), 1 in the jump-off year.
    """
    draws, places, sexes, _ = population.shape
    now = population.reshape(draws, places, -1) @ np.tile(weights, sexes).T
    then = base_population.sum(axis=1) @ weights.T
    return np.asarray(now / np.maximum(then, 1e-9)[None], dtype=np.float64)


def service_weights(care: Array) -> Array:
    """How much a person of each age counts for everybody's services, for schools and for care.

    Args:
        care: (age,), care jobs per person.

    Returns:
        (driver, age), drivers in the order of `DRIVER_OF_SECTION`.
    """
    everybody, school = np.ones_like(care), np.zeros_like(care)
    school[SCHOOL_AGES[0] : SCHOOL_AGES[1] + 1] = 1.0
    return np.stack([everybody, school, care])


def _sections_of(label: str) -> list[str]:
    """Sections that a label of the survey covers: "K+L" or "S+T+U"; none for the total."""
    letters = ["TUX" if letter in "TU" else letter for letter in label.split("+")]
    return [letter for letter in dict.fromkeys(letters) if letter in SECTIONS]
