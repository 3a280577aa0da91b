"""Schemas of the tables on industries, occupations, tourism, sites, training and back-tests."""

from amoanalysis.data.schemas.labour_market import SOURCE
from amoanalysis.data.schemas.table_schema import (
    MONTHS,
    PERIOD,
    PLACE,
    YEAR,
    Column,
    TableSchema,
    count_column,
    number_column,
    text_column,
)

MATRICES = ("domestic", "regional_imports", "foreign_imports")
SITES = ("mine", "deposit", "resort", "airport", "centre", "village", "station")

ECONOMY = (
    TableSchema(
        "employed_by_industry_and_occupation",
        "Employed persons in Finland by industry and occupation group, 2014",
        (
            text_column("industry", "code of TOL 2008 at any level; each person is counted once, so sum by prefix"),
            text_column("occupation", "Mitenna group, as in concordances/mitenna_groups.csv"),
            count_column("employed", "employed persons"),
        ),
        ("industry", "occupation"),
    ),
    TableSchema(
        "input_output_2014",
        "Input-output table of Lapland at basic prices, 2014; cells of zero are left out",
        (
            text_column("area", "area of the table", "MK19"),
            text_column("matrix", "origin of the products", *MATRICES),
            text_column("product", "row: product or account, as in concordances/io_industries.csv and io_rows.csv"),
            text_column("user", "column: industry or final use, as in concordances/io_industries.csv and io_rows.csv"),
            number_column("value_meur", "value", "M EUR", low=None),
        ),
        ("area", "matrix", "product", "user"),
    ),
    TableSchema(
        "airport_passengers",
        "Passengers of airports",
        (
            text_column("airport", "IATA code of the airport", pattern="[A-Z]{3}"),
            YEAR,
            count_column("domestic", "passengers of domestic flights", gaps=True),
            count_column("international", "passengers of international flights", gaps=True),
            count_column("total", "passengers", gaps=True),
            text_column("source", "address of the publication"),
            text_column("note", "remarks of the source", gaps=True),
        ),
        ("airport", "year"),
    ),
    TableSchema(
        "accommodation_monthly",
        "Registered overnight stays and capacity by month",
        (
            PLACE,
            MONTHS,
            count_column("nights", "registered nights; empty if too few establishments respond", "nights", gaps=True),
            count_column("establishments", "establishments open at the end of the month", "establishments", gaps=True),
            count_column("beds", "beds in these establishments", "beds", gaps=True),
            number_column(
                "room_occupancy_percent", "occupied rooms, share of available rooms", "%", high=100, gaps=True
            ),
        ),
        ("place", "month"),
    ),
    TableSchema(
        "sites",
        "Mines, resorts, airports and other sites on the map",
        (
            text_column("site", "name of the site"),
            number_column("lon", "longitude, WGS84", "degrees", low=19, high=32),
            number_column("lat", "latitude, WGS84", "degrees", low=59, high=71),
            text_column("kind", "kind of site", *SITES),
            text_column("confidence", "read in the source, or placed by hand to 1-2 km", "read", "approximate"),
            text_column("source_title", "source of the location"),
        ),
        ("site",),
    ),
)


COLUMNS = (
    text_column("place_name", "the place or project, as the source names it"),
    Column("place", "code of the place, if it has one", "place", gaps=True),
    text_column("period", "year, month, or first/last; empty if the source gives none", pattern=PERIOD, gaps=True),
    text_column("indicator", "indicator"),
    number_column("value", "value; empty if the source gives only bounds or words", "see unit", low=None, gaps=True),
    number_column("low", "lower bound, if the source gives one", "see unit", low=None, gaps=True),
    number_column("high", "upper bound, if the source gives one", "see unit", low=None, gaps=True),
    text_column("unit", "unit of value, low and high; text if the fact is in words, which are then in note", gaps=True),
    text_column("note", "remarks of the source", gaps=True),
    *SOURCE,
)


def _figures(name: str, title: str) -> TableSchema:
    return TableSchema(name, title, COLUMNS, ("place_name", "period", "indicator", "source_title"))


SINGLE_FIGURES = (
    _figures("tourism", "Tourism: overnight stays, beds, occupancy, prices, employment; planned and built"),
    _figures("mines", "Mines: employees, contractors, residence of the staff, output and plans"),
    _figures("projects", "Projects in and around the region: plans, permits, investments"),
    _figures("training", "Training: graduates, placement a year later, drop-out, students"),
    _figures("published_results", "Results of other studies, for comparison only"),
    _figures("pensions", "Pensions: recipients, new pensioners, staff about to retire"),
    _figures("demographic_parameters", "Fertility, life expectancy, migration profile and labour demand, as published"),
    _figures("unemployment_press", "Unemployment as quoted in monthly releases, for checks"),
)


