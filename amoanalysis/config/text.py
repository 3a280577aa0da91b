"""Texts and numbers by language; the texts are in `amoanalysis/config/texts/*.csv`, one row per text."""

import csv
import math
from functools import cache
from typing import Any

from babel.numbers import format_decimal

from amoanalysis.config.files import PACKAGE
from amoanalysis.errors import AmoError, unknown_name_error

LANGUAGES = ("fi", "en", "sv")
_LOCALES = {"fi": "fi_FI", "en": "en_GB", "sv": "sv_SE"}
MINUS = "\u2212"
NOT_AVAILABLE = ".."
"""Marker of Statistics Finland for a figure that is not available."""


def text(key: str, lang: str, **parts: Any) -> str:
    """Returns the text of a key in a language, with its placeholders filled in.

    Numbers are formatted by locale (`12 345,6`, true minus sign); pass a string for another format.

    Args:
        key: first column of a row in `texts/*.csv`.
        lang: fi, en or sv; English is used if there is no translation.
        parts: values of the placeholders.

    Returns:
        The text.

    Raises:
        AmoError: if the key is missing, or a placeholder has no value.
        UserError: if the language is unknown.
    """
    check_language(lang)
    row = _texts().get(key)
    if row is None:
        raise AmoError(f"The text '{key}' is missing from amoanalysis/config/texts: add a row for it.")
    pattern = row.get(lang) or row["en"]
    filled = {name: part if isinstance(part, str) else number(part, lang) for name, part in parts.items()}
    try:
        return pattern.format(**filled)
    except KeyError as error:
        raise AmoError(f"The text '{key}' has the part {error}, which was not given: give it a value.") from error


def number(value: float, lang: str, decimals: int = 0, sign: bool = False) -> str:
    """Formats a number by language, with a true minus sign; ".." if it is missing (NaN).

    Args:
        value: the number.
        lang: fi, en or sv.
        decimals: number of decimals.
        sign: whether to show a plus sign.
    """
    check_language(lang)
    if math.isnan(value):
        return NOT_AVAILABLE
    rounded = round(float(value), decimals)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    formatted = format_decimal(abs(rounded), format=pattern, locale=_LOCALES[lang]).replace("\u202f", "\u00a0")
    return (MINUS if rounded < 0 else "+" if sign and rounded > 0 else "") + formatted


def check_language(lang: str) -> str:
    """Checks that a language is supported; returns it.

    Raises:
        UserError: if it is not supported.
    """
    if lang not in LANGUAGES:
        raise unknown_name_error("language", lang, LANGUAGES)
    return lang


@cache
def _texts() -> dict[str, dict[str, str]]:
    rows: dict[str, dict[str, str]] = {}
    for path in sorted((PACKAGE / "config" / "texts").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["key"] in rows:
                    raise AmoError(f"The text '{row['key']}' occurs twice in amoanalysis/config/texts: keep one row.")
                rows[row["key"]] = row
    return rows
