"""The decks of a build: one a place and theme, and one of everything for the region."""

from pathlib import Path

from amoanalysis.export.order import Order, exhibits_of
from amoanalysis.export.slides import save_deck
from amoanalysis.text import text
from amoanalysis.themes import THEMES
from amoanalysis.themes.registry import exhibit_ids

LANGUAGE = "fi"


def save_decks(order: Order, place: str, folder: Path) -> list[Path]:
    """Writes the decks of a place: `<place>_<theme>.pptx`, for the region `region.pptx` alone.

    Args:
        order: the build.
        place: code.
        folder: where they go.

    Returns:
        The files; a theme of which nothing is known for the place gets none.
    """
    known = order.data.places[place]
    shown = [exhibit for exhibit in exhibits_of(order, place, LANGUAGE) if exhibit.missing is None]
    command = f"amo export --place {known.slug} --lang {LANGUAGE} --format pptx"
    name = known.named(LANGUAGE)
    if place == order.data.places.region.code:
        return [save_deck(shown, folder / f"{known.slug}.pptx", name, command)]
    written = []
    for theme in THEMES:
        own = [exhibit for exhibit in shown if exhibit.id in exhibit_ids(theme)]
        if own:
            title = f"{name}: {text(f'theme.{theme}', LANGUAGE)}"
            written.append(save_deck(own, folder / f"{known.slug}_{theme}.pptx", title, f"{command} --theme {theme}"))
    return written
