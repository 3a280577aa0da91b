"""What a refresh or an import changes, as an exhibit: rows added, revised and gone in each table."""

from collections.abc import Sequence

import pandas as pd

from amoanalysis.catalogue import Origin
from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.cleaning.fetched import FETCHED
from amoanalysis.refresh.revisions import Measure, Revision
from amoanalysis.text import number, text

KINDS = ("added", "revised", "gone")
COLOURS = {"added": "#4d93c8", "revised": "#d9822b", "gone": "#7a7a7a"}
MOST_SHOWN = 6
# Those that a refresh can bring; a table that is imported goes by its own name.
NAMED_TABLES = frozenset(FETCHED)
NAMED_UNITS = ("persons", "jobs", "vacancies", "nights", "years", "children", "days", "%")


def revisions_exhibit(revisions: Sequence[Revision], origins: dict[str, Origin], lang: str) -> Exhibit:
    """The revisions as a chart: tables that change most rows first.

    Args:
        revisions: of every table that was asked for.
        origins: where the tables come from.
        lang: fi, en or sv.

    Returns:
        The exhibit; it says so where nothing changes.
    """
    changed = [revision for revision in revisions if revision.changes and revision.rows_before]
    changed.sort(key=_share, reverse=True)
    shown = changed[:MOST_SHOWN]
    rows = [
        {
            "category": table_name(revision.table, lang),
            "series": text(f"revisions.series.{kind}", lang),
            "value": 100 * getattr(revision, kind) / revision.rows_before,
        }
        for revision in shown
        for kind in KINDS
        if getattr(revision, kind)
    ]
    notes = [text("revisions.note", lang)] if any(not revision.rows_before for revision in revisions) else []
    notes += [text("revisions.note.most", lang, shown=len(shown))] if len(shown) < len(changed) else []
    return Exhibit(
        id="revisions",
        form="bars",
        data=pd.DataFrame(rows, columns=["category", "series", "value"]),
        title=_title(revisions, lang),
        subtitle=text("revisions.subtitle", lang),
        unit="%",
        sources=_sources(shown, origins, lang),
        note=" ".join(notes),
        alt=text("revisions.alt", lang, changed=len(changed)),
        place="region",
        lang=lang,
        options={"decimals": 1, "colours": {text(f"revisions.series.{kind}", lang): COLOURS[kind] for kind in KINDS}},
        missing=None if shown else text("revisions.missing", lang),
    )


def table_name(table: str, lang: str) -> str:
    """A table in words; its own name where there are none."""
    return text(f"revisions.table.{table}", lang) if table in NAMED_TABLES else table.replace("_", " ")


def _share(revision: Revision) -> float:
    return (revision.added + revision.revised + revision.gone) / revision.rows_before


def _title(revisions: Sequence[Revision], lang: str) -> str:
    changed = [revision for revision in revisions if revision.changes]
    counts = {"changed": len(changed), "all": len(revisions)}
    if not changed:
        return text("revisions.title.none", lang, all=len(revisions))
    revised = [revision for revision in changed if revision.revised]
    if not revised:
        return text("revisions.title.added", lang, rows=sum(revision.added for revision in changed), **counts)
    most = max(revised, key=lambda revision: revision.revised / revision.rows_before)
    measure = max(most.measures, key=lambda measure: abs(measure.largest))
    share = 100 * most.revised / most.rows_before
    return text(
        "revisions.title.revised",
        lang,
        table=table_name(most.table, lang),
        share=number(share, lang, 0 if share >= 10 else 1),
        largest=_size(measure, lang),
        unit=_unit(measure, lang),
        **counts,
    )


def _size(measure: Measure, lang: str) -> str:
    size = abs(measure.largest)
    return number(size, lang, 0 if size >= 10 or float(size).is_integer() else 2)


def _unit(measure: Measure, lang: str) -> str:
    unit = measure.unit if measure.unit in NAMED_UNITS else "other"
    return text(f"revisions.unit.{unit}", lang)


def _sources(shown: Sequence[Revision], origins: dict[str, Origin], lang: str) -> tuple[str, ...]:
    """Producers of the tables shown, each once, without the words after the first comma."""
    cited = [origins[revision.table].cited(lang) for revision in shown if revision.table in origins]
    return tuple(dict.fromkeys(line.split(",")[0].split(";")[0] for line in cited)) or ("amoanalysis",)
