"""Charts of PowerPoint's own kind, editable with their workbook, for the forms it has."""

from collections.abc import Iterable, Mapping
from typing import cast

import numpy as np
import pandas as pd
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
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.shapes.graphfrm import GraphicFrame
from pptx.slide import Slide
from pptx.util import Length, Pt

from amoanalysis.charts import style
from amoanalysis.charts.exhibit import Exhibit
from amoanalysis.charts.measure import LINE, widest
from amoanalysis.charts.spec import decimals_of, ordered
from amoanalysis.text import text

KINDS: Mapping[str, XL_CHART_TYPE] = {
    "fan": XL_CHART_TYPE.LINE_MARKERS,
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "stacked": XL_CHART_TYPE.AREA_STACKED,
}
LETTERS = 18
SMALLEST, LEGEND = 8.0, 14.0
# Room for all rows and for the names before them, points; room beyond the bars for their figures, of the longest bar.
ROWS, NAMES, BEYOND = 270, 290, 0.18
GROUPED = 1000
MARKS = (
    XL_MARKER_STYLE.CIRCLE,
    XL_MARKER_STYLE.SQUARE,
    XL_MARKER_STYLE.TRIANGLE,
    XL_MARKER_STYLE.DIAMOND,
    XL_MARKER_STYLE.X,
    XL_MARKER_STYLE.PLUS,
)
Box = tuple[Length, Length, Length, Length]


def has_native(exhibit: Exhibit) -> bool:
    """Whether PowerPoint has the form: bars, stacked areas and lines, without intervals."""
    if exhibit.missing is not None or exhibit.form not in KINDS:
        return False
    data = exhibit.data
    return "low" not in data.columns or not bool((data["high"] > data["low"]).any())


def table_of(exhibit: Exhibit) -> pd.DataFrame:
    """The data of a native chart: a row a category or year, a column a series.

    A line that goes on as a forecast has a second column for it, `<series>, <forecast>`, from its last observed year.

    Args:
        exhibit: an exhibit that has a native chart.

    Returns:
        Values, the order of the exhibit kept; lines by their last value, the highest first.
    """
    by = "category" if exhibit.form == "bars" else "year"
    data = exhibit.data if "series" in exhibit.data.columns else exhibit.data.assign(series=exhibit.unit)
    wide = data.pivot(index=by, columns="series", values="value")[ordered(data["series"])]
    if exhibit.form == "bars":
        return wide.loc[ordered(data["category"])]
    wide = wide.sort_index()
    return _observed_and_ahead(wide, exhibit) if exhibit.form == "fan" else wide


def _observed_and_ahead(wide: pd.DataFrame, exhibit: Exhibit) -> pd.DataFrame:
    kinds = exhibit.data.pivot(index="year", columns="series", values="kind").reindex_like(wide)
    columns: dict[str, pd.Series] = {}
    for name in wide.ffill().iloc[-1].sort_values(ascending=False, kind="stable").index:
        observed = wide[name].where(kinds[name] == "observed")
        ahead = wide[name].where(kinds[name] == "forecast")
        if observed.notna().any():
            columns[name] = observed
            joint = observed.last_valid_index()
            ahead = ahead.where(ahead.index != joint, observed[joint]) if ahead.notna().any() else ahead
        if ahead.notna().any():
            columns[ahead_name(name, exhibit)] = ahead
    return pd.DataFrame(columns)


def ahead_name(name: str, exhibit: Exhibit) -> str:
    """Name of the column that holds a series' forecast."""
    return f"{name}, {text('chart.forecast', exhibit.lang)}"


def add_native(slide: Slide, exhibit: Exhibit, box: Box) -> GraphicFrame:
    """Adds an exhibit as a native chart.

    Args:
        slide: the slide.
        exhibit: an exhibit that has a native chart.
        box: left, top, width and height.

    Returns:
        The shape.
    """
    table = table_of(exhibit)
    data = CategoryChartData(number_format=_format(exhibit))
    data.categories = [str(name) for name in table.index]
    for name in table.columns:
        data.add_series(str(name), [None if np.isnan(value) else float(value) for value in table[name]])
    frame = cast(GraphicFrame, slide.shapes.add_chart(KINDS[exhibit.form], *box, cast(ChartData, data)))
    chart = frame.chart
    chart.font.size, chart.font.name = Pt(_letters(exhibit, table)), "Arial"
    chart.font.color.rgb = _colour(style.INK)
    chart.has_title = False
    _legend(chart, exhibit, table)
    _axes(chart, exhibit, table)
    {"bars": _bars, "fan": _lines, "stacked": _areas}[exhibit.form](chart, exhibit, table)
    return frame


def _letters(exhibit: Exhibit, table: pd.DataFrame) -> float:
    """The largest letters by which every row has its name: rows whose names do not fit would lose them."""
    if exhibit.form != "bars":
        return LETTERS
    names, pitch = [str(name) for name in table.index], ROWS / len(table)
    for size in np.arange(LETTERS, SMALLEST, -0.5):
        lines = np.ceil(widest(names, float(size)) / NAMES)
        if lines * size * LINE <= pitch:
            return float(size)
    return SMALLEST


