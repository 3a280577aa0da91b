"""Files on work become our tables, whole or not at all."""

import pytest

from amoanalysis.data.cleaning import labour_market as work
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit


def test_months_are_those_of_the_snapshot_and_suppressed_is_missing(samples, reference, snapshot):
    cleaned = work.labour_market_monthly(samples / "statfin_12r5.csv", reference)
    table = snapshot.table("labour_market_monthly")
    wanted = table[table["place"].isin(["047", "273"]) & table["month"].between("2006-01", "2006-06")]
    assert cleaned.equals(wanted.reset_index(drop=True))
    gap = cleaned[(cleaned["place"] == "047") & (cleaned["month"] == "2006-03")]
    assert gap["open_vacancies"].isna().all()


@pytest.mark.parametrize("marker", ["..", "...", "1-4", '"1\u20134"', ""])
def test_whatever_the_marker_a_suppressed_count_is_never_zero(samples, reference, marker):
    text = (samples / "statfin_12r5.csv").read_text("utf-8-sig").replace('".."', marker)
    assert work.labour_market_monthly(text.encode(), reference, "x.csv")["open_vacancies"].isna().sum() == 1


def test_nil_is_zero(samples, reference):
    text = (samples / "statfin_12r5.csv").read_text("utf-8-sig").replace('".."', "-")
    assert (work.labour_market_monthly(text.encode(), reference, "x.csv")["open_vacancies"] == 0).sum() == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2006M03", "2006M13", r"row \d+, column 'Kuukausi': '2006M13' is not a valid month"),
        ("KU273 Kolari", "KU274 Kolari", "'KU274 Kolari' is not a valid place"),
        ("2006M02", "2006M01", "both have place 047, month 2006-01"),
        ("Avoimet työpaikat", "Työpaikkoja", r"has no 'avoimet työpaikat' \(open_vacancies\)"),
        (";38\n", ";38,5\n", r"column 'value': '38,5' is not a valid count"),
        ("1\u202f811", "1\u202f81", "'1\u202f81' is not a valid number"),
    ],
)
def test_a_changed_file_stops_with_one_sentence(samples, reference, old, new, said):
    text = (samples / "statfin_12r5.csv").read_text("utf-8-sig")
    assert old in text
    with pytest.raises(DataError, match=said):
        work.labour_market_monthly(text.replace(old, new).encode(), reference, "statfin_12r5.csv")


@pytest.mark.parametrize(("table", "name"), [("employed_residents", "115n"), ("jobs_by_workplace", "115p")])
def test_employment_is_that_of_the_snapshot_zeros_apart(samples, reference, snapshot, table, name):
    cleaned = work.employment(samples / f"statfin_{name}.csv", reference, table)
    ours = snapshot.table(table)
    wanted = ours[(ours["place"] == "273") & (ours["year"] == 2017) & (ours["persons"] > 0)]
    assert cleaned[cleaned["persons"] > 0].reset_index(drop=True).equals(wanted.reset_index(drop=True))
    assert len(cleaned) == 3 * 5 * 9


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"18 - 24","2017",112,90,22', '"18 - 24","2017",113,90,23', "the total of education|the total of age_group"),
        ('"18 - 24","2017",112,90,22', '"18 - 24","2017",112,91,22', "the total of (commuting|age_group) for"),
        ("Toinen aste", "Kolmas aste", "'Kolmas aste' is not a valid level of education: did you mean"),
        (
            "Pendelöivät",
            "Pendelöivätkö",
            "'pendelöivätkö' is not a valid kind of commuting: did you mean 'pendelöivät'",
        ),
        ("75 -", "75 vai", "'75 vai' is not a valid age"),
    ],
)
def test_employment_that_does_not_add_up_or_is_unknown_stops(samples, reference, old, new, said):
    text = (samples / "statfin_115p.csv").read_text("utf-8")
    assert old in text
    with pytest.raises(DataError, match=said):
        work.employment(text.replace(old, new).encode(), reference, "jobs_by_workplace", "x.csv")
