"""Exhibits of theme 2: vacancies against jobseekers, over the years and by occupation - a check on the gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.text import number, text
from amoanalysis.themes.making import Draft, colour_of, made
from amoanalysis.themes.registry import NotKnown, exhibit
from amoanalysis.themes.training_tables import most, occupation_names, outlook_of

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

FEWEST_MONTHS = 6
SIGNALS = 10
COLOURS = {"open_vacancies": "#e08a2e", "jobseekers": "#1f5f99"}


@exhibit("beveridge_curve", theme="training", form="curve")
def beveridge_curve(view: PlaceView) -> Exhibit:
    """Unemployment and vacancies year by year: the further up and right, the worse workers and jobs meet."""
    lang, yearly = view.lang, _yearly(view)
    if len(yearly) < 3:
        raise NotKnown("months")
    name = view.place.named(lang)
    data = pd.DataFrame(
        {
            "year": yearly.index.astype(int),
            "series": name,
            "x": 100 * yearly["unemployed_jobseekers"].to_numpy() / yearly["labour_force"].to_numpy(),
            "value": 100 * yearly["open_vacancies"].to_numpy() / yearly["labour_force"].to_numpy(),
        }
    )
    per_hundred = 100 * yearly["open_vacancies"] / yearly["unemployed_jobseekers"]
    years = yearly.index.astype(int)
    lowest, last = years.tolist()[int(per_hundred.to_numpy()[:-1].argmin())], years.tolist()[-1]
    draft = Draft(
        data=data,
        parts={
            "now": round(float(per_hundred[last])),
            "then": round(float(per_hundred[lowest])),
            "now_year": last,
            "then_year": lowest,
            "first_year": int(yearly.index[0]),
        },
        variant="more" if per_hundred[last] > per_hundred[lowest] * 1.1 else "same",
        unit="%",
        tables=("labour_market_monthly",),
        notes=("register", "beveridge"),
        options={
            "across": text("beveridge.across", lang),
            "up": text("beveridge.up", lang),
            "colours": {name: colour_of(view)},
            "decimals": 1,
        },
    )
    return made(view, "beveridge_curve", "curve", draft)


@exhibit("vacancy_signals", theme="training", form="bars")
def vacancy_signals(view: PlaceView) -> Exhibit:
    """Open vacancies and jobseekers of the reference area in the occupations whose gap is widest."""
    lang, names, found = view.lang, occupation_names(view), outlook_of(view)
    seekers = view.futures.occupations.seekers
    order = most(found.at("gap", view.year), SIGNALS)
    if not order:
        raise NotKnown("no_gap")
    values = {"open_vacancies": seekers.vacancies, "jobseekers": seekers.persons}
    words = {key: text(f"signal.{key}", lang) for key in values}
    rows = [
        {"category": names[found.codes[i]], "series": words[key], "value": float(column[i])}
        for i in order
        for key, column in values.items()
    ]
    reference = view.data.places[str(view.data.places[view.members[0]].reference)]
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={
            "tight": sum(bool(seekers.vacancies[i] > seekers.persons[i]) for i in order),
            "shown": len(order),
            "area": reference.named(lang),
            "first_year": seekers.years[0],
            "last_year": seekers.years[-1],
            "at_year": view.year,
            "agreement": number(_agreement(view), lang, 2),
            "days": _days_open(view),
        },
        unit="persons_or_vacancies",
        tables=("jobseekers_by_occupation", "vacancy_flows_monthly"),
        notes=("signals",),
        options={"decimals": 0, "colours": {words[key]: colour for key, colour in COLOURS.items()}},
    )
    return made(view, "vacancy_signals", "bars", draft)


def _yearly(view: PlaceView) -> pd.DataFrame:
    """Yearly means over the months that are known, summed over municipalities; only whole years of all of them."""
    table = view.data.table("labour_market_monthly")
    own = table[table["place"].isin(view.members)].assign(year=lambda t: t["month"].str[:4].astype(int))
    columns = ["labour_force", "unemployed_jobseekers", "open_vacancies"]
    groups = own.groupby(["place", "year"])[columns]
    means = groups.mean().where(groups.count() >= FEWEST_MONTHS).dropna()
    whole = means.groupby("year").size() == len(view.members)
    return means.groupby("year").sum()[whole].astype(float)


def _agreement(view: PlaceView) -> float:
    """Rank correlation of the gap per job with vacancies per job in the reference area, over occupations with jobs."""
    base, found = view.futures.occupations, outlook_of(view)
    jobs = found.jobs[0].mean(axis=0)
    some = (jobs >= 1) & (base.area_jobs >= 1)
    gap = found.at("gap", view.year).mean(axis=0)[some] / jobs[some]
    vacant = base.seekers.vacancies[some] / base.area_jobs[some]
    # Of ranks, as Spearman has it; scipy's own would have every command wait for the whole of scipy.stats.
    return float(pd.Series(gap).rank().corr(pd.Series(vacant).rank()))


def _days_open(view: PlaceView) -> float:
    """Days that a filled vacancy was open, mean of the last twelve months told of the place."""
    table = view.data.table("vacancy_flows_monthly")
    own = table[table["place"].isin(view.members)].dropna(subset=["mean_days_open", "filled_vacancies"])
    newest = own[own["month"].isin(sorted(own["month"].unique())[-12:])]
    if newest.empty:
        raise NotKnown("months")
    return round(float(np.average(newest["mean_days_open"], weights=newest["filled_vacancies"])))
