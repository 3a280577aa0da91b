"""Exhibits as PowerPoint decks: a slide per exhibit, with a native chart if PowerPoint has the form, else a picture."""

from __future__ import annotations

import copy
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
from pptx import Presentation
from pptx.chart.chart import Chart
from pptx.chart.data import CategoryChartData, ChartData
from pptx.chart.series import LineSeries
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.presentation import Presentation as Deck
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.picture import Picture
from pptx.slide import Slide, SlideLayout
from pptx.text.text import TextFrame
from pptx.util import Emu, Inches, Length, Pt

from amoanalysis.config.files import write_atomically
from amoanalysis.config.text import text
from amoanalysis.errors import AmoError
from amoanalysis.exhibits.drawing.canvas import format_note, format_sources
from amoanalysis.exhibits.drawing.exhibit import Exhibit
from amoanalysis.exhibits.drawing.figure import measure_frame
from amoanalysis.exhibits.drawing.form_specs import choose_decimals, list_unique
from amoanalysis.exhibits.drawing.text_metrics import LINE_HEIGHT, block_height, fit_text, measure_widest, wrap_text
from amoanalysis.export.reproducible_zip import FIXED_TIME, rewrite_with_fixed_times
from amoanalysis.plot import style
from amoanalysis.plot.style import find_size

FONT = "Arial"
# Layout of a slide in inches: size, left margin and text width, then top and height of each part.
WIDE, TALL = 40 / 3, 7.5
LEFT, TEXT_WIDTH = 0.5, 12.3
TITLE, SUBTITLE, CHART, FOOT, NUMBER = (0.3, 1.08), (1.38, 0.5), (1.92, 4.6), (6.56, 0.66), (7.22, 0.24)
LANGUAGE_TAGS = {"fi": "fi-FI", "en": "en-GB", "sv": "sv-SE"}
CHART_TYPES: Mapping[str, XL_CHART_TYPE] = {
    "fan": XL_CHART_TYPE.LINE_MARKERS,
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "stacked": XL_CHART_TYPE.AREA_STACKED,
}
# Font sizes of charts, points: the largest, the smallest, and the smallest of a legend.
LETTERS, SMALLEST, LEGEND = 18, 8.0, 14.0
# Height of all rows of a bar chart and width of their names, points.
ROWS, NAMES = 270, 290
# Room beyond the longest bar for its figure, as a share of the axis.
FIGURE_ROOM = 0.18
# From this value on, thousands are separated.
GROUPED = 1000
MARKERS = (
    XL_MARKER_STYLE.CIRCLE,
    XL_MARKER_STYLE.SQUARE,
    XL_MARKER_STYLE.TRIANGLE,
    XL_MARKER_STYLE.DIAMOND,
    XL_MARKER_STYLE.X,
    XL_MARKER_STYLE.PLUS,
)
Box = tuple[Length, Length, Length, Length]


def save_deck(
    exhibits: Sequence[Exhibit], path: Path, title: str, command: str = "", pictures: Mapping[str, Path] | None = None
) -> Path:
    """Writes a 16:9 deck: a title slide and a slide for each exhibit.

    Args:
        exhibits: the exhibits, in one language.
        path: the PPTX file.
        title: title of the deck.
        command: the command that writes the deck again, for the speaker notes.
        pictures: existing pictures of the size slide, by id; they are cropped to the chart.

    Returns:
        The file.

    Raises:
        AmoError: if there is no exhibit, or the file cannot be written.
    """
    if not exhibits:
        raise AmoError(f"There is no exhibit for the deck '{path.name}': give at least one.")
    lang = exhibits[0].lang
    deck = _start_deck(title)
    opening = deck.slides.add_slide(deck.slide_layouts[0])
    _write_text(opening.placeholders[0].text_frame, [title], 40, style.INK, lang, bold=True)
    opening.placeholders[0].text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    _write_text(
        opening.placeholders[1].text_frame, [text("chart.deck", lang, count=len(exhibits))], 18, style.MUTED, lang
    )
    for exhibit in exhibits:
        _add_slide(deck, exhibit, command, (pictures or {}).get(exhibit.id))
    target = io.BytesIO()
    deck.save(target)
    with write_atomically(path) as file:
        file.write_bytes(rewrite_with_fixed_times(target.getvalue()))
    return path


