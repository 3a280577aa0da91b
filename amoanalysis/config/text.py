"""Words and numbers by language: one row a text, one column a language, in `amoanalysis/config/texts/*.csv`."""

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
"""As Statistics Finland marks a figure that there is not."""


def text(key: str, lang: str, **parts: Any) -> str:
    """The text of a key in a language, with its parts filled in.

    Numbers among the parts are written by locale (`12 345,6`, true minus sign); give a string to control it.

    Args:
        key: first column of a row in `texts/*.csv`.
        lang: fi, en or sv; a text not yet translated falls back to English.
        parts: values for the `{names}` in the text.

    Returns:
        The finished text.

    Raises:
        AmoError: if the key is absent, or a part of the text is not given.
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
    """A number as the language writes it, with a true minus sign; ".." where there is none (NaN).

    Args:
        value: the number.
        lang: fi, en or sv.
        decimals: digits after the decimal mark.
        sign: whether a plus sign is shown.
    """
    check_language(lang)
    if math.isnan(value):
        return NOT_AVAILABLE
    rounded = round(float(value), decimals)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    shown = format_decimal(abs(rounded), format=pattern, locale=_LOCALES[lang]).replace("\u202f", "\u00a0")
    return (MINUS if rounded < 0 else "+" if sign and rounded > 0 else "") + shown


def check_language(lang: str) -> str:
    """Returns the language if it is one of ours.

    Raises:
        UserError: if it is not.
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
                    raise AmoError(f"The text '{row['key']}' stands twice in amoanalysis/config/texts: keep one row.")
                rows[row["key"]] = row
    return rows
