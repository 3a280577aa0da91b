"""Cleaners of the tables on jobs, employed residents and unemployment."""

from itertools import combinations
from pathlib import Path

import pandas as pd

from amoanalysis.data.cleaning.checks import (
    Reference,
    check_complete,
    check_no_gaps,
    check_totals,
    check_unique,
    finish_table,
)
from amoanalysis.data.cleaning.labels import (
    AT_HOME,
    COMMUTERS,
    EDUCATIONS,
    map_labels,
)
from amoanalysis.data.cleaning.locations import map_places
from amoanalysis.data.cleaning.pxweb_layout import pivot_counts, read_pxweb, to_long_form
from amoanalysis.data.cleaning.values import map_age_groups, map_months, map_years, parse_count
from amoanalysis.data.sources.text_table import RawFrame

MONTHLY = {
    "työvoima": "labour_force",
    "tyovoimatk": "labour_force",
    "labour force": "labour_force",
    "työttömät työnhakijat": "unemployed_jobseekers",
    "tyottomatlopussa": "unemployed_jobseekers",
    "unemployed jobseekers": "unemployed_jobseekers",
    "avoimet työpaikat": "open_vacancies",
    "avpaikatlopussa": "open_vacancies",
    "open vacancies": "open_vacancies",
}
EMPLOYED = dict.fromkeys(
    ("työlliset", "alueella asuvat työlliset", "alueella työssäkäyvät", "työpaikat", "employed"), "persons"
)
EMPLOYMENT = {"employed_residents": "out_commuter", "jobs_by_workplace": "in_commuter"}


def labour_market_monthly(
    source: Path | bytes | RawFrame, reference: Reference, name: str | None = None
) -> pd.DataFrame:
    """Labour force, unemployed jobseekers and open vacancies by month, from a CSV of StatFin 12r5.

    Args:
        source: the file: areas, months (2006M01) and the three measures; others are left out.
        reference: places; the producer gives this table in the present municipal division.
        name: name for messages if the source is bytes.

    Returns:
        The table labour_market_monthly: place, month, labour_force, unemployed_jobseekers, open_vacancies; a suppressed
        count (1-4) is missing, not zero.

    Raises:
        DataError: if the file is incomplete, a label is unknown, a measure is missing or a month occurs twice.

    Source: StatFin tyonv 12r5; Ministry of Economic Affairs and Employment.
    """
    raw = read_pxweb(source, name).require(["area"])
    long = to_long_form(raw, MONTHLY, period="month")
    keyed = long.frame.assign(
        place=map_places(long.column("area"), raw.file, reference.places),
        month=map_months(long.column("month"), raw.file),
    )
    return finish_table(pivot_counts(long.with_frame(keyed), ["place", "month"]), "labour_market_monthly")


def employment(
    source: Path | bytes | RawFrame, reference: Reference, table: str, name: str | None = None, *, gaps: bool = False
) -> pd.DataFrame:
    """Employed residents or jobs by commuting, education and age, from a CSV of StatFin 115n or 115p.

    Args:
        source: the file, with or without totals; totals are kept.
        reference: places; the producer gives these tables in the present municipal division.
        table: employed_residents (115n) or jobs_by_workplace (115p).
        name: name for messages if the source is bytes.
        gaps: whether unavailable cells are left out; otherwise they are an error.

    Returns:
        The table: place, year, commuting, education, age_group, persons.

    Raises:
        DataError: if the file is incomplete, a label is unknown, a figure is missing, or a total does not equal its
            parts.

    Source: StatFin tyokay 115n, 115p.
    """
    raw = read_pxweb(source, name).require(["area", "education", "age"])
    long = to_long_form(raw, EMPLOYED, variable="commuting")
    file = raw.file
    commuting = AT_HOME | dict.fromkeys(COMMUTERS, EMPLOYMENT[table])
    numbers = parse_count(long.frame["value"], file)
    cleaned = pd.DataFrame(
        {
            "place": map_places(long.column("area"), file, reference.places),
            "year": map_years(long.column("year"), file),
            "commuting": map_labels(long.column("commuting"), commuting, "kind of commuting", file),
            "education": map_labels(long.column("education"), EDUCATIONS, "level of education", file),
            "age_group": map_age_groups(long.column("age"), file),
            "persons": numbers.figures,
        }
    )
    dimensions = ["commuting", "education", "age_group"]
    check_unique(cleaned, ["place", "year", *dimensions], file)
    if gaps:
        cleaned = cleaned[numbers.status != "not_available"]
    else:
        check_complete(cleaned, ["place", "year", *dimensions], file)
    check_no_gaps(cleaned["persons"], numbers.status.reindex(cleaned.index), file)
    for others in combinations(dimensions, 2):
        (column,) = set(dimensions) - set(others)
        check_totals(cleaned, column, "persons", ["place", "year", *others], file)
    return finish_table(cleaned, table)
