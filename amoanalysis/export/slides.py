"""A deck of exhibits: a slide each, its title the finding, its chart native where PowerPoint has the form."""

import copy
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.presentation import Presentation as Deck
from pptx.shapes.base import BaseShape
from pptx.shapes.picture import Picture
from pptx.slide import Slide, SlideLayout
from pptx.text.text import TextFrame
from pptx.util import Emu, Inches, Pt

from amoanalysis.charts import style
from amoanalysis.charts.drawing import panel_of
from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.charts.frame import note_line, source_line
from amoanalysis.charts.measure import fitted, height_of, wrapped
from amoanalysis.charts.style import size_named
from amoanalysis.errors import AmoError
from amoanalysis.export.archive import MOMENT, settled
from amoanalysis.export.native import Box, add_native, has_native
from amoanalysis.files import whole
from amoanalysis.text import text

FONT = "Arial"
WIDE, TALL = 40 / 3, 7.5
LEFT, ACROSS = 0.5, 12.3
TITLE, SUBTITLE, CHART, FOOT, NUMBER = (0.3, 1.08), (1.38, 0.5), (1.92, 4.6), (6.56, 0.66), (7.22, 0.24)


def save_deck(
    exhibits: Sequence[Exhibit], path: Path, title: str, command: str = "", drawn: Mapping[str, Path] | None = None
) -> Path:
    """Writes a deck of 16:9: a title slide and a slide for each exhibit.

    Args:
        exhibits: the exhibits, in one language.
        path: the PPTX file.
        title: title of the deck.
        command: the command that makes the exhibits again, for the speaker notes.
        drawn: pictures of the size slide that have been drawn already, by id; what stands around the chart is cropped.

    Returns:
        The file.

    Raises:
        AmoError: if there is no exhibit, or the file cannot be written.
    """
    if not exhibits:
        raise AmoError(f"There is no exhibit for the deck '{path.name}': ask for at least one.")
    lang = exhibits[0].lang
    deck = _template(title)
    opening = deck.slides.add_slide(deck.slide_layouts[0])
    _say(opening.placeholders[0].text_frame, [title], 40, style.INK, lang, bold=True)
    opening.placeholders[0].text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    _say(opening.placeholders[1].text_frame, [text("chart.deck", lang, count=len(exhibits))], 18, style.MUTED, lang)
    for exhibit in exhibits:
        _slide(deck, exhibit, command, (drawn or {}).get(exhibit.id))
    target = io.BytesIO()
    deck.save(target)
    with whole(path) as file:
        file.write_bytes(settled(target.getvalue()))
    return path


def _template(title: str) -> Deck:
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(TALL)
    for layout in list(deck.slide_layouts):
        if layout.name not in ("Title Slide", "Title Only"):
            deck.slide_layouts.remove(layout)
    _widen(deck.slide_master.placeholders)
    for layout in deck.slide_layouts:
        _widen(layout.placeholders)
    opening, plain = deck.slide_layouts
    _lay(opening.placeholders[0], (1.6, 2.0))
    _lay(opening.placeholders[1], (3.9, 1.2))
    _lay(plain.placeholders[0], TITLE)
    for at in range(len(plain.placeholders)):
        shape = plain.placeholders[at]
        if shape.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER:
            _lay(shape, NUMBER)
    about = deck.core_properties
    about.title, about.author, about.last_modified_by = title, "amoanalysis", "amoanalysis"
    about.created = about.modified = datetime(*MOMENT)
    about.revision = 1
    return deck


def _widen(shapes: Iterable[BaseShape]) -> None:
    for shape in shapes:
        if shape.element.spPr.xfrm is not None:
            shape.left, shape.width = Emu(int(shape.left * WIDE / 10)), Emu(int(shape.width * WIDE / 10))


def _lay(shape: BaseShape, rows: tuple[float, float]) -> None:
    shape.left, shape.top, shape.width, shape.height = _box(rows)


def _box(rows: tuple[float, float]) -> Box:
    top, height = rows
    return Inches(LEFT), Inches(top), Inches(ACROSS), Inches(height)


