"""Labels of sex, education, commuting and totals."""

import pytest

from amoanalysis.data.cleaning.labels import EDUCATIONS, SEXES, is_total, map_labels
from amoanalysis.errors import DataError

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "word", ["YHTEENSÄ", "Yhteensä", "Total", "SSS", "Totalt", " yhteensä ", "Sukupuolet yhteensä"]
)
def test_totals_are_known_in_any_case_and_language(word):
    assert is_total(word)


@pytest.mark.parametrize("word", ["Miehet", "Miehet yhteensä", "", "Totaali"])
def test_a_part_is_no_total(word):
    assert not is_total(word)


def test_sexes_are_known_by_code_and_in_three_languages(cells):
    words = cells("Miehet", "2", "Women", "Män", "Yhteensä")
    assert list(map_labels(words, SEXES, "sex", "x.csv")) == ["m", "f", "f", "m", "total"]


def test_an_unknown_label_proposes_the_nearest(cells):
    with pytest.raises(
        DataError,
        match=r"x\.csv, row 5, column 'Koulutusaste': 'Toinen astee' is not a valid level of education: "
        "did you mean 'toinen aste'",
    ):
        map_labels(cells("Toinen aste", "Toinen astee", name="Koulutusaste"), EDUCATIONS, "level of education", "x.csv")


def test_a_total_where_none_is_taken_is_unknown(cells):
    with pytest.raises(DataError, match="'Yhteensä' is not a valid sex"):
        map_labels(cells("Yhteensä"), SEXES, "sex", "x.csv", total=False)
