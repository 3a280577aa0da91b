"""Schemas of the tables on population, births, deaths and migration."""

from amoanalysis.data.schemas.table_schema import (
    AGE,
    PLACE,
    SEX,
    SEXES_AND_TOTAL,
    YEAR,
    Column,
    TableSchema,
    count_column,
    number_column,
    text_column,
)

EDUCATION = ("basic", "upper_secondary", "lower_tertiary", "higher_tertiary", "total")
VINTAGE = Column("vintage", "year in which the projection was made", "integer", low=1900, high=2100)

POPULATION = (
    TableSchema(
        "population",
        "Population on 31 December: total and of working age",
        (
            PLACE,
            YEAR,
            count_column("population", "residents"),
            count_column("population_15_64", "residents aged 15-64; empty where not published", gaps=True),
        ),
        ("place", "year"),
    ),
    TableSchema(
        "population_by_age_sex",
        "Population on 31 December by sex and single age; 100 means 100 and over",
        (PLACE, YEAR, SEX, AGE, count_column("population", "residents")),
        ("place", "year", "sex", "age"),
    ),
    TableSchema(
        "population_by_age_group",
        "Population by age group, summed from postal-code areas",
        (
            PLACE,
            YEAR,
            text_column("age_group", "age group, both sexes", pattern=r"\d+-\d+|\d+\+"),
            count_column("population", "residents of the postal-code areas; small areas are suppressed"),
            count_column("population_all_ages", "all residents of the same areas"),
        ),
        ("place", "year", "age_group"),
    ),
    TableSchema(
        "mortality",
        "Death rates by sex and single age",
        (PLACE, YEAR, SEX, AGE, number_column("death_rate", "deaths per person-year", "1/year", high=2)),
        ("place", "year", "sex", "age"),
    ),
    TableSchema(
        "life_expectancy",
        "Life expectancy at birth",
        (PLACE, YEAR, SEX, number_column("life_expectancy", "life expectancy at birth", "years", high=120)),
        ("place", "year", "sex"),
    ),
    TableSchema(
        "total_fertility_rate",
        "Total fertility rate",
        (
            PLACE,
            YEAR,
            number_column("total_fertility_rate", "children per woman at the year's rates", "children", high=12),
        ),
        ("place", "year"),
    ),
    TableSchema(
        "fertility_age_pattern",
        "Distribution of the total fertility rate over the mother's age",
        (PLACE, YEAR, AGE, number_column("share_percent", "share of the total fertility rate", "%", high=100)),
        ("place", "year", "age"),
    ),
    TableSchema(
        "net_migration_by_age",
        "Net migration by sex and single age: between municipalities and from abroad",
        (
            PLACE,
            YEAR,
            SEX,
            AGE,
            number_column("net_migration", "in-migration minus out-migration", "persons", low=None),
        ),
        ("place", "year", "sex", "age"),
    ),
    TableSchema(
        "internal_migration",
        "Internal migration: moves between municipalities of Finland",
        (PLACE, YEAR, count_column("in_migration", "in-migrants"), count_column("out_migration", "out-migrants")),
        ("place", "year"),
    ),
    TableSchema(
        "migration_flows",
        "Migration flows between a municipality and every other one in Finland; no row means no migrants",
        (
            PLACE,
            text_column("partner", "code of the other municipality, in the division of 2019", pattern=r"\d{3}"),
            text_column(
                "direction", "in: from the partner to the place; out: from the place to the partner", "in", "out"
            ),
            YEAR,
            count_column("migrants", "migrants", low=1),
        ),
        ("place", "partner", "direction", "year"),
    ),
    TableSchema(
        "municipalities",
        "The municipalities of Finland in the division of 2019: names, areas, centres and size",
        (
            text_column("place", "code of the municipality", pattern=r"\d{3,8}"),
            text_column("name", "name in Finnish"),
            text_column("name_sv", "name in Swedish"),
            text_column("region_code", "code of the region (maakunta)", pattern=r"\d{2}"),
            text_column("region", "name of the region"),
            text_column("subregion", "name of the sub-region (seutukunta)"),
            number_column("lon", "longitude of the centre, WGS84", "degrees", low=19, high=32, gaps=True),
            number_column("lat", "latitude of the centre, WGS84", "degrees", low=59, high=71, gaps=True),
            text_column("centre", "kind of point", "central locality", "point inside the boundary"),
            count_column("population_2000", "residents on 31 December 2000", gaps=True),
            count_column("population_2010", "residents on 31 December 2010", gaps=True),
            count_column("population_2018", "residents on 31 December 2018", gaps=True),
        ),
        ("place",),
    ),
    TableSchema(
        "official_projection",
        "Population projections of Statistics Finland by age",
        (
            VINTAGE,
            PLACE,
            YEAR,
            Column("sex", "f women, m men, total both", "text", allowed=SEXES_AND_TOTAL),
            AGE,
            count_column("population", "residents on 31 December"),
        ),
        ("vintage", "place", "year", "sex", "age"),
    ),
    TableSchema(
        "swedish_neighbours",
        "Population of the Swedish municipalities across the river on 31 December",
        (
            text_column("municipality", "name of the municipality"),
            YEAR,
            SEX,
            AGE,
            count_column("population", "residents"),
        ),
        ("municipality", "year", "sex", "age"),
    ),
    TableSchema(
        "residents_by_education",
        "Residents aged 15 and over by level of education on 31 December",
        (
            PLACE,
            YEAR,
            text_column("education", "level of education; total is a row of its own, not to be added", *EDUCATION),
            count_column("persons", "residents aged 15 and over"),
        ),
        ("place", "year", "education"),
    ),
    TableSchema(
        "municipal_profile",
        "Degrees, households, dwellings, incomes and main activity of the residents",
        (
            PLACE,
            YEAR,
            text_column("indicator", "indicator, in persons unless the name says households, dwellings, size or eur"),
            number_column("value", "value of the indicator", "as the indicator says"),
        ),
        ("place", "year", "indicator"),
    ),
)
