"""Checks of the tables on the labour market: totals and parts, residence and workplace, months and years."""

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


def check_totals(data: Data, name: str) -> Iterator[Finding]:
    """Commuting, education and age groups each sum to their total."""
    table = data.table(name)
    for column in ("commuting", "education", "age_group"):
        keys = [key for key in EMPLOYMENT_KEY if key != column]
        parts, totals = split_parts_and_totals(table, column, keys, "persons", "total")
        yield from report_differences(
            name, find_differences(parts, totals), f"{column} sums to {{left}}, its total is {{right}}"
        )


def check_non_commuters(data: Data) -> Iterator[Finding]:
    """Persons who live and work in a place are the same by residence and by workplace."""
    keys = [key for key in EMPLOYMENT_KEY if key != "commuting"]
    stay = []
    for name in ("jobs_by_workplace", "employed_residents"):
        table = data.table(name)
        stay.append(table[table["commuting"] == "lives_and_works_in_place"].set_index(keys)["persons"])
    template = "lives_and_works_in_place is {left}, in tables/employed_residents.csv {right}"
    yield from report_differences("jobs_by_workplace", find_differences(stay[0], stay[1]), template)


def _select_totals(table: pd.DataFrame) -> pd.Series:
    whole = table[(table[["commuting", "education", "age_group"]] == "total").all(axis=1)]
    return whole.set_index(["place", "year"])["persons"]


def check_sections_sum(data: Data) -> Iterator[Finding]:
    """Sections of a complete year sum to its total; sections of postal sums to no more than the total."""
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
                f"in {len(short)} of {len(totals)} rows of postal sums the sections have {missing} jobs fewer than "
                "the totals, suppressed in small areas",
            )


def check_industries(data: Data) -> Iterator[Finding]:
    """Jobs by industry equal the jobs by workplace if complete; postal sums are not above them."""
    jobs = _select_totals(data.table("jobs_by_workplace"))
    table = data.table("jobs_by_industry")
    totals = table[table["industry"] == "TOTAL"]
    for (year, state), rows in totals.groupby(["year", "completeness"]):
        found = rows.set_index(["place", "year"])["jobs"]
        off = find_differences(found, jobs)
        broken = off if state == "complete" else off[off["left"] > off["right"]]
        template = "TOTAL is {left}, tables/jobs_by_workplace.csv has {right}"
        yield from report_differences("jobs_by_industry", broken, template)
        short = off.drop(index=broken.index)
        if not short.empty:
            yield _note_undercount(int(str(year)), short, jobs.reindex(found.index))


def _note_undercount(year: int, short: pd.DataFrame, jobs: pd.Series) -> Finding:
    gap = short["right"] - short["left"]
    share = 100 * gap / short["right"]
    worst = share.droplevel("year").nlargest(1)
    return make_note(
        "jobs_by_industry",
        f"{year} has {format_number(jobs.sum() - gap.sum())} of {format_number(jobs.sum())} jobs "
        f"({100 * gap.sum() / jobs.sum():.1f} % too few; most in {worst.index[0]}, {worst.iloc[0]:.1f} %): "
        "postal sums, to be scaled to tables/jobs_by_workplace.csv",
    )


def check_key_figures(data: Data) -> Iterator[Finding]:
    """Key figures equal the same figures in other tables."""
    figures = pivot_indicators(data.table("key_figures"), ["place", "year"], "indicator", "value")
    moves = data.table("internal_migration").set_index(["place", "year"])
    elsewhere = {
        "population": (data.table("population").set_index(["place", "year"])["population"], "population"),
        "jobs": (_select_totals(data.table("jobs_by_workplace")), "jobs_by_workplace"),
        "employed_residents": (_select_totals(data.table("employed_residents")), "employed_residents"),
        "net_internal_migration": (moves["in_migration"] - moves["out_migration"], "internal_migration"),
    }
    for indicator, (series, name) in elsewhere.items():
        template = f"{indicator} is {{left}}, in tables/{name}.csv {{right}}"
        yield from report_differences("key_figures", find_differences(figures[indicator], series), template)


def check_months_of_areas(data: Data) -> Iterator[Finding]:
    """Labour force and jobseekers of an area are sums of its municipalities; vacancies within suppression."""
    table = data.table("labour_market_monthly")
    for area in data.places.all.values():
        own = table[table["place"] == area.code].set_index("month")
        if not area.members or own.empty:
            continue
        for column in ("labour_force", "unemployed_jobseekers"):
            sums = sum_over_members(table, area.members, "month", column)
            template = f"{column} of {area.code} is {{left}}, its municipalities have {{right}}"
            yield from report_differences("labour_market_monthly", find_differences(own[column], sums), template)
        yield from _check_vacancies_of_area(table[table["place"].isin(area.members)], own["open_vacancies"], area.code)


