"""The data dictionary as a page: what `data/README.md` says, and every column of every table to be searched in."""

import pandas as pd

from amoanalysis.charts.lookup import table_html
from amoanalysis.tables import Data
from amoanalysis.tables.declared import SCHEMAS

TITLE = "Every column"
HEADS = ("column", "table", "holds", "unit")


def dictionary_page(words: str, data: Data) -> str:
    """The dictionary with a table of all columns at its end.

    Args:
        words: the dictionary as Markdown; empty where the folder has none.
        data: the folder of tables.

    Returns:
        Markdown.
    """
    rows = [
        (column.name, schema.name, column.description, column.unit)
        for schema in SCHEMAS.values()
        if data.has(schema.name)
        for column in schema.columns
    ]
    head = words.rstrip() or "# Data dictionary"
    if not rows:
        return head + "\n"
    table = embedded(table_html(pd.DataFrame(rows, columns=list(HEADS)), "en", "table-columns", TITLE))
    return f"{head}\n\n## {TITLE}\n\n{table}\n"


def embedded(html: str) -> str:
    """HTML as it may stand in Markdown, where a blank line would end it."""
    return "\n".join(line for line in html.splitlines() if line.strip())
