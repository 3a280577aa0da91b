"""Places as producers name them."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amoanalysis.data.cleaning.locations import map_places, places_by_label
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit

MUNICIPALITIES = pd.DataFrame(
    [
        ["047", "Enontekiö", "Enontekis"],
        ["273", "Kolari", "Kolari"],
        ["284", "Koski Tl", "Koskis"],
        ["698", "Rovaniemi", "Rovaniemi"],
    ],
    columns=["place", "name", "name_sv"],
)
MERGERS = pd.DataFrame([["699", "Rovaniemen mlk"], ["406", "Kolari"]], columns=["place", "name"])
KNOWN = places_by_label(MUNICIPALITIES, None, MERGERS)

row = st.sampled_from(MUNICIPALITIES.to_dict("records"))
case = st.sampled_from([str, str.upper, str.lower])
blanks = st.sampled_from(["", " ", "\u00a0", "  "])


@given(row=row, case=case, before=blanks, after=blanks)
def test_every_spelling_of_a_place_gives_its_one_code(row, case, before, after):
    code, bare = row["place"], row["place"].lstrip("0")
    spellings = (
        code,
        bare,
        f"{bare}.0",
        f"KU{code}",
        row["name"],
        row["name_sv"],
        f"{code} {row['name']}",
        f"KU{code}\u00a0{row['name']}",
        f"{row['name']} -21",
    )
    column = pd.Series([before + case(spelling) + after for spelling in spellings], dtype="str")
    assert set(map_places(column, "x.csv", KNOWN)) == {code}


def test_codes_kept_as_numbers_are_codes_too():
    assert list(map_places(pd.Series([47, 273]), "x.csv", KNOWN)) == ["047", "273"]
    assert list(map_places(pd.Series([47.0]), "x.csv", KNOWN)) == ["047"]


def test_the_snapshot_knows_its_areas_and_all_municipalities(reference, snapshot):
    words = ["KU047", "Enontekis", "MK19", "MK19 Lappi", "SSS", "KOKO MAA", "099 Honkajoki -21", "Jomala", "Eanodat"]
    codes = ["047", "047", "MK19", "MK19", "SSS", "SSS", "099", "170", "047"]
    assert list(map_places(pd.Series(words), "x.csv", reference.places)) == codes
    municipalities = snapshot.table("municipalities")
    for column in ("place", "name", "name_sv"):
        assert (map_places(municipalities[column], "x.csv", reference.places) == municipalities["place"]).sum() >= 310


def test_abolished_municipalities_are_known_by_code_and_name(reference):
    words = pd.Series(["699", "Rovaniemen mlk", "Rovaniemen maalaiskunta", "KU085 Haukivuori"])
    assert list(map_places(words, "x.csv", reference.places)) == ["699", "699", "699", "085"]


def test_a_name_of_today_comes_before_the_same_name_of_the_past():
    assert KNOWN["kolari"] == "273"


def test_an_unknown_place_names_file_row_column_value_and_the_nearest(cells):
    with pytest.raises(DataError) as error:
        map_places(cells("Kolari", "Kolarri"), "vaesto.csv", KNOWN)
    assert str(error.value) == (
        "vaesto.csv, row 5, column 'Alue': 'Kolarri' is not a valid place: did you mean 'kolari'? "
        "Correct the cell, or give the label a code in the cleaner."
    )


@pytest.mark.parametrize("label", ["273 Enontekiö", "999", "KU999 Kolari", "", "27 3"])
def test_a_code_and_a_name_that_disagree_are_no_place(cells, label):
    with pytest.raises(DataError, match="is not a valid place"):
        map_places(cells(label), "x.csv", KNOWN)
