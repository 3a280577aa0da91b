"""Reshaping PxWeb files: periods, variables and measures can be in rows, columns or headings."""

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from amoanalysis.data.cleaning.checks import check_complete, check_unique
from amoanalysis.data.cleaning.labels import normalise_label
from amoanalysis.data.cleaning.values import parse_count
from amoanalysis.data.sources.statfin import melt
from amoanalysis.data.sources.text_table import RawFrame
from amoanalysis.errors import DataError, find_nearest

IGNORED_WORDS = re.compile(r"\(?\blkm\b\.?\)?|\blaskentapäivänä\b|\bkuukauden lopussa\b")
EMPTY_HEADINGS = ("value", "values", "arvo", "lukumäärä", "värde")


def to_long_form(
    raw: RawFrame, contents: Mapping[str, str], variable: str | None = None, period: str = "year"
) -> RawFrame:
    """Reshapes a table to one figure per row; measures that are not requested are left out.

    Args:
        raw: a table of `read_pxweb`.
        contents: measure by the producer's normalised label; if there is only one measure, headings need not name it.
        variable: the variable that is in the headings if it is not in the stub; None if all are in the stub.
        period: year or month.

    Returns:
        The variables and the period as text; measure; value as text.

    Raises:
        DataError: if a requested measure is not in the file.
    """
    long = melt(raw).frame
    split = {heading: _split_heading(_simplify(heading), contents) for heading in long["heading"].drop_duplicates()}
    rest = long["heading"].map({heading: words for heading, (_, words) in split.items()})
    measure = long["heading"].map({heading: name for heading, (name, _) in split.items()})
    if "contents" in long:
        measure = long["contents"].map(lambda label: _find_measure(label, contents))
    if variable and variable not in long:
        long = long.assign(**{variable: rest})
    else:
        measure = measure.where(rest == "", "")
    if period not in long:
        long = long.assign(**{period: long["period"]})
    _require_contents(set(measure), contents, [*split, *long.get("contents", [])], raw.file)
    kept = long.assign(measure=measure).drop(columns=["heading", "period", "contents"], errors="ignore")
    return raw.with_frame(kept[kept["measure"] != ""])


def pivot_counts(raw: RawFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Reshapes a long table of counts to one column per measure.

    Args:
        raw: keys, measure and value of `to_long_form`.
        keys: the key columns.

    Returns:
        keys and a column per measure, float64; NaN if a count is missing or suppressed.

    Raises:
        DataError: if two rows have the same key, or a cell is not a count.
    """
    figures = parse_count(raw.frame["value"], raw.file).figures
    frame = check_unique(raw.frame.assign(value=figures), [*keys, "measure"], raw.file)
    check_complete(frame, [*keys, "measure"], raw.file)
    # not pivot_table: it would drop a row whose counts are all suppressed
    wide = frame.pivot(index=list(keys), columns="measure", values="value").reset_index()
    return wide.rename_axis(columns=None)


def _simplify(label: str) -> str:
    return " ".join(IGNORED_WORDS.sub(" ", normalise_label(label)).split())


def _find_measure(label: str, contents: Mapping[str, str]) -> str:
    """Returns the measure of a label, which can be the measure itself; empty if it is not requested."""
    return label if label in contents.values() else contents.get(_simplify(label), "")


def _split_heading(heading: str, contents: Mapping[str, str]) -> tuple[str, str]:
    """Splits a heading into a measure and the remaining words."""
    heading = "" if heading in EMPTY_HEADINGS else heading
    for theirs in sorted(contents, key=len, reverse=True):
        if theirs in heading:
            return contents[theirs], heading.replace(theirs, "").strip(" ,:-")
    measures = set(contents.values())
    return (measures.pop() if len(measures) == 1 else ""), heading


def _require_contents(found: set[str], contents: Mapping[str, str], labels: Sequence[str], file: str) -> None:
    for theirs, ours in contents.items():
        if ours not in found:
            near = find_nearest(theirs, labels)
            hint = f"did you mean '{near}'? " if near else ""
            raise DataError(f"{file} has no '{theirs}' ({ours}): {hint}Select it in the download.")