def _start_deck(title: str) -> Deck:
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDE), Inches(TALL)
    for layout in list(deck.slide_layouts):
        if layout.name not in ("Title Slide", "Title Only"):
            deck.slide_layouts.remove(layout)
    _widen(deck.slide_master.placeholders)
    for layout in deck.slide_layouts:
        _widen(layout.placeholders)
    opening, plain = deck.slide_layouts
    _place_shape(opening.placeholders[0], (1.6, 2.0))
    _place_shape(opening.placeholders[1], (3.9, 1.2))
    _place_shape(plain.placeholders[0], TITLE)
    for index in range(len(plain.placeholders)):
        shape = plain.placeholders[index]
        if shape.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER:
            _place_shape(shape, NUMBER)
    properties = deck.core_properties
    properties.title, properties.author, properties.last_modified_by = title, "amoanalysis", "amoanalysis"
    properties.created = properties.modified = datetime(*FIXED_TIME)
    properties.revision = 1
    return deck


def _widen(shapes: Iterable[BaseShape]) -> None:
    for shape in shapes:
        if shape.element.spPr.xfrm is not None:
            shape.left, shape.width = Emu(int(shape.left * WIDE / 10)), Emu(int(shape.width * WIDE / 10))


def _place_shape(shape: BaseShape, rows: tuple[float, float]) -> None:
    shape.left, shape.top, shape.width, shape.height = _box(rows)


def _box(rows: tuple[float, float]) -> Box:
    top, height = rows
    return Inches(LEFT), Inches(top), Inches(TEXT_WIDTH), Inches(height)


def _add_slide(deck: Deck, exhibit: Exhibit, command: str, picture: Path | None) -> None:
    layout = deck.slide_layouts[1]
    slide = deck.slides.add_slide(layout)
    width = TEXT_WIDTH * 72 - 2
    lines, letters = fit_text(exhibit.title, 28, width, 2, bold=True)
    _write_text(slide.shapes.title.text_frame, [" ".join(lines)], int(letters), style.INK, exhibit.lang, bold=True)
    if subtitle := _subtitle(exhibit):
        letters = max(fit_text(subtitle, 16, width, 1)[1], fit_text(subtitle, 13, width, 2)[1])
        _add_text_box(slide, SUBTITLE, [subtitle], letters, style.MUTED, exhibit.lang)
    _add_chart(slide, exhibit, picture)
    foot = (format_note(exhibit.note, exhibit.lang), format_sources(exhibit.sources, exhibit.lang))
    lines = [line for line in foot if line]
    if lines:
        _add_text_box(slide, FOOT, lines, _footer_font_size(lines), style.MUTED, exhibit.lang)
    _add_slide_number(slide, layout)
    slide.notes_slide.notes_text_frame.text = _speaker_notes(exhibit, command)


def _subtitle(exhibit: Exhibit) -> str:
    if exhibit.form == "fan" and has_native(exhibit) and (exhibit.data["kind"] == "forecast").any():
        return f"{exhibit.subtitle} ({text('chart.dashed', exhibit.lang)})"
    return exhibit.subtitle


def _footer_font_size(lines: Sequence[str]) -> float:
    size, width = 12.0, TEXT_WIDTH * 72
    while block_height(sum(len(wrap_text(line, size, width, even=False)) for line in lines), size) > FOOT[1] * 72:
        size *= 0.95
    return size


def _add_chart(slide: Slide, exhibit: Exhibit, picture: Path | None) -> None:
    box = _box(CHART)
    if has_native(exhibit):
        shape: Any = add_native_chart(slide, exhibit, box).element.xpath("p:nvGraphicFramePr/p:cNvPr")[0]
    elif picture is not None:
        shape = _add_cropped_picture(slide, exhibit, picture, box).element.xpath("p:nvPicPr/p:cNvPr")[0]
    else:
        shape = slide.shapes.add_picture(io.BytesIO(exhibit.png("deck")), *box).element.xpath("p:nvPicPr/p:cNvPr")[0]
    shape.set("name", exhibit.id)
    shape.set("descr", exhibit.alt)


