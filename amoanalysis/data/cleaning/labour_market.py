"""Cleaners of the tables on work: jobs, employed residents, unemployment, industries and occupations."""

import re
from itertools import combinations
from pathlib import Path

import pandas as pd

from amoanalysis.data.cleaning.checks import (
    Reference,
    check_complete,
    check_no_gaps,
    check_totals,
    check_unique,
    drop_totals,
    finish,
)
from amoanalysis.data.cleaning.labels import (
    AT_HOME,
    COMMUTERS,
    EDUCATIONS,
    TOTAL,
    TOTALS,
    map_labels,
    map_unique,
    plain,
)
from amoanalysis.data.cleaning.locations import correct_places, map_places, merge_municipalities, parse_areas, sum_areas
from amoanalysis.data.cleaning.pxweb_layout import long_form, wide_counts
from amoanalysis.data.cleaning.values import map_age_groups, map_months, map_years, parse_count
from amoanalysis.data.sources.excel import read_matrix
from amoanalysis.data.sources.statfin import read_paavo, read_pxweb
from amoanalysis.data.sources.text_table import RawFrame
from amoanalysis.errors import DataError

SECTION = re.compile(r"([A-UX]) .+\(TP\)")
JOBS_TOTAL = frozenset(("työpaikat yhteensä (tp)", "työpaikat yhteensä, (tp)", "workplaces, total (tp)"))
INDUSTRY = re.compile(r"([A-UX]|\d{2,5})(?:\s.*)?")
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


def jobs_by_industry(
    source: Path | bytes, reference: Reference, year: int | None = None, name: str | None = None
) -> pd.DataFrame:
    """Jobs by industry, summed from postal-code areas of Paavo.

    Areas that suppress an industry are left out of the sum, which is why it is marked as a sum that is too low; where
    all areas of a municipality suppress it, there is no row: unknown is not zero.

    Args:
        source: the file, in either form of Paavo.
        reference: places, mergers and corrections of postal keys.
        year: year of the jobs, where the file names only its year of release.
        name: name for messages, where the source is bytes.

    Returns:
        The table jobs_by_industry: place, year, industry, jobs, completeness (postal_sum).

    Raises:
        DataError: if the file is not whole, a label is unknown, or the jobs of an area are fewer than their parts.

    Source: Paavo, workplaces (TP).
    """
    raw = read_paavo(source, name)
    industry = raw.frame["contents"].map(_section)
    frame = raw.frame.assign(industry=industry)[industry != ""]
    if frame.empty:
        raise DataError(
            f"{raw.file} holds no workplaces by industry ('A ... (TP)'): choose that group in the download."
        )
    frame = frame[~frame["postal_area"].str.contains("KOKO MAA|WHOLE COUNTRY", case=False)]
    areas = parse_areas(raw.having(frame).column("postal_area"), raw.file)
    areas["place"] = map_places(areas["municipality"], raw.file, reference.places)
    frame = frame.assign(
        postal_code=areas["postal_code"],
        place=correct_places(areas, reference.corrections, raw.file),
        year=map_years(frame["period"], raw.file) if year is None else year,
        jobs=parse_count(frame["value"], raw.file, {"-1": "suppressed"}).figures,
    )
    check_unique(frame, ["postal_code", "year", "industry"], raw.file)
    check_totals(frame, "industry", "jobs", ["postal_code", "year"], raw.file, total="TOTAL")
    sums = sum_areas(frame, ["place", "year", "industry"], "jobs")
    known = sums.loc[sums["areas"] > sums["areas_suppressed"], ["place", "year", "industry", "jobs"]]
    merged = merge_municipalities(known, reference.mergers, ["jobs"], raw.file)
    return finish(merged.assign(completeness="postal_sum"), "jobs_by_industry")