def _slide(deck: Deck, exhibit: Exhibit, command: str, drawn: Path | None) -> None:
    layout = deck.slide_layouts[1]
    slide = deck.slides.add_slide(layout)
    room = ACROSS * 72 - 2
    lines, letters = fitted(exhibit.title, 28, room, 2, bold=True)
    _say(slide.shapes.title.text_frame, [" ".join(lines)], int(letters), style.INK, exhibit.lang, bold=True)
    if subtitle := _subtitle(exhibit):
        letters = max(fitted(subtitle, 16, room, 1)[1], fitted(subtitle, 13, room, 2)[1])
        _text_box(slide, SUBTITLE, [subtitle], letters, style.MUTED, exhibit.lang)
    _chart(slide, exhibit, drawn)
    below = (note_line(exhibit.note, exhibit.lang), source_line(exhibit.sources, exhibit.lang))
    foot = [line for line in below if line]
    if foot:
        _text_box(slide, FOOT, foot, _footer_letters(foot), style.MUTED, exhibit.lang)
    _number(slide, layout)
    slide.notes_slide.notes_text_frame.text = _notes(exhibit, command)


def _subtitle(exhibit: Exhibit) -> str:
    if exhibit.form == "fan" and has_native(exhibit) and (exhibit.data["kind"] == "forecast").any():
        return f"{exhibit.subtitle} ({text('chart.dashed', exhibit.lang)})"
    return exhibit.subtitle


def _footer_letters(lines: Sequence[str]) -> float:
    size, room = 12.0, ACROSS * 72
    while height_of(sum(len(wrapped(line, size, room, even=False)) for line in lines), size) > FOOT[1] * 72:
        size *= 0.95
    return size


def _chart(slide: Slide, exhibit: Exhibit, drawn: Path | None) -> None:
    box = _box(CHART)
    if has_native(exhibit):
        about: Any = add_native(slide, exhibit, box).element.xpath("p:nvGraphicFramePr/p:cNvPr")[0]
    elif drawn is not None:
        about = _cropped(slide, exhibit, drawn, box).element.xpath("p:nvPicPr/p:cNvPr")[0]
    else:
        about = slide.shapes.add_picture(io.BytesIO(exhibit.png("deck")), *box).element.xpath("p:nvPicPr/p:cNvPr")[0]
    about.set("name", exhibit.id)
    about.set("descr", exhibit.alt)


def _cropped(slide: Slide, exhibit: Exhibit, drawn: Path, box: Box) -> Picture:
    """The chart out of a picture that has title and source on it, as large as the room allows."""
    size = size_named("slide")
    above, below = panel_of(exhibit, size)
    share = min(1.0, box[3] / Inches(size.height * (1 - above - below)))
    width, height = Inches(size.width * share), Inches(size.height * (1 - above - below) * share)
    picture = slide.shapes.add_picture(str(drawn), Emu((Inches(WIDE) - width) // 2), box[1], width, height)
    picture.crop_top, picture.crop_bottom = above, below
    return picture


def _text_box(
    slide: Slide, rows: tuple[float, float], lines: Sequence[str], size: float, colour: str, lang: str
) -> None:
    _say(slide.shapes.add_textbox(*_box(rows)).text_frame, lines, size, colour, lang)


def _say(frame: TextFrame, lines: Sequence[str], size: float, colour: str, lang: str, bold: bool = False) -> None:
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Emu(0)
    frame.text = "\n".join(lines)
    for paragraph in frame.paragraphs:
        paragraph.alignment = PP_ALIGN.LEFT
        for run in paragraph.runs:
            font = run.font
            font.size, font.bold, font.name = Pt(round(size * 2) / 2), bold, FONT
            font.color.rgb = RGBColor.from_string(colour.lstrip("#").upper())
            font._element.set("lang", {"fi": "fi-FI", "en": "en-GB", "sv": "sv-SE"}[lang])


def _number(slide: Slide, layout: SlideLayout) -> None:
    for element in layout.element.xpath("p:cSld/p:spTree/p:sp[p:nvSpPr/p:nvPr/p:ph/@type='sldNum']"):
        slide.shapes._spTree.append(copy.deepcopy(element))


def _notes(exhibit: Exhibit, command: str) -> str:
    lang = exhibit.lang
    lines = [
        exhibit.title,
        exhibit.subtitle,
        f"{text('chart.alt_label', lang)}: {exhibit.alt}",
        note_line(exhibit.note, lang),
        f"{text('chart.source_label', lang)}:",
        *(f"- {source}" for source in exhibit.sources),
    ]
    if command:
        lines.append(f"{text('chart.remake_label', lang)}: {command}")
    return "\n".join(line for line in lines if line)
