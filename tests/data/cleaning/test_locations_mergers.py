"""Municipalities that merged."""

import numpy as np
import pandas as pd
import pytest

from amoanalysis.data.cleaning.locations import find_successors, merge_municipalities
from amoanalysis.errors import DataError

pytestmark = pytest.mark.law

# Statistics Finland: number of municipalities on 1 January
YEARS = (2004, 2005, 2006, 2007, 2008, 2009, 2010, 2011, 2013, 2015, 2016, 2017, 2020, 2021)
NUMBERS = (444, 432, 431, 416, 415, 348, 342, 336, 320, 317, 313, 311, 310, 309)
MUNICIPALITIES = dict(zip(YEARS, NUMBERS, strict=True))


def counts(*rows):
    return pd.DataFrame(rows, columns=["place", "year", "n"]).astype({"n": "float64"})


def test_the_list_takes_the_number_of_municipalities_from_444_to_309(reference):
    mergers = reference.mergers
    abolished = mergers.groupby(mergers["year"].astype(int)).size()
    new = {year: set(rows["successor"]) for year, rows in mergers.groupby(mergers["year"].astype(int))}
    born = {2007: {"020", "945"}, 2009: {"322", "445", "508", "710", "790", "791"}, 2011: {"946"}}
    number = MUNICIPALITIES[2004]
    for year in sorted(abolished.index):
        assert born.get(year, set()) <= new[year]
        number += len(born.get(year, ())) - abolished[year]
        assert number == MUNICIPALITIES[year], year


def test_every_merger_ends_in_a_municipality_of_our_tables(reference, snapshot):
    today = set(snapshot.table("municipalities")["place"])
    ends = {code for code in find_successors(reference.mergers).values() if code}
    assert ends <= today
    assert not set(find_successors(reference.mergers)) & today


def test_every_row_of_the_list_has_a_source(reference):
    assert (reference.mergers[["source_title", "source_url"]] != "").all(axis=None)
    assert reference.mergers["place"].is_unique


def test_counts_of_the_parts_are_the_count_of_the_whole(reference):
    before = counts(["698", 2005, 35000], ["699", 2005, 22000], ["273", 2005, 3800])
    after = merge_municipalities(before, reference.mergers, ["n"], "x.csv")
    assert after.set_index("place")["n"].to_dict() == {"698": 57000, "273": 3800}
    assert after["n"].sum() == before["n"].sum()


def test_mergers_follow_one_another(reference):
    """Maksamaa to Vöyri-Maksamaa in 2007, to Vöyri in 2011; Suodenniemi to Vammala to Sastamala."""
    became = find_successors(reference.mergers)
    assert became["479"] == became["944"] == became["945"] == "946"
    assert became["772"] == "790"
    assert find_successors(reference.mergers, 2010)["479"] == "945"


def test_the_division_of_a_year_knows_no_later_merger(reference):
    frame = counts(["099", 2018, 1], ["214", 2018, 2])
    assert len(merge_municipalities(frame, reference.mergers, ["n"], "x.csv")) == 2
    assert len(merge_municipalities(frame, reference.mergers, ["n"], "x.csv", division=2021)) == 1


def test_a_sum_with_a_missing_part_is_missing_not_small(reference):
    frame = counts(["698", 2005, 35000], ["699", 2005, np.nan])
    assert merge_municipalities(frame, reference.mergers, ["n"], "x.csv")["n"].isna().all()


def test_a_municipality_that_was_split_cannot_be_summed(reference):
    with pytest.raises(DataError, match=r"x\.csv, row 0: Längelmäki \(443\) was split in 2007"):
        merge_municipalities(counts(["443", 2005, 1]), reference.mergers, ["n"], "x.csv")
