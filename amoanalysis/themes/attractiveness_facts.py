"""Facts of theme 3: leavers, returns, tours, the gravity model, the index, and a campaign's effect."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from amoanalysis.models.draws import Array
from amoanalysis.models.flows import against_published
from amoanalysis.themes import attraction as attracting
from amoanalysis.themes import campaigns, firms, senders
from amoanalysis.themes.leaving import FLOWS, TOUR_TOWNS, band, leaving, named, ranking, toured
from amoanalysis.themes.migration import SHORT, exchanged
from amoanalysis.themes.returning import tours
from amoanalysis.themes.words import listed

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

Maker = Callable[[], float | str]
ENDS = {"": "value", "_low": "low", "_high": "high"}
CAMPAIGN = {"population": "population", "labour_force": "labour_force", "unfilled": campaigns.GAP}
YEARS = (2030, 2035)


def attractiveness_facts(view: PlaceView) -> dict[str, Maker]:
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


def _of_moves(view: PlaceView) -> dict[str, Maker]:
    @cache
    def net() -> Array:
        return exchanged(view, ["year"]).set_index("year")["net"].to_numpy(dtype=float)

    @cache
    def checked() -> tuple[int, int]:
        found = against_published(view.data.table(FLOWS), view.data.table("internal_migration"))
        return len(found), int((found["difference"] != 0).sum())

    return {
        "net_moves_first": lambda: float(net()[:SHORT].mean()),
        "net_moves_last": lambda: float(net()[-SHORT:].mean()),
        "flows_checked": lambda: checked()[0],
        "flows_off": lambda: checked()[1],
    }


def _of_leavers(view: PlaceView) -> dict[str, Maker]:
    def rate() -> dict[str, float]:
        found = leaving(view)
        return band(found.rate_of_all(found.years[-SHORT], found.years[-1]))

    makers = {
        **_banded("leavers", lambda: band(leaving(view).wanted.sum(axis=1))),
        **_banded("return_rate", rate, 100),
        "towns_ranked": lambda: len(ranking(view)),
        "towns_first": lambda: listed([named(view)[town.code] for town in ranking(view)[:3]], view.lang),
        "town_leavers": lambda: ranking(view)[0].stock["value"],
        "town_returners": lambda: ranking(view)[0].returners["value"],
    }
    if not toured(view):
        return makers
    return makers | {"tour_last_rank": lambda: max(t.rank for t in ranking(view) if t.code in toured(view))}


def _of_tours(view: PlaceView) -> dict[str, Maker]:
    if not toured(view):
        return {}

    @cache
    def prices() -> dict[str, dict[str, float]]:
        return campaigns.costs(view)

    def returners(which: int) -> Callable[[], dict[str, float]]:
        return lambda: band(tours(view)[which].returners[:, -1])

    def towns(which: int) -> Maker:
        return lambda: listed([named(view)[leaving(view).where[t]] for t in tours(view)[which].towns], view.lang)

    def price(name: str) -> Callable[[], dict[str, float]]:
        return lambda: prices()[name]

    makers: dict[str, Maker] = {"tour_length": lambda: TOUR_TOWNS}
    for which, name in enumerate(("tour_2008", "tour_best")):
        makers |= _banded(f"{name}_returners", returners(which)) | _banded(f"{name}_cost", price(name))
        makers[f"{name}_towns"] = towns(which)
    return makers | _banded("campaign_cost", price("campaign_year"))


def _of_gravity(view: PlaceView) -> dict[str, Maker]:
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


def _of_campaign(view: PlaceView) -> dict[str, Maker]:
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


def _of_index(view: PlaceView) -> dict[str, Maker]:
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


def _of_homes(view: PlaceView) -> dict[str, Maker]:
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


def _of_owners(view: PlaceView) -> dict[str, Maker]:
    if not view.data.has(firms.JOBS) or not view.data.has(firms.AGES):
        return {}

    def total(part: str) -> Callable[[], dict[str, float]]:
        return lambda: band(np.asarray(getattr(firms.owners(view)[1], part)).sum(axis=1))

    return {
        **_banded("owners_retiring", total("retiring")),
        **_banded("owners_without", total("without")),
        **_banded("owners_jobs", total("jobs")),
    }
