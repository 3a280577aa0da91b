"""Facts of the labour supply: months of unemployment, education of those at work, jobs that stay unfilled."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from amoanalysis.text import text
from amoanalysis.themes.gap import gaps
from amoanalysis.themes.labour_months import monthly
from amoanalysis.themes.registry import NotKnown
from amoanalysis.themes.training import levels_known, share_ahead

if TYPE_CHECKING:
    from amoanalysis.models.draws import Array
    from amoanalysis.themes.view import PlaceView

Maker = Callable[[], float | str]
TERTIARY = ("lower_tertiary", "higher_tertiary")


def supply_facts(view: PlaceView) -> dict[str, Maker]:
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


def _of_months(view: PlaceView) -> dict[str, Maker]:
    @cache
    def found() -> Array:
        return np.median(monthly(view.forecast, view.place.code, view.year), axis=1)

    return {
        "peak_unemployed": lambda: float(found().max()),
        "trough_unemployed": lambda: float(found().min()),
        "peak_month": lambda: text(f"month.in.{int(found().argmax()) + 1}", view.lang),
        "trough_month": lambda: text(f"month.in.{int(found().argmin()) + 1}", view.lang),
    }


def _of_education(view: PlaceView) -> dict[str, Maker]:
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