LEVELS = ("vocational", "uas", "university", "state", "short")
FIELDS = (
    "natural", "mining", "machines", "electric", "building", "process", "transport", "catering", "tourism", "cleaning",
    "business", "care", "services", "engineering", "management", "nursing", "nature_experts", "medicine", "teaching",
    "society", "science", "arts", "security",
)  # fmt: skip
STATUS = ("published", "told_by_provider", "estimate")
READINESS = ("ready", "short_training", "degree")
# Fewer persons could be identified.
MIN_PERSONS = 5
YEAR_IF_KNOWN = Column(
    "year", "year of the row; empty if the source gives none", "integer", low=1950, high=2100, gaps=True
)

TRAINING = (
    TableSchema(
        "training_supply",
        "Training: providers, campuses, programmes, places and graduates",
        (
            PLACE,
            text_column("provider", "provider of the training"),
            text_column("campus", "campus, as the provider names it"),
            text_column("field", "field as in concordances/training_fields.csv; empty if unknown", *FIELDS, gaps=True),
            text_column("programme", "degree or course; empty if unknown", gaps=True),
            text_column("level", "level; short is labour-market training of up to a year", *LEVELS),
            YEAR_IF_KNOWN,
            count_column(
                "places", "places for beginners in the year; empty means unknown, not zero", "places", gaps=True
            ),
            count_column("graduates", "graduates in the year; empty means unknown, not zero", gaps=True),
            text_column("status", "published, reported by the provider, or an estimate", *STATUS),
            *SOURCE,
        ),
        ("place", "provider", "campus", "programme", "year"),
    ),
    TableSchema(
        "mining_interest",
        "Numbers of persons interested in mining jobs",
        (
            PLACE,
            Column("year", "year of the count", "integer", low=2000, high=2100),
            text_column("occupation", "Mitenna group, as in concordances/mitenna_groups.csv", pattern=r"\d\d\.\d{1,2}"),
            text_column("readiness", "ready for work, after short training, or after a degree", *READINESS),
            count_column(
                "persons", "persons; leave out rows of fewer than 5, who could be identified", low=MIN_PERSONS
            ),
            text_column("status", "published, reported by the owner of the register, or an estimate", *STATUS),
            text_column("source_title", "source of the count"),
        ),
        ("place", "year", "occupation", "readiness"),
        by_user=True,
    ),
)
# Example rows of the templates, to be overwritten.
EXAMPLES: dict[str, tuple[tuple[str, ...], ...]] = {
    "training_supply": (
        ("273", "Lappia", "Kolari", "mining", "Kaivosalan ammattitutkinto", "vocational", "2027", "16", "",
         "told_by_provider", "Lappia, letter of 3 February 2027", "", "read"),
        ("498", "Lappia", "Muonio", "care", "Lähihoitaja", "vocational", "2027", "", "", "told_by_provider",
         "Lappia, letter of 3 February 2027", "", "read"),
    ),
    "mining_interest": (
        ("273", "2027", "02.6", "ready", "25", "told_by_provider", "Municipality of Kolari, register of 1 March 2027"),
        ("273", "2027", "02.4", "short_training", "10", "told_by_provider",
         "Municipality of Kolari, register of 1 March 2027"),
    ),
}  # fmt: skip


BACKTEST = (
    TableSchema(
        "backtest",
        "Back-test: errors, prediction intervals, naive forecasts and interval calibration factors",
        (
            text_column("measure", "measure of the forecast"),
            text_column("group", "all; residents at the origin; or code of a municipality"),
            Column("horizon", "years ahead; 0 for all together", "integer", "years", low=0, high=30),
            text_column("indicator", "indicator, see docs/backtest.md", pattern=r"[a-z_0-9]+"),
            number_column("value", "value of the indicator", "as the indicator says", low=None),
        ),
        ("measure", "group", "horizon", "indicator"),
    ),
    TableSchema(
        "forecast_of_2008",
        "Forecast of the model from the end of 2007, without and with the mines then planned, and actuals",
        (
            text_column("place", "code of a municipality or of an area of municipalities"),
            text_column("measure", "population (persons) or jobs"),
            text_column("variant", "without the mines, or with them as planned", "without", "with"),
            YEAR,
            number_column("median", "median of the draws", "persons or jobs"),
            number_column("low", "10 % quantile", "persons or jobs"),
            number_column("high", "90 % quantile", "persons or jobs"),
            number_column("actual", "actual value; empty if unknown", "persons or jobs", gaps=True),
        ),
        ("place", "measure", "variant", "year"),
    ),
)
