"""Cleaning of responses to declared queries: from a cube with the producer's labels to rows of a table."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from amoanalysis.config.origins import Query
from amoanalysis.data.cleaning import labour_market, population
from amoanalysis.data.cleaning.checks import Reference, check_no_gaps, check_unique, finish_table, parse_complete_counts
from amoanalysis.data.cleaning.labels import EDUCATIONS, SEXES, is_total, map_industries, map_labels, map_occupations
from amoanalysis.data.cleaning.locations import map_places
from amoanalysis.data.cleaning.match_query import TableSelection
from amoanalysis.data.cleaning.values import map_ages, map_months, map_years, parse_count, parse_number
from amoanalysis.data.sources.jsonstat import Cube
from amoanalysis.data.sources.text_table import RawFrame
from amoanalysis.errors import DataError

OPEN_AGE = 100
UNKNOWN = ".."
TIMES = ("year", "month")
# Decimals of figures that are computed from those of the producer.
MEAN_DECIMALS, SHARE_DECIMALS = 1, 2

Cleaner = Callable[[RawFrame, Reference, Query], pd.DataFrame]


def clean_answer(cube: Cube, selection: TableSelection, query: Query, table: str, reference: Reference) -> pd.DataFrame:
    """Converts the response to a query to rows of a table.

    Args:
        cube: the response.
        selection: the selected values, by role.
        query: the declared query.
        table: name of the table.
        reference: places and mergers.

    Returns:
        The rows, as `finish_table` returns them, without periods before the first or after the last figure of an area.

    Raises:
        DataError: if a label is unknown, a required figure is missing, or a total does not equal its parts.
    """
    cleaner = query.cleaner or table
    if cleaner not in CLEANERS:
        raise DataError(
            f"sources.toml, table.{table}: there is no cleaner '{cleaner}': known are {', '.join(CLEANERS)}."
        )
    frame = cube.frame(dict(selection.roles))
    if "contents" in frame:
        frame["contents"] = frame["contents"].map(selection.contents)
    raw = _trim_periods(RawFrame(frame, cube.file, headings={role: role for role in selection.roles.values()}))
    if raw.frame.empty:
        raise DataError(f"{cube.file} has no figures for the query: check whether the query is still right.")
    try:
        rows = CLEANERS[cleaner](raw, reference, query)
        return finish_table(rows.assign(**dict(query.constants)), table)
    except DataError as error:
        raise _blame_response(error, cube.file, table) from error


def _blame_response(error: DataError, file: str, table: str) -> DataError:
    """Rewrites an error on the file of a table, which is not written yet, as an error of the response."""
    message, prefix = str(error), f"tables/{table}.csv "
    if not message.startswith(prefix):
        return error
    fault = message.removeprefix(prefix).removesuffix(".").removesuffix(": correct the cell")
    return DataError(f"{file} does not fit the table {table} ({fault}): retry, or ask the producer.")


def _trim_periods(raw: RawFrame) -> RawFrame:
    """Drops the periods before the first figure of an area and after its last."""
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
    """Makes a cleaner that cleans each area separately, because the areas can have different periods."""

    def clean_all(raw: RawFrame, reference: Reference, query: Query) -> pd.DataFrame:
        groups = raw.frame.groupby("area", sort=False)
        return pd.concat([clean_one(raw.with_frame(rows), reference) for _, rows in groups], ignore_index=True)

    return clean_all


def _clean_flows(raw: RawFrame, reference: Reference, query: Query) -> pd.DataFrame:
    direction = query.constants.get("direction")
    if direction not in ("in", "out"):
        raise DataError(
            'sources.toml, table.migration_flows: give the query constants = { direction = "in" }, or "out".'
        )
    return population.migration_flows(raw, "in" if direction == "in" else "out", reference)


def _clean_employment(raw: RawFrame, reference: Reference, query: Query, table: str) -> pd.DataFrame:
    return labour_market.employment(raw, reference, table, gaps=True)


def _clean_population(raw: RawFrame, reference: Reference, query: Query) -> pd.DataFrame:
    """Total population, and the sum of single ages 15-64 if none of them is missing."""
    frame = _parse_keys(raw, reference)
    counts = parse_count(raw.frame["value"], raw.file)
    total = raw.frame["age"].map(is_total)
    key = ["place", "year"]
    check_unique(frame.assign(age=raw.frame["age"]), [*key, "age"], raw.file)
    check_no_gaps(counts.figures[total], counts.status[total], raw.file)
    totals = frame[total].assign(population=counts.figures[total])
    ages = frame[~total].assign(persons=counts.figures[~total]).groupby(key)["persons"]
    sums = ages.sum().where(ages.count() == ages.size()).rename("population_15_64")
    return totals.merge(sums, left_on=key, right_index=True, how="left")


def _clean_measures(raw: RawFrame, reference: Reference, query: Query, *, complete: bool = True) -> pd.DataFrame:
    """One column per measure; areas and times are the keys."""
    frame = _parse_keys(raw, reference)
    keys = list(frame.columns)
    measure = raw.frame["contents"] if "contents" in raw.frame else _only_measure(query)
    frame = frame.assign(measure=measure, value=parse_number(raw.frame["value"], raw.file).figures)
    check_unique(frame, [*keys, "measure"], raw.file)
    wide = frame.pivot(index=keys, columns="measure", values="value").reset_index().rename_axis(columns=None)
    return wide.dropna() if complete else wide


def _clean_net_migration(raw: RawFrame, reference: Reference, query: Query) -> pd.DataFrame:
    """Net migration by age group, split evenly over the ages of the group."""
    frame = _parse_keys(raw, reference)
    ages = map_ages(raw.column("age"), raw.file)
    numbers = parse_number(raw.frame["value"], raw.file)
    check_no_gaps(numbers.figures, numbers.status, raw.file)
    width = ages["high"].fillna(OPEN_AGE).astype("int64") - ages["low"] + 1
    parts = frame.assign(net_migration=(numbers.figures / width).round(SHARE_DECIMALS), age=ages["low"])
    spread = parts.loc[parts.index.repeat(width)]
    spread["age"] += spread.groupby(level=0).cumcount()
    return spread


def _clean_industries(raw: RawFrame, reference: Reference, query: Query) -> pd.DataFrame:
    """Jobs by section, complete for each municipality."""
    return _parse_keys(raw, reference).assign(
        industry=map_industries(raw.column("industry"), raw.file),
        jobs=parse_complete_counts(raw.frame["value"], raw.file),
        completeness="complete",
    )


def _clean_occupations(raw: RawFrame, reference: Reference, query: Query) -> pd.DataFrame:
    """Annual means of the available months; an occupation without any month in a year has no row."""
    frame = _parse_keys(raw, reference).assign(
        occupation_isco=map_occupations(raw.column("occupation"), raw.file),
        measure=raw.frame["contents"],
        value=parse_number(raw.frame["value"], raw.file).figures,
    )
    frame["year"] = frame["month"].str[:4].astype("int64")
    means = frame.groupby(["place", "year", "occupation_isco", "measure"])["value"].mean().round(MEAN_DECIMALS)
    return means.unstack("measure").dropna(how="all").reset_index()


def _clean_projection(raw: RawFrame, reference: Reference, query: Query) -> pd.DataFrame:
    """Projected population by age; unavailable ages have no row."""
    counts = parse_count(raw.frame["value"], raw.file)
    given = counts.status != "not_available"
    ages = map_ages(raw.column("age"), raw.file)["low"]
    frame = _parse_keys(raw.with_frame(raw.frame.drop(columns="age")), reference).assign(
        age=ages, population=counts.figures
    )
    frame = frame[given] if "sex" in frame else frame[given].assign(sex="total")
    check_no_gaps(frame["population"], counts.status[given], raw.file)
    return frame


def _clean_key_figures(raw: RawFrame, reference: Reference, query: Query) -> pd.DataFrame:
    frame = _parse_keys(raw, reference).assign(
        indicator=raw.frame["contents"], value=parse_number(raw.frame["value"], raw.file).figures
    )
    return frame.dropna(subset="value")


def _clean_education(raw: RawFrame, reference: Reference, query: Query) -> pd.DataFrame:
    levels = map_labels(raw.column("education"), EDUCATIONS, "level of education", raw.file)
    counts = parse_complete_counts(raw.frame["value"], raw.file)
    return _parse_keys(raw, reference).assign(education=levels, persons=counts)


def _clean_neighbours(raw: RawFrame, reference: Reference, query: Query) -> pd.DataFrame:
    """Population of Swedish municipalities, which have no code in `places.toml`."""
    return pd.DataFrame(
        {
            "municipality": raw.frame["area"],
            "year": map_years(raw.column("year"), raw.file),
            "sex": map_labels(raw.column("sex"), SEXES, "sex", raw.file),
            "age": map_ages(raw.column("age"), raw.file)["low"],
            "population": parse_complete_counts(raw.frame["value"], raw.file),
        }
    )


def _parse_keys(raw: RawFrame, reference: Reference) -> pd.DataFrame:
    """Parses those of place, year, month and sex that are in the response."""
    frame = pd.DataFrame({"place": map_places(raw.column("area"), raw.file, reference.places)})
    if "year" in raw.frame:
        frame["year"] = map_years(raw.column("year"), raw.file)
    if "month" in raw.frame:
        frame["month"] = map_months(raw.column("month"), raw.file)
    if "sex" in raw.frame:
        frame["sex"] = map_labels(raw.column("sex"), SEXES, "sex", raw.file)
    return frame


def _only_measure(query: Query) -> str:
    """Returns the only measure of a query, for responses without a contents variable."""
    (name,) = next(list(v.take) for v in query.variables if v.role == "contents")
    return name


CLEANERS: Mapping[str, Cleaner] = {
    "population": _clean_population,
    "population_by_age_sex": _by_area(population.population_by_age_sex),
    "life_expectancy": _clean_measures,
    "total_fertility_rate": _clean_measures,
    "net_migration_by_age": _clean_net_migration,
    "internal_migration": _by_area(population.internal_migration),
    "migration_flows": _clean_flows,
    "employed_residents": partial(_clean_employment, table="employed_residents"),
    "jobs_by_workplace": partial(_clean_employment, table="jobs_by_workplace"),
    "jobs_by_industry": _clean_industries,
    "labour_market_monthly": _by_area(labour_market.labour_market_monthly),
    "vacancy_flows_monthly": partial(_clean_measures, complete=False),
    "jobseekers_by_occupation": _clean_occupations,
    "official_projection": _clean_projection,
    "key_figures": _clean_key_figures,
    "accommodation_monthly": partial(_clean_measures, complete=False),
    "residents_by_education": _clean_education,
    "swedish_neighbours": _clean_neighbours,
}
