"""Exhibit of theme 3 on generational change: owners who retire, and the jobs that hang on a successor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.models.draws import Array, Draws
from amoanalysis.models.successors import Owners, owners_retiring
from amoanalysis.text import number, text
from amoanalysis.themes.leaving import band
from amoanalysis.themes.making import Draft, fill_of, made
from amoanalysis.themes.registry import NotKnown, exhibit
from amoanalysis.themes.words import headline

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

AGES = "employed_by_industry_and_age"
JOBS = "jobs_by_industry"
TABLES = (JOBS, AGES)
OLD, ALL = "55-64", "15-64"
# Industries with hardly an owner at work: the public services, the mine, utilities, households and what is unknown.
LEFT_OUT = ("B", "D", "E", "O", "P", "Q", "T", "U", "X", "TOTAL")
SHOWN = 8


def owners(view: PlaceView) -> tuple[list[str], Owners, int]:
    """Owners of the firms of the place by industry, the industries, and the year of the jobs.

    Raises:
        NotKnown: if jobs by industry are not known.
    """
    table = view.data.table(JOBS)
    own = table[table["place"].isin(view.members) & ~table["industry"].isin(LEFT_OUT)]
    whole = own[own["completeness"] == "complete"]
    if whole.empty:
        raise NotKnown("panel")
    year = int(whole["year"].max())
    jobs = whole[whole["year"] == year].groupby("industry")["jobs"].sum()
    shares = older_shares(view, list(jobs.index))
    assumptions = view.futures.scenario(view.scenarios[0]).assumptions.firms
    draws = Draws(view.futures.seed, 0, view.futures.draws)
    codes = [str(code) for code in jobs.index]
    return codes, owners_retiring(jobs.to_numpy(dtype=np.float64), shares, codes, assumptions, draws), year


def older_shares(view: PlaceView, industries: list[str]) -> Array:
    """Share of 55-64 among the employed of 15-64, Finland, the last year with ages; (industry,)."""
    table = view.data.table(AGES)
    ages = table[table["age_group"].isin([OLD, ALL])].pivot_table(
        index=["year", "industry"], columns="age_group", values="employed"
    )
    latest = ages.dropna().loc[int(ages.dropna().index.get_level_values("year").max())]
    share = latest[OLD] / latest[ALL]
    by_section = {section: float(share[label]) for label in share.index for section in str(label).split("+")}
    return np.array([by_section.get(section, float(share["TOTAL"])) for section in industries])


@exhibit("owners_retiring", theme="attractiveness", form="bars")
def owners_without_successor(view: PlaceView) -> Exhibit:
    """Owners who retire within ten years without a successor, by industry."""
    lang = view.lang
    industries, found, year = owners(view)
    order = np.argsort(-found.without.mean(axis=0), kind="stable")[:SHOWN]
    rows = [{"category": text(f"industry.{industries[i]}", lang), **band(found.without[:, i])} for i in order]
    whole, retiring, jobs = (band(part.sum(axis=1)) for part in (found.without, found.retiring, found.jobs))
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={
            "retiring": number(headline(retiring["value"]), lang),
            "without": number(headline(whole["value"]), lang),
            "low": number(headline(whole["low"]), lang),
            "high": number(headline(whole["high"]), lang),
            "jobs": number(headline(jobs["value"]), lang),
            "at_year": year,
        },
        unit="owners",
        tables=TABLES,
        notes=("owners",),
        options={"decimals": 0, "colours": {str(row["category"]): fill_of(view) for row in rows}},
    )
    return made(view, "owners_retiring", "bars", draft)