def _legend(chart: Chart, exhibit: Exhibit, table: pd.DataFrame) -> None:
    names = [str(name) for name in table.columns]
    twins = [i for i, name in enumerate(names) if i and name == ahead_name(names[i - 1], exhibit)]
    chart.has_legend = len(names) - len(twins) > 1
    if not chart.has_legend:
        return
    top = exhibit.form == "bars"
    chart.legend.position = XL_LEGEND_POSITION.TOP if top else XL_LEGEND_POSITION.RIGHT
    chart.legend.include_in_layout = False
    chart.legend.font.size = Pt(max(LEGEND, _letters(exhibit, table)))
    for i in twins:
        entry = parse_xml(f'<c:legendEntry {nsdecls("c")}><c:idx val="{i}"/><c:delete val="1"/></c:legendEntry>')
        chart.legend._element.find(qn("c:legendPos")).addnext(entry)


def _skip_labels(chart: Chart, count: int) -> None:
    skip = parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="{-(-count // 9)}"/>')
    chart.category_axis._element.find(qn("c:noMultiLvlLbl")).addprevious(skip)


def _axes(chart: Chart, exhibit: Exhibit, table: pd.DataFrame) -> None:
    rows, values = chart.category_axis, chart.value_axis
    rows.has_major_gridlines = False
    rows.major_tick_mark = values.major_tick_mark = XL_TICK_MARK.NONE
    rows.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    rows.format.line.color.rgb = _colour(style.MUTED)
    values.format.line.fill.background()
    values.tick_labels.number_format, values.tick_labels.number_format_is_linked = _format(exhibit), False
    values.has_major_gridlines = exhibit.form != "bars"
    if values.has_major_gridlines:
        values.major_gridlines.format.line.color.rgb = _colour(style.GRID)
    if exhibit.form == "bars":
        rows.reverse_order = True
        values.visible = False
        _room(chart, table)


def _room(chart: Chart, table: pd.DataFrame) -> None:
    """Room at the ends of bars that go both ways, whose figures would else stand on the names of the rows."""
    low, high = float(np.nanmin(table)), float(np.nanmax(table))
    if low < 0:
        beyond = BEYOND * (max(high, 0) - low)
        chart.value_axis.minimum_scale = low - beyond
        chart.value_axis.maximum_scale = max(high, 0) + beyond


def _bars(chart: Chart, exhibit: Exhibit, table: pd.DataFrame) -> None:
    # Left to itself the chart would name every other row where rows are many.
    _skip_labels(chart, 1)
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 45, -5
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked = _format(exhibit), False
    labels.position, labels.show_value = XL_LABEL_POSITION.OUTSIDE_END, True
    labels.font.size = Pt(_letters(exhibit, table) * (1.0 if table.shape[1] == 1 else 0.8))
    given = exhibit.options.get("colours", {})
    for series, name, colour in zip(plot.series, table.columns, _colours(exhibit, table.columns), strict=True):
        series.invert_if_negative = False
        plain = given.get(name, style.PLAIN) if table.shape[1] == 1 else colour
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _colour(plain)
        for i, category in enumerate(table.index):
            if table.shape[1] == 1 and category in given:
                point = series.points[i].format.fill
                point.solid()
                point.fore_color.rgb = _colour(given[category])


def _lines(chart: Chart, exhibit: Exhibit, table: pd.DataFrame) -> None:
    names = ordered(exhibit.data["series"])
    colours = dict(zip(names, _colours(exhibit, names), strict=True))
    dashed = {ahead_name(name, exhibit): name for name in names}
    for series, name in zip(chart.plots[0].series, table.columns, strict=True):
        series.smooth = False
        _mark(series, names.index(dashed.get(name, name)), colours[dashed.get(name, name)])
        line = series.format.line
        line.width = Pt(2.75)
        line.color.rgb = _colour(colours[dashed.get(name, name)])
        if name in dashed:
            line.dash_style = MSO_LINE.DASH
    _skip_labels(chart, len(table))


def _mark(series: LineSeries, place: int, colour: str) -> None:
    """A mark of its own on each line, by which lines differ without colour too."""
    series.marker.style, series.marker.size = MARKS[place % len(MARKS)], 7
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = _colour(colour)
    series.marker.format.line.color.rgb = _colour(style.PAPER)


def _areas(chart: Chart, exhibit: Exhibit, table: pd.DataFrame) -> None:
    for series, colour in zip(chart.plots[0].series, _colours(exhibit, table.columns), strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = _colour(colour)
        series.format.line.color.rgb = _colour(style.PAPER)
        series.format.line.width = Pt(1)
    _skip_labels(chart, len(table))


def _colours(exhibit: Exhibit, names: Iterable[str]) -> list[str]:
    order = ordered(exhibit.data["series"]) if "series" in exhibit.data.columns else list(names)
    palette = {name: style.SERIES[i % len(style.SERIES)] for i, name in enumerate(order)}
    given = exhibit.options.get("colours", {})
    return [given.get(name, palette[name]) for name in names]


def _format(exhibit: Exhibit) -> str:
    digits = decimals_of(exhibit.data, exhibit.options)
    percent = '"%"' if exhibit.lang == "en" else '"\u00a0%"'
    after = ("." + "0" * digits if digits else "") + (percent if exhibit.unit == "%" else "")
    values = exhibit.data["value"]
    if not digits and values.min() >= 0 and exhibit.lang != "en" and not exhibit.options.get("sign"):
        # Thousands apart as the language has them, whatever the language of the program that shows them.
        return f'[>=1000000]#"\u00a0"###"\u00a0"##0{after};[>=1000]#"\u00a0"##0{after};0{after}'
    plain = ("0" if values.abs().max() < GROUPED else "#,##0") + after
    plus = f'"+"{plain}' if exhibit.options.get("sign") else plain
    return f'{plus};"\u2212"{plain};{plain}'


def _colour(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.lstrip("#").upper())
