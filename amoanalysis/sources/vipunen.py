"""Vipunen (Ministry of Education and Culture, National Agency for Education): sheets of reports."""

import re
from dataclasses import replace
from pathlib import Path

from amoanalysis.errors import DataError
from amoanalysis.sources.raw import RawFrame
from amoanalysis.sources.sheets import read_sheet

CODED_LABEL = re.compile(r"(?:^|\s)(\d{2}\.\d{1,2}|99)\s+\S")


def read_matrix(
    source: Path | bytes, sheet: str | None = None, heading_rows: int = 2, name: str | None = None
) -> RawFrame:
    """Reads a matrix of industries by occupation groups.

    Args:
        source: the .xlsx file, or its bytes.
        sheet: name of the sheet; the first one where not given.
        heading_rows: rows that the heading takes: merged cells above, groups below.
        name: name for messages, where the source is bytes.

    Returns:
        industry (code and name, as written), occupation (code of the group, or the words of a total), value.

    Raises:
        DataError: if the file is no workbook or its heading names no occupation group.
    """
    raw = read_sheet(source, sheet, heading_rows, name)
    stub = str(raw.frame.columns[0])
    labels = [str(column) for column in raw.frame.columns[1:]]
    groups = {label: found[1] for label in labels if (found := CODED_LABEL.search(label))}
    if not groups:
        raise DataError(f"{raw.file} names no occupation group ('02.1 ...') in its heading: set heading_rows.")
    totals = {label: "yhteensä" for label in labels if label.casefold().endswith(("yhteensä", "total"))}
    kept = raw.frame[[stub, *groups, *totals]].rename(columns={stub: "industry"} | groups | totals)
    long = kept.melt(id_vars="industry", var_name="occupation", value_name="value", ignore_index=False)
    return replace(raw.having(long), headings={"industry": stub})
