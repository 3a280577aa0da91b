"""Files on work become our tables, whole or not at all."""

import openpyxl
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
        ("2006M03", "2006M13", r"row \d+, column 'Kuukausi': '2006M13' is no month"),
        ("KU273 Kolari", "KU274 Kolari", "'KU274 Kolari' is no place"),
        ("2006M02", "2006M01", "both hold place 047, month 2006-01"),
        ("Avoimet työpaikat", "Työpaikkoja", r"has no 'avoimet työpaikat' \(open_vacancies\)"),
        (";38\n", ";38,5\n", r"column 'value': '38,5' is no count"),
        ("1\u202f811", "1\u202f81", "'1\u202f81' is no number"),
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
        ("Toinen aste", "Kolmas aste", "'Kolmas aste' is no level of education: did you mean"),
        ("Pendelöivät", "Pendelöivätkö", "'pendelöivätkö' is no kind of commuting: did you mean 'pendelöivät'"),
        ("75 -", "75 vai", "'75 vai' is no age"),
    ],
)
def test_employment_that_does_not_add_up_or_is_unknown_stops(samples, reference, old, new, said):
    text = (samples / "statfin_115p.csv").read_text("utf-8")
    assert old in text
    with pytest.raises(DataError, match=said):
        work.employment(text.replace(old, new).encode(), reference, "jobs_by_workplace", "x.csv")


def test_postal_areas_sum_to_the_municipalities_of_the_snapshot(samples, reference, snapshot):
    """Jobs of Äkäslompolo are Kolari's, though the file has the village in Muonio."""
    cleaned = work.jobs_by_industry(samples / "paavo_wide.csv", reference)
    keys = ["place", "year", "industry"]
    both = cleaned.merge(snapshot.table("jobs_by_industry"), on=keys, suffixes=("", "_snapshot"))
    assert len(both) == len(cleaned) == 2 * 23 - 1
    assert (both["jobs"] == both["jobs_snapshot"]).all()
    assert set(cleaned["completeness"]) == {"postal_sum"}


def test_an_industry_that_all_areas_suppress_has_no_row(samples, reference):
    cleaned = work.jobs_by_industry(samples / "paavo_wide.csv", reference)
    assert cleaned[(cleaned["place"] == "498") & (cleaned["industry"] == "L")].empty


def test_both_forms_of_paavo_give_one_table(samples, reference):
    wide, long = (work.jobs_by_industry(samples / f"paavo_{form}.csv", reference) for form in ("wide", "long"))
    assert wide.equals(long)


def test_the_year_of_a_release_that_names_none_is_given(samples, reference):
    text = (samples / "paavo_wide.csv").read_bytes().decode("cp1252").replace(", 2016 (TP)", " (TP)")
    with pytest.raises(DataError, match="'' is no year"):
        work.jobs_by_industry(text.encode("cp1252"), reference, name="x.csv")
    assert set(work.jobs_by_industry(text.encode("cp1252"), reference, year=2016, name="x.csv")["year"]) == {2016}


def test_an_area_with_fewer_jobs_than_its_parts_stops(samples, reference):
    text = (
        (samples / "paavo_long.csv")
        .read_text("utf-8")
        .replace('"Workplaces, total (TP)",266', '"Workplaces, total (TP)",200')
    )
    with pytest.raises(DataError, match="the total of industry for postal_code 95970, year 2016 is 200"):
        work.jobs_by_industry(text.encode(), reference, name="x.csv")


def test_a_file_without_workplaces_is_refused(reference):
    text = 'Postinumeroalue;"Asukkaat yhteensä, 2016 (HE)"\n"95900 Kolari Keskus (Kolari)";2000\n'
    with pytest.raises(DataError, match="holds no workplaces by industry"):
        work.jobs_by_industry(text.encode(), reference, name="x.csv")


def test_a_sheet_of_industries_and_occupations_is_that_of_the_snapshot(samples, snapshot):
    cleaned = work.employed_by_industry_and_occupation(samples / "vipunen_4_14b.xlsx")
    both = cleaned.merge(
        snapshot.table("employed_by_industry_and_occupation"), on=["industry", "occupation"], suffixes=("", "_snapshot")
    )
    assert len(both) == len(cleaned) == 9
    assert (both["employed"] == both["employed_snapshot"]).all()


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("C9", 1200, "the total of industry for occupation 05.2 is 1200, its parts sum to 1177|is 1200"),
        ("F7", 5000, "the total of occupation for industry 55101|the total of industry for occupation total"),
        ("A7", "Hotellit", r"row 7, column 'Toimiala .TOL 2008.': 'Hotellit' is no industry"),
        ("A7", "07290 Hotellit", "both hold industry 07290"),
        ("B6", "noin 45", "'noin 45' is no number"),
    ],
)
def test_a_changed_sheet_stops_with_one_sentence(samples, tmp_path, cell, value, said):
    book = openpyxl.load_workbook(samples / "vipunen_4_14b.xlsx")
    book["Taulukko"][cell] = value
    book.save(tmp_path / "muutettu.xlsx")
    if cell == "C9":
        book["Taulukko"]["C6"] = 2
        book.save(tmp_path / "muutettu.xlsx")
    with pytest.raises(DataError, match=said):
        work.employed_by_industry_and_occupation(tmp_path / "muutettu.xlsx")
