"""Facts of the labour supply: months of unemployment, education of those at work, jobs that stay unfilled."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np
import pandas as pd

from amoanalysis.config.text import text
from amoanalysis.exhibits.attractiveness import attraction as attracting
from amoanalysis.exhibits.attractiveness import attraction as firms
from amoanalysis.exhibits.attractiveness import gravity_residuals as senders
from amoanalysis.exhibits.attractiveness import return_migration as campaigns
from amoanalysis.exhibits.attractiveness.leavers import FLOWS, TOUR_TOWNS, band, leaving, ranking, toured
from amoanalysis.exhibits.attractiveness.migration import SHORT, exchanged
from amoanalysis.exhibits.attractiveness.return_migration import tours
from amoanalysis.exhibits.context import Context, NotKnown, draws_in_year, municipality_names
from amoanalysis.exhibits.evidence.backtest_charts import FAR, MEASURES, MIDDLE, OTHERS, SEMINAR, TABLE, scores_of
from amoanalysis.exhibits.foresight.demand import changes_of, multipliers_of, named_assumption
from amoanalysis.exhibits.foresight.published import Beside, beside
from amoanalysis.exhibits.labour.labour_market import gaps
from amoanalysis.exhibits.labour.months import monthly
from amoanalysis.exhibits.phrases import listed
from amoanalysis.exhibits.training.education import levels_known, share_ahead
from amoanalysis.exhibits.training.tables import (
    field_names,
    occupation_names,
    openings_table,
    outlook_of,
    places_a_year,
    plans_of,
    starts_table,
    year_of_birth,
)
from amoanalysis.models.return_migration.out_migrant_stock import compare_with_published
from amoanalysis.models.statistics.draws import Array
from amoanalysis.pipeline.occupation_outlook import START
from amoanalysis.pipeline.training_plan import NO_ROUTE
from amoanalysis.pipeline.training_plan import SHORT as SHORT_PLACES

Maker = Callable[[], float | str]
TERTIARY = ("lower_tertiary", "higher_tertiary")


def supply_facts(view: Context) -> dict[str, Maker]:
    """The facts by name, nothing computed yet.

    `peak_unemployed` and `trough_unemployed` are medians of the months of `ahead_year` that have most and fewest,
    `peak_month` and `trough_month` say which they are; `tertiary_..._share` and `basic_..._share` are shares of those
    at work, in `education_year` and ahead; `gap_apart` and `gap_together` are the jobs of the region that stay
    unfilled in the year ahead when each municipality plans alone, and as one labour market, means.
    """
    return {
        "ahead_year": lambda: view.year,
        **_of_months(view),
        **_of_education(view),
        "gap_apart": lambda: gaps(view, view.year)[0],
        "gap_together": lambda: gaps(view, view.year)[1],
    }


def _of_months(view: Context) -> dict[str, Maker]:
    @cache
    def found() -> Array:
        return np.median(monthly(view.forecast, view.place.code, view.year), axis=1)

    return {
        "peak_unemployed": lambda: float(found().max()),
        "trough_unemployed": lambda: float(found().min()),
        "peak_month": lambda: text(f"month.in.{int(found().argmax()) + 1}", view.lang),
        "trough_month": lambda: text(f"month.in.{int(found().argmin()) + 1}", view.lang),
    }


def _of_education(view: Context) -> dict[str, Maker]:
    try:
        known = levels_known(view)
    except NotKnown:
        return {}
    return {
        "education_year": lambda: int(known.index[-1]),
        "tertiary_now_share": lambda: float(known[list(TERTIARY)].iloc[-1].sum()),
        "tertiary_ahead_share": lambda: float(
            np.median(sum(share_ahead(view, level, view.year) for level in TERTIARY))
        ),
        "basic_now_share": lambda: float(known["basic"].iloc[-1]),
        "basic_ahead_share": lambda: float(np.median(share_ahead(view, "basic", view.year))),
    }


NEEDED = ("employed_by_industry_and_occupation", "jobseekers_by_occupation", "employed_by_industry_and_age", "training")
PARTS = {
    "openings": "openings_ahead",
    "growth": "openings_growth",
    "replacement": "openings_replacement",
    "gap": "gap_ahead",
}
SUPPLY_SOURCES = {"graduates": "openings_graduates", "seekers": "openings_seekers", "outside": "openings_outside"}


def training_facts(view: Context) -> dict[str, Maker]:
    """The facts by name, nothing computed yet; none where the folder lacks the tables.

    Of the years from `outlook_start_year` to the year ahead: `openings_ahead`, `openings_growth`,
    `openings_replacement`, `gap_ahead` with `_low` and `_high`; `widest_gap` names the occupation short of most and
    `widest_gap_persons` says by how many; `places_a_year` is the need for places beyond today's, `widest_field` the
    field that needs most and `year_of_birth` the young people of 15-19 by year; `late_persons` is what all training
    comes too late for, `short_places` the short places.
    """
    if not all(view.data.has(name) for name in NEEDED) or view.futures.until <= START:
        return {}
    table, starts = cache(lambda: openings_table(view, view.year)), cache(lambda: starts_table(view))

    def of(part: str, end: str) -> Maker:
        return lambda: float(table().iloc[-1][f"{part}{end}"])

    named = {**PARTS, **SUPPLY_SOURCES}
    return {
        **{f"{name}{end}": of(part, end) for part, name in named.items() for end in ("", "_low", "_high")},
        "outlook_start_year": lambda: outlook_of(view).start,
        "outlook_year": lambda: view.year,
        "widest_gap": lambda: _lower(occupation_names(view)[str(_widest(table())["code"])]),
        "widest_gap_persons": lambda: float(_widest(table())["gap"]),
        "replacement_share": lambda: 100 * float(table().iloc[-1]["replacement"] / table().iloc[-1]["openings"]),
        "places_a_year": lambda: float(np.sum([places_a_year(plan).mean() for plan in plans_of(view)])),
        "year_of_birth": lambda: year_of_birth(view),
        "widest_field": lambda: _lower(field_names(view)[_field(view)]),
        "late_persons": lambda: _sum(starts(), NO_ROUTE),
        "short_places": lambda: _sum(starts(), SHORT_PLACES),
        "seekers_coverage": lambda: 100 * view.futures.occupations.seekers.coverage,
        "seekers_unmatched": lambda: float(outlook_of(view).unmatched.mean()),
    }


def _widest(table: pd.DataFrame) -> pd.Series:
    parts = table.iloc[:-1]
    return parts.iloc[int(parts["gap"].to_numpy().argmax())]


def _lower(name: str) -> str:
    """A name within a sentence; an abbreviation in brackets keeps its capitals."""
    return name[:1].lower() + name[1:]


def _field(view: Context) -> str:
    return max(plans_of(view), key=lambda plan: float(places_a_year(plan).mean())).field


def _sum(starts: pd.DataFrame, route: str) -> float:
    return float(starts.loc[starts["route"] == route, "value"].sum())


ENDS = {"": "value", "_low": "low", "_high": "high"}
CAMPAIGN = {"population": "population", "labour_force": "labour_force", "unfilled": campaigns.GAP}
YEARS = (2030, 2035)


def attractiveness_facts(view: Context) -> dict[str, Maker]:
    """The facts by name, nothing computed yet; those that the folder lacks the tables for are absent.

    `leavers` are those of 25-50 elsewhere in Finland, `return_rate` their yearly returns in per cent; `tour_2008_...`
    and `tour_best_...` hold `returners`, `cost` (euros per returner) and the names of the `towns`; `gravity_...` the
    per cent of deviance explained in the years held back; `campaign_population_2035` what a return campaign adds; all
    with `_low` and `_high` where they have a band.
    """
    makers = {**_of_homes(view), **_of_index(view), **_of_owners(view)}
    if not view.data.has(FLOWS) or not set(view.members) <= set(view.data.table(FLOWS)["place"].unique()):
        return makers
    return makers | _of_moves(view) | _of_leavers(view) | _of_tours(view) | _of_gravity(view) | _of_campaign(view)


def _banded(name: str, of: Callable[[], dict[str, float]], scale: float = 1.0) -> dict[str, Maker]:
    def end(key: str) -> Maker:
        return lambda: scale * of()[key]

    return {f"{name}{suffix}": end(key) for suffix, key in ENDS.items()}


def _of_moves(view: Context) -> dict[str, Maker]:
    @cache
    def net() -> Array:
        return exchanged(view, ["year"]).set_index("year")["net"].to_numpy(dtype=float)

    @cache
    def checked() -> tuple[int, int]:
        found = compare_with_published(view.data.table(FLOWS), view.data.table("internal_migration"))
        return len(found), int((found["difference"] != 0).sum())

    return {
        "net_moves_first": lambda: float(net()[:SHORT].mean()),
        "net_moves_last": lambda: float(net()[-SHORT:].mean()),
        "flows_checked": lambda: checked()[0],
        "flows_off": lambda: checked()[1],
    }


def _of_leavers(view: Context) -> dict[str, Maker]:
    def rate() -> dict[str, float]:
        found = leaving(view)
        return band(found.rate_of_all(found.years[-SHORT], found.years[-1]))

    makers = {
        **_banded("leavers", lambda: band(leaving(view).wanted.sum(axis=1))),
        **_banded("return_rate", rate, 100),
        "towns_ranked": lambda: len(ranking(view)),
        "towns_first": lambda: listed([municipality_names(view)[town.code] for town in ranking(view)[:3]], view.lang),
        "town_leavers": lambda: ranking(view)[0].stock["value"],
        "town_returners": lambda: ranking(view)[0].returners["value"],
    }
    if not toured(view):
        return makers
    return makers | {"tour_last_rank": lambda: max(t.rank for t in ranking(view) if t.code in toured(view))}


def _of_tours(view: Context) -> dict[str, Maker]:
    if not toured(view):
        return {}

    @cache
    def prices() -> dict[str, dict[str, float]]:
        return campaigns.costs(view)

    def returners(which: int) -> Callable[[], dict[str, float]]:
        return lambda: band(tours(view)[which].returners[:, -1])

    def towns(which: int) -> Maker:
        return lambda: listed(
            [municipality_names(view)[leaving(view).where[t]] for t in tours(view)[which].towns], view.lang
        )

    def price(name: str) -> Callable[[], dict[str, float]]:
        return lambda: prices()[name]

    makers: dict[str, Maker] = {"tour_length": lambda: TOUR_TOWNS}
    for which, name in enumerate(("tour_2008", "tour_best")):
        makers |= _banded(f"{name}_returners", returners(which)) | _banded(f"{name}_cost", price(name))
        makers[f"{name}_towns"] = towns(which)
    return makers | _banded("campaign_cost", price("campaign_year"))


def _of_gravity(view: Context) -> dict[str, Maker]:
    def explained(name: str) -> Maker:
        return lambda: 100 * senders.gravity(view).scores[name].explained

    def error(name: str) -> Maker:
        return lambda: senders.gravity(view).scores[name].error

    names = ("model", "tie", "constant")
    if not set(view.data.places.region.members) <= set(view.data.table(FLOWS)["place"].unique()):
        return {}
    return {
        **{f"gravity_{name}": explained(name) for name in names},
        **{f"gravity_{name}_error": error(name) for name in names},
    }


def _of_campaign(view: Context) -> dict[str, Maker]:
    if not view.futures.has(campaigns.SCENARIO):
        return {}

    def change(measure: str, year: int) -> Callable[[], dict[str, float]]:
        def found() -> dict[str, float]:
            run = campaigns.campaign_run(view)
            return band(campaigns.more(view, run, measure)[run.years.index(year)])

        return found

    makers: dict[str, Maker] = {}
    for name, measure in CAMPAIGN.items():
        for year in (year for year in YEARS if year <= view.futures.until):
            makers |= {
                f"campaign_{name}_{year}{end[len(name) :]}": make
                for end, make in _banded(name, change(measure, year)).items()
            }
    return makers


def _of_index(view: Context) -> dict[str, Maker]:
    if attracting.YARDSTICK not in view.data.places or not set(view.data.places.region.members) <= set(
        view.data.places[attracting.YARDSTICK].members
    ):
        return {}

    def best(field: str) -> Maker:
        def found() -> float:
            index = attracting.attraction(view)
            own = min((index.codes.index(code) for code in view.members), key=lambda i: index.ranks[i])
            return float(getattr(index, field)[own])

        return found

    return {"attraction_rank": best("ranks"), "attraction_low": best("low"), "attraction_high": best("high")}


def _of_homes(view: Context) -> dict[str, Maker]:
    def homes(column: str) -> Maker:
        return lambda: float(attracting.holiday_homes(view).loc[list(view.members), column].sum())

    def there() -> dict[str, float]:
        sums = attracting.unregistered(view).loc[list(view.members)].sum()
        return {str(name): float(value) for name, value in sums.items()}

    if not view.data.has("municipal_profile"):
        return {}
    return {
        "dwellings": homes("dwellings"),
        "holiday_homes": homes("free_time_residences"),
        **_banded("unregistered", there),
    }


def _of_owners(view: Context) -> dict[str, Maker]:
    if not view.data.has(firms.JOBS) or not view.data.has(firms.AGES):
        return {}

    def total(part: str) -> Callable[[], dict[str, float]]:
        return lambda: band(np.asarray(getattr(firms.owners(view)[1], part)).sum(axis=1))

    return {
        **_banded("owners_retiring", total("retiring")),
        **_banded("owners_without", total("without")),
        **_banded("owners_jobs", total("jobs")),
    }


MOVED = "labour_need"
# What sections are called in names of facts.
KINDS = {"mining": "B", "construction": "F", "hotels": "I"}


def demand_facts(view: Context) -> dict[str, Maker]:
    """The facts by name, nothing computed yet.

    `change_<scenario>_<year>` is the change of the labour need against the baseline in the year ahead and in the last
    year, with `_low` and `_high`; `<figure>_published`, `_ours`, `_low`, `_high` hold a published figure against ours;
    `around_<kind>_lapland` and `_here` are the other jobs around a hundred jobs, Type II; `moved_most` names what moves
    the labour need of the year ahead most, `moved_low` and `moved_high` say by how many jobs.
    """
    return {**_of_scenarios(view), **_of_published(view), **_of_multipliers(view), **_of_swings(view)}


def _of_scenarios(view: Context) -> dict[str, Maker]:
    def of(name: str, year: int, column: str) -> Maker:
        return lambda: float(changes_of(view, view.futures.of(name, names), year)[column])

    names = view.futures.others(view.scenarios)
    years = dict.fromkeys((view.year, view.futures.until))
    ends = {"": "mean", "_low": "low", "_high": "high"}
    return {
        f"change_{name}_{year}{end}": of(name, year, column)
        for name in names
        for year in years
        for end, column in ends.items()
    }


def _of_published(view: Context) -> dict[str, Maker]:
    def of(row: Beside, field: str) -> Maker:
        return lambda: float(getattr(row, field))

    fields = ("published", "ours", "low", "high")
    return {f"{row.name}_{field}": of(row, field) for row in beside(view) for field in fields}


def _of_multipliers(view: Context) -> dict[str, Maker]:
    @cache
    def found() -> dict[tuple[str, str, str], float]:
        rows = multipliers_of(view)
        middle = rows[rows["delta"] == rows["delta"].median()]
        keys = zip(middle["area"], middle["method"], middle["section"], strict=True)
        return dict(zip(keys, middle["type_2"].astype(float), strict=True))

    def of(area: str, method: str, section: str) -> Maker:
        return lambda: 100 * (found()[area, method, section] - 1)

    if not view.data.has("input_output_2014"):
        return {}
    # In a municipality some of the industries have too few jobs, or none, for a quotient.
    whole = view.place.code == view.data.places.region.code
    return {
        **{f"around_{name}_lapland": of("reference", "unadjusted", code) for name, code in KINDS.items()},
        **({f"around_{name}_here": of("place", "flq", code) for name, code in KINDS.items()} if whole else {}),
    }


def _of_swings(view: Context) -> dict[str, Maker]:
    @cache
    def first() -> pd.Series:
        return view.futures.swings(view.scenarios[0], MOVED, view.year).table(list(view.members)).iloc[0]

    def words() -> str:
        assumptions = view.futures.scenario(view.scenarios[0]).assumptions
        return named_assumption(view, assumptions, str(first()["path"]))

    return {
        "moved_most": words,
        "moved_low": lambda: float(min(first()["at_low"], first()["at_high"])),
        "moved_high": lambda: float(max(first()["at_low"], first()["at_high"])),
        "moved_from": lambda: float(draws_in_year(view.forecast, MOVED, view.place.code, view.year).mean()),
    }


VARIANTS = ("without", "with")


def proof_facts(view: Context) -> dict[str, Maker]:
    """The facts by name, nothing computed yet.

    `error_<measure>_<years>` is the mean absolute error so many years ahead, per cent, `error_others_<years>` the least
    of the simple forecasts of the population; `held_<measure>` and `held_<measure>_own` say how many outcomes in a
    hundred lie in the 80 % band five years ahead, calibrated and as the model has it; `said_2008_<measure>`, `_low`,
    `_high`, `_with` (the mines) and `came_<measure>` are of the last year in which what came is known.
    """
    return {**_of_back_test(view), **_of_2008(view)}


def _of_back_test(view: Context) -> dict[str, Maker]:
    if not view.data.has(TABLE):
        return {}

    def of(measure: str, horizon: int, indicator: str, times: float = 1.0) -> Maker:
        return lambda: times * float(scores_of(view)[(measure, horizon, indicator)])

    def others(horizon: int) -> Maker:
        return lambda: min(float(scores_of(view)[("population", horizon, f"{name}_error")]) for name in OTHERS)

    found: dict[str, Maker] = {}
    for measure in MEASURES:
        found |= {f"error_{measure}_{horizon}": of(measure, horizon, "error") for horizon in (1, MIDDLE, FAR)}
        found[f"held_{measure}"] = of(measure, MIDDLE, "held_out_coverage", 100)
        found[f"held_{measure}_own"] = of(measure, MIDDLE, "coverage", 100)
    return found | {f"error_others_{horizon}": others(horizon) for horizon in (MIDDLE, FAR)}


def _of_2008(view: Context) -> dict[str, Maker]:
    if not view.data.has(SEMINAR):
        return {}
    rows = view.data.table(SEMINAR)
    rows = rows[(rows["place"] == view.place.code)].dropna(subset="actual")
    found: dict[str, float] = {}
    for measure, own in rows.groupby("measure"):
        last = own[own["year"] == own["year"].max()].set_index("variant")
        plain, mines = (last.loc[variant, ["median", "low", "high", "actual"]].astype(float) for variant in VARIANTS)
        found |= {f"said_2008_{measure}": plain["median"], f"came_{measure}": plain["actual"]}
        found |= {f"said_2008_{measure}_{end}": plain[end] for end in ("low", "high")}
        found |= {f"said_2008_{measure}_with": mines["median"], f"came_{measure}_year": float(own["year"].max())}
    return {name: partial(float, value) for name, value in found.items()}
