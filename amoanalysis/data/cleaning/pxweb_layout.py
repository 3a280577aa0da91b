"""From a PxWeb file to keys and figures, wherever the file has put periods, variables and what is counted."""

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from amoanalysis.data.cleaning.checks import check_complete, check_unique
from amoanalysis.data.cleaning.labels import normalise_label
from amoanalysis.data.cleaning.values import parse_count
from amoanalysis.data.sources.statfin import melt
from amoanalysis.data.sources.text_table import RawFrame
from amoanalysis.errors import DataError, find_nearest

ASIDE = re.compile(r"\(?\blkm\b\.?\)?|\blaskentapäivänä\b|\bkuukauden lopussa\b")
NO_WORDS = ("value", "values", "arvo", "lukumäärä", "värde")


def to_long_form(
    raw: RawFrame, contents: Mapping[str, str], variable: str | None = None, period: str = "year"
) -> RawFrame:
    """One figure a row; contents that are not asked for are left out.

    Args:
        raw: a table of `read_pxweb`.
        contents: our name by the producer's name of what is counted, as `normalise_label` writes it; where only one thing is
            counted, headings need not name it.
        variable: the variable that the headings hold where the stub does not; None where they hold none.
        period: year or month.

    Returns:
        The variables and the period as text; measure (our name of what is counted); value as text.

    Raises:
        DataError: if contents asked for are not in the file.
    """
    long = melt(raw).frame
    split = {heading: _split(_bare(heading), contents) for heading in long["heading"].drop_duplicates()}
    rest = long["heading"].map({heading: words for heading, (_, words) in split.items()})
    measure = long["heading"].map({heading: ours for heading, (ours, _) in split.items()})
    if "contents" in long:
        measure = long["contents"].map(lambda label: _counted(label, contents))
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
    """One column for each thing counted.

    Args:
        raw: keys, measure and value of `to_long_form`.
        keys: what tells rows apart.

    Returns:
        keys and a column for each measure, float64; NaN where a count is missing or suppressed.

    Raises:
        DataError: if two rows share a key, or a cell is no count.
    """
    figures = parse_count(raw.frame["value"], raw.file).figures
    frame = check_unique(raw.frame.assign(value=figures), [*keys, "measure"], raw.file)
    check_complete(frame, [*keys, "measure"], raw.file)
    # not pivot_table: it would drop a row whose counts are all suppressed
    wide = frame.pivot(index=list(keys), columns="measure", values="value").reset_index()
    return wide.rename_axis(columns=None)


def _bare(label: str) -> str:
    return " ".join(ASIDE.sub(" ", normalise_label(label)).split())


def _counted(label: str, contents: Mapping[str, str]) -> str:
    """Our name of what a cell counts: the producer's is looked up, our own stays; empty where it is not asked for."""
    return label if label in contents.values() else contents.get(_bare(label), "")


def _split(heading: str, contents: Mapping[str, str]) -> tuple[str, str]:
    """Our name of what a heading counts, and the words left over."""
    heading = "" if heading in NO_WORDS else heading
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
            raise DataError(f"{file} has no '{theirs}' ({ours}): {hint}Choose it in the download.")
