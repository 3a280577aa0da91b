"""Accounting of the tables on work: totals against parts, residence against workplace, months against years."""

from collections.abc import Iterator
from functools import partial

import pandas as pd

from amoanalysis.data.checks.result import (
    Check,
    Finding,
    find_differences,
    format_number,
    make_note,
    pivot_indicators,
    report_differences,
    split_parts_and_totals,
    sum_over_members,
)
from amoanalysis.data.load import Data

EMPLOYMENT_KEY = ("place", "year", "commuting", "education", "age_group")
SUPPRESSED = 4
MOST_LISTED = 3
THOUSANDS_ROUNDING = 0.5
MEAN_ROUNDING = 0.05
PERCENT_ROUNDING = 0.05


def totals_are_sums_of_parts(data: Data, name: str) -> Iterator[Finding]:
    """Commuting, education and age groups each sum to the total that stands among them."""
    table = data.table(name)
    for column in ("commuting", "education", "age_group"):
        keys = [key for key in EMPLOYMENT_KEY if key != column]
        parts, totals = split_parts_and_totals(table, column, keys, "persons", "total")
        yield from report_differences(
            name, find_differences(parts, totals), f"{column} sums to {{left}}, its total is {{right}}"
        )


def those_who_stay_are_the_same(data: Data) -> Iterator[Finding]:
    """Who lives and works in a place counts the same by residence and by workplace."""
    keys = [key for key in EMPLOYMENT_KEY if key != "commuting"]
    stay = []
    for name in ("jobs_by_workplace", "employed_residents"):
        table = data.table(name)
        stay.append(table[table["commuting"] == "lives_and_works_in_place"].set_index(keys)["persons"])
    saying = "lives_and_works_in_place is {left}, in tables/employed_residents.csv {right}"
    yield from report_differences("jobs_by_workplace", find_differences(stay[0], stay[1]), saying)


def _all_persons(table: pd.DataFrame) -> pd.Series:
    whole = table[(table[["commuting", "education", "age_group"]] == "total").all(axis=1)]
    return whole.set_index(["place", "year"])["persons"]


def sections_sum_to_jobs(data: Data) -> Iterator[Finding]:
    """Sections of a complete year sum to its total; of postal sums they may fall short."""
    table = data.table("jobs_by_industry")
    for state, rows in table.groupby("completeness"):
        parts, totals = split_parts_and_totals(rows, "industry", ["place", "year"], "jobs")
        off = find_differences(parts, totals)
        broken = off if state == "complete" else off[off["left"] > off["right"]]
        yield from report_differences("jobs_by_industry", broken, "sections sum to {left}, the total is {right}")
        short = off.drop(index=broken.index)
        if not short.empty:
            missing = format_number((short["right"] - short["left"]).sum())
            yield make_note(
                "jobs_by_industry",
                f"in {len(short)} of {len(totals)} rows of postal sums the sections hold {missing} jobs fewer than "
                "the totals, suppressed in small areas",
            )


def industries_against_workplaces(data: Data) -> Iterator[Finding]:
    """Jobs by industry are the jobs by workplace where complete, and no more than those in postal sums."""
    jobs = _all_persons(data.table("jobs_by_workplace"))
    table = data.table("jobs_by_industry")
    totals = table[table["industry"] == "TOTAL"]
    for (year, state), rows in totals.groupby(["year", "completeness"]):
        found = rows.set_index(["place", "year"])["jobs"]
        off = find_differences(found, jobs)
        broken = off if state == "complete" else off[off["left"] > off["right"]]
        saying = "TOTAL is {left}, tables/jobs_by_workplace.csv has {right}"
        yield from report_differences("jobs_by_industry", broken, saying)
        short = off.drop(index=broken.index)
        if not short.empty:
            yield _undercount(int(str(year)), short, jobs.reindex(found.index))


def _undercount(year: int, short: pd.DataFrame, jobs: pd.Series) -> Finding:
    gap = short["right"] - short["left"]
    share = 100 * gap / short["right"]
    worst = share.droplevel("year").nlargest(1)
    return make_note(
        "jobs_by_industry",
        f"{year} holds {format_number(jobs.sum() - gap.sum())} of {format_number(jobs.sum())} jobs "
        f"({100 * gap.sum() / jobs.sum():.1f} % too few; most in {worst.index[0]}, {worst.iloc[0]:.1f} %): "
        "postal sums, to be scaled to tables/jobs_by_workplace.csv",
    )


