"""Cleaners of answers to declared queries: a cube in the producer's words -> rows of one of our tables."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from amoanalysis.config.origins import Query
from amoanalysis.data.cleaning import labour_market as work
from amoanalysis.data.cleaning import population as people
from amoanalysis.data.cleaning.checks import Reference, check_no_gaps, check_unique, finish_table
from amoanalysis.data.cleaning.labels import EDUCATIONS, SEXES, is_total, map_industries, map_labels, map_occupations
from amoanalysis.data.cleaning.locations import map_places
from amoanalysis.data.cleaning.match_query import TableSelection
from amoanalysis.data.cleaning.values import ParsedNumbers, map_ages, map_months, map_years, parse_count, parse_number
from amoanalysis.data.sources.jsonstat import Cube
from amoanalysis.data.sources.text_table import RawFrame
from amoanalysis.errors import DataError

OPEN_AGE = 100
UNKNOWN = ".."
TIMES = ("year", "month")
# Decimals that our tables give to figures which are reckoned from the producer's.
MEAN_DECIMALS, SHARE_DECIMALS = 1, 2

Cleaner = Callable[[RawFrame, Reference, Query], pd.DataFrame]


def clean_answer(cube: Cube, choice: TableSelection, query: Query, table: str, reference: Reference) -> pd.DataFrame:
    """Rows of a table of ours from the answer to a query.

    Args:
        cube: the answer.
        choice: what was asked, by role.
        query: its declaration.
        table: name of our table.
        reference: places and mergers.

    Returns:
        The rows, as `finish_table` gives them. Periods that the producer has for none of an area's cells have none.

    Raises:
        DataError: if a label is unknown, a figure is missing where none may be, or totals are not their parts.
    """
    cleaner = query.cleaner or table
    if cleaner not in CLEANERS:
        raise DataError(
            f"sources.toml, table.{table}: there is no cleaner '{cleaner}': known are {', '.join(CLEANERS)}."
        )
    frame = cube.frame(dict(choice.roles))
    if "contents" in frame:
        frame["contents"] = frame["contents"].map(choice.contents)
    raw = _within(RawFrame(frame, cube.file, headings={role: role for role in choice.roles.values()}))
    if raw.frame.empty:
        raise DataError(f"{cube.file} holds no figure of what was asked for: see whether the query still fits.")
    try:
        rows = CLEANERS[cleaner](raw, reference, query)
        return finish_table(rows.assign(**dict(query.constants)), table)
    except DataError as error:
        raise _of_the_answer(error, cube.file, table) from error


def _of_the_answer(error: DataError, file: str, table: str) -> DataError:
    """What breaks the schema of a table that is not written yet is a fault of the answer, not of the table's file."""
    said = str(error)
    ours = f"tables/{table}.csv "
    if not said.startswith(ours):
        return error
    fault = said.removeprefix(ours).removesuffix(".").removesuffix(": correct the cell")
    return DataError(f"{file} gives what {table} cannot hold ({fault}): ask again, or ask the producer.")


def _within(raw: RawFrame) -> RawFrame:
    """Without the periods before an area's first figure and after its last."""
    frame = raw.frame
    time = next((column for column in TIMES if column in frame), None)
    if time is None or "area" not in frame:
        return raw
    known = frame[frame["value"] != UNKNOWN].groupby("area")[time].agg(["min", "max"])
    if known.empty:
        return raw.with_frame(frame.iloc[:0])
    spans = known.reindex(frame["area"])
    inside = (frame[time].to_numpy() >= spans["min"].to_numpy()) & (frame[time].to_numpy() <= spans["max"].to_numpy())
    return raw.with_frame(frame[inside & spans["min"].notna().to_numpy()])