def _add_cropped_picture(slide: Slide, exhibit: Exhibit, path: Path, box: Box) -> Picture:
    """Adds the chart of a picture without its title and source, as large as the box allows."""
    size = find_size("slide")
    above, below = measure_frame(exhibit, size)
    share = min(1.0, box[3] / Inches(size.height * (1 - above - below)))
    width, height = Inches(size.width * share), Inches(size.height * (1 - above - below) * share)
    picture = slide.shapes.add_picture(str(path), Emu((Inches(WIDE) - width) // 2), box[1], width, height)
    picture.crop_top, picture.crop_bottom = above, below
    return picture


def _add_text_box(
    slide: Slide, rows: tuple[float, float], lines: Sequence[str], size: float, colour: str, lang: str
) -> None:
    _write_text(slide.shapes.add_textbox(*_box(rows)).text_frame, lines, size, colour, lang)


def _write_text(
    frame: TextFrame, lines: Sequence[str], size: float, colour: str, lang: str, bold: bool = False
) -> None:
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
            font._element.set("lang", LANGUAGE_TAGS[lang])


def _add_slide_number(slide: Slide, layout: SlideLayout) -> None:
    for element in layout.element.xpath("p:cSld/p:spTree/p:sp[p:nvSpPr/p:nvPr/p:ph/@type='sldNum']"):
        slide.shapes._spTree.append(copy.deepcopy(element))


def _speaker_notes(exhibit: Exhibit, command: str) -> str:
    lang = exhibit.lang
    lines = [
        exhibit.title,
        exhibit.subtitle,
        f"{text('chart.alt_label', lang)}: {exhibit.alt}",
        format_note(exhibit.note, lang),
        f"{text('chart.source_label', lang)}:",
        *(f"- {source}" for source in exhibit.sources),
    ]
    if command:
        lines.append(f"{text('chart.remake_label', lang)}: {command}")
    return "\n".join(line for line in lines if line)


def has_native(exhibit: Exhibit) -> bool:
    """Whether PowerPoint can draw the exhibit itself: bars, stacked areas and lines without intervals."""
    if exhibit.missing is not None or exhibit.form not in CHART_TYPES:
        return False
    data = exhibit.data
    return "low" not in data.columns or not bool((data["high"] > data["low"]).any())


def chart_table(exhibit: Exhibit) -> pd.DataFrame:
    """The data of a native chart: a row per category or year, a column per series.

    A line with a forecast has a second column for it, `<series>, <forecast>`, from its last observed year on.

    Args:
        exhibit: an exhibit that has a native chart.

    Returns:
        Values in the order of the exhibit; lines by their last value, the highest first.
    """
    by = "category" if exhibit.form == "bars" else "year"
    data = exhibit.data if "series" in exhibit.data.columns else exhibit.data.assign(series=exhibit.unit)
    wide = data.pivot(index=by, columns="series", values="value")[list_unique(data["series"])]
    if exhibit.form == "bars":
        return wide.loc[list_unique(data["category"])]
    wide = wide.sort_index()
    return _split_forecast(wide, exhibit) if exhibit.form == "fan" else wide


def _split_forecast(wide: pd.DataFrame, exhibit: Exhibit) -> pd.DataFrame:
    kinds = exhibit.data.pivot(index="year", columns="series", values="kind").reindex_like(wide)
    columns: dict[str, pd.Series] = {}
    for name in wide.ffill().iloc[-1].sort_values(ascending=False, kind="stable").index:
        observed = wide[name].where(kinds[name] == "observed")
        forecast = wide[name].where(kinds[name] == "forecast")
        if observed.notna().any():
            columns[name] = observed
            last = observed.last_valid_index()
            forecast = forecast.where(forecast.index != last, observed[last]) if forecast.notna().any() else forecast
        if forecast.notna().any():
            columns[forecast_series_name(name, exhibit)] = forecast
    return pd.DataFrame(columns)


def forecast_series_name(name: str, exhibit: Exhibit) -> str:
    """Name of the column with the forecast of a series."""
    return f"{name}, {text('chart.forecast', exhibit.lang)}"


def add_native_chart(slide: Slide, exhibit: Exhibit, box: Box) -> GraphicFrame:
    """Adds an exhibit that has a native chart; box is its left, top, width and height."""
    table = chart_table(exhibit)
    data = CategoryChartData(number_format=_number_format(exhibit))
    data.categories = [str(name) for name in table.index]
    for name in table.columns:
        data.add_series(str(name), [None if np.isnan(value) else float(value) for value in table[name]])
    frame = cast(GraphicFrame, slide.shapes.add_chart(CHART_TYPES[exhibit.form], *box, cast(ChartData, data)))
    chart = frame.chart
    chart.font.size, chart.font.name = Pt(_chart_font_size(exhibit, table)), "Arial"
    chart.font.color.rgb = _rgb(style.INK)
    chart.has_title = False
    _format_legend(chart, exhibit, table)
    _format_axes(chart, exhibit, table)
    {"bars": _format_bars, "fan": _format_lines, "stacked": _format_areas}[exhibit.form](chart, exhibit, table)
    return frame


def _chart_font_size(exhibit: Exhibit, table: pd.DataFrame) -> float:
    """The largest font size at which all names of rows fit; PowerPoint drops names that do not."""
    if exhibit.form != "bars":
        return LETTERS
    names, row_height = [str(name) for name in table.index], ROWS / len(table)
    for size in np.arange(LETTERS, SMALLEST, -0.5):
        lines = np.ceil(measure_widest(names, float(size)) / NAMES)
        if lines * size * LINE_HEIGHT <= row_height:
            return float(size)
    return SMALLEST


def _format_legend(chart: Chart, exhibit: Exhibit, table: pd.DataFrame) -> None:
    names = [str(name) for name in table.columns]
    forecasts = [i for i, name in enumerate(names) if i and name == forecast_series_name(names[i - 1], exhibit)]
    chart.has_legend = len(names) - len(forecasts) > 1
    if not chart.has_legend:
        return
    top = exhibit.form == "bars"
    chart.legend.position = XL_LEGEND_POSITION.TOP if top else XL_LEGEND_POSITION.RIGHT
    chart.legend.include_in_layout = False
    chart.legend.font.size = Pt(max(LEGEND, _chart_font_size(exhibit, table)))
    for i in forecasts:
        entry = parse_xml(f'<c:legendEntry {nsdecls("c")}><c:idx val="{i}"/><c:delete val="1"/></c:legendEntry>')
        chart.legend._element.find(qn("c:legendPos")).addnext(entry)


def _skip_labels(chart: Chart, count: int) -> None:
    skip = parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="{-(-count // 9)}"/>')
    chart.category_axis._element.find(qn("c:noMultiLvlLbl")).addprevious(skip)


def _format_axes(chart: Chart, exhibit: Exhibit, table: pd.DataFrame) -> None:
    rows, values = chart.category_axis, chart.value_axis
    rows.has_major_gridlines = False
    rows.major_tick_mark = values.major_tick_mark = XL_TICK_MARK.NONE
    rows.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    rows.format.line.color.rgb = _rgb(style.MUTED)
    values.format.line.fill.background()
    values.tick_labels.number_format, values.tick_labels.number_format_is_linked = _number_format(exhibit), False
    values.has_major_gridlines = exhibit.form != "bars"
    if values.has_major_gridlines:
        values.major_gridlines.format.line.color.rgb = _rgb(style.GRID)
    if exhibit.form == "bars":
        rows.reverse_order = True
        values.visible = False
        _widen_axis(chart, table)


def _widen_axis(chart: Chart, table: pd.DataFrame) -> None:
    """Widens the axis of bars with negative values, whose figures would otherwise cover the names of the rows."""
    low, high = float(np.nanmin(table)), float(np.nanmax(table))
    if low < 0:
        beyond = FIGURE_ROOM * (max(high, 0) - low)
        chart.value_axis.minimum_scale = low - beyond
        chart.value_axis.maximum_scale = max(high, 0) + beyond


def _format_bars(chart: Chart, exhibit: Exhibit, table: pd.DataFrame) -> None:
    # By default PowerPoint leaves out every other name if there are many rows.
    _skip_labels(chart, 1)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 45, -5
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked = _number_format(exhibit), False
    labels.position, labels.show_value = XL_LABEL_POSITION.OUTSIDE_END, True
    labels.font.size = Pt(_chart_font_size(exhibit, table) * (1.0 if table.shape[1] == 1 else 0.8))
    given = exhibit.options.get("colours", {})
    for series, name, colour in zip(plot.series, table.columns, _series_colours(exhibit, table.columns), strict=True):
        series.invert_if_negative = False
        plain = given.get(name, style.PLAIN) if table.shape[1] == 1 else colour
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _rgb(plain)
        for i, category in enumerate(table.index):
            if table.shape[1] == 1 and category in given:
                point = series.points[i].format.fill
                point.solid()
                point.fore_color.rgb = _rgb(given[category])


def _format_lines(chart: Chart, exhibit: Exhibit, table: pd.DataFrame) -> None:
    names = list_unique(exhibit.data["series"])
    colours = dict(zip(names, _series_colours(exhibit, names), strict=True))
    dashed = {forecast_series_name(name, exhibit): name for name in names}
    for series, name in zip(chart.plots[0].series, table.columns, strict=True):
        series.smooth = False
        _format_marker(series, names.index(dashed.get(name, name)), colours[dashed.get(name, name)])
        line = series.format.line
        line.width = Pt(2.75)
        line.color.rgb = _rgb(colours[dashed.get(name, name)])
        if name in dashed:
            line.dash_style = MSO_LINE.DASH
    _skip_labels(chart, len(table))


def _format_marker(series: LineSeries, place: int, colour: str) -> None:
    """Gives each line its own marker, so that lines differ without colour."""
    series.marker.style, series.marker.size = MARKERS[place % len(MARKERS)], 7
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = _rgb(colour)
    series.marker.format.line.color.rgb = _rgb(style.PAPER)


def _format_areas(chart: Chart, exhibit: Exhibit, table: pd.DataFrame) -> None:
    for series, colour in zip(chart.plots[0].series, _series_colours(exhibit, table.columns), strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _rgb(colour)
        series.format.line.color.rgb = _rgb(style.PAPER)
        series.format.line.width = Pt(1)
    _skip_labels(chart, len(table))


def _series_colours(exhibit: Exhibit, names: Iterable[str]) -> list[str]:
    order = list_unique(exhibit.data["series"]) if "series" in exhibit.data.columns else list(names)
    palette = {name: style.SERIES[i % len(style.SERIES)] for i, name in enumerate(order)}
    given = exhibit.options.get("colours", {})
    return [given.get(name, palette[name]) for name in names]


def _number_format(exhibit: Exhibit) -> str:
    digits = choose_decimals(exhibit.data, exhibit.options)
    percent = '"%"' if exhibit.lang == "en" else '"\u00a0%"'
    suffix = ("." + "0" * digits if digits else "") + (percent if exhibit.unit == "%" else "")
    values = exhibit.data["value"]
    if not digits and values.min() >= 0 and exhibit.lang != "en" and not exhibit.options.get("sign"):
        # Thousands separated as in the language of the exhibit, not in that of the program.
        return f'[>=1000000]#"\u00a0"###"\u00a0"##0{suffix};[>=1000]#"\u00a0"##0{suffix};0{suffix}'
    plain = ("0" if values.abs().max() < GROUPED else "#,##0") + suffix
    plus = f'"+"{plain}' if exhibit.options.get("sign") else plain
    return f'{plus};"\u2212"{plain};{plain}'


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.lstrip("#").upper())