def key_figures_agree(data: Data) -> Iterator[Finding]:
    """Key figures that other tables hold too are the same there."""
    figures = pivot_indicators(data.table("key_figures"), ["place", "year"], "indicator", "value")
    moves = data.table("internal_migration").set_index(["place", "year"])
    elsewhere = {
        "population": (data.table("population").set_index(["place", "year"])["population"], "population"),
        "jobs": (_all_persons(data.table("jobs_by_workplace")), "jobs_by_workplace"),
        "employed_residents": (_all_persons(data.table("employed_residents")), "employed_residents"),
        "net_internal_migration": (moves["in_migration"] - moves["out_migration"], "internal_migration"),
    }
    for indicator, (series, name) in elsewhere.items():
        saying = f"{indicator} is {{left}}, in tables/{name}.csv {{right}}"
        yield from report_differences("key_figures", find_differences(figures[indicator], series), saying)


def months_of_areas_are_sums(data: Data) -> Iterator[Finding]:
    """Labour force and jobseekers of an area are its municipalities' sums; vacancies, but for what was suppressed."""
    table = data.table("labour_market_monthly")
    for area in data.places.all.values():
        own = table[table["place"] == area.code].set_index("month")
        if not area.members or own.empty:
            continue
        for column in ("labour_force", "unemployed_jobseekers"):
            sums = sum_over_members(table, area.members, "month", column)
            saying = f"{column} of {area.code} is {{left}}, its municipalities have {{right}}"
            yield from report_differences("labour_market_monthly", find_differences(own[column], sums), saying)
        yield from _vacancies_of_area(table[table["place"].isin(area.members)], own["open_vacancies"], area.code)


def _vacancies_of_area(inside: pd.DataFrame, own: pd.Series, code: str) -> Iterator[Finding]:
    by_month = inside.groupby("month")["open_vacancies"]
    found, hidden = by_month.sum(), by_month.size() - by_month.count()
    gap = own - found
    broken = (gap < hidden) | (gap > SUPPRESSED * hidden)
    off = pd.DataFrame({"left": own, "right": found})[broken]
    saying = f"open_vacancies of {code} are {{left}}, its municipalities have {{right}}, more apart than was suppressed"
    yield from report_differences("labour_market_monthly", off, saying)
    held = gap[(gap != 0) & ~broken]
    if not held.empty:
        yield make_note(
            "labour_market_monthly",
            f"open_vacancies of the municipalities sum to less than {code} in {len(held)} of {len(gap)} months "
            f"(by {format_number(held.min())}-{format_number(held.max())}): suppressed ones are missing",
        )


def suppressed_months(data: Data, name: str) -> Iterator[Finding]:
    """Which months are empty because few were counted."""
    table = data.table(name)
    for column in [heading for heading in table.columns if heading not in ("place", "month", "mean_days_open")]:
        empty = table[table[column].isna()]
        if empty.empty:
            continue
        told = "; ".join(_months(str(place), list(rows["month"])) for place, rows in empty.groupby("place"))
        yield make_note(name, f"{column} is suppressed in {len(empty)} of {len(table)} rows - {told}")


def _months(place: str, months: list[str]) -> str:
    if len(months) <= MOST_LISTED:
        return f"{place} {', '.join(months)}"
    return f"{place} {len(months)} months from {months[0]} to {months[-1]}"


def flows_of_vacancies_fit(data: Data) -> Iterator[Finding]:
    """No more vacancies are opened or filled in a month than there were."""
    table = data.table("vacancy_flows_monthly").set_index(["place", "month"])
    for column in ("new_vacancies", "filled_vacancies"):
        above = find_differences(table[column], table["vacancies"]).query("left > right")
        saying = f"{column} is {{left}}, more than all {{right}} vacancies"
        yield from report_differences("vacancy_flows_monthly", above, saying)


