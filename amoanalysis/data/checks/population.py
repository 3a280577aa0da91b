"""Checks of the tables on population: ages and totals, municipalities and areas, migration flows."""

from collections.abc import Iterator

import pandas as pd

from amoanalysis.data.checks.result import (
    Check,
    Finding,
    find_differences,
    format_key,
    format_number,
    make_note,
    report_differences,
    sum_over_members,
)
from amoanalysis.data.load import Data

PERCENT_ROUNDING = 0.01


def check_ages_sum_to_population(data: Data) -> Iterator[Finding]:
    """Ages and sexes of a place sum to its population, ages 15-64 to its population of working age."""
    ages, population = data.table("population_by_age_sex"), data.table("population").set_index(["place", "year"])
    template = "ages and sexes sum to {left}, tables/population.csv has {right}"
    total = ages.groupby(["place", "year"])["population"].sum()
    yield from report_differences("population_by_age_sex", find_differences(total, population["population"]), template)
    working = ages[ages["age"].between(15, 64)].groupby(["place", "year"])["population"].sum()
    yield from report_differences(
        "population_by_age_sex",
        find_differences(working, population["population_15_64"]),
        "ages 15-64 sum to {left}, tables/population.csv has {right}",
    )


def check_areas_sum_members(data: Data) -> Iterator[Finding]:
    """The population of an area equals the sum of its municipalities."""
    ages, population = data.table("population_by_age_sex"), data.table("population")
    totals = ages.groupby(["place", "year"])["population"].sum()
    for area in data.places.all.values():
        if area.members and area.code in totals.index.get_level_values("place"):
            sums = sum_over_members(population, area.members, "year", "population")
            own = totals.xs(area.code, level="place")
            yield from report_differences(
                "population_by_age_sex",
                find_differences(own, sums),
                f"{area.name_in('en')} has {{left}}, its {len(area.members)} municipalities have {{right}} "
                "in population.csv",
            )


def check_age_groups(data: Data) -> Iterator[Finding]:
    """Age groups sum to no more than all ages; lower sums mean suppressed small areas."""
    groups = data.table("population_by_age_group").groupby(["place", "year"])
    found, areas = groups["population"].sum(), groups["population_all_ages"].first()
    above = find_differences(found, areas).query("left > right")
    yield from report_differences(
        "population_by_age_group", above, "age groups sum to {left}, more than all ages, {right}"
    )
    short = (areas - found).loc[lambda gap: gap > 0].groupby("place").agg(["min", "max"])
    for place, least, most in short.itertuples():
        name = data.places[place].name_in("fi")
        yield make_note(
            "population_by_age_group",
            f"the age groups of {name} ({place}) have {_format_range(least, most)} residents fewer than all ages: "
            "small areas are suppressed",
        )
    if data.has("population"):
        yield from _compare_postal_areas(data, areas)


def _format_range(least: float, most: float) -> str:
    return format_number(least) if least == most else f"{format_number(least)}-{format_number(most)}"


def _compare_postal_areas(data: Data, areas: pd.Series) -> Iterator[Finding]:
    population = data.table("population").set_index(["place", "year"])["population"]
    off = find_differences(areas, population)
    if not off.empty:
        gap = off["left"] - off["right"]
        largest = format_key(off.index.names, gap.abs().idxmax())
        yield make_note(
            "population_by_age_group",
            f"all ages of the postal areas differ from tables/population.csv in {len(off)} of {len(areas)} rows, "
            f"by {format_number(gap.min())} to {format_number(gap.max())} (most in {largest}): "
            "postal areas cross borders and leave out residents without a dwelling",
        )


def check_flows_mirror(data: Data) -> Iterator[Finding]:
    """A flow between two municipalities is the same at origin and destination."""
    flows = data.table("migration_flows")
    both = flows[flows["partner"].isin(flows["place"].unique())]
    left = both[both["direction"] == "out"].set_index(["place", "partner", "year"])["migrants"]
    arrived = both[both["direction"] == "in"].set_index(["partner", "place", "year"])["migrants"]
    arrived.index = arrived.index.set_names(["place", "partner", "year"])
    left, arrived = left.align(arrived, join="outer", fill_value=0)
    template = "{left} moved out to the partner, which has {right} moving in"
    yield from report_differences("migration_flows", find_differences(left, arrived), template)


