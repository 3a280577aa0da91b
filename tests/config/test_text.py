import csv
import re
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amoanalysis.config import text as module
from amoanalysis.config.files import PACKAGE
from amoanalysis.config.text import LANGUAGES, MINUS, check_language, number, text
from amoanalysis.errors import AmoError, UserError

pytestmark = pytest.mark.unit

NO_BREAK = "\u00a0"
FILES = sorted((PACKAGE / "config" / "texts").glob("*.csv"))
DECIMAL_MARK = {"fi": ",", "en": ".", "sv": ","}
THOUSANDS = {"fi": NO_BREAK, "en": ",", "sv": NO_BREAK}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def parts(pattern: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(pattern) if name is not None}


def meant(pattern: str) -> set[str]:
    """The parts in any case of grammar: one language says "of Kolari" where another says "Kolari had" or "it had"."""
    named = {"of": "place", "inside": "place"}
    return {named.get(name, name.removeprefix("of_")) for name in parts(pattern)} - {"place"}


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Lets a test write the texts, as `amoanalysis/config/texts/<name>.csv`."""

    def write(**content: str) -> None:
        (tmp_path / "config" / "texts").mkdir(parents=True)
        for name, lines in content.items():
            (tmp_path / "config" / "texts" / f"{name}.csv").write_text(f"key,fi,en,sv\n{lines}\n", encoding="utf-8")
        monkeypatch.setattr(module, "PACKAGE", tmp_path)
        module._texts.cache_clear()

    module._texts.cache_clear()
    yield write
    module._texts.cache_clear()


# Numbers


@pytest.mark.parametrize(
    ("value", "decimals", "fi", "en", "sv"),
    [
        (0, 0, "0", "0", "0"),
        (999, 0, "999", "999", "999"),
        (1234, 0, "1\u00a0234", "1,234", "1\u00a0234"),
        (12345.6, 1, "12\u00a0345,6", "12,345.6", "12\u00a0345,6"),
        (1234567.891, 2, "1\u00a0234\u00a0567,89", "1,234,567.89", "1\u00a0234\u00a0567,89"),
        (-1234.5, 1, "\u22121\u00a0234,5", "\u22121,234.5", "\u22121\u00a0234,5"),
        (0.1, 3, "0,100", "0.100", "0,100"),
        (1234567, -2, "1\u00a0234\u00a0600", "1,234,600", "1\u00a0234\u00a0600"),
    ],
)
def test_a_number_is_written_as_its_language_has_it(value: float, decimals: int, fi: str, en: str, sv: str) -> None:
    assert (number(value, "fi", decimals), number(value, "en", decimals), number(value, "sv", decimals)) == (fi, en, sv)


@pytest.mark.parametrize("lang", LANGUAGES)
@given(
    value=st.floats(-1e12, 1e12, allow_nan=False),
    decimals=st.integers(0, 4),
    sign=st.booleans(),
)
def test_a_number_can_be_read_back(lang: str, value: float, decimals: int, sign: bool) -> None:
    shown = number(value, lang, decimals, sign)
    plain = shown.replace(MINUS, "-").replace(THOUSANDS[lang], "").replace(DECIMAL_MARK[lang], ".")
    assert Decimal(plain) == Decimal(repr(round(value, decimals)))


@pytest.mark.parametrize("lang", LANGUAGES)
@given(value=st.floats(-1e9, 1e9, allow_nan=False), decimals=st.integers(0, 4), sign=st.booleans())
def test_a_number_breaks_over_no_line_and_has_a_true_minus(lang: str, value: float, decimals: int, sign: bool) -> None:
    shown = number(value, lang, decimals, sign)
    assert not set(shown) & {" ", "-", "\u202f", "\n"}
    assert shown.count(MINUS) <= 1 and MINUS not in shown[1:]
    assert len(shown.partition(DECIMAL_MARK[lang])[2]) == decimals


@pytest.mark.parametrize("lang", LANGUAGES)
@given(value=st.floats(0, 1e9, allow_nan=False), decimals=st.integers(0, 4))
def test_a_negative_number_is_its_opposite_with_a_minus(lang: str, value: float, decimals: int) -> None:
    below, above = number(-value, lang, decimals), number(value, lang, decimals)
    assert below == (MINUS + above if re.search("[1-9]", above) else above)


@pytest.mark.parametrize(("value", "decimals"), [(-0.0, 0), (-0.4, 0), (-0.04, 1), (-0.004, 2), (-4.0, -1)])
@pytest.mark.parametrize("sign", [True, False])
def test_what_rounds_to_zero_has_no_sign(value: float, decimals: int, sign: bool) -> None:
    zero = "0," + "0" * decimals if decimals > 0 else "0"
    assert number(value, "fi", decimals, sign) == number(-value, "fi", decimals, sign) == zero


def test_a_plus_is_shown_only_where_it_is_asked_for() -> None:
    assert number(12, "fi") == "12"
    assert number(12, "fi", sign=True) == "+12"
    assert number(-12, "fi", sign=True) == "\u221212"


def test_a_figure_that_there_is_not_is_no_number() -> None:
    assert [number(float("nan"), lang, 1, sign=True) for lang in LANGUAGES] == [".."] * 3


# Texts


def test_a_text_has_its_parts_filled_in_and_its_numbers_by_locale(texts) -> None:
    texts(a='jobs,"{place}: {jobs} työpaikkaa","{place}: {jobs} jobs","{place}: {jobs} jobb"')
    assert text("jobs", "fi", place="Kolari", jobs=-1234.4) == "Kolari: \u22121\u00a0234 työpaikkaa"
    assert text("jobs", "en", place="Kolari", jobs=1234) == "Kolari: 1,234 jobs"
    assert text("jobs", "sv", place="2030", jobs="1,5") == "2030: 1,5 jobb"


def test_a_text_not_yet_translated_falls_back_to_english(texts) -> None:
    texts(a="key.a,suomeksi,in English,")
    assert [text("key.a", lang) for lang in LANGUAGES] == ["suomeksi", "in English", "in English"]


def test_texts_of_all_files_are_found(texts) -> None:
    texts(a="key.a,a,a,a", b="key.b,b,b,b")
    assert text("key.a", "fi") + text("key.b", "fi") == "ab"


def test_an_absent_key_is_our_own_fault(texts) -> None:
    texts(a="key.a,a,a,a")
    with pytest.raises(
        AmoError, match=r"The text 'key\.b' is missing from amoanalysis/config/texts: add a row"
    ) as caught:
        text("key.b", "fi")
    assert caught.value.exit_code == 1


def test_a_part_that_is_not_given_is_named(texts) -> None:
    texts(a='key.a,"{names} ja {more}","{names} and {more}",')
    with pytest.raises(AmoError, match=r"The text 'key\.a' has the part 'more', which was not given"):
        text("key.a", "fi", names="a")


def test_a_key_that_stands_twice_is_refused(texts) -> None:
    texts(a="key.a,a,a,a", b="key.a,b,b,b")
    with pytest.raises(AmoError, match=r"The text 'key\.a' occurs twice"):
        text("key.a", "fi")


@pytest.mark.parametrize("lang", ["de", "FI", "", "se"])
def test_an_unknown_language_is_the_user_s_word(lang: str) -> None:
    for said in (lambda: check_language(lang), lambda: number(1, lang), lambda: text("chart.source", lang, names="a")):
        with pytest.raises(UserError, match=f"There is no language '{lang}'.*there are en, fi, sv"):
            said()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_row_of_the_texts_is_whole(path: Path) -> None:
    for row in rows(path):
        assert set(row) == {"key", *LANGUAGES}, f"{row['key']}: a comma too many, or a column too few"
        assert row["key"] and all(row[lang] for lang in LANGUAGES), f"{row['key']}: {', '.join(LANGUAGES)} are needed"
        assert all(cell == cell.strip() for cell in row.values()), f"{row['key']}: blanks at an end"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_language_of_a_text_has_the_same_parts(path: Path) -> None:
    for row in rows(path):
        for lang in LANGUAGES:
            assert not row[lang] or meant(row[lang]) == meant(row["en"]), f"{row['key']}, {lang}"
            assert all(re.fullmatch(r"[a-z_0-9]+", name) for name in parts(row[lang])), f"{row['key']}, {lang}"


# Words that two languages do share, names of persons, and signs that are no words.
SHARED = {"Scenario", "transport", "Hamilton", "Perry", "SLQ", "FLQ", "km"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_text_is_left_as_another_language_has_it(path: Path) -> None:
    for row in rows(path):
        for one, other in (("fi", "en"), ("sv", "en"), ("fi", "sv")):
            words = set(re.findall(r"[^\W\d_]+", re.sub(r"\{\w+\}", "", row[one]))) - SHARED
            assert row[one] != row[other] or not words, f"{row['key']} is the same in {one} and {other}: translate it"
