"""Tables as HTML: static if short, searchable and sortable if long."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib.metadata import version

import pandas as pd

from amoanalysis.config.text import number, text

# Rows of a table above which it can be searched and sorted, and rows of its pages.
LONG = 25
PAGE_ROWS = 20
YEARS = ("year",)
_FIGURE = r"(?:to|[-+\u2212\u2013\u2026\u00a0\d,.() ])+"
# Sign, whole part with thousands separators, decimals.
_NUMBER = r"[+]?([-\u2212]?)(\d[\d\u00a0]*(?:,\d{3})*)(?:[.,](\d+))?"
# Each rule starts with the id of its table, so that it affects no other table of the page.
_STYLE = """
#ID table { border-collapse: collapse; font-size: 0.92rem; line-height: normal; color: #333; background: #fff;
  border-top: 2px solid #a8a8a8; border-bottom: 2px solid #a8a8a8; }
#ID tr { background: transparent; }
#ID th, #ID td { padding: 4px 5px; border: 0; text-align: left; font-weight: normal; vertical-align: middle; }
#ID thead th { font-weight: bold; vertical-align: bottom; border-bottom: 2px solid #d3d3d3; }
#ID thead .spanner { text-align: center; }
#ID tbody th, #ID tbody td { border-top: 1px solid #d3d3d3; }
#ID tbody th { font-weight: bold; min-width: 8rem; border-right: 2px solid #d3d3d3; }
#ID .numeric-cell { text-align: right; font-variant-numeric: tabular-nums; }
#ID td.numeric-cell { white-space: nowrap; }
"""


def table_html(
    data: pd.DataFrame,
    lang: str,
    name: str,
    label: str,
    headings: Mapping[str, str] | None = None,
    spanners: Mapping[str, Sequence[str]] | None = None,
    digits: Mapping[str, int] | None = None,
) -> str:
    """Writes a table as HTML that loads nothing from other hosts; its first column names the rows.

    Args:
        data: columns of text and numbers; NaN is written as missing.
        lang: fi, en or sv.
        name: id of the table on its page.
        label: description for screen readers.
        headings: heading of each column; the column's name by default.
        spanners: headings above several adjacent columns -> those columns.
        digits: decimals by column, and under "" of all other columns; 0 by default.

    Returns:
        HTML; a table of more than `LONG` rows can be searched, sorted and paged.
    """
    texts = pd.DataFrame({column: format_column(data[column], lang, digits or {}) for column in data.columns})
    figures = {column for column in texts.columns[1:] if texts[column].str.fullmatch(_FIGURE).any()}
    words = {column: str((headings or {}).get(str(column), column)) for column in texts.columns}
    html = (
        f'<div id="{name}" class="scroll" tabindex="0" role="region" aria-label="{escape(label)}">'
        f"<style>{_STYLE.replace('ID', name)}</style>"
        f"<table><thead>{_write_head(name, words, figures, spanners or {})}</thead>"
        f"<tbody>{_write_body(name, data, texts, figures, spanners or {})}</tbody></table></div>"
    )
    return html + _search_script(name, lang) if len(data) > LONG else html


def _write_head(name: str, words: Mapping[str, str], figures: set[str], spanners: Mapping[str, Sequence[str]]) -> str:
    """The heading rows: one, or two if there are spanners."""
    spanned = {column: place for place, columns in enumerate(spanners.values()) for column in columns}
    upper, lower = [], []
    for i, (column, word) in enumerate(words.items()):
        look = ' class="numeric-cell"' if column in figures else ""
        heading = f'<th scope="col" id="{name}-c{i}"{look}{{}}>{escape(word)}</th>'
        if column not in spanned:
            upper.append(heading.format(' rowspan="2"' if spanners else ""))
            continue
        lower.append(heading.format(""))
        above, columns = list(spanners.items())[spanned[column]]
        if column == columns[0]:
            upper.append(
                f'<th scope="colgroup" class="spanner" colspan="{len(columns)}" id="{name}-s{spanned[column]}" '
                f'data-dt-order="disable">{escape(above)}</th>'
            )
    return "".join(f"<tr>{''.join(row)}</tr>" for row in (upper, lower) if row)


def _write_body(
    name: str, data: pd.DataFrame, texts: pd.DataFrame, figures: set[str], spanners: Mapping[str, Sequence[str]]
) -> str:
    """The rows; numbers have an attribute by which they are sorted."""
    spanned = {column: f" {name}-s{place}" for place, columns in enumerate(spanners.values()) for column in columns}
    ids = {column: f"{spanned.get(column, '')} {name}-c{i}" for i, column in enumerate(texts.columns)}
    rows = []
    pairs = zip(texts.itertuples(index=False), data.itertuples(index=False), strict=True)
    for i, (written, values) in enumerate(pairs):
        cells = [f'<th scope="row" id="{name}-r{i}">{escape(written[0])}</th>']
        for column, cell, value in list(zip(texts.columns, written, values, strict=True))[1:]:
            look = f' class="numeric-cell" data-order="{_sort_value(value)}"' if column in figures else ""
            cells.append(f'<td headers="{name}-r{i}{ids[column]}"{look}>{escape(cell)}</td>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return "".join(rows)


def format_column(column: pd.Series, lang: str, digits: Mapping[str, int]) -> list[str]:
    """Formats a column: numbers by locale, years without separators, missing values as text."""
    decimals = digits.get(str(column.name), digits.get("", 0))

    def format_cell(value: object) -> str:
        if isinstance(value, str):
            return value
        figure = float(str(value))
        if math.isnan(figure):
            return text("chart.no_value", lang)
        return str(int(figure)) if column.name in YEARS else number(figure, lang, decimals)

    return [format_cell(value) for value in column]


def _sort_value(figure: object) -> str:
    """Returns the number that a cell starts with, as sorting needs it; empty if missing."""
    if not isinstance(figure, str):
        return "" if math.isnan(float(str(figure))) else str(figure)
    found = re.match(_NUMBER, figure)
    return "" if found is None else f"{'-' if found[1] else ''}{re.sub(r'[^0-9]', '', found[2])}.{found[3] or 0}"


def _search_script(name: str, lang: str) -> str:
    """Writes the script that makes a table searchable, sortable and paged; without scripts all rows are visible."""
    words = {key: text(f"table.{key}", lang) for key in ("search", "zeroRecords", "info", "infoEmpty", "infoFiltered")}
    pages = {key: text(f"table.{key}", lang) for key in ("first", "last", "next", "previous")}
    sorts = {key: text(f"table.{key}", lang) for key in ("orderable", "orderableReverse", "orderableRemove")}
    options = {
        "language": {**words, "aria": {**sorts, "paginate": pages}},
        "layout": {"topStart": "search", "topEnd": None, "bottomStart": "info", "bottomEnd": "paging"},
        "order": [],
        "pageLength": PAGE_ROWS,
        "autoWidth": False,
    }
    script, variable = _table_bundle()
    return (
        f'{script}<script type="module">const {{ ITable }} = await window.{variable};'
        f'new ITable(document.querySelector("#{name} table"), {json.dumps(options, ensure_ascii=False)});</script>'
    )


@cache
def _table_bundle() -> tuple[str, str]:
    """Returns the script of itables, to be embedded in a page, and the variable of `window` that holds it."""
    from itables import options
    from itables.javascript import generate_init_offline_itables_html

    script, end, _ = generate_init_offline_itables_html(options.dt_bundle).rpartition("</script>")
    return script + end, f"_itables_{re.sub(r'[.-]', '_', version('itables'))}"