def _by_area(clean_one: Callable[[RawFrame, Reference], pd.DataFrame]) -> Cleaner:
    """A cleaner that proves completeness, given one area after the other: each may have times of its own."""

    def every(raw: RawFrame, reference: Reference, query: Query) -> pd.DataFrame:
        groups = raw.frame.groupby("area", sort=False)
        return pd.concat([clean_one(raw.with_frame(rows), reference) for _, rows in groups], ignore_index=True)

    return every


def _flows(raw: RawFrame, reference: Reference, query: Query) -> pd.DataFrame:
    direction = query.constants.get("direction")
    if direction not in ("in", "out"):
        raise DataError(
            'sources.toml, table.migration_flows: give the query constants = { direction = "in" }, or "out".'
        )
    return people.migration_flows(raw, "in" if direction == "in" else "out", reference)


def _employment(raw: RawFrame, reference: Reference, query: Query, table: str) -> pd.DataFrame:
    return work.employment(raw, reference, table, gaps=True)


def _population(raw: RawFrame, reference: Reference, query: Query) -> pd.DataFrame:
    """Totals, and the sum of single ages 15-64 where each of them is given."""
    frame = _keyed(raw, reference)
    counts = parse_count(raw.frame["value"], raw.file)
    total = raw.frame["age"].map(is_total)
    key = ["place", "year"]
    check_unique(frame.assign(age=raw.frame["age"]), [*key, "age"], raw.file)
    check_no_gaps(counts.figures[total], counts.status[total], raw.file)
    totals = frame[total].assign(population=counts.figures[total])
    ages = frame[~total].assign(persons=counts.figures[~total]).groupby(key)["persons"]
    sums = ages.sum().where(ages.count() == ages.size()).rename("population_15_64")
    return totals.merge(sums, left_on=key, right_index=True, how="left")


def _measures(raw: RawFrame, reference: Reference, query: Query, *, complete: bool = True) -> pd.DataFrame:
    """One column for each thing counted; areas and times as keys."""
    frame = _keyed(raw, reference)
    keys = list(frame.columns)
    measure = raw.frame["contents"] if "contents" in raw.frame else _single(query)
    frame = frame.assign(measure=measure, value=_numbers(raw).figures)
    check_unique(frame, [*keys, "measure"], raw.file)
    wide = frame.pivot(index=keys, columns="measure", values="value").reset_index().rename_axis(columns=None)
    return wide.dropna() if complete else wide


def _net_migration(raw: RawFrame, reference: Reference, query: Query) -> pd.DataFrame:
    """Groups of ages, split evenly over their ages."""
    frame = _keyed(raw.with_frame(raw.frame.drop(columns="age")), reference)
    ages = map_ages(raw.column("age"), raw.file)
    numbers = _numbers(raw)
    check_no_gaps(numbers.figures, numbers.status, raw.file)
    width = ages["high"].fillna(OPEN_AGE).astype("int64") - ages["low"] + 1
    parts = frame.assign(net_migration=(numbers.figures / width).round(SHARE_DECIMALS), age=ages["low"])
    spread = parts.loc[parts.index.repeat(width)]
    spread["age"] += spread.groupby(level=0).cumcount()
    return spread


def _industries(raw: RawFrame, reference: Reference, query: Query) -> pd.DataFrame:
    """Jobs by section, whole municipalities."""
    numbers = parse_count(raw.frame["value"], raw.file)
    check_no_gaps(numbers.figures, numbers.status, raw.file)
    sections = map_industries(raw.column("industry"), raw.file)
    return _keyed(raw, reference).assign(industry=sections, jobs=numbers.figures, completeness="complete")


def _occupations(raw: RawFrame, reference: Reference, query: Query) -> pd.DataFrame:
    """Means of the months that are given; an occupation that is given in no month of a year has no row."""
    frame = _keyed(raw, reference).assign(
        occupation_isco=map_occupations(raw.column("occupation"), raw.file),
        measure=raw.frame["contents"],
        value=_numbers(raw).figures,
    )
    frame["year"] = frame["month"].str[:4].astype("int64")
    means = frame.groupby(["place", "year", "occupation_isco", "measure"])["value"].mean().round(MEAN_DECIMALS)
    return means.unstack("measure").dropna(how="all").reset_index()


