"""Phrases of titles: inflected place names and numbers, and the direction of a change."""

import math

import numpy as np

from amoanalysis.config.places import Place
from amoanalysis.config.text import number, text
from amoanalysis.errors import AmoError
from amoanalysis.models.statistics.draws import Array

# Relative difference that counts as equal; shares of the draws for a certain and for a likely direction.
SAME = 0.015
CERTAIN = 0.9
LIKELY = 0.6
# Smallest distance of a turning point from both ends of the path, relative to the ends.
TURN = 0.04
BLANK = "\u00a0"

# Finnish case endings of a number as read aloud, by its last non-zero digit: "neljään", "neljästä".
_INTO_DIGIT = dict(zip("123456789", ("een", "een", "een", "ään", "een", "een", "ään", "aan", "ään"), strict=True))
_FROM_DIGIT = dict(zip("123456789", ("stä", "sta", "sta", "stä", "stä", "sta", "stä", "sta", "stä"), strict=True))
# By the number of zeros at its end: ten, hundred, thousand (to a hundred thousand), million.
_INTO_POWER = ("", "een", "aan", "een", "een", "een", "aan")
_FROM_POWER = ("", "stä", "sta", "sta", "sta", "sta", "sta")


_STEPS = ((1_000_000, 10_000), (100_000, 1000), (1000, 100), (100, 10), (50, 5), (0, 1))


def genitive_head(place: Place, lang: str) -> str:
    """The genitive at the start of a title ("Kolarin", "Kolari’s"), or the name with a colon ("Inari:")."""
    form = _declared_form(place, "of", lang)
    return form or (f"{place.name_in(lang)}’s" if lang == "en" else f"{place.name_in(lang)}:")


def genitive(place: Place, lang: str) -> str:
    """The genitive within a sentence ("Kolarin", or "paikan Inari" if the form is not declared)."""
    form = _declared_form(place, "of", lang)
    return form or text("place.unknown.of", lang, place=place.name_in(lang))


def locative(place: Place, lang: str) -> str:
    """The locative: "Kolarissa", "in Kolari", or "paikassa Inari" if the form is not declared."""
    form = _declared_form(place, "in", lang)
    return form or text("place.unknown.in", lang, place=place.name_in(lang))


def _declared_form(place: Place, case: str, lang: str) -> str | None:
    """The declared form by Finnish name; codes of areas differ between data folders."""
    try:
        return text(f"place.{place.name_in('fi')}.{case}", lang)
    except AmoError:
        return None


def illative(value: float, lang: str) -> str:
    """A number in the Finnish illative ("4 300:aan"); without ending in other languages."""
    return number(value, lang) + (f":{_case_ending(value, _INTO_DIGIT, _INTO_POWER, 'aan')}" if lang == "fi" else "")


def elative(value: float, lang: str) -> str:
    """A number in the Finnish elative ("4 000:sta"); without ending in other languages."""
    return number(value, lang) + (f":{_case_ending(value, _FROM_DIGIT, _FROM_POWER, 'sta')}" if lang == "fi" else "")


def format_percent(value: float, lang: str, decimals: int = 0, sign: bool = False, case: str = "") -> str:
    """A number in per cent, in Finnish with a case ending if given ("iin", "sta")."""
    shown = number(value, lang, decimals, sign)
    if lang == "en":
        return f"{shown}%"
    return f"{shown}{BLANK}%" + (f":{case}" if lang == "fi" and case else "")


def round_for_title(value: float) -> float:
    """Rounds a forecast to two or three significant digits for a title."""
    size = abs(value)
    step = next(step for least, step in _STEPS if size >= least)
    return math.floor(value / step + 0.5) * float(step)


def classify_direction(now: float, draws: Array) -> str:
    """Direction of change from a known value to the draws of a later year.

    Args:
        now: the known value.
        draws: (draw,), the later year.

    Returns:
        up, up_likely, flat, open, down_likely or down; flat if the median is about equal, open if the draws do not
        agree.
    """
    middle = float(np.median(draws))
    share = float((draws > now).mean())
    agree = max(share, 1 - share)
    if abs(middle - now) < SAME * max(abs(now), 1.0) or round_for_title(middle) == round_for_title(now):
        return "flat"
    if agree < LIKELY:
        return "open"
    return ("up" if middle > now else "down") + ("" if agree >= CERTAIN else "_likely")


def find_turning_point(now: float, path: Array) -> int | None:
    """Index of the highest or lowest point of a path if it is far enough from both ends, else None.

    Args:
        now: the known value before the path.
        path: (year,), medians.
    """
    ends = np.array([now, float(path[-1])])
    margin = TURN * max(float(np.abs(ends).max()), 1.0)
    high, low = int(path.argmax()), int(path.argmin())
    rises, falls = float(path[high] - ends.max()), float(ends.min() - path[low])
    if max(rises, falls) < margin:
        return None
    return high if rises >= falls else low


def direction_verb(direction: str, lang: str) -> str:
    """The verb of a direction, such as "grows" or "is likely to fall"."""
    return text(f"verb.{direction}", lang)


def join_words(words: list[str], lang: str) -> str:
    """Joins words to a list: "a, b ja c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {text('word.and', lang)} {words[-1]}"


def capitalise(words: str) -> str:
    """The text with an initial capital."""
    return words[:1].upper() + words[1:]


def _case_ending(value: float, digits: dict[str, str], powers: tuple[str, ...], zero: str) -> str:
    shown = str(abs(round(value)))
    stripped = shown.rstrip("0")
    if not stripped:
        return zero
    noughts = len(shown) - len(stripped)
    # Numbers from 11 to 19 take the ending of the unit ("yhteentoista"), tens that of ten.
    return digits[stripped[-1]] if noughts == 0 else powers[min(noughts, len(powers) - 1)]


def format_range(low: float, high: float, lang: str, decimals: int = 0) -> str:
    """Two numbers with an en dash between them."""
    return f"{number(low, lang, decimals)}\N{EN DASH}{number(high, lang, decimals)}"
