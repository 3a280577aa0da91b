"""Postal-code areas and the keys that are known to be wrong."""

import numpy as np
import pandas as pd
import pytest

from amoanalysis.data.cleaning.locations import correct_places, parse_areas, sum_areas
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit


def areas(*rows):
    return pd.DataFrame(rows, columns=["postal_code", "place"], index=range(4, 4 + len(rows)))


@pytest.mark.parametrize("label", ["95970  Äkäslompolo (Kolari)", "95970 Äkäslompolo  (Kolari )"])
def test_old_and_new_labels_are_taken_apart(cells, label):
    assert parse_areas(cells(label), "x.csv").iloc[0].to_list() == ["95970", "Äkäslompolo", "Kolari"]


def test_a_label_of_another_form_is_an_error(cells):
    with pytest.raises(DataError, match=r"row 4, column 'Alue': '95970 Äkäslompolo' is no postal-code area"):
        parse_areas(cells("95970 Äkäslompolo"), "x.csv")


@pytest.mark.parametrize("given", ["498", "273"])
def test_akaslompolo_lies_in_kolari_whatever_the_key_says(reference, given):
    places = correct_places(areas(["95970", given], ["95980", "273"], ["99300", "498"]), reference.corrections, "x.csv")
    assert list(places) == ["273", "273", "498"]


def test_a_key_that_nobody_foresaw_stops_the_run(reference):
    with pytest.raises(DataError, match=r"x\.csv, row 4 puts 95970 in municipality 261"):
        correct_places(areas(["95970", "261"]), reference.corrections, "x.csv")


def test_every_correction_says_why_and_who_says_so(reference):
    assert (reference.corrections != "").all(axis=None)
    assert reference.corrections["postal_code"].is_unique
    assert (reference.corrections["wrong_place"] != reference.corrections["place"]).all()


def test_suppressed_areas_are_left_out_and_counted():
    frame = pd.DataFrame({"place": ["273", "273", "498"], "n": [5.0, np.nan, np.nan]})
    sums = sum_areas(frame, ["place"], "n")
    assert sums["n"].to_list() == [5, 0]
    assert sums["areas"].to_list() == [2, 1]
    assert sums["areas_suppressed"].to_list() == [1, 1]
