"""Cleaners of the tables on population and migration."""

from pathlib import Path
from typing import Literal

import pandas as pd

from amoanalysis.data.cleaning.checks import (
    Reference,
    check_complete,
    check_no_gaps,
    check_unique,
    drop_totals,
    finish_table,
    parse_complete_counts,
)
from amoanalysis.data.cleaning.labels import SEXES, TOTAL, is_total, map_labels
from amoanalysis.data.cleaning.locations import map_places, merge_municipalities
from amoanalysis.data.cleaning.pxweb_layout import pivot_counts, read_pxweb, to_long_form
from amoanalysis.data.cleaning.values import map_ages, map_years, parse_count
from amoanalysis.data.sources.text_table import RawFrame
from amoanalysis.errors import DataError

OPEN_AGE = 100
POPULATION = dict.fromkeys(("väestö 31.12.", "väestö", "population 31 dec", "population"), "population")
MOVES = {
    "kuntien välinen tulomuutto": "in_migration",
    "intermunicipal in-migration": "in_migration",
    "kuntien välinen lähtömuutto": "out_migration",
    "intermunicipal out-migration": "out_migration",
}
FLOWS = dict.fromkeys(
    ("kuntien välinen muutto", "kuntien väliset muutot", "muutot", "intermunicipal migration"), "migrants"
)


def population_by_age_sex(
    source: Path | bytes | RawFrame, reference: Reference, name: str | None = None
) -> pd.DataFrame:
    """Population by single age and sex, from a CSV of StatFin 11re.

    Args:
        source: the file: areas, sexes, ages (0 ... `100 -`) and years, in the stub or the heading; totals may be in it.
        reference: places and mergers.
        name: name for messages if the source is bytes.

    Returns:
        The table population_by_age_sex: place, year, sex, age, population.

    Raises:
        DataError: if the file is incomplete, a label is unknown, an age is not a single year, or a total does not
            equal its parts.

    Source: StatFin vaerak 11re.
    """
    raw = read_pxweb(source, name).require(["area", "age"])
    long = to_long_form(raw, POPULATION, variable="sex")
    frame = _add_keys(long, reference).assign(sex=map_labels(long.column("sex"), SEXES, "sex", raw.file))
    frame["population"] = parse_complete_counts(long.frame["value"], raw.file)
    check_unique(frame, ["place", "year", "sex", "age"], raw.file)
    check_complete(frame, ["place", "year", "sex", "age"], raw.file)
    frame["age"] = frame["age"].where(~frame["age"].map(is_total), TOTAL)
    frame = drop_totals(frame, "sex", "population", ["place", "year", "age"], raw.file)
    frame = drop_totals(frame, "age", "population", ["place", "year", "sex"], raw.file)
    frame = frame.assign(age=_parse_single_ages(raw.with_frame(frame).column("age"), raw.file))
    merged = merge_municipalities(
        frame[["place", "year", "sex", "age", "population"]], reference.mergers, ["population"], raw.file
    )
    return finish_table(merged, "population_by_age_sex")


def internal_migration(source: Path | bytes | RawFrame, reference: Reference, name: str | None = None) -> pd.DataFrame:
    """In-migration and out-migration of municipalities, from a CSV of StatFin 11a2.

    Args:
        source: the file: areas, years, totals of sex and age.
        reference: places; the producer gives this table in the present municipal division.
        name: name for messages if the source is bytes.

    Returns:
        The table internal_migration: place, year, in_migration, out_migration.

    Raises:
        DataError: if the file is incomplete, a label is unknown, or sexes or ages are not totals.

    Source: StatFin muutl 11a2.
    """
    raw = read_pxweb(source, name).require(["area"])
    long = to_long_form(raw, MOVES)
    for variable in ("sex", "age"):
        parts = long.frame[~long.frame[variable].map(is_total)] if variable in long.frame else long.frame.iloc[:0]
        if len(parts):
            raise DataError(
                f"{raw.file}, row {parts.index[0]}: this table takes the total of {variable}, not "
                f"'{parts[variable].iloc[0]}': select the total in the download."
            )
    keyed = long.with_frame(_add_keys(long, reference))
    return finish_table(pivot_counts(keyed, ["place", "year"]), "internal_migration")


def migration_flows(
    source: Path | bytes | RawFrame, direction: Literal["in", "out"], reference: Reference, name: str | None = None
) -> pd.DataFrame:
    """Migration flows between municipalities, from a matrix of StatFin 11a1 in either orientation.

    Args:
        source: the file: municipality of arrival, municipality of departure, years; totals over partners may be in it.
        direction: in: the place is the municipality of arrival; out: it is that of departure.
        reference: places and mergers.
        name: name for messages if the source is bytes.

    Returns:
        The table migration_flows: place, partner, direction, year, migrants; zero flows have no row.

    Raises:
        DataError: if the file is incomplete, a label is unknown, a flow is missing, or a total does not equal its
            parts.

    Source: StatFin muutl 11a1.
    """
    raw = read_pxweb(source, name)
    missing = [side for side in ("to", "from") if side not in raw.frame]
    if len(missing) > 1:
        raise DataError(f"{raw.file} has neither municipalities of arrival nor of departure: download table 11a1.")
    long = to_long_form(raw, FLOWS, variable=missing[0] if missing else None)
    here, there = ("to", "from") if direction == "in" else ("from", "to")
    cleaned = pd.DataFrame(
        {
            "place": map_places(long.column(here), raw.file, reference.places),
            "partner": map_places(long.column(there), raw.file, reference.places),
            "direction": direction,
            "year": map_years(long.column("year"), raw.file),
        }
    )
    numbers = parse_count(long.frame["value"], raw.file)
    within = cleaned["place"] == cleaned["partner"]
    cleaned["migrants"] = check_no_gaps(numbers.figures.mask(within, 0), numbers.status, raw.file)
    for check in (check_unique, check_complete):
        check(cleaned, ["place", "partner", "year"], raw.file)
    cleaned = cleaned[cleaned["place"] != "SSS"]
    flows = drop_totals(cleaned, "partner", "migrants", ["place", "direction", "year"], raw.file, total="SSS")
    both = ["place", "partner"]
    merged = merge_municipalities(flows, reference.mergers, ["migrants"], raw.file, columns=both)
    return finish_table(merged[(merged["migrants"] > 0) & (merged["place"] != merged["partner"])], "migration_flows")


def _add_keys(raw: RawFrame, reference: Reference) -> pd.DataFrame:
    place = map_places(raw.column("area"), raw.file, reference.places)
    return raw.frame.assign(place=place, year=map_years(raw.column("year"), raw.file))


def _parse_single_ages(labels: pd.Series, file: str) -> pd.Series:
    ages = map_ages(labels, file)
    grouped = (ages["high"] != ages["low"]) & ~(ages["high"].isna() & (ages["low"] == OPEN_AGE))
    if grouped.any():
        row = labels.index[grouped][0]
        raise DataError(
            f"{file}, row {row}: '{labels[grouped].iloc[0]}' is a group of ages, but this table takes single years "
            f"up to '{OPEN_AGE} -': select them in the download."
        )
    return ages["low"]
