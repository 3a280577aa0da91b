"""The AMO programme of 2008 as a page: its themes, what was done, what was to come, and what serves it today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.dates import format_date

from amoanalysis.programme import Action, Focus, Programme, load_programme
from amoanalysis.text import text
from amoanalysis.themes.registry import THEMES
from amoanalysis.themes.telling import Told

if TYPE_CHECKING:
    from amoanalysis.themes.view import PlaceView

DATES = {"en": "en_GB"}


def programme_page(view: PlaceView) -> Told:
    """The programme under its themes: question, goal, actions with the exhibit that serves each, and its focus.

    Args:
        view: for the data folder and the language.

    Returns:
        Markdown, which a notebook shows.

    Raises:
        DataError: if the data folder holds no programme.
    """
    programme, lang = load_programme(view.data.folder), view.lang
    parts = [_opening(programme, lang), *(_theme(programme, theme, lang) for theme in THEMES)]
    parts += [f"*{_said(programme.goals_note, lang)}*", _source(programme, lang)]
    return Told("\n\n".join(parts))


def _opening(programme: Programme, lang: str) -> str:
    areas = [
        text("programme_page.area", lang, area=_said(area.name, lang), count=str(len(area.municipalities)))
        for area in programme.area.values()
    ]
    name, motto = _said(programme.name, lang), _said(programme.motto, lang)
    return f"**{name}: {motto}.** {'; '.join(areas)}. {text('programme_page.manager', lang, manager=programme.manager)}"


def _theme(programme: Programme, theme: str, lang: str) -> str:
    declared = programme.theme[theme]
    goals = [
        f"**{text('programme_page.goal', lang)}:** {goal.said(lang)}"
        for goal in programme.goal.values()
        if goal.theme == theme
    ]
    heads = [text(f"programme_page.{key}", lang) for key in ("what", "when", "today")]
    done, coming = (list(programme.actions(theme, stage).values()) for stage in ("done", "to come"))
    rows = [
        *(_row(action, _when(action, text("programme_page.done", lang), lang), lang) for action in done),
        *(_row(action, _when(action, text("programme_page.to_come", lang), lang), lang) for action in coming),
        *(
            _row(focus, text("programme_page.focus", lang), lang)
            for focus in programme.focus.values()
            if focus.theme == theme
        ),
    ]
    table = "\n".join([_line(heads), _line(["---"] * len(heads)), *rows])
    return "\n\n".join([f"### {_said(declared.name, lang)}", f"*{_said(declared.question, lang)}*", *goals, table])


def _row(block: Focus, when: str, lang: str) -> str:
    why = _said(block.why, lang)
    served = f"`{block.exhibit}`: {why}" if block.served else f"{text('programme_page.not_yet', lang)}. {why}"
    return _line([block.said(lang), when, served])


def _when(action: Action, stage: str, lang: str) -> str:
    if action.date is not None:
        return format_date(action.date, "long", locale=DATES.get(lang, lang))
    return _said(action.when, lang) if action.when else stage


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _source(programme: Programme, lang: str) -> str:
    source = programme.source
    return f"{text('chart.source', lang, names=f'[{source.title}]({source.url})')}"


def _said(words: dict[str, str], lang: str) -> str:
    return words.get(lang) or words["en"]
