"""A table as a page shows it: its rows to be read, or to be searched and sorted where they are many."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import escape

import pandas as pd

from amoanalysis.config.text import number, text

# More rows than a reader takes in at a glance.
LONG = 25
A_PAGE = 20
YEARS = ("year",)
_FIGURE = r"(?:to|[-+\u2212\u2013\u2026\u00a0\d,.() ])+"
# Sign, whole part with its thousands apart, decimals.
_NUMBER = r"[+]?([-\u2212]?)(\d[\d\u00a0]*(?:,\d{3})*)(?:[.,](\d+))?"
_UNSCOPED = ("thead, tbody, tfoot, tr, td, th {", " tr {")


def table_html(
    data: pd.DataFrame,
    lang: str,
    name: str,
    label: str,
    headings: Mapping[str, str] | None = None,
    spanners: Mapping[str, Sequence[str]] | None = None,
    digits: Mapping[str, int] | None = None,
) -> str:
    """A table as HTML that asks no other host: the first column names the rows, numbers are as the language has them.

    Args:
        data: texts and numbers; NaN is said to be unknown.
        lang: fi, en or sv.
        name: what the table is called on its page, in letters that an identifier may have.
        label: what it holds, for who does not see it.
        headings: the words above the columns, by column.
        spanners: words above several columns -> those columns, which stand side by side.
        digits: digits after the decimal mark, by column, and under "" of all others; none by default.

    Returns:
        HTML; a table of more than `LONG` rows can be searched, sorted and leafed through.
    """
    from great_tables import GT

    codes = {column: f"c{place}" for place, column in enumerate(data.columns)}
    words = {code: str((headings or {}).get(str(column), column)) for column, code in codes.items()}
    plain = data.rename(columns=codes).reset_index(drop=True)
    texts = plain.assign(**{code: format_column(data[column], lang, digits or {}) for column, code in codes.items()})
    figures = [code for code in texts.columns[1:] if texts[code].str.fullmatch(_FIGURE).any()]
    table = GT(texts, rowname_col="c0", id=name, locale=lang).cols_label(dict(words)).cols_align("right", figures)
    for place, (above, columns) in enumerate((spanners or {}).items()):
        table = table.tab_spanner(above, [codes[column] for column in columns], id=f"s{place}")
    styled = table.tab_stubhead(words["c0"]).tab_options(
        table_font_size="0.92rem",
        table_margin_left="0",
        column_labels_font_weight="bold",
        stub_font_weight="bold",
        data_row_padding="4px",
    )
    html = _sortable(_apart(styled.as_raw_html(), name, label), plain[figures])
    return html + _search_script(name, lang) if len(data) > LONG else html


def format_column(column: pd.Series, lang: str, digits: Mapping[str, int]) -> list[str]:
    """A column of a table in words: numbers as the language has them, years bare, what is unknown said so."""
    decimals = digits.get(str(column.name), digits.get("", 0))

    def said(value: object) -> str:
        if isinstance(value, str):
            return value
        figure = float(str(value))
        if math.isnan(figure):
            return text("chart.no_value", lang)
        return str(int(figure)) if column.name in YEARS else number(figure, lang, decimals)

    return [said(value) for value in column]


def _apart(html: str, name: str, label: str) -> str:
    """The table in a frame that scrolls by itself, by keyboard too; its style reaches no other table of the page."""
    for rule in _UNSCOPED:
        html = html.replace(rule, ", ".join(f"#{name} {part.strip()}" for part in rule[:-1].split(",")) + " {", 1)
    html = html.replace(f"#{name} #{name} ", f"#{name} ")
    own = f"#{name} td.gt_right {{ white-space: nowrap; }}\n#{name} th.gt_stub {{ min-width: 8rem; }}\n"
    html = html.replace("</style>", f"{own}</style>", 1)
    html = html.replace('scope="colgroup"', 'scope="colgroup" data-dt-order="disable"')
    frame = f'<div id="{name}" class="scroll" tabindex="0" role="region" aria-label="{escape(label)}" '
    return html.replace(f'<div id="{name}" ', frame, 1)


def _sortable(html: str, figures: pd.DataFrame) -> str:
    """The cells of numbers with the bare number beside what is written, by which they are sorted."""
    bare: Iterator[object] = iter(figures.astype(object).to_numpy().ravel())

    def marked(found: re.Match[str]) -> str:
        return f'<td data-order="{_sort_value(next(bare))}" {found[1]}'

    return re.sub(r'<td ((?:headers="[^"]*" )?class="gt_row gt_right")', marked, html)


def _sort_value(figure: object) -> str:
    """The number that a cell begins with, after what is not known."""
    if not isinstance(figure, str):
        return "" if math.isnan(float(str(figure))) else str(figure)
    found = re.match(_NUMBER, figure)
    return "" if found is None else f"{'-' if found[1] else ''}{re.sub(r'[^0-9]', '', found[2])}.{found[3] or 0}"


def _search_script(name: str, lang: str) -> str:
    """What lets a table be searched, sorted and leafed through; without scripts all of its rows are there to read."""
    said = {key: text(f"table.{key}", lang) for key in ("search", "zeroRecords", "info", "infoEmpty", "infoFiltered")}
    turns = {key: text(f"table.{key}", lang) for key in ("first", "last", "next", "previous")}
    sorts = {key: text(f"table.{key}", lang) for key in ("orderable", "orderableReverse", "orderableRemove")}
    options = {
        "language": {**said, "aria": {**sorts, "paginate": turns}},
        "layout": {"topStart": "search", "topEnd": None, "bottomStart": "info", "bottomEnd": "paging"},
        "order": [],
        "pageLength": A_PAGE,
        "autoWidth": False,
    }
    script, variable = _table_bundle()
    return (
        f'{script}<script type="module">const {{ ITable }} = await window.{variable};'
        f'new ITable(document.querySelector("#{name} table"), {json.dumps(options, ensure_ascii=False)});</script>'
    )


@cache
def _table_bundle() -> tuple[str, str]:
    """The bundle of itables, within the page, and the name under which it waits there."""
    from itables import options
    from itables.javascript import generate_init_offline_itables_html

    html = generate_init_offline_itables_html(options.dt_bundle)
    found = re.search(r"window\.(_itables_\w+)", html)
    assert found is not None
    return html[: html.rindex("</script>")] + "</script>", found[1]
