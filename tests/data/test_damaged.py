"""Damaged copies of the snapshot: each gives exactly one clear sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest

from amoanalysis.data.checks.folder import check_folder
from amoanalysis.data.load import Data

pytestmark = pytest.mark.unit

TABLES = ("population", "population_by_age_sex", "total_fertility_rate", "airport_passengers", "key_figures")
Edit = Callable[..., None]


@pytest.fixture
def folder(copied: Callable[..., Path]) -> Path:
    return copied(*TABLES)


def only_error(folder: Path) -> str:
    errors = [finding for finding in check_folder(Data(folder)) if finding.level == "error"]
    assert len(errors) == 1, errors
    return errors[0].message


def test_a_whole_copy_has_no_error(folder: Path) -> None:
    assert [finding for finding in check_folder(Data(folder)) if finding.level == "error"] == []


def test_a_missing_column(folder: Path, edit: Edit) -> None:
    edit(
        folder / "tables/population.csv",
        "place,year,population,population_15_64\n",
        "place,year,populaton,population_15_64\n",
    )
    assert only_error(folder) == "tables/population.csv row 1 lacks the column 'population': rename 'populaton'."


def test_a_column_too_many(folder: Path, edit: Edit) -> None:
    edit(folder / "tables/total_fertility_rate.csv", "place,year,total", "place,year,note,total")
    message = only_error(folder)
    assert message == "tables/total_fertility_rate.csv row 1 has a column 'note' that is not in the schema: remove it."


def test_a_comma_for_a_point(folder: Path, edit: Edit) -> None:
    edit(folder / "tables/total_fertility_rate.csv", "MK19,1990,1.872", "MK19,1990,1,872")
    assert only_error(folder) == (
        "tables/total_fertility_rate.csv row 2 has 4 cells where 3 are expected "
        "(a decimal comma, or an extra comma): correct the row."
    )


def test_a_comma_for_a_point_in_quotes(folder: Path, edit: Edit) -> None:
    edit(folder / "tables/total_fertility_rate.csv", "MK19,1990,1.872", 'MK19,1990,"1,872"')
    assert only_error(folder) == (
        "tables/total_fertility_rate.csv row 2, column total_fertility_rate: "
        "'1,872' is not a number: write a decimal point."
    )


def test_an_unknown_municipality(folder: Path, edit: Edit) -> None:
    edit(folder / "tables/population.csv", "\n047,1972,", "\n046,1972,")
    assert only_error(folder) == (
        "tables/population.csv row 2, column place: '046' is not a place of places.toml: correct the cell."
    )


def test_a_municipality_code_without_its_zero(folder: Path, edit: Edit) -> None:
    edit(folder / "tables/population.csv", "\n047,1972,", "\n47,1972,")
    assert only_error(folder) == (
        "tables/population.csv row 2, column place: '47' is not a place of places.toml: correct the cell, "
        "with three digits as in 047."
    )


def test_an_empty_file(folder: Path) -> None:
    (folder / "tables/population.csv").write_text("", encoding="utf-8")
    assert only_error(folder) == "tables/population.csv is empty: restore the file."


def test_a_file_of_headings_only(folder: Path) -> None:
    (folder / "tables/total_fertility_rate.csv").write_text("place,year,total_fertility_rate\n", encoding="utf-8")
    assert only_error(folder) == "tables/total_fertility_rate.csv has no rows: fill it, or remove the file."


def test_a_file_cut_off_within_a_row(folder: Path) -> None:
    path = folder / "tables/population.csv"
    path.write_bytes(path.read_bytes()[:1000])
    assert only_error(folder) == "tables/population.csv ends in row 53, which has no line end: restore the file."


def test_a_row_cut_off(folder: Path, edit: Edit) -> None:
    edit(folder / "tables/population.csv", "\n047,1972,2338,1482\n", "\n047,1972\n")
    assert (
        only_error(folder)
        == "tables/population.csv row 2 has 2 cells where 4 are expected (it is cut off): correct the row."
    )


def test_an_empty_cell(folder: Path, edit: Edit) -> None:
    edit(folder / "tables/population.csv", "\n047,1972,2338,", "\n047,1972,,")
    assert only_error(folder) == "tables/population.csv row 2, column population: is empty: correct the cell."


def test_a_word_for_a_number(folder: Path, edit: Edit) -> None:
    edit(folder / "tables/population.csv", "\n047,1972,2338,", "\n047,1972,..,")
    assert (
        only_error(folder)
        == "tables/population.csv row 2, column population: '..' is not a whole number: correct the cell."
    )


def test_a_part_of_a_person(folder: Path, edit: Edit) -> None:
    edit(folder / "tables/population.csv", "\n047,1972,2338,1482\n", "\n047,1972,2338,1482.5\n")
    assert only_error(folder) == (
        "tables/population.csv row 2, column population_15_64: '1482.5' is not a whole number: correct the cell."
    )


def test_a_duplicated_key(folder: Path, edit: Edit) -> None:
    edit(folder / "tables/population.csv", "\n047,1973,", "\n047,1972,")
    assert only_error(folder) == "tables/population.csv row 3 repeats the key place 047, year 1972: keep one row."


def test_rows_out_of_order(folder: Path, edit: Edit) -> None:
    edit(
        folder / "tables/total_fertility_rate.csv",
        "MK19,1990,1.872\nMK19,1991,1.951\n",
        "MK19,1991,1.951\nMK19,1990,1.872\n",
    )
    assert only_error(folder) == "tables/total_fertility_rate.csv row 2 is out of order: sort the file by place, year."


def test_a_negative_population(folder: Path, edit: Edit) -> None:
    edit(folder / "tables/population.csv", "\n047,1972,2338,", "\n047,1972,-2338,")
    assert only_error(folder) == "tables/population.csv row 2, column population: '-2338' is below 0: correct the cell."


def test_a_word_that_is_not_allowed(folder: Path, edit: Edit) -> None:
    edit(folder / "tables/population_by_age_sex.csv", "\n047,2018,f,0,", "\n047,2018,n,0,")
    assert only_error(folder) == (
        "tables/population_by_age_sex.csv row 2, column sex: 'n' is none of f, m: correct the cell."
    )


def test_a_table_without_an_origin(folder: Path) -> None:
    path = folder / "sources.toml"
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    path.write_text("\n\n".join(block for block in blocks if "[table.key_figures]" not in block), encoding="utf-8")
    assert only_error(folder) == "tables/key_figures.csv has no origin: add [table.key_figures] to sources.toml."


def test_an_origin_without_a_table(folder: Path) -> None:
    (folder / "tables/key_figures.csv").unlink()
    assert only_error(folder) == (
        "sources.toml has an origin [table.key_figures] but tables/key_figures.csv is not there: "
        "restore the file or remove the origin."
    )


def test_a_changed_digit(folder: Path, edit: Edit) -> None:
    edit(folder / "tables/population.csv", "\n047,1972,2338,", "\n047,1972,2339,")
    message = only_error(folder)
    assert message.startswith(
        "tables/population.csv does not have the hash of its origin: restore it, or set sha256 of"
    )


def test_a_total_that_is_not_the_sum_of_its_ages(folder: Path, edit: Edit) -> None:
    edit(folder / "tables/population_by_age_sex.csv", "\n273,2018,f,0,16\n", "\n273,2018,f,0,17\n", record=True)
    assert only_error(folder) == (
        "tables/population_by_age_sex.csv, place 273, year 2018: ages and sexes sum to 3,835, "
        "tables/population.csv has 3,834; correct the wrong one."
    )


def test_passengers_that_do_not_sum_to_their_total(folder: Path, edit: Edit) -> None:
    edit(
        folder / "tables/airport_passengers.csv",
        "KTT,1998,115651,12247,127898",
        "KTT,1998,115651,12247,127889",
        record=True,
    )
    assert only_error(folder) == (
        "tables/airport_passengers.csv, airport KTT, year 1998: domestic and international sum to 127,898, "
        "the total is 127,889; "
        "correct the wrong one."
    )


def test_the_wrong_encoding(folder: Path) -> None:
    path = folder / "tables/airport_passengers.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("latin-1"))
    assert only_error(folder) == "tables/airport_passengers.csv row 2 is not UTF-8 text: save the file as UTF-8."


def test_semicolons_for_commas(folder: Path) -> None:
    path = folder / "tables/total_fertility_rate.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    assert only_error(folder) == (
        "tables/total_fertility_rate.csv row 1 is not separated by commas: "
        "it should read place,year,total_fertility_rate."
    )


def test_a_broken_list_of_sources(folder: Path, edit: Edit) -> None:
    edit(folder / "sources.toml", "[table.population]", "[table.population")
    assert only_error(folder).startswith("sources.toml cannot be used (")


def test_a_misspelt_key_in_the_list_of_sources(folder: Path, edit: Edit) -> None:
    edit(folder / "sources.toml", "[table.key_figures]\nproducer", "[table.key_figures]\nproduser")
    message = only_error(folder)
    assert "\n" not in message and "produser" in message


def test_a_file_that_is_no_table_of_ours(folder: Path) -> None:
    (folder / "tables/notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert only_error(folder) == "tables/notes.csv is not a table of the library: remove the file."