def _projection(raw: RawFrame, reference: Reference, query: Query) -> pd.DataFrame:
    """Persons by age; ages that the producer does not give have no row."""
    counts = parse_count(raw.frame["value"], raw.file)
    given = counts.status != "not_available"
    ages = map_ages(raw.column("age"), raw.file)["low"]
    frame = _keyed(raw.with_frame(raw.frame.drop(columns="age")), reference).assign(age=ages, population=counts.figures)
    frame = frame[given] if "sex" in frame else frame[given].assign(sex="total")
    check_no_gaps(frame["population"], counts.status[given], raw.file)
    return frame


def _key_figures(raw: RawFrame, reference: Reference, query: Query) -> pd.DataFrame:
    frame = _keyed(raw, reference).assign(indicator=raw.frame["contents"], value=_numbers(raw).figures)
    return frame.dropna(subset="value")


def _by_education(raw: RawFrame, reference: Reference, query: Query) -> pd.DataFrame:
    levels = map_labels(raw.column("education"), EDUCATIONS, "level of education", raw.file)
    counts = parse_count(raw.frame["value"], raw.file)
    check_no_gaps(counts.figures, counts.status, raw.file)
    return _keyed(raw, reference).assign(education=levels, persons=counts.figures)


def _neighbours(raw: RawFrame, reference: Reference, query: Query) -> pd.DataFrame:
    """Swedish municipalities, which our codes of places do not know."""
    counts = parse_count(raw.frame["value"], raw.file)
    check_no_gaps(counts.figures, counts.status, raw.file)
    return pd.DataFrame(
        {
            "municipality": raw.frame["area"],
            "year": map_years(raw.column("year"), raw.file),
            "sex": map_labels(raw.column("sex"), SEXES, "sex", raw.file),
            "age": map_ages(raw.column("age"), raw.file)["low"],
            "population": counts.figures,
        }
    )


def _keyed(raw: RawFrame, reference: Reference) -> pd.DataFrame:
    """Place, year or month, and sex, where the answer has them."""
    frame = pd.DataFrame({"place": map_places(raw.column("area"), raw.file, reference.places)})
    if "year" in raw.frame:
        frame["year"] = map_years(raw.column("year"), raw.file)
    if "month" in raw.frame:
        frame["month"] = map_months(raw.column("month"), raw.file)
    if "sex" in raw.frame:
        frame["sex"] = map_labels(raw.column("sex"), SEXES, "sex", raw.file)
    return frame


def _numbers(raw: RawFrame) -> ParsedNumbers:
    return parse_number(raw.frame["value"], raw.file)


def _single(query: Query) -> str:
    """What is counted where the answer does not say: the one thing that was asked for."""
    (name,) = next(list(v.take) for v in query.variables if v.role == "contents")
    return name


CLEANERS: Mapping[str, Cleaner] = {
    "population": _population,
    "population_by_age_sex": _by_area(people.population_by_age_sex),
    "life_expectancy": _measures,
    "total_fertility_rate": _measures,
    "net_migration_by_age": _net_migration,
    "internal_migration": _by_area(people.internal_migration),
    "migration_flows": _flows,
    "employed_residents": partial(_employment, table="employed_residents"),
    "jobs_by_workplace": partial(_employment, table="jobs_by_workplace"),
    "jobs_by_industry": _industries,
    "labour_market_monthly": _by_area(work.labour_market_monthly),
    "vacancy_flows_monthly": partial(_measures, complete=False),
    "jobseekers_by_occupation": _occupations,
    "official_projection": _projection,
    "key_figures": _key_figures,
    "accommodation_monthly": partial(_measures, complete=False),
    "residents_by_education": _by_education,
    "swedish_neighbours": _neighbours,
}
