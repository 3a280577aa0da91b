import pandas as pd
import pytest

from amoanalysis.config.text import LANGUAGES
from amoanalysis.data.load import Data
from amoanalysis.data.refresh.revisions import Revision, compare_tables
from amoanalysis.data.schemas import SCHEMAS
from amoanalysis.exhibits.evidence.programme import revisions_exhibit

pytestmark = pytest.mark.unit


def revision(data: Data, name: str, change: float) -> Revision:
    new = data.table(name)
    old = new[new["year"] < new["year"].max()].reset_index(drop=True)
    column = SCHEMAS[name].columns[-1].name
    old.loc[:9, column] += change
    return compare_tables(old, new, SCHEMAS[name], ["before", "after"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_title_says_what_is_revised_most_and_by_how_much(data: Data, lang: str) -> None:
    found = [revision(data, "internal_migration", 7), revision(data, "life_expectancy", 0)]
    shown = revisions_exhibit(found, data.origins, lang)
    assert "7" in shown.title
    assert {"fi": "2 taulukkoa 2", "en": "2 of 2", "sv": "2 av 2"}[lang] in shown.title
    assert shown.data["value"].between(0, 100).all()
    assert shown.missing is None
    assert shown.figure() is not None


def test_rows_that_are_only_added_are_no_revision(data: Data) -> None:
    shown = revisions_exhibit([revision(data, "life_expectancy", 0)], data.origins, "en")
    assert shown.title.startswith("The refresh brings 2 new rows")


def test_where_nothing_changes_the_exhibit_says_so(data: Data) -> None:
    table = data.table("life_expectancy")
    same = compare_tables(table, table, SCHEMAS["life_expectancy"], ["a", "a"])
    shown = revisions_exhibit([same], data.origins, "en")
    assert shown.missing == "No table has changed."
    assert "changes nothing" in shown.title


def test_a_table_that_was_not_there_before_is_left_to_the_note(data: Data) -> None:
    table: pd.DataFrame = data.table("life_expectancy")
    new = compare_tables(None, table, SCHEMAS["life_expectancy"], ["", "1990-2025"])
    shown = revisions_exhibit([new, revision(data, "internal_migration", 3)], data.origins, "en")
    assert "New tables" in shown.note
    assert set(shown.data["category"]) == {"moves between municipalities"}