def occupations_against_months(data: Data) -> Iterator[Finding]:
    """The total over occupations is the mean of the year's months."""
    table, months = data.table("jobseekers_by_occupation"), data.table("labour_market_monthly")
    totals = table[table["occupation_isco"] == "TOTAL"].set_index(["place", "year"])
    year = months["month"].str[:4].astype("int64")
    for column in ("unemployed_jobseekers", "open_vacancies"):
        means = months.assign(year=year).groupby(["place", "year"])[column].mean()
        saying = f"{column} TOTAL is {{left}}, the months of tables/labour_market_monthly.csv average {{right}}"
        yield from report_differences(
            "jobseekers_by_occupation", find_differences(totals[column], means, MEAN_ROUNDING), saying
        )


def occupations_sum_to_total(data: Data) -> Iterator[Finding]:
    """How far occupations are from their total: a mean leaves out the months in which 1-4 were suppressed."""
    table = data.table("jobseekers_by_occupation")
    for column in ("unemployed_jobseekers", "open_vacancies"):
        parts, totals = split_parts_and_totals(table, "occupation_isco", ["place", "year"], column)
        off = 100 * (parts / totals - 1)
        if (off.abs() > PERCENT_ROUNDING).any():
            yield make_note(
                "jobseekers_by_occupation",
                f"{column} by occupation sum to {off.min():+.1f} to {off.max():+.1f} % off TOTAL: suppressed months "
                "are missing from the means, so that rare occupations are too high or absent",
            )


def labour_force_is_employed_and_unemployed(data: Data) -> Iterator[Finding]:
    """Employed and unemployed persons sum to the labour force, but for rounding to thousands."""
    table = data.table("labour_force_by_age")
    stocks = table[table["unit"] == "thousand persons"]
    persons = pivot_indicators(stocks, ["place", "period", "sex", "age_group"], "indicator", "value")
    off = find_differences(persons["employed"] + persons["unemployed"], persons["labour_force"], 3 * THOUSANDS_ROUNDING)
    saying = "employed and unemployed sum to {left}, the labour force is {right}"
    yield from report_differences("labour_force_by_age", off, saying)


def industries_by_age_sum_to_total(data: Data) -> Iterator[Finding]:
    """Industries sum to no more than the total, but for rounding; those of unknown industry are missing."""
    table = data.table("employed_by_industry_and_age")
    parts, totals = split_parts_and_totals(table, "industry", ["place", "year", "age_group"], "employed")
    allowed = THOUSANDS_ROUNDING * table["industry"].nunique()
    above = find_differences(parts, totals, allowed).query("left > right")
    yield from report_differences(
        "employed_by_industry_and_age", above, "industries sum to {left}, more than TOTAL, {right}"
    )
    gap = (totals - parts).max()
    if gap > 0:
        yield make_note(
            "employed_by_industry_and_age",
            f"industries sum to up to {format_number(gap)} thousand persons less than TOTAL: rounding, and unknown industries",
        )


KEY_FIGURES_FROM = ("population", "jobs_by_workplace", "employed_residents", "internal_migration")
LABOUR_MARKET_CHECKS = (
    Check(("employed_residents",), partial(totals_are_sums_of_parts, name="employed_residents")),
    Check(("jobs_by_workplace",), partial(totals_are_sums_of_parts, name="jobs_by_workplace")),
    Check(("jobs_by_workplace", "employed_residents"), those_who_stay_are_the_same),
    Check(("jobs_by_industry",), sections_sum_to_jobs),
    Check(("jobs_by_industry", "jobs_by_workplace"), industries_against_workplaces),
    Check(("key_figures", *KEY_FIGURES_FROM), key_figures_agree),
    Check(("labour_market_monthly",), months_of_areas_are_sums),
    Check(("labour_market_monthly",), partial(suppressed_months, name="labour_market_monthly")),
    Check(("vacancy_flows_monthly",), flows_of_vacancies_fit),
    Check(("vacancy_flows_monthly",), partial(suppressed_months, name="vacancy_flows_monthly")),
    Check(("jobseekers_by_occupation", "labour_market_monthly"), occupations_against_months),
    Check(("jobseekers_by_occupation",), occupations_sum_to_total),
    Check(("labour_force_by_age",), labour_force_is_employed_and_unemployed),
    Check(("employed_by_industry_and_age",), industries_by_age_sum_to_total),
)
