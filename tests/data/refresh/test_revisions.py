import pandas as pd
import pytest

from amoanalysis.data.refresh.revisions import compare_tables, format_report, revisions_frame
from amoanalysis.data.schemas import SCHEMAS

pytestmark = pytest.mark.unit

OLD = pd.DataFrame(
    [("273", 2021, 3934, 2100.0), ("273", 2022, 3999, 2150.0), ("261", 2022, 6637, 4000.0)],
    columns=["place", "year", "population", "population_15_64"],
)
NEW = pd.DataFrame(
    [("273", 2022, 3990, float("nan")), ("261", 2022, 6637, 4000.0), ("261", 2023, 6700, 4010.0)],
    columns=OLD.columns,
)


def test_rows_added_revised_and_gone_are_counted_and_sized() -> None:
    revision = compare_tables(OLD, NEW, SCHEMAS["population"], ["2021-2022", "2022-2023"])
    assert (revision.added, revision.revised, revision.gone) == (1, 1, 1)
    people, working = revision.measures
    assert (people.revised, people.largest, people.largest_at) == (1, -9, "place 273, year 2022")
    assert (people.before, people.after) == (10636, 10627)
    assert (people.total_before, people.total_after) == (14570, 17327)
    assert (working.revised, working.mean) == (1, 0)


def test_the_report_says_so_in_lines() -> None:
    said = format_report([compare_tables(OLD, NEW, SCHEMAS["population"], ["2021-2022", "2022-2023"])])
    assert "population: 1 rows added, 1 revised, 1 gone (3 -> 3 rows); period 2021-2022 -> 2022-2023" in said
    assert "most -9 (place 273, year 2022); the same rows sum to 10,636 before, 10,627 after" in said
    assert "total 14,570 before, 17,327 after" in said


def test_what_does_not_change_is_one_line_and_a_new_table_is_all_added() -> None:
    schema = SCHEMAS["population"]
    same, made = compare_tables(OLD, OLD, schema, ["a", "a"]), compare_tables(None, OLD, schema, ["", "a"])
    assert not same.changes
    assert format_report([same]) == "Unchanged: population."
    assert (made.added, made.rows_before) == (3, 0)
    assert set(revisions_frame([same, made])["column"]) == {"population", "population_15_64"}


def test_totals_among_the_parts_are_not_added_to_them() -> None:
    jobs = pd.DataFrame(
        [("273", 2017, code, count, "complete") for code, count in (("A", 10), ("B", 20), ("TOTAL", 30))],
        columns=["place", "year", "industry", "jobs", "completeness"],
    )
    revision = compare_tables(jobs, jobs.assign(jobs=[10, 25, 35]), SCHEMAS["jobs_by_industry"], ["2017", "2017"])
    assert (revision.measures[0].before, revision.measures[0].after) == (30, 35)
