"""Exhibit of the foresight: which assumptions make each outcome uncertain, and which of them a survey could tell."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import pandas as pd

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.forecast.indices import can_be_asked, spread_shares
from amoanalysis.text import number, text
from amoanalysis.themes.demand_tables import named_assumption
from amoanalysis.themes.making import PERCENT, Draft, made
from amoanalysis.themes.registry import NotKnown, exhibit
from amoanalysis.themes.words import capital

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

OUTCOMES = ("population", "labour_force", "labour_need", "unemployed", "unfilled_jobs")
MOST_ROWS = 8
# An assumption that explains less of every outcome, %, is not worth a row; one that explains less, a survey.
LEAST, WORTH = 0.5, 3.0
# With fewer draws chance alone looks like a finding.
FEWEST_DRAWS = 20
MARK = " *"


@exhibit("survey_worth", theme="foresight", form="heat")
def survey_worth(view: PlaceView) -> Exhibit:
    """How much of what is not known of each outcome every assumption explains alone, the largest first."""
    lang, run = view.lang, view.forecast
    if run.draws < FEWEST_DRAWS:
        raise NotKnown("few_draws")
    shares = survey_shares(view)
    asked = shares[[can_be_asked(path) for path in shares.index]]
    best = str(asked.max(axis=1).idxmax())
    outcome = str(asked.loc[best].idxmax())
    most = float(asked.max(axis=1)[best])
    shown = shares.loc[list(dict.fromkeys([*shares.index[:MOST_ROWS], best]))]
    shown = shown[(shown.max(axis=1) >= LEAST) | (shown.index == best)]
    names = {path: capital(_name(view, path)) + (MARK if can_be_asked(path) else "") for path in map(str, shown.index)}
    words: dict[Hashable, str] = {measure: text(f"outcome.{measure}", lang) for measure in OUTCOMES}
    left = (100.0 - shares.sum()).clip(0.0, 100.0)
    rows = [
        {"row": names[str(path)], "column": capital(words[measure]), "value": max(0.0, float(share))}
        for path, own in shown.iterrows()
        for measure, share in own.items()
    ]
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={
            "assumption": _name(view, best),
            "share": number(most, lang),
            "outcome": words[outcome],
            "rest_low": number(float(left.min()), lang),
            "rest_high": number(float(left.max()), lang),
            "at_year": view.year,
        },
        variant="worth" if most >= WORTH else "little",
        unit=PERCENT,
        runs=(run,),
        notes=("survey_worth",),
        options={"decimals": 0},
    )
    return made(view, "survey_worth", "heat", draft)


def survey_shares(view: PlaceView) -> pd.DataFrame:
    """First-order indices of the outcomes in the year ahead, %: index path, the largest of any outcome first."""
    assumptions = view.futures.moving(view.scenarios[0])
    shares = 100.0 * spread_shares(view.forecast, assumptions, OUTCOMES, view.place.code, view.year)
    return shares.loc[shares.max(axis=1).sort_values(ascending=False, kind="stable").index]


def _name(view: PlaceView, path: str) -> str:
    """An assumption in words, its interval left out."""
    return named_assumption(view, view.futures.scenario(view.scenarios[0]).assumptions, path).split(" (")[0]