def labour_market_monthly(
    source: Path | bytes | RawFrame, reference: Reference, name: str | None = None
) -> pd.DataFrame:
    """Labour force, unemployed jobseekers and open vacancies by month, from a CSV of StatFin 12r5.

    Args:
        source: the file: areas, months (2006M01) and the three contents; further contents are left out.
        reference: places; the producer gives this table in today's division.
        name: name for messages, where the source is bytes.

    Returns:
        The table labour_market_monthly: place, month, labour_force, unemployed_jobseekers, open_vacancies; a suppressed
        count (1-4) is missing, never zero.

    Raises:
        DataError: if the file is not whole, a label is unknown, contents are missing or a month is doubled.

    Source: StatFin tyonv 12r5; Ministry of Economic Affairs and Employment.
    """
    raw = read_pxweb(source, name).require(["area"])
    long = long_form(raw, MONTHLY, period="month")
    keyed = long.frame.assign(
        place=map_places(long.column("area"), raw.file, reference.places),
        month=map_months(long.column("month"), raw.file),
    )
    return finish(wide_counts(long.having(keyed), ["place", "month"]), "labour_market_monthly")


def employment(
    source: Path | bytes | RawFrame, reference: Reference, table: str, name: str | None = None, *, gaps: bool = False
) -> pd.DataFrame:
    """Employed residents or jobs by commuting, education and age, from a CSV of StatFin 115n or 115p.

    Args:
        source: the file, with or without totals; totals that are there stay, as the table gives them.
        reference: places; the producer gives these tables in today's division.
        table: employed_residents (115n) or jobs_by_workplace (115p).
        name: name for messages, where the source is bytes.
        gaps: whether cells that the producer does not give are left out; else they are an error.

    Returns:
        The table: place, year, commuting, education, age_group, persons.

    Raises:
        DataError: if the file is not whole, a label is unknown, a figure is missing, a total is not its parts.

    Source: StatFin tyokay 115n, 115p.
    """
    raw = read_pxweb(source, name).require(["area", "education", "age"])
    long = long_form(raw, EMPLOYED, variable="commuting")
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
    return finish(cleaned, table)


def employed_by_industry_and_occupation(
    source: Path | bytes, sheet: str | None = None, heading_rows: int = 2, tolerance: float = 0, name: str | None = None
) -> pd.DataFrame:
    """Employed persons by industry and Mitenna group, from a sheet of Vipunen.

    Args:
        source: the .xlsx file, or its bytes.
        sheet: name of the sheet; the first one where not given.
        heading_rows: rows that the heading takes.
        tolerance: how far rounding to multiples of three may take a total from its parts, persons.
        name: name for messages, where the source is bytes.

    Returns:
        The table: industry, occupation, employed; cells that are nil or suppressed (1-4) have no row.

    Raises:
        DataError: if the file is no workbook, a label is unknown, or a total is not its parts.

    Source: Vipunen, employed persons by occupation group and industry.
    """
    raw = read_matrix(source, sheet, heading_rows, name)
    industries = {code: code for code in raw.frame["industry"] if INDUSTRY.fullmatch(code)}
    cleaned = pd.DataFrame(
        {
            "industry": map_unique(raw.column("industry"), _industry, "industry", raw.file, known=industries),
            "occupation": raw.frame["occupation"].map(lambda label: TOTAL if plain(label) in TOTALS else label),
            "employed": parse_count(raw.frame["value"], raw.file).figures,
        }
    )
    check_unique(cleaned, ["industry", "occupation"], raw.file)
    for column, by in (("industry", "occupation"), ("occupation", "industry")):
        cleaned = drop_totals(cleaned, column, "employed", [by], raw.file, tolerance=tolerance)
    return finish(cleaned[cleaned["employed"] > 0], "employed_by_industry_and_occupation")


def _section(contents: str) -> str:
    """Section of TOL 2008 of a count of Paavo, TOTAL for all jobs, empty for anything else."""
    found = SECTION.fullmatch(contents)
    return found[1] if found else "TOTAL" if plain(contents) in JOBS_TOTAL else ""


def _industry(label: str) -> str:
    if plain(label) in TOTALS:
        return TOTAL
    found = INDUSTRY.fullmatch(label)
    if not found:
        raise ValueError(label)
    return found[1]
