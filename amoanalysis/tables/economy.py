"""Schemas of the tables on industries, occupations, travel and sites."""

from amoanalysis.tables.schema import MONTHS, PLACE, YEAR, TableSchema, count, measure, text

MATRICES = ("domestic", "regional_imports", "foreign_imports")
SITES = ("mine", "deposit", "resort", "airport", "centre", "village", "station")

ECONOMY = (
    TableSchema(
        "employed_by_industry_and_occupation",
        "Employed persons in Finland by industry and occupation group, 2014",
        (
            text("industry", "code of TOL 2008 of any level; each person stands once, so sum by prefix"),
            text("occupation", "Mitenna group, as in concordances/mitenna_groups.csv"),
            count("employed", "employed persons"),
        ),
        ("industry", "occupation"),
    ),
    TableSchema(
        "input_output_2014",
        "Input-output table of Lapland at basic prices, 2014; cells that are zero are left out",
        (
            text("area", "area of the table", "MK19"),
            text("matrix", "origin of the products", *MATRICES),
            text("product", "row: product or account, as in concordances/io_industries.csv and io_rows.csv"),
            text("user", "column: industry or final use, as in concordances/io_industries.csv and io_rows.csv"),
            measure("value_meur", "value", "M EUR", low=None),
        ),
        ("area", "matrix", "product", "user"),
    ),
    TableSchema(
        "airport_passengers",
        "Passengers of airports",
        (
            text("airport", "IATA code of the airport", pattern="[A-Z]{3}"),
            YEAR,
            count("domestic", "passengers of domestic flights", gaps=True),
            count("international", "passengers of international flights", gaps=True),
            count("total", "passengers", gaps=True),
            text("source", "address of the publication"),
            text("note", "what the source adds", gaps=True),
        ),
        ("airport", "year"),
    ),
    TableSchema(
        "accommodation_monthly",
        "Registered overnight stays and capacity by month",
        (
            PLACE,
            MONTHS,
            count("nights", "registered nights; empty where too few establishments answer", "nights", gaps=True),
            count("establishments", "establishments open at the end of the month", "establishments", gaps=True),
            count("beds", "beds in them", "beds", gaps=True),
            measure("room_occupancy_percent", "rooms in use of those there are", "%", high=100, gaps=True),
        ),
        ("place", "month"),
    ),
    TableSchema(
        "sites",
        "Mines, resorts, airports and other sites on the map",
        (
            text("site", "name of the site"),
            measure("lon", "longitude, WGS84", "degrees", low=19, high=32),
            measure("lat", "latitude, WGS84", "degrees", low=59, high=71),
            text("kind", "what it is", *SITES),
            text("confidence", "read in the source, or placed by hand to 1-2 km", "read", "approximate"),
            text("source_title", "where the point comes from"),
        ),
        ("site",),
    ),
)