def check_flows_sum_to_migration(data: Data) -> Iterator[Finding]:
    """Flows over all partners sum to in-migration and out-migration of the place."""
    flows = (
        data.table("migration_flows").groupby(["place", "year", "direction"])["migrants"].sum().unstack(fill_value=0)
    )
    moves = data.table("internal_migration").set_index(["place", "year"])
    for direction in ("in", "out"):
        yield from report_differences(
            "migration_flows",
            find_differences(flows[direction], moves[f"{direction}_migration"]),
            f"moves {direction} sum to {{left}}, tables/internal_migration.csv has {{right}}",
        )


def check_partners_exist(data: Data) -> Iterator[Finding]:
    """Every partner of a flow is a municipality of the division of 2019."""
    flows = data.table("migration_flows")
    strange = flows[~flows["partner"].isin(data.table("municipalities")["place"])]
    if not strange.empty:
        row, code = int(strange.index[0]) + 2, strange["partner"].iloc[0]
        yield Finding(
            "error",
            "migration_flows",
            f"tables/migration_flows.csv row {row}, column partner: '{code}' is not in tables/municipalities.csv; "
            "correct the code.",
        )


def check_municipality_population(data: Data) -> Iterator[Finding]:
    """Population in the list of municipalities equals that of the population table."""
    table = data.table("municipalities").set_index("place")
    population = data.table("population").set_index(["year", "place"])["population"]
    for year in (2000, 2010, 2018):
        if year in population.index.get_level_values("year"):
            template = f"population_{year} is {{left}}, tables/population.csv has {{right}}"
            yield from report_differences(
                "municipalities", find_differences(table[f"population_{year}"], population.xs(year)), template
            )
    empty = table[table[["population_2018", "lon"]].isna().any(axis=1)]
    if not empty.empty:
        yield make_note(
            "municipalities", f"figures are missing for {', '.join(empty['name'])}, merged into others since 2019"
        )


def check_fertility_pattern_sum(data: Data) -> Iterator[Finding]:
    """Shares over the mother's age sum to 100 %."""
    sums = data.table("fertility_age_pattern").groupby(["place", "year"])["share_percent"].sum()
    found = find_differences(sums, pd.Series(100.0, index=sums.index), PERCENT_ROUNDING)
    yield from report_differences("fertility_age_pattern", found, "shares sum to {left} instead of {right}")


def check_projections(data: Data) -> Iterator[Finding]:
    """Notes differences of a projection from the actual population of its first year, and missing ages."""
    projection = data.table("official_projection")
    for vintage, rows in projection.groupby("vintage"):
        oldest = int(rows["age"].max())
        if oldest < int(projection["age"].max()):
            yield make_note("official_projection", f"vintage {vintage} ends at age {oldest}: older ages are missing")
        yield from _check_projection_start(data, int(str(vintage)), rows)


def _check_projection_start(data: Data, vintage: int, rows: pd.DataFrame) -> Iterator[Finding]:
    first = int(rows["year"].min())
    projected = rows[rows["year"] == first].groupby("place")["population"].sum()
    ages = data.table("population_by_age_sex")
    known = ages[(ages["year"] == first) & (ages["age"] <= rows["age"].max())].groupby("place")["population"].sum()
    off = find_differences(projected, known)
    if not off.empty:
        gaps = ", ".join(f"{place} {left - right:+,.0f}" for place, left, right in off.itertuples())
        yield make_note("official_projection", f"vintage {vintage} differs from the population of {first}: {gaps}")


POPULATION_CHECKS = (
    Check(("population_by_age_sex", "population"), check_ages_sum_to_population),
    Check(("population_by_age_sex", "population"), check_areas_sum_members),
    Check(("population_by_age_group",), check_age_groups),
    Check(("migration_flows",), check_flows_mirror),
    Check(("migration_flows", "internal_migration"), check_flows_sum_to_migration),
    Check(("migration_flows", "municipalities"), check_partners_exist),
    Check(("municipalities", "population"), check_municipality_population),
    Check(("fertility_age_pattern",), check_fertility_pattern_sum),
    Check(("official_projection", "population_by_age_sex"), check_projections),
)
