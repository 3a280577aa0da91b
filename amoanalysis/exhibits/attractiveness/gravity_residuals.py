"""Exhibit of the residuals of a gravity model of migration."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from amoanalysis.config.text import number, text
from amoanalysis.exhibits.attractiveness.out_migrants import FLOWS, TOWNS
from amoanalysis.exhibits.builder import ExhibitDraft, exhibit
from amoanalysis.exhibits.context import Context, MissingFigures, municipality_names
from amoanalysis.exhibits.map_layers import load_country_outline, locate_values
from amoanalysis.exhibits.phrases import format_percent
from amoanalysis.models.return_migration.gravity import (
    TERMS,
    TIE,
    GravityModel,
    GravityScore,
    expected_moves,
    fit_gravity,
    mean_flow,
    score_gravity,
)
from amoanalysis.pipeline.inputs.migration import gravity_pairs
from amoanalysis.pipeline.scenario_runs import ScenarioRuns

# The last years with published totals are held back; the model is fitted to the years before.
HELD_BACK = range(2014, 2018)
NAMED = 12
# Smaller differences, moves a year, are not shown.
LEAST = 0.5


@dataclass(frozen=True)
class GravityFit:
    """The gravity model and its scores in the years held back.

    Attributes:
        model: fitted on the years before those held back.
        pairs: pairs and years with their expected moves.
        scores: model, tie (with pair effects) and constant (constant share) -> score in the years held back.
    """

    model: GravityModel
    pairs: pd.DataFrame
    scores: dict[str, GravityScore]


def load_gravity_fit(context: Context) -> GravityFit:
    """The gravity model of migration to the municipalities of the region.

    Raises:
        MissingFigures: if migration flows are missing.
    """
    table = context.data.table(FLOWS)
    if not set(context.data.places.region.members) <= set(table["place"].unique()):
        raise MissingFigures("flows")
    return _fit_and_score(context.runs)


@lru_cache(maxsize=4)
def _fit_and_score(runs: ScenarioRuns) -> GravityFit:
    pairs = gravity_pairs(runs.data, runs.inputs.account, list(runs.inputs.codes))
    known, held = pairs[pairs["year"] < HELD_BACK.start], pairs[pairs["year"].isin(HELD_BACK)]
    model, tied = fit_gravity(known), fit_gravity(known, (*TERMS, TIE))
    moves = held["moves"].to_numpy(dtype=np.float64)
    scores = {
        "model": score_gravity(moves, expected_moves(model, held)),
        "tie": score_gravity(moves, expected_moves(tied, held)),
        "constant": score_gravity(moves, mean_flow(known, held)),
    }
    return GravityFit(model, pairs.assign(expected=expected_moves(model, pairs)), scores)


def compare_senders(context: Context) -> pd.DataFrame:
    """Moves to the place a year by origin: moves, expected, more (the difference)."""
    told = load_gravity_fit(context).pairs
    own = told[told["place"].isin(context.members) & ~told["partner"].isin(context.members)]
    years = own["year"].nunique()
    sums = own.groupby("partner")[["moves", "expected"]].sum() / years
    return sums.assign(more=sums["moves"] - sums["expected"])


@exhibit("gravity_residuals", theme="attractiveness", form="dots")
def gravity_residuals(context: Context) -> ExhibitDraft:
    """Origins with more and fewer moves than expected, on a map of Finland."""
    told, found, names, lang = (
        load_gravity_fit(context),
        compare_senders(context),
        municipality_names(context),
        context.lang,
    )
    most, least = found["more"].idxmax(), found["more"].idxmin()
    explained = {name: format_percent(100 * each.explained, lang) for name, each in told.scores.items()}
    better = told.scores["model"].explained > told.scores["constant"].explained
    return ExhibitDraft(
        data=locate_values(context, found.loc[found["more"].abs() >= min(LEAST, found["more"].abs().max()), "more"]),
        parts={
            "most": names[str(most)],
            "more": number(float(found["more"].max()), lang, sign=True),
            "least": names[str(least)],
            "fewer": number(float(found["more"].min()), lang, sign=True),
            "first_year": told.pairs["year"].min(),
            "last_year": told.pairs["year"].max(),
            "held": f"{HELD_BACK.start}–{HELD_BACK.stop - 1}",
            **{f"{name}_fit": words for name, words in explained.items()},
        },
        unit="persons_a_year",
        tables=(FLOWS, TOWNS, "employed_residents", "labour_market_monthly", "geo/finland_outline"),
        notes=("gravity", "gravity_wins" if better else "gravity_loses"),
        options={
            "outline": load_country_outline(context),
            "named": NAMED,
            "centre": 0.0,
            "sides": (text("side.more", lang), text("side.fewer", lang)),
            "sized": text("sized.more", lang),
            "sign": True,
            "decimals": 0,
        },
    )
