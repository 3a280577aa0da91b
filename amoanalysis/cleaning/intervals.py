"""Figures that sources give in words: bounds, ranges and "about" become value, low, high and a note."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """What a text says about a number.

    Attributes:
        value: the number itself, where the text gives one.
        low: lower bound, where the text gives one.
        high: upper bound, where the text gives one.
        note: the text's own reservation ("about", "almost", "below").
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""


LOWER = {
    ">": "above",
    ">=": "at least",
    "≥": "at least",
    "over": "above",
    "more than": "above",
    "at least": "at least",
    "yli": "above",
    "vähintään": "at least",
}
UPPER = {
    "<": "below",
    "<=": "at most",
    "≤": "at most",
    "under": "below",
    "less than": "below",
    "at most": "at most",
    "up to": "at most",
    "alle": "below",
    "enintään": "at most",
}
NEAR = {
    "about": "about",
    "around": "about",
    "almost": "almost",
    "nearly": "almost",
    "just over": "just over",
    "just under": "just under",
    "c.": "about",
    "ca.": "about",
    "~": "about",
    "noin": "about",
    "n.": "about",
    "lähes": "almost",
    "vajaa": "just under",
    "runsas": "just over",
}
BLANKS = "\u00a0\u2007\u2009\u202f"
DIGITS = r"[-+]?\d[\d ]*(?:[.,]\d+)*"
ONE = re.compile(rf"^(?P<word>[^\d+-]*?) ?(?P<number>{DIGITS})$")
TWO = re.compile(rf"^(?P<word>[^\d+-]*?) ?(?P<low>{DIGITS}) ?(?:-|to|\.\.) ?(?P<high>{DIGITS})$")


def interval(text: str) -> Interval | None:
    """What a text says about a number; nothing is guessed.

    A range gives its two ends and no value, a bound ("<530000", "over 330") only that bound, and a near value
    ("almost 50") the value and the word in the note.

    Args:
        text: a figure as a source writes it: decimal comma or point, blanks between thousands, a sign or word in front.

    Returns:
        The interval, or None where the text cannot be understood or could mean two things.
    """
    plain = _plain(text)
    single = ONE.match(plain)
    if single:
        return _single(single["word"].strip(), number(single["number"]))
    double = TWO.match(plain)
    if double:
        return _range(double["word"].strip(), number(double["low"]), number(double["high"]))
    return None


def number(text: str) -> float | None:
    """The number that digits mean, or None where they are no number or could mean two.

    Blanks part thousands; a comma is a decimal mark, or parts thousands where it stands twice or beside a point.
    A single comma before exactly three digits could be either, so it means nothing.
    """
    groups = text.strip().split(" ")
    if len(groups) > 1 and any(len(re.split("[.,]", group)[0]) != len("000") for group in groups[1:]):
        return None
    digits = "".join(groups)
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3}){2,}(\.\d+)?|[-+]?\d{1,3},\d{3}\.\d+", digits):
        digits = digits.replace(",", "")
    elif re.fullmatch(r"[-+]?\d{1,3},\d{3}", digits) and not digits.lstrip("+-").startswith("0"):
        return None
    elif digits.count(",") == 1 and "." not in digits:
        digits = digits.replace(",", ".")
    try:
        return float(digits)
    except ValueError:
        return None


def unit_and_note(text: str) -> tuple[str, str]:
    """Parts a unit from what a source adds to it: "persons (about)" is persons, about.

    Args:
        text: the unit as written, with additions in brackets or after a comma or semicolon.

    Returns:
        The unit, and the addition without its brackets.
    """
    found = re.match(r"^(?P<unit>[^(,;]*)(?P<mark>[(,;]?)(?P<rest>.*)$", text.strip(), flags=re.DOTALL)
    if found is None or not found["mark"]:
        return text.strip(), ""
    rest = found["rest"].strip()
    if found["mark"] == "(":
        rest = rest.replace(")", "", 1)
    return found["unit"].strip(), rest.strip()


def _plain(text: str) -> str:
    for mark in BLANKS:
        text = text.replace(mark, " ")
    text = text.replace("\u2212", "-").replace("\u2013", "-").replace("\u2014", "-")
    return re.sub(r" +", " ", text).strip().casefold()


def _single(word: str, value: float | None) -> Interval | None:
    if value is None:
        return None
    if word in LOWER:
        return Interval(low=value, note=LOWER[word])
    if word in UPPER:
        return Interval(high=value, note=UPPER[word])
    if word in NEAR or not word:
        return Interval(value=value, note=NEAR.get(word, ""))
    return None


def _range(word: str, low: float | None, high: float | None) -> Interval | None:
    if low is None or high is None or low > high or not (word in NEAR or not word):
        return None
    return Interval(low=low, high=high, note=NEAR.get(word, ""))
