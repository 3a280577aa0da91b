"""Each account finds the one figure that was made wrong, and says where."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from amoanalysis.data.checks import economy
from amoanalysis.data.checks import labour_market as work
from amoanalysis.data.checks import population as people
from amoanalysis.data.checks.result import Finding
from amoanalysis.data.load import Data

pytestmark = pytest.mark.unit

Prove = Callable[[Data], Iterator[Finding]]

WRONG: list[tuple[Any, tuple[str, ...], tuple[str, str, str], str]] = [
    (
        people.check_areas_sum_members,
        ("population_by_age_sex", "population"),
        ("population", "\n851,1972,18929,", "\n851,1972,18928,"),
        "year 1972: Lapland has 196,943, its 21 municipalities have 196,942 in population.csv",
    ),
    (
        people.check_ages_sum_to_population,
        ("population_by_age_sex", "population"),
        ("population", "\n273,2018,3834,2256\n", "\n273,2018,3834,2257\n"),
        "place 273, year 2018: ages 15-64 sum to 2,256, tables/population.csv has 2,257",
    ),
    (
        people.check_age_groups,
        ("population_by_age_group",),
        ("population_by_age_group", "\n047,2013,0-2,59,1827\n", "\n047,2013,0-2,60,1827\n"),
        "place 047, year 2013: age groups sum to 1,828, more than all ages, 1,827",
    ),
    (
        people.check_flows_mirror,
        ("migration_flows",),
        ("migration_flows", "\n047,261,in,1990,1\n", "\n047,261,in,1990,2\n"),
        "place 261, partner 047, year 1990: 1 moved out to the partner, which has 2 moving in",
    ),
    (
        people.check_flows_sum_to_migration,
        ("migration_flows", "internal_migration"),
        ("internal_migration", "\n047,1990,58,77\n", "\n047,1990,58,76\n"),
        "place 047, year 1990: moves out sum to 77, tables/internal_migration.csv has 76",
    ),
    (
        people.check_partners_exist,
        ("migration_flows", "municipalities"),
        ("migration_flows", "\n976,992,out,2017,1\n", "\n976,994,out,2017,1\n"),
        "column partner: '994' is not in tables/municipalities.csv",
    ),
    (
        people.check_municipality_population,
        ("municipalities", "population"),
        ("population", "\n047,2010,1876,", "\n047,2010,1877,"),
        "place 047: population_2010 is 1,876, tables/population.csv has 1,877",
    ),
    (
        people.check_fertility_pattern_sum,
        ("fertility_age_pattern",),
        ("fertility_age_pattern", "\nMK19,1990,12,0.07611\n", "\nMK19,1990,12,0.17611\n"),
        "place MK19, year 1990: shares sum to 100.1 instead of 100",
    ),
    (
        partial(work.check_totals, name="employed_residents"),
        ("employed_residents",),
        (
            "employed_residents",
            "\n047,1987,lives_and_works_in_place,basic,0-17,3\n",
            "\n047,1987,lives_and_works_in_place,basic,0-17,4\n",
        ),
        "place 047, year 1987, education basic, age_group 0-17: commuting sums to 4, its total is 3",
    ),
    (
        work.check_non_commuters,
        ("employed_residents", "jobs_by_workplace"),
        (
            "employed_residents",
            "\n047,1987,lives_and_works_in_place,basic,0-17,3\n",
            "\n047,1987,lives_and_works_in_place,basic,0-17,4\n",
        ),
        "education basic, age_group 0-17: lives_and_works_in_place is 3, in tables/employed_residents.csv 4",
    ),
    (
        work.check_sections_sum,
        ("jobs_by_industry",),
        ("jobs_by_industry", "\n261,2017,B,566,complete\n", "\n261,2017,B,593,complete\n"),
        "place 261, year 2017: sections sum to 3,464, the total is 3,437",
    ),
    (
        work.check_industries,
        ("jobs_by_industry", "jobs_by_workplace"),
        ("jobs_by_industry", "\n261,2017,TOTAL,3437,complete\n", "\n261,2017,TOTAL,3438,complete\n"),
        "place 261, year 2017: TOTAL is 3,438, tables/jobs_by_workplace.csv has 3,437",
    ),
    (
        work.check_key_figures,
        ("key_figures", *work.KEY_FIGURES_FROM),
        ("internal_migration", "\n047,2006,", "\n047,2006,1"),
        "place 047, year 2006: net_internal_migration is",
    ),
    (
        work.check_months_of_areas,
        ("labour_market_monthly",),
        ("labour_market_monthly", "\n047,2006-01,936,247,13\n", "\n047,2006-01,936,248,13\n"),
        "month 2006-01: unemployed_jobseekers of MK19 is",
    ),
    (
        work.check_months_of_areas,
        ("labour_market_monthly",),
        ("labour_market_monthly", "\n047,2006-01,936,247,13\n", "\n047,2006-01,936,247,93\n"),
        "a larger gap than suppression explains",
    ),
    (
        work.check_vacancy_flows,
        ("vacancy_flows_monthly",),
        ("vacancy_flows_monthly", "\n047,2006-01,22,15,6,38\n", "\n047,2006-01,22,25,6,38\n"),
        "place 047, month 2006-01: new_vacancies is 25, more than all 22 vacancies",
    ),
    (
        work.check_occupation_means,
        ("jobseekers_by_occupation", "labour_market_monthly"),
        ("jobseekers_by_occupation", "\nMK19,2010,TOTAL,11499.8,", "\nMK19,2010,TOTAL,11599.8,"),
        "place MK19, year 2010: unemployed_jobseekers TOTAL is 11,599.8",
    ),
    (
        work.check_labour_force,
        ("labour_force_by_age",),
        ("labour_force_by_age", "f,15-64,employed,1187,", "f,15-64,employed,1178,"),
        "employed and unemployed sum to 1,276, the labour force is 1,285",
    ),
    (
        work.check_industries_by_age,
        ("employed_by_industry_and_age",),
        ("employed_by_industry_and_age", "SSS,2017,TOTAL,15-64,2403,", "SSS,2017,TOTAL,15-64,2043,"),
        "year 2017, age_group 15-64: industries sum to 2,398, more than TOTAL, 2,043",
    ),
    (
        economy.check_input_output_balance,
        ("input_output_2014", "concordances/io_industries"),
        ("input_output_2014", "\nMK19,domestic,01,01,6.37658\n", "\nMK19,domestic,01,01,7.37658\n"),
        "products_total: the parts sum to 27.4785 M EUR, the total is 26.4785",
    ),
    (
        economy.check_input_output_codes,
        ("input_output_2014", "concordances/io_industries", "concordances/io_rows"),
        ("input_output_2014", "\nMK19,domestic,01,01,6.37658\n", "\nMK19,domestic,01,00,6.37658\n"),
        "row 2, column user: '00' is not in concordances/io_rows.csv",
    ),
    (
        economy.check_occupation_codes,
        ("employed_by_industry_and_occupation", "concordances/industry_codes", "concordances/mitenna_groups"),
        ("employed_by_industry_and_occupation", "\n00000,01.1,", "\n00000,00.1,"),
        "row 2, column occupation: '00.1' is not in concordances/mitenna_groups.csv",
    ),
    (
        economy.check_profile,
        ("municipal_profile", "population"),
        ("municipal_profile", "\n047,2017,students,", "\n047,2017,students,1"),
        "place 047, year 2017: main activities sum to",
    ),
    (
        partial(economy.check_bounds, name="mines"),
        ("mines",),
        ("mines", ",2019,contractor workers,,500,700,", ",2019,contractor workers,900,500,700,"),
        "value is outside low and high",
    ),
]


@pytest.mark.parametrize(("prove", "needs", "change", "saying"), WRONG)
def test_a_wrong_figure_is_found(
    prove: Prove,
    needs: tuple[str, ...],
    change: tuple[str, str, str],
    saying: str,
    copied: Callable[..., Path],
    edit: Callable[..., None],
) -> None:
    folder = copied(*needs)
    assert [finding for finding in prove(Data(folder)) if finding.level == "error"] == []
    name, old, new = change
    edit(folder / f"tables/{name}.csv", old, new)
    errors = [finding for finding in prove(Data(folder)) if finding.level == "error"]
    assert errors
    assert saying in errors[0].message


def test_every_account_names_tables_that_exist(snapshot: Data) -> None:
    for account in (*people.POPULATION_CHECKS, *work.LABOUR_MARKET_CHECKS, *economy.ECONOMY_CHECKS):
        assert all(snapshot.has(name) for name in account.needs)
