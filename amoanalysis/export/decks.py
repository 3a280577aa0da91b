"""The decks of a build: one a place and theme, and one of everything for the region."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.export.slides import save_deck
from amoanalysis.places import Place
from amoanalysis.text import text
from amoanalysis.themes import THEMES
from amoanalysis.themes.registry import exhibit_ids


def save_decks(
    exhibits: Sequence[Exhibit], place: Place, whole: bool, folder: Path, drawn: Mapping[str, Path]
) -> list[Path]:
    """Writes the decks of a place.

    Args:
        exhibits: its exhibits in one language; those of which nothing is known are left out.
        place: the place.
        whole: whether all go into one deck, `<place>.pptx`, instead of one a theme, `<place>_<theme>.pptx`.
        folder: where they go.
        drawn: pictures of the exhibits, by id.

    Returns:
        The files; a theme of which nothing is known for the place gets none.
    """
    shown = told_once(exhibits)
    if not shown:
        return []
    lang = shown[0].lang
    command = f"amo export --place {place.slug} --lang {lang} --format pptx"
    name = place.named(lang)
    if whole:
        return [save_deck(shown, folder / f"{place.slug}.pptx", name, command, drawn)]
    written = []
    for theme in THEMES:
        own = [exhibit for exhibit in shown if exhibit.id in exhibit_ids(theme)]
        if own:
            title = f"{name}: {text(f'theme.{theme}', lang)}"
            path = folder / f"{place.slug}_{theme}.pptx"
            written.append(save_deck(own, path, title, f"{command} --theme {theme}", drawn))
    return written


def told_once(exhibits: Sequence[Exhibit]) -> list[Exhibit]:
    """The exhibits of which something is known; of two that show the same figures in the same form, the first."""
    kept: list[Exhibit] = []
    for exhibit in exhibits:
        same = (
            other for other in kept if other.form == exhibit.form and other.data.round(6).equals(exhibit.data.round(6))
        )
        if exhibit.missing is None and next(same, None) is None:
            kept.append(exhibit)
    return kept
