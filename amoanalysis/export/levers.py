"""A scenario made by hand out of a few levers, as the file that anyone can run again."""

import json
from dataclasses import dataclass

from amoanalysis.text import LANGUAGES, number, text
from amoanalysis.themes.words import percent

MINE = "hannukainen"
CAMPAIGN = "return_campaign"
# Half intervals around what a lever says: a plan slips rather than comes early, as the mine's has since 2009.
EARLY, LATE = 1, 4
STAFF_BAND = 0.15
GROWTH_BAND = 0.015
RETIREMENT_BAND = 0.07
# The company plans so many jobs in building for each own employee in operation.
BUILDING_PER_EMPLOYEE = 5 / 3
WHY = "Set by hand in the explorer."


@dataclass(frozen=True)
class Levers:
    """What can be moved.

    Attributes:
        start: year in which the mine starts, the most likely one.
        staff: own employees of the mine in full operation.
        probability: that the mine opens at all, 0 to 1.
        growth: of overnight stays, share a year.
        campaign: whether leavers are asked back.
        retirement: rise of the retirement age, years a year.
    """

    start: int = 2031
    staff: int = 300
    probability: float = 1.0
    growth: float = 0.015
    campaign: bool = False
    retirement: float = 0.10


def scenario_file(levers: Levers) -> str:
    """The scenario as TOML: only what it changes, with a reason for each number.

    Args:
        levers: as they stand.

    Returns:
        The file's text.
    """
    bases = [MINE, CAMPAIGN] if levers.campaign else [MINE]
    lines = [f"based_on = {json.dumps(bases)}", ""]
    lines += ["[title]", *(_line(lang, _title(levers, lang)) for lang in LANGUAGES), ""]
    lines += ["[narrative]", *(_line(lang, _narrative(levers, lang)) for lang in LANGUAGES), ""]
    event, start = f"events.{MINE}", levers.start
    lines += _block(f"{event}.probability", levers.probability, 0.0, 0.0)
    lines += _block(f"{event}.start", start, EARLY, LATE, least=start - EARLY)
    lines += _block(f"{event}.operating_jobs", levers.staff, *[STAFF_BAND * levers.staff] * 2)
    built = BUILDING_PER_EMPLOYEE * levers.staff
    lines += _block(f"{event}.construction_jobs", built, *[STAFF_BAND * built] * 2)
    lines += _block("tourism.growth", levers.growth, GROWTH_BAND, GROWTH_BAND)
    lines += _block("labour_force.retirement_age_rise", levers.retirement, RETIREMENT_BAND, RETIREMENT_BAND)
    return "\n".join(lines)


def _block(path: str, value: float, below: float, above: float, least: float | None = None) -> list[str]:
    ends = {"value": value, "low": value - below, "high": value + above}
    numbers = {**ends, **({} if least is None else {"least": least})}
    rows = [f"{name} = {round(end, 4):g}" for name, end in numbers.items()]
    return [f"[{path}]", *rows, 'source = "judgement"', _line("why", WHY), ""]


def _line(key: str, words: str) -> str:
    return f"{key} = {json.dumps(words, ensure_ascii=False)}"


def _title(levers: Levers, lang: str) -> str:
    return text("explorer.title", lang, start=str(levers.start))


def _narrative(levers: Levers, lang: str) -> str:
    return text(
        "explorer.narrative",
        lang,
        start=str(levers.start),
        staff=number(levers.staff, lang),
        probability=percent(100 * levers.probability, lang),
        growth=percent(100 * levers.growth, lang, 1),
    )
