"""Files on people become our tables, whole or not at all."""

import pytest

from amoanalysis.data.cleaning import population as people
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit


def test_single_ages_by_sex_are_those_of_the_snapshot(samples, reference, snapshot):
    cleaned = people.population_by_age_sex(samples / "statfin_11re.csv", reference)
    table = snapshot.table("population_by_age_sex")
    wanted = table[table["place"].isin(["047", "273"]) & table["year"].isin([2018, 2019])].reset_index(drop=True)
    assert len(cleaned) == 2 * 2 * 2 * 101
    assert cleaned.equals(wanted)


def test_ages_add_up_to_the_population_of_the_year(samples, reference, snapshot):
    cleaned = people.population_by_age_sex(samples / "statfin_11re.csv", reference)
    totals = snapshot.table("population").set_index(["place", "year"])["population"]
    sums = cleaned.groupby(["place", "year"])["population"].sum()
    assert (sums == totals.loc[sums.index]).all()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"3";35', '"3";36', "the total of sex for place 273, year 2018, age 3 is 36, its parts sum to 35"),
        ("KU273 Kolari", "Kolarri", r"row 5, column 'Alue': 'Kolarri' is not a valid place: did you mean 'kolari'"),
        ('"100 -"', '"95 -"', "is a group of ages, but this table takes single years|both have"),
        ("2018 Naiset", "2018 Naisia", "'naisia' is not a valid sex: did you mean 'naiset'"),
        ('"Ikä"', '"Ikaluokka"', "has no column 'age'"),
        (
            '"KU047 Enontekiö";"50"',
            '"KU047 Enontekiö";"49"',
            r"rows \d+ and \d+ both have place 047, year 2018, sex total, age 49",
        ),
    ],
)
def test_a_changed_file_stops_with_one_sentence(samples, reference, old, new, said):
    text = (samples / "statfin_11re.csv").read_bytes().decode("cp1252")
    assert old in text
    with pytest.raises(DataError, match=said):
        people.population_by_age_sex(text.replace(old, new).encode("cp1252"), reference, "statfin_11re.csv")


def test_a_file_cut_at_the_end_of_a_row_lacks_rows_of_its_grid(samples, reference):
    lines = (samples / "statfin_11re.csv").read_bytes().splitlines(keepends=True)
    with pytest.raises(DataError, match=r"lacks \d+ rows"):
        people.population_by_age_sex(b"".join(lines[:150]), reference, "puoli.csv")


def test_a_file_cut_inside_its_last_number_breaks_its_total(samples, reference):
    text = (samples / "statfin_11re.csv").read_bytes().decode("cp1252")
    table = text[: text.index('\r\n\r\n"Väestö 31.12."')]
    rows = table.split("\r\n")
    last = rows[-1].rsplit(";", 1)
    rows = [*rows[:-1], last[0] + ";" + str(7)]
    with pytest.raises(DataError, match="its parts sum to"):
        people.population_by_age_sex("\r\n".join(rows).encode("cp1252"), reference, "puoli.csv")


def test_moves_in_and_out_are_those_of_the_snapshot(samples, reference, snapshot):
    cleaned = people.internal_migration(samples / "statfin_11a2.csv", reference)
    table = snapshot.table("internal_migration")
    wanted = table[table["place"].isin(["273", "498"]) & (table["year"] >= 2015)].reset_index(drop=True)
    assert cleaned.equals(wanted)


def test_moves_of_one_sex_are_not_taken_for_all(samples, reference):
    answer = (samples / "statfin_11a2.csv").read_bytes().replace(b'"Total","Total"', b'"Males","Total"')
    with pytest.raises(DataError, match="this table takes the total of sex, not 'Males'"):
        people.internal_migration(answer, reference, "x.csv")


def test_a_matrix_of_moves_becomes_flows_without_zeros_and_totals(samples, reference, snapshot):
    cleaned = people.migration_flows(samples / "statfin_11a1.csv", "in", reference)
    table = snapshot.table("migration_flows")
    wanted = table[table["place"].isin(["273", "498"]) & (table["year"] == 2018) & (table["direction"] == "in")]
    assert cleaned.equals(wanted.reset_index(drop=True))


def test_a_flow_between_two_leaves_one_and_arrives_in_the_other(samples, reference):
    """The same matrix, turned: arrivals of the one are departures of the other."""
    arrivals = people.migration_flows(samples / "statfin_11a1.csv", "in", reference)
    turned = (samples / "statfin_11a1.csv").read_text("utf-8").replace("Tulokunta", "Lähtökunta")
    departures = people.migration_flows(turned.encode(), "out", reference, "x.csv")
    assert arrivals["migrants"].equals(departures["migrants"])
    assert set(departures["direction"]) == {"out"}


def test_a_suppressed_flow_is_not_taken_for_none(samples, reference):
    text = (samples / "statfin_11a1.csv").read_text("utf-8").replace('203\t"-"', '203\t".."')
    with pytest.raises(DataError, match=r"has no number \(not available\)"):
        people.migration_flows(text.encode(), "in", reference, "x.csv")


def test_a_matrix_that_lacks_partners_breaks_its_total(samples, reference):
    text = (samples / "statfin_11a1.csv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines()]
    cut = "\n".join("\t".join(row[:-3]) for row in rows if len(row) > 1)
    with pytest.raises(DataError, match="the total of partner for place"):
        people.migration_flows(cut.encode(), "in", reference, "x.csv")
