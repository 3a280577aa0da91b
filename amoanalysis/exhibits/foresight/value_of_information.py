"""Exhibits of sensitivity: effect of the assumptions on the outcomes, and assumptions a survey could measure."""

from __future__ import annotations

from collections.abc import Hashable

import pandas as pd

from amoanalysis.config.text import number, text
from amoanalysis.exhibits.builder import PERCENT, ExhibitDraft, exhibit
from amoanalysis.exhibits.context import Context, MissingFigures
from amoanalysis.exhibits.foresight.demand import describe_assumption
from amoanalysis.exhibits.phrases import capitalise
from amoanalysis.pipeline.scenario_runs import OUTCOMES
from amoanalysis.pipeline.sensitivity import is_survey_question, variance_shares

MOST_ROWS = 8
# Smallest share of variance, %, for a row in the chart and for a survey.
LEAST, WORTH = 0.5, 3.0
# With fewer draws the indices are mostly sampling error.
FEWEST_DRAWS = 20
MARK = " *"


@exhibit("survey_worth", theme="foresight", form="heat")
def survey_worth(context: Context) -> ExhibitDraft:
    """First-order sensitivity indices of the assumptions by outcome, largest first."""
    lang, run = context.lang, context.forecast
    if run.n_draws < FEWEST_DRAWS:
        raise MissingFigures("few_draws")
    shares = compute_survey_shares(context)
    asked = shares[[is_survey_question(path) for path in shares.index]]
    best = str(asked.max(axis=1).idxmax())
    outcome = str(asked.loc[best].idxmax())
    most = float(asked.max(axis=1)[best])
    shown = shares.loc[list(dict.fromkeys([*shares.index[:MOST_ROWS], best]))]
    shown = shown[(shown.max(axis=1) >= LEAST) | (shown.index == best)]
    names = {
        path: capitalise(_assumption_name(context, path)) + (MARK if is_survey_question(path) else "")
        for path in map(str, shown.index)
    }
    words: dict[Hashable, str] = {measure: text(f"outcome.{measure}", lang) for measure in OUTCOMES}
    left = (100.0 - shares.sum()).clip(0.0, 100.0)
    rows = [
        {"row": names[str(path)], "column": capitalise(words[measure]), "value": max(0.0, float(share))}
        for path, own in shown.iterrows()
        for measure, share in own.items()
    ]
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "assumption": _assumption_name(context, best),
            "share": number(most, lang),
            "outcome": words[outcome],
            "rest_low": number(float(left.min()), lang),
            "rest_high": number(float(left.max()), lang),
            "at_year": context.year,
        },
        variant="worth" if most >= WORTH else "little",
        unit=PERCENT,
        runs=(run,),
        notes=("survey_worth",),
        options={"decimals": 0},
    )


@exhibit("tornado_outcomes", theme="foresight", form="heat")
def tornado_outcomes(context: Context) -> ExhibitDraft:
    """Change of every outcome when one assumption moves from the low to the high end of its interval."""
    lang, scenario = context.lang, context.scenarios[0]
    tables = {
        measure: context.runs.sensitivity(scenario, measure, context.year)
        .table(list(context.members))
        .set_index("path")
        for measure in OUTCOMES
    }
    widths = pd.DataFrame({measure: table["at_high"] - table["at_low"] for measure, table in tables.items()})
    if widths.empty:
        raise MissingFigures("no_swings")
    # Largest relative effects on any outcome.
    weight = widths.abs() / widths.abs().max().clip(lower=1e-9)
    shown = widths.loc[weight.loc[weight.max(axis=1).nlargest(MOST_ROWS).index].sum(axis=1).nlargest(MOST_ROWS).index]
    first = str(widths["labour_demand"].abs().idxmax())
    assumptions = context.runs.scenario(scenario).assumptions
    rows = [
        {
            "row": capitalise(describe_assumption(context, assumptions, str(path))),
            "column": capitalise(text(f"outcome.{measure}", lang)),
            "value": float(width),
        }
        for path, own in shown.iterrows()
        for measure, width in own.items()
    ]
    of_first = {measure: number(float(widths[measure][first]), lang, sign=True) for measure in OUTCOMES}
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={"assumption": _assumption_name(context, first), **of_first, "at_year": context.year},
        unit="persons_or_jobs",
        runs=(context.forecast,),
        assumed=("jobs", "tourism", "population"),
        notes=("tornado",),
        options={"decimals": 0, "sign": True, "palette": "diverging"},
    )


def compute_survey_shares(context: Context) -> pd.DataFrame:
    """First-order sensitivity indices of the outcomes, %: index path, largest first."""
    assumptions = context.runs.varied_assumptions(context.scenarios[0])
    shares = 100.0 * variance_shares(context.forecast, assumptions, OUTCOMES, context.place.code, context.year)
    return shares.loc[shares.max(axis=1).sort_values(ascending=False, kind="stable").index]


def _assumption_name(context: Context, path: str) -> str:
    """Name of an assumption without its interval."""
    return describe_assumption(context, context.runs.scenario(context.scenarios[0]).assumptions, path).split(" (")[0]
