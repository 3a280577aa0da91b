"""Revisions: the rows that a new table adds, changes and removes, and totals before and after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from amoanalysis.data.schemas.table_schema import TableSchema

TOTAL_WORDS = ("total", "TOTAL")


@dataclass(frozen=True)
class ColumnRevision:
    """The revision of one column.

    Attributes:
        column: its name.
        unit: its unit.
        revised: number of changed cells, including cells that become filled or empty.
        mean: mean change of the cells with a number before and after.
        largest: the largest change in absolute value.
        largest_at: key of that row.
        before: sum of the old table over the rows that both tables have.
        after: sum of the new table over the same rows.
        total_before: sum of the whole old table.
        total_after: sum of the whole new table.
    """

    column: str
    unit: str
    revised: int
    mean: float
    largest: float
    largest_at: str
    before: float
    after: float
    total_before: float
    total_after: float


@dataclass(frozen=True)
class Revision:
    """The revision of one table.

    Attributes:
        table: its name.
        rows_before: number of rows of the old table; 0 without an old table.
        rows_after: number of rows of the new table.
        added: number of rows with a new key.
        gone: number of rows whose key is missing in the new table.
        revised: number of rows with the same key and changed values.
        period_before: first and last year or month of the old table; empty without an old table.
        period_after: first and last year or month of the new table.
        measures: revisions of its numeric columns.
    """

    table: str
    rows_before: int
    rows_after: int
    added: int
    gone: int
    revised: int
    period_before: str
    period_after: str
    measures: tuple[ColumnRevision, ...]

    @property
    def changes(self) -> bool:
        """Whether anything changes."""
        return bool(self.added or self.gone or self.revised)


def compare_tables(
    old: pd.DataFrame | None, new: pd.DataFrame, schema: TableSchema, periods: Sequence[str]
) -> Revision:
    """Compares a table with its replacement.

    Rows of totals (`total`) are left out of the sums.

    Args:
        old: the existing table; None for a new table.
        new: the new table.
        schema: schema of both.
        periods: periods of the old and of the new table, as in origins.

    Returns:
        The revision.
    """
    key = list(schema.key)
    before = (new.iloc[:0] if old is None else old).set_index(key)
    after = new.set_index(key)
    both = before.index.intersection(after.index)
    left, right = before.loc[both], after.loc[both]
    differs = (left != right) & ~(left.isna() & right.isna())
    numeric = [c for c in schema.columns if not c.is_text and c.name not in key]
    measures = tuple(
        _revise_column(column.name, column.unit, left, right, differs, (before, after)) for column in numeric
    )
    return Revision(
        table=schema.name,
        rows_before=len(before),
        rows_after=len(after),
        added=len(after) - len(both),
        gone=len(before) - len(both),
        revised=int(differs.any(axis=1).sum()),
        period_before=periods[0],
        period_after=periods[1],
        measures=measures,
    )


def format_report(revisions: Iterable[Revision]) -> str:
    """Formats revisions as text: a paragraph per changed table, one line for the unchanged tables."""
    revisions = list(revisions)
    changed = [revision for revision in revisions if revision.changes]
    same = [revision.table for revision in revisions if not revision.changes]
    paragraphs = ["\n".join(_format_lines(revision)) for revision in changed]
    if same:
        paragraphs.append(f"Unchanged: {', '.join(same)}.")
    return "\n\n".join(paragraphs or ["Nothing was asked for."])


def revisions_frame(revisions: Iterable[Revision]) -> pd.DataFrame:
    """Returns the revisions as a table, one row per numeric column.

    Returns:
        table, column, unit, added, gone, revised, mean, largest, largest_at, before, after, total_before, total_after.
    """
    rows = [
        {"table": r.table, "added": r.added, "gone": r.gone, **vars(measure)}
        for r in revisions
        for measure in r.measures
    ]
    return pd.DataFrame(rows)


def _revise_column(
    column: str, unit: str, left: pd.DataFrame, right: pd.DataFrame, differs: pd.DataFrame,
    whole: tuple[pd.DataFrame, pd.DataFrame],
) -> ColumnRevision:  # fmt: skip
    change = (right[column] - left[column])[differs[column]].dropna().astype("float64")
    most = int(change.abs().to_numpy().argmax()) if len(change) else 0
    sums = [float(_drop_totals(table)[column].sum()) for table in (left, right, *whole)]
    return ColumnRevision(
        column=column,
        unit=unit,
        revised=int(differs[column].sum()),
        mean=float(change.mean()) if len(change) else 0.0,
        largest=float(change.iloc[most]) if len(change) else 0.0,
        largest_at=_format_key(change.index[most], left.index.names) if len(change) else "",
        before=sums[0],
        after=sums[1],
        total_before=sums[2],
        total_after=sums[3],
    )


def _drop_totals(table: pd.DataFrame) -> pd.DataFrame:
    """Drops rows of totals if the table also has their parts."""
    for level in range(table.index.nlevels):
        words = table.index.get_level_values(level)
        totals = words.isin(TOTAL_WORDS)
        if totals.any() and not totals.all():
            table = table[~totals]
    return table


def _format_key(key: object, names: Sequence[object]) -> str:
    values = key if isinstance(key, tuple) else (key,)
    return ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=True))


def _format_lines(revision: Revision) -> list[str]:
    head = f"{revision.table}: {revision.added} rows added, {revision.revised} revised, {revision.gone} gone"
    head += f" ({revision.rows_before} -> {revision.rows_after} rows)"
    if revision.period_before != revision.period_after:
        head += f"; period {revision.period_before or 'none'} -> {revision.period_after}"
    lines = [head]
    for m in revision.measures:
        if m.revised:
            lines.append(
                f"  {m.column}: {m.revised} revised, by {m.mean:+,.4g} {m.unit} on average, most {m.largest:+,.6g} "
                f"({m.largest_at}); the same rows sum to {_format_sum(m.before)} before, {_format_sum(m.after)} after"
            )
        if m.total_before != m.total_after:
            lines.append(
                f"  {m.column}: total {_format_sum(m.total_before)} before, {_format_sum(m.total_after)} after"
            )
    return lines


def _format_sum(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"
