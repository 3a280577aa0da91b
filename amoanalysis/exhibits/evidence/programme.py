"""The AMO programme of 2008: exhibit of its funding, page of its actions, and exhibit of table revisions."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from babel.dates import format_date

from amoanalysis.config.origins import Origin
from amoanalysis.config.programme import Action, Focus, Programme, load_programme
from amoanalysis.config.text import number, text
from amoanalysis.data.cleaning.clean_api import CLEANERS
from amoanalysis.data.refresh.revisions import ColumnRevision, Revision
from amoanalysis.exhibits.builder import ExhibitDraft, exhibit
from amoanalysis.exhibits.context import THEMES, Context, MissingFigures, Narrative
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.phrases import format_percent


@exhibit("programme_funding", theme="foresight", form="bars")
def programme_funding(context: Context) -> ExhibitDraft:
    """Funding in euros by funder."""
    if not (context.data.folder / "programme.toml").is_file():
        raise MissingFigures("programme")
    lang, programme = context.lang, load_programme(context.data.folder)
    funding = programme.funding

    def named(words: dict[str, str]) -> str:
        return words.get(lang) or words["en"]

    funders = sorted(funding.funder.items(), key=lambda pair: -pair[1].amount)
    rows = [
        {
            "category": f"{named(funder.name)}, {format_percent(funding.share(key), lang, 1)}",
            "value": float(funder.amount),
        }
        for key, funder in funders
    ]
    largest = funders[0]
    return ExhibitDraft(
        data=pd.DataFrame(rows),
        parts={
            "funder": named(largest[1].name),
            "share": format_percent(funding.share(largest[0]), lang),
            "total": number(funding.total, lang),
            "programme_year": programme.year,
            "printed": " ".join(named(funder.note) for _, funder in funders if funder.note),
        },
        unit="euros",
        sources=(programme.source.title,),
        notes=("printed_shares",),
        options={"decimals": 0},
    )


DATES = {"en": "en_GB"}


def programme_page(context: Context) -> Narrative:
    """The programme by theme: question, goals, actions and focus with the exhibits that serve them.

    Args:
        context: for the data folder and the language.

    Returns:
        Markdown.

    Raises:
        DataError: if the data folder has no programme.
    """
    programme, lang = load_programme(context.data.folder), context.lang
    parts = [_format_opening(programme, lang), *(_format_theme(programme, theme, lang) for theme in THEMES)]
    parts += [f"*{_in_language(programme.goals_note, lang)}*", _format_source(programme, lang)]
    return Narrative("\n\n".join(parts))


def _format_opening(programme: Programme, lang: str) -> str:
    areas = [
        text("programme_page.area", lang, area=_in_language(area.name, lang), count=str(len(area.municipalities)))
        for area in programme.area.values()
    ]
    name, motto = _in_language(programme.name, lang), _in_language(programme.motto, lang)
    return f"**{name}: {motto}.** {'; '.join(areas)}. {text('programme_page.manager', lang, manager=programme.manager)}"


def _format_theme(programme: Programme, theme: str, lang: str) -> str:
    declared = programme.theme[theme]
    goals = [
        f"**{text('programme_page.goal', lang)}:** {goal.in_language(lang)}"
        for goal in programme.goal.values()
        if goal.theme == theme
    ]
    heads = [text(f"programme_page.{key}", lang) for key in ("what", "when", "today")]
    done, coming = (list(programme.actions(theme, stage).values()) for stage in ("done", "to come"))
    rows = [
        *(_format_row(action, _format_date(action, text("programme_page.done", lang), lang), lang) for action in done),
        *(
            _format_row(action, _format_date(action, text("programme_page.to_come", lang), lang), lang)
            for action in coming
        ),
        *(
            _format_row(focus, text("programme_page.focus", lang), lang)
            for focus in programme.focus.values()
            if focus.theme == theme
        ),
    ]
    table = "\n".join([_format_line(heads), _format_line(["---"] * len(heads)), *rows])
    return "\n\n".join(
        [f"### {_in_language(declared.name, lang)}", f"*{_in_language(declared.question, lang)}*", *goals, table]
    )


def _format_row(block: Focus, when: str, lang: str) -> str:
    why = _in_language(block.why, lang)
    served = f"`{block.exhibit}`: {why}" if block.has_exhibit else f"{text('programme_page.not_yet', lang)}. {why}"
    return _format_line([block.in_language(lang), when, served])


def _format_date(action: Action, stage: str, lang: str) -> str:
    if action.date is not None:
        return format_date(action.date, "long", locale=DATES.get(lang, lang))
    return _in_language(action.when, lang) if action.when else stage


def _format_line(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _format_source(programme: Programme, lang: str) -> str:
    source = programme.source
    return f"{text('chart.source', lang, names=f'[{source.title}]({source.url})')}"


def _in_language(words: dict[str, str], lang: str) -> str:
    return words.get(lang) or words["en"]


KINDS = ("added", "revised", "gone")
COLOURS = {"added": "#4d93c8", "revised": "#d9822b", "gone": "#7a7a7a"}
MOST_SHOWN = 6
# Tables that a refresh downloads; imported tables are shown by their own names.
NAMED_TABLES = frozenset(CLEANERS)
NAMED_UNITS = ("persons", "jobs", "vacancies", "nights", "years", "children", "days", "%")


def revisions_exhibit(revisions: Sequence[Revision], origins: dict[str, Origin], lang: str) -> Exhibit:
    """Chart of table revisions: the tables with most changed rows.

    Args:
        revisions: revisions of all requested tables.
        origins: origins of the tables.
        lang: fi, en or sv.

    Returns:
        The exhibit; it states if nothing changes.
    """
    changed = [revision for revision in revisions if revision.changes and revision.rows_before]
    changed.sort(key=_changed_share, reverse=True)
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
        title=_revisions_title(revisions, lang),
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
    """Title of a table, or its name if it has no title."""
    return text(f"revisions.table.{table}", lang) if table in NAMED_TABLES else table.replace("_", " ")


def _changed_share(revision: Revision) -> float:
    return (revision.added + revision.revised + revision.gone) / revision.rows_before


def _revisions_title(revisions: Sequence[Revision], lang: str) -> str:
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
        largest=_format_size(measure, lang),
        unit=_format_unit(measure, lang),
        **counts,
    )


def _format_size(measure: ColumnRevision, lang: str) -> str:
    size = abs(measure.largest)
    return number(size, lang, 0 if size >= 10 or float(size).is_integer() else 2)


def _format_unit(measure: ColumnRevision, lang: str) -> str:
    unit = measure.unit if measure.unit in NAMED_UNITS else "other"
    return text(f"revisions.unit.{unit}", lang)


def _sources(shown: Sequence[Revision], origins: dict[str, Origin], lang: str) -> tuple[str, ...]:
    """Producers of the tables shown, without the text after the first comma."""
    cited = [origins[revision.table].citation_in(lang) for revision in shown if revision.table in origins]
    return tuple(dict.fromkeys(line.split(",")[0].split(";")[0] for line in cited)) or ("amoanalysis",)
