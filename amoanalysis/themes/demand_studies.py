"""The exhibit of published figures beside ours, each with the area and the definition that it covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.text import number, text
from amoanalysis.themes.demand_published import MINE, Beside, beside, named
from amoanalysis.themes.making import Draft, fill_of, made
from amoanalysis.themes.registry import NotKnown, exhibit
from amoanalysis.themes.words import percent

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

# Columns of a bar -> what of ours they show.
OURS = {"value": "ours", "low": "low", "high": "high"}


@exhibit("studies_beside_ours", theme="foresight", form="bars")
def studies_beside_ours(view: PlaceView) -> Exhibit:
    """Our figures as a share of the published ones, each named with its area and definition."""
    lang, found = view.lang, _shown(view)
    if not found:
        raise NotKnown("no_studies")
    rows = [{"category": _said(view, row), **_ratio(row)} for row in found]
    data = pd.DataFrame(rows)
    draft = Draft(
        data=data,
        parts={
            "lowest": number(float(data["value"].min()), lang),
            "highest": percent(float(data["value"].max()), lang),
            "count": len(found),
        },
        variant="one" if len(found) == 1 else "",
        unit="%",
        tables=tuple(dict.fromkeys(table for row in found for table in row.tables)),
        runs=(view.forecast,),
        notes=tuple(f"beside.{kind}" for kind in dict.fromkeys(row.key.split(".")[0] for row in found)),
        options={"decimals": 0, "colours": dict.fromkeys(data["category"], fill_of(view))},
    )
    return made(view, "studies_beside_ours", "bars", draft)


def _shown(view: PlaceView) -> list[Beside]:
    """Figures of the place; of the mine's years the first and the last."""
    found = [row for row in beside(view) if _concerns(view, row)]
    years = [row.period for row in found if row.key == MINE]
    return [row for row in found if row.key != MINE or row.period in (min(years), max(years))]


def _concerns(view: PlaceView, row: Beside) -> bool:
    """Whether a figure is of the place, of an area that it lies in, or of a place within it."""
    if row.place is None:
        return True
    return bool(set(view.members) & set(view.data.places[row.place].members or (row.place,)))


def _said(view: PlaceView, row: Beside) -> str:
    return text(
        f"beside.{row.key}",
        view.lang,
        area=named(view, row.area),
        year=str(row.period),
        published=row.published,
        ours=row.ours,
    )


def _ratio(row: Beside) -> dict[str, float]:
    """Ours in per cent of the published figure."""
    return {name: 100 * getattr(row, own) / row.published for name, own in OURS.items()}
