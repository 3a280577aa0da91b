"""Figures of this model compared with published studies."""

from __future__ import annotations

from functools import partial

import pandas as pd

from amoanalysis.config.text import number, text
from amoanalysis.exhibits.builder import ExhibitDraft, bar_colour, exhibit
from amoanalysis.exhibits.context import Context, MissingFigures
from amoanalysis.exhibits.foresight.demand import build_table_account
from amoanalysis.exhibits.phrases import format_percent
from amoanalysis.hindcasts.published_studies import MINE, PublishedComparison, PublishedStudies


def published_studies(context: Context) -> PublishedStudies:
    """The comparisons with published studies, for the forecasts of a context."""
    return PublishedStudies(context.runs, context.baseline, partial(build_table_account, context))


@exhibit("studies_beside_ours", theme="foresight", form="bars")
def studies_beside_ours(context: Context) -> ExhibitDraft:
    """Figures of this model in per cent of the published ones, each with its area and definition."""
    lang, studies = context.lang, published_studies(context)
    comparisons = _select_comparisons(context, studies)
    if not comparisons:
        raise MissingFigures("no_studies")
    data = pd.DataFrame(
        {
            "category": text(
                f"beside.{row.key}",
                lang,
                area=studies.name_area(row.area, lang),
                year=str(row.period),
                published=row.published,
                ours=row.ours,
            ),
            "value": 100 * row.ours / row.published,
            "low": 100 * row.low / row.published,
            "high": 100 * row.high / row.published,
        }
        for row in comparisons
    )
    return ExhibitDraft(
        data=data,
        parts={
            "lowest": number(float(data["value"].min()), lang),
            "highest": format_percent(float(data["value"].max()), lang),
            "count": len(comparisons),
        },
        variant="one" if len(comparisons) == 1 else "",
        unit="%",
        tables=tuple(dict.fromkeys(table for row in comparisons for table in row.tables)),
        runs=(context.forecast,),
        notes=tuple(f"beside.{kind}" for kind in dict.fromkeys(row.key.split(".")[0] for row in comparisons)),
        options={"decimals": 0, "colours": dict.fromkeys(data["category"], bar_colour(context))},
    )


def _select_comparisons(context: Context, studies: PublishedStudies) -> list[PublishedComparison]:
    """Comparisons of the place, of areas around it and of places in it; only the first and last year of the mine."""
    places, members = context.data.places, set(context.members)
    selected = [
        row
        for row in studies.comparisons()
        if row.place is None or members & set(places[row.place].members or (row.place,))
    ]
    years = [row.period for row in selected if row.key == MINE]
    return [row for row in selected if row.key != MINE or row.period in (min(years), max(years))]
