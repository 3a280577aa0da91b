"""Exhibits of theme 3 on moves within Finland: by year, by partner, by age, and on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.models.flows import exchange, periods
from amoanalysis.text import number, text
from amoanalysis.themes.country import outline, placed
from amoanalysis.themes.leaving import FLOWS, TOWNS, leaving, named
from amoanalysis.themes.making import Draft, made
from amoanalysis.themes.registry import NotKnown, exhibit
from amoanalysis.themes.words import percent

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

IN_COLOUR, OUT_COLOUR = "#15936f", "#d98032"
EARLIER_COLOUR, LATER_COLOUR = "#9db4c7", "#2f6690"
WIDTH, SHORT = 10, 5
MOST_LOSERS, MOST_GAINERS = 6, 4
AGES = {"0–15": (0, 16), "16–19": (16, 20), "20–24": (20, 25), "25–34": (25, 35), "35–49": (35, 50), "50–64": (50, 65)}
NAMED_ON_MAP = 12
# A smaller net flow of all years together is chance, and only clutters the map.
LEAST_ON_MAP = 5


@exhibit("migration_balance", theme="attractiveness", form="fan")
def migration_balance(view: PlaceView) -> Exhibit:
    """Moves in from and out to the rest of Finland by year: most of them undo each other."""
    years = exchanged(view, ["year"]).set_index("year")
    lang, last = view.lang, int(years.index.max())
    named_as = {"in_moves": text("series.moves_in", lang), "out_moves": text("series.moves_out", lang)}
    rows = [
        pd.DataFrame({"year": years.index, "series": name, "kind": "observed", "value": years[column]})
        for column, name in named_as.items()
    ]
    first = years.iloc[:SHORT]["net"].mean()
    gross = years["in_moves"].sum() + years["out_moves"].sum()
    draft = Draft(
        data=pd.concat(rows, ignore_index=True),
        parts={
            "circulation": percent(100 * (1 - abs(years["net"].sum()) / gross), lang),
            "first_net": number(float(first), lang, sign=True),
            "last_net": number(float(years.iloc[-SHORT:]["net"].mean()), lang, sign=True),
            "first_years": f"{years.index.min()}–{int(years.index.min()) + SHORT - 1}",
            "last_years": f"{last - SHORT + 1}–{last}",
            "start_year": years.index.min(),
            "end_year": last,
        },
        unit="moves_a_year",
        tables=(FLOWS,),
        notes=("moves", *(("outside_moves",) if len(view.members) > 1 else ())),
        options={
            "zero": True,
            "decimals": 0,
            "colours": dict(zip(named_as.values(), (IN_COLOUR, OUT_COLOUR), strict=True)),
        },
    )
    return made(view, "migration_balance", "fan", draft)


@exhibit("migration_by_partner", theme="attractiveness", form="bars")
def migration_by_partner(view: PlaceView) -> Exhibit:
    """Net gain and loss by partner in two periods of ten years."""
    lang, names = view.lang, named(view)
    flows = exchanged(view, ["partner", "year"])
    last = int(flows["year"].max())
    flows["period"] = periods(flows["year"], WIDTH, last)
    spans = sorted(flows["period"].dropna().unique())[-2:]
    sums = flows[flows["period"].isin(spans)].groupby(["partner", "period"])["net"].sum().unstack(fill_value=0)
    whole = sums.sum(axis=1).sort_values()
    shown = [*whole.index[:MOST_LOSERS], *whole[whole > 0].index[-MOST_GAINERS:]]
    rows = [
        {"category": names[code], "series": span, "value": float(sums.loc[code, span])}
        for code in shown
        for span in spans
    ]
    low, high = whole.index[0], whole.index[-1]
    draft = Draft(
        data=pd.DataFrame(rows),
        parts={
            "town": names[low],
            "loss": number(float(whole[low]), lang, sign=True),
            "gain_town": names[high],
            "gain": number(float(whole[high]), lang, sign=True),
            "years": f"{spans[0].split('–')[0]}–{last}",
        },
        variant="both" if whole[high] > 0 else "loss",
        unit="moves",
        tables=(FLOWS,),
        notes=("net_moves",),
        options={"sign": True, "decimals": 0, "colours": dict(zip(spans, (EARLIER_COLOUR, LATER_COLOUR), strict=True))},
    )
    return made(view, "migration_by_partner", "bars", draft)


@exhibit("migration_by_age", theme="attractiveness", form="heat")
def migration_by_age(view: PlaceView) -> Exhibit:
    """Net migration a year by age group and period, at the age profiles of the small municipalities."""
    lang = view.lang
    found, profile = leaving(view), view.futures.inputs.population.profile
    years = exchanged(view, ["year"]).set_index("year").reindex(found.years)
    # (age,), sums to 1: the mean of the places, as the ages of those who leave are.
    arriving = profile.arriving.mean(axis=0).sum(axis=0)
    base = view.futures.inputs.leavers
    leaving_ages = base.ages if base is not None else np.zeros((len(found.years), len(arriving)))
    rows = []
    spans = periods(pd.Series(list(found.years), index=list(found.years)), SHORT, found.years[-1])
    for span in sorted(spans.dropna().unique()):
        at = [found.years.index(year) for year in spans.index[spans == span]]
        for name, (low, high) in AGES.items():
            comes = years["in_moves"].to_numpy()[at] * arriving[low:high].sum()
            goes = years["out_moves"].to_numpy()[at] * leaving_ages[at, low:high].sum(axis=1)
            rows.append({"row": name, "column": span, "value": float((comes - goes).mean())})
    data = pd.DataFrame(rows)
    latest = data[data["column"] == data["column"].iloc[-1]]
    low_row, high_row = latest.loc[latest["value"].idxmin()], latest.loc[latest["value"].idxmax()]
    draft = Draft(
        data=data,
        parts={
            "low_ages": low_row["row"],
            "low_net": number(float(low_row["value"]), lang, sign=True),
            "high_ages": high_row["row"],
            "high_net": number(float(high_row["value"]), lang, sign=True),
            "period": low_row["column"],
        },
        variant="gain" if high_row["value"] >= 0.5 else "loss",
        unit="persons_a_year",
        tables=(FLOWS, "population_by_age_sex"),
        notes=("profile_ages",),
        options={"palette": "diverging", "centre": 0.0, "sign": True, "decimals": 0},
    )
    return made(view, "migration_by_age", "heat", draft)


@exhibit("migration_map", theme="attractiveness", form="dots")
def migration_map(view: PlaceView) -> Exhibit:
    """Net gain and loss by municipality on the map of Finland, all years together."""
    lang, names = view.lang, named(view)
    flows = exchanged(view, ["partner"]).set_index("partner")
    net = flows.loc[flows["net"] != 0, "net"]
    losses = -net[net < 0].sort_values()
    if losses.empty:
        raise NotKnown("flows")
    years = exchanged(view, ["year"])["year"]
    top = losses.index[:3]
    draft = Draft(
        data=placed(view, net[net.abs() >= min(LEAST_ON_MAP, net.abs().max())]),
        parts={
            "one": names[top[0]],
            "two": names[top[min(1, len(top) - 1)]],
            "three": names[top[-1]],
            "share": percent(100 * float(losses[top].sum()) / float(losses.sum()), lang),
            "net": number(float(net.sum()), lang, sign=True),
            "start_year": years.min(),
            "end_year": years.max(),
        },
        unit="moves",
        tables=(FLOWS, TOWNS, "geo/finland_outline"),
        notes=("net_moves",),
        options={
            "outline": outline(view),
            "named": NAMED_ON_MAP,
            "centre": 0.0,
            "sides": (text("side.gain", lang), text("side.loss", lang)),
            "sized": text("sized.net", lang),
            "sign": True,
            "decimals": 0,
        },
    )
    return made(view, "migration_map", "dots", draft)


def exchanged(view: PlaceView, by: list[str]) -> pd.DataFrame:
    """Moves of the place with the rest of Finland.

    Raises:
        NotKnown: if the moves of a municipality of it are not known.
    """
    table = view.data.table(FLOWS)
    if not set(view.members) <= set(table["place"].unique()):
        raise NotKnown("flows")
    return exchange(table, list(view.members), by)
