"""Schemas of the tables on employment, unemployment, vacancies and retirement."""

from amoanalysis.data.schemas.population import EDUCATION
from amoanalysis.data.schemas.table_schema import (
    MONTHS,
    PERIOD,
    PLACE,
    SEXES_AND_TOTAL,
    YEAR,
    Column,
    TableSchema,
    count_column,
    number_column,
    text_column,
)

WORKING_AGES = ("0-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+", "total")
SECTIONS = (*"ABCDEFGHIJKLMNOPQRSTUX", "TOTAL")
MERGED_SECTIONS = ("A+B", "C", "D+E", "F", "G", "H", "I", "J", "K+L", "M", "N", "O", "P", "Q", "R", "S+T+U", "TOTAL")
KEY_FIGURES = (
    "age_0_14_percent",
    "age_15_64_percent",
    "age_65_over_percent",
    "economic_dependency_ratio",
    "employed_residents",
    "employment_rate_percent",
    "foreign_citizens_percent",
    "job_self_sufficiency_percent",
    "jobs",
    "natural_increase",
    "net_internal_migration",
    "pensioners_percent",
    "population",
    "primary_jobs_percent",
    "secondary_jobs_percent",
    "secondary_or_higher_degree_percent",
    "service_jobs_percent",
    "tertiary_degree_percent",
    "unemployment_rate_percent",
    "works_in_home_municipality_percent",
)
LABOUR_FORCE = ("population", "labour_force", "employed", "unemployed", "participation_rate", "employment_rate")

SEX_OR_TOTAL = Column("sex", "f women, m men, total both", "text", allowed=SEXES_AND_TOTAL)
SOURCE = (
    text_column("source_title", "publication of the figure"),
    text_column("source_url", "address of the publication", gaps=True),
    text_column(
        "confidence",
        "read in the source, read in a copy of it, or derived by arithmetic",
        "read",
        "read-mirror",
        "derived",
    ),
)


def _employment(name: str, title: str, home: str) -> TableSchema:
    return TableSchema(
        name,
        title,
        (
            PLACE,
            YEAR,
            text_column(
                "commuting",
                f"{home}; total is a row of its own, not to be added",
                "lives_and_works_in_place",
                home,
                "total",
            ),
            text_column("education", "level of education; total is a row of its own, not to be added", *EDUCATION),
            text_column("age_group", "age group; total is a row of its own, not to be added", *WORKING_AGES),
            count_column("persons", "employed persons, last week of December"),
        ),
        ("place", "year", "commuting", "education", "age_group"),
    )


LABOUR_MARKET = (
    _employment("employed_residents", "Employed persons by place of residence", "out_commuter"),
    _employment("jobs_by_workplace", "Jobs: employed persons by place of work", "in_commuter"),
    TableSchema(
        "jobs_by_industry",
        "Jobs by section of TOL 2008",
        (
            PLACE,
            YEAR,
            text_column(
                "industry", "section of TOL 2008; X unknown; TOTAL is a row of its own, not to be added", *SECTIONS
            ),
            count_column("jobs", "employed persons by place of work, last week of December", "jobs"),
            text_column(
                "completeness",
                "complete: the municipality's own figure; postal_sum: sum over postal-code areas, too low",
                "complete",
                "postal_sum",
            ),
        ),
        ("place", "year", "industry"),
    ),
    TableSchema(
        "labour_market_monthly",
        "Labour force, unemployed jobseekers and open vacancies at the end of the month",
        (
            PLACE,
            MONTHS,
            count_column("labour_force", "labour force, an annual figure that is published with a lag"),
            count_column(
                "unemployed_jobseekers", "unemployed jobseekers; empty (1-4 suppressed) is not zero", gaps=True
            ),
            count_column(
                "open_vacancies", "open vacancies; empty (1-4 suppressed) is not zero", "vacancies", gaps=True
            ),
        ),
        ("place", "month"),
    ),
    TableSchema(
        "vacancy_flows_monthly",
        "Vacancies in the month: all, new and filled, and how long they were open",
        (
            PLACE,
            MONTHS,
            count_column(
                "vacancies", "vacancies open during the month; empty where suppressed", "vacancies", gaps=True
            ),
            count_column("new_vacancies", "vacancies opened; empty where suppressed", "vacancies", gaps=True),
            count_column("filled_vacancies", "vacancies filled; empty where suppressed", "vacancies", gaps=True),
            number_column("mean_days_open", "mean days that filled vacancies were open", "days", gaps=True),
        ),
        ("place", "month"),
    ),
    TableSchema(
        "jobseekers_by_occupation",
        "Unemployed jobseekers and open vacancies by occupation, mean of the year's months",
        (
            PLACE,
            YEAR,
            text_column(
                "occupation_isco", "ISCO-08, four digits; X and three digits if unspecified; TOTAL is not to be added"
            ),
            number_column(
                "unemployed_jobseekers", "unemployed jobseekers; empty where suppressed", "persons", gaps=True
            ),
            number_column("open_vacancies", "open vacancies; empty where suppressed", "vacancies", gaps=True),
        ),
        ("place", "year", "occupation_isco"),
    ),
    TableSchema(
        "key_figures",
        "Key figures of municipalities",
        (
            PLACE,
            YEAR,
            text_column(
                "indicator", "_percent in %, the dependency ratio per 100, the rest persons or jobs", *KEY_FIGURES
            ),
            number_column("value", "value of the indicator", "as the indicator says", low=None),
        ),
        ("place", "year", "indicator"),
    ),
    TableSchema(
        "labour_force_by_age",
        "Population, labour force, employment and participation by sex and age",
        (
            PLACE,
            Column("period", "the year, or the month of a monthly figure", "text", pattern=PERIOD),
            YEAR,
            SEX_OR_TOTAL,
            text_column("age_group", "age group; groups overlap", pattern=r"\d\d-\d\d"),
            text_column("indicator", "indicator", *LABOUR_FORCE),
            number_column("value", "value of the indicator", "see unit"),
            text_column("unit", "unit of the value", "thousand persons", "%"),
            *SOURCE,
        ),
        ("place", "period", "sex", "age_group", "indicator"),
    ),
    TableSchema(
        "employed_by_industry_and_age",
        "Employed persons by industry and age",
        (
            PLACE,
            YEAR,
            text_column("industry", "sections of TOL 2008, some combined; TOTAL is not to be added", *MERGED_SECTIONS),
            text_column("age_group", "age group; groups overlap", pattern=r"\d\d-\d\d"),
            count_column("employed", "employed persons, rounded to thousands", "thousand persons"),
            *SOURCE,
        ),
        ("place", "year", "industry", "age_group"),
    ),
    TableSchema(
        "retirement_age",
        "Expected effective retirement age",
        (
            PLACE,
            YEAR,
            Column("from_age", "age from which the expectancy is computed", "integer", "years", low=15, high=70),
            SEX_OR_TOTAL,
            number_column("value", "expected effective retirement age", "years", high=80, gaps=True),
            number_column("low", "lower bound, if the source gives one", "years", high=80, gaps=True),
            number_column("high", "upper bound, if the source gives one", "years", high=80, gaps=True),
            text_column("note", "remarks of the source", gaps=True),
            *SOURCE,
        ),
        ("place", "year", "from_age", "sex"),
    ),
)