def _check_vacancies_of_area(inside: pd.DataFrame, own: pd.Series, code: str) -> Iterator[Finding]:
    by_month = inside.groupby("month")["open_vacancies"]
    found, hidden = by_month.sum(), by_month.size() - by_month.count()
    gap = own - found
    broken = (gap < hidden) | (gap > SUPPRESSED * hidden)
    off = pd.DataFrame({"left": own, "right": found})[broken]
    template = (
        f"open_vacancies of {code} are {{left}}, its municipalities have {{right}}, "
        "a larger gap than suppression explains"
    )
    yield from report_differences("labour_market_monthly", off, template)
    explained = gap[(gap != 0) & ~broken]
    if not explained.empty:
        yield make_note(
            "labour_market_monthly",
            f"open_vacancies of the municipalities sum to less than {code} in {len(explained)} of {len(gap)} months "
            f"(by {format_number(explained.min())}-{format_number(explained.max())}): suppressed ones are missing",
        )


def note_suppressed_months(data: Data, name: str) -> Iterator[Finding]:
    """Notes the months with suppressed counts."""
    table = data.table(name)
    for column in [heading for heading in table.columns if heading not in ("place", "month", "mean_days_open")]:
        empty = table[table[column].isna()]
        if empty.empty:
            continue
        months = "; ".join(_format_months(str(place), list(rows["month"])) for place, rows in empty.groupby("place"))
        yield make_note(name, f"{column} is suppressed in {len(empty)} of {len(table)} rows - {months}")


def _format_months(place: str, months: list[str]) -> str:
    if len(months) <= MOST_LISTED:
        return f"{place} {', '.join(months)}"
    return f"{place} {len(months)} months from {months[0]} to {months[-1]}"


def check_vacancy_flows(data: Data) -> Iterator[Finding]:
    """New and filled vacancies of a month are not above all vacancies."""
    table = data.table("vacancy_flows_monthly").set_index(["place", "month"])
    for column in ("new_vacancies", "filled_vacancies"):
        above = find_differences(table[column], table["vacancies"]).query("left > right")
        template = f"{column} is {{left}}, more than all {{right}} vacancies"
        yield from report_differences("vacancy_flows_monthly", above, template)


def check_occupation_means(data: Data) -> Iterator[Finding]:
    """The total over occupations is the mean of the year's months."""
    table, months = data.table("jobseekers_by_occupation"), data.table("labour_market_monthly")
    totals = table[table["occupation_isco"] == "TOTAL"].set_index(["place", "year"])
    year = months["month"].str[:4].astype("int64")
    for column in ("unemployed_jobseekers", "open_vacancies"):
        means = months.assign(year=year).groupby(["place", "year"])[column].mean()
        template = f"{column} TOTAL is {{left}}, the months of tables/labour_market_monthly.csv average {{right}}"
        yield from report_differences(
            "jobseekers_by_occupation", find_differences(totals[column], means, MEAN_ROUNDING), template
        )


def note_occupation_gap(data: Data) -> Iterator[Finding]:
    """Notes the gap between occupations and total: means leave out months with suppressed counts of 1-4."""
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


def check_labour_force(data: Data) -> Iterator[Finding]:
    """Employed and unemployed persons sum to the labour force, within rounding to thousands."""
    table = data.table("labour_force_by_age")
    stocks = table[table["unit"] == "thousand persons"]
    persons = pivot_indicators(stocks, ["place", "period", "sex", "age_group"], "indicator", "value")
    off = find_differences(persons["employed"] + persons["unemployed"], persons["labour_force"], 3 * THOUSANDS_ROUNDING)
    template = "employed and unemployed sum to {left}, the labour force is {right}"
    yield from report_differences("labour_force_by_age", off, template)


def check_industries_by_age(data: Data) -> Iterator[Finding]:
    """Industries sum to no more than the total, within rounding; unknown industries are missing."""
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
            f"industries sum to up to {format_number(gap)} thousand persons less than TOTAL: rounding, "
            "and unknown industries",
        )


KEY_FIGURES_FROM = ("population", "jobs_by_workplace", "employed_residents", "internal_migration")
LABOUR_MARKET_CHECKS = (
    Check(("employed_residents",), partial(check_totals, name="employed_residents")),
    Check(("jobs_by_workplace",), partial(check_totals, name="jobs_by_workplace")),
    Check(("jobs_by_workplace", "employed_residents"), check_non_commuters),
    Check(("jobs_by_industry",), check_sections_sum),
    Check(("jobs_by_industry", "jobs_by_workplace"), check_industries),
    Check(("key_figures", *KEY_FIGURES_FROM), check_key_figures),
    Check(("labour_market_monthly",), check_months_of_areas),
    Check(("labour_market_monthly",), partial(note_suppressed_months, name="labour_market_monthly")),
    Check(("vacancy_flows_monthly",), check_vacancy_flows),
    Check(("vacancy_flows_monthly",), partial(note_suppressed_months, name="vacancy_flows_monthly")),
    Check(("jobseekers_by_occupation", "labour_market_monthly"), check_occupation_means),
    Check(("jobseekers_by_occupation",), note_occupation_gap),
    Check(("labour_force_by_age",), check_labour_force),
    Check(("employed_by_industry_and_age",), check_industries_by_age),
)
