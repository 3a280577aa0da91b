"""Facts of the back-test and of the forecast of 2008."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from amoanalysis.themes.proof import FAR, MEASURES, MIDDLE, OTHERS, SEMINAR, TABLE, scores_of

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

Maker = Callable[[], float | str]
VARIANTS = ("without", "with")


def proof_facts(view: PlaceView) -> dict[str, Maker]:
    """The facts by name, nothing computed yet.

    `error_<measure>_<years>` is the mean absolute error so many years ahead, per cent, `error_others_<years>` the least
    of the simple forecasts of the population; `held_<measure>` and `held_<measure>_own` say how many outcomes in a
    hundred lie in the 80 % band five years ahead, calibrated and as the model has it; `said_2008_<measure>`, `_low`,
    `_high`, `_with` (the mines) and `came_<measure>` are of the last year in which what came is known.
    """
    return {**_of_back_test(view), **_of_2008(view)}


def _of_back_test(view: PlaceView) -> dict[str, Maker]:
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


def _of_2008(view: PlaceView) -> dict[str, Maker]:
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
