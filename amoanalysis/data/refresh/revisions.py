"""What a new table changes: rows added, revised and gone, by how much, and totals before and after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from amoanalysis.data.schemas.table_schema import TableSchema

TOTAL_WORDS = ("total", "TOTAL")
MOST_LISTED = 5


@dataclass(frozen=True)
class ColumnRevision:
    """How one column changes.

    Attributes:
        column: its name.
        unit: its unit.
        revised: how many of its cells change, filled and emptied ones too.
        mean: mean change of the cells that change from one number to another.
        largest: the change farthest from zero.
        largest_at: the key of that row, in words.
        before: sum of the old table over the rows that both have.
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
    """How one table changes.

    Attributes:
        table: its name.
        rows_before: rows of the old table; 0 where there was none.
        rows_after: rows of the new one.
        added: rows whose key is new.
        gone: rows whose key is no longer there.
        revised: rows with a key that stays and another value.
        period_before: its first and last time before; empty where there is none.
        period_after: and after.
        measures: how its columns of numbers change.
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
    """Compares a table with the one that takes its place.

    Totals among the parts (`total`) are left out of the sums where the table has them.

    Args:
        old: the table as it is; None where there is none.
        new: the table as it will be.
        schema: of both.
        periods: first and last time of the old and of the new one, as origins write it.

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
    measures = tuple(_measure(column.name, column.unit, left, right, differs, (before, after)) for column in numeric)
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
    """The revisions as text: a paragraph for each table that changes, one line for those that do not."""
    revisions = list(revisions)
    changed = [revision for revision in revisions if revision.changes]
    same = [revision.table for revision in revisions if not revision.changes]
    paragraphs = ["\n".join(_lines(revision)) for revision in changed]
    if same:
        paragraphs.append(f"Unchanged: {', '.join(same)}.")
    return "\n\n".join(paragraphs or ["Nothing was asked for."])


def revisions_frame(revisions: Iterable[Revision]) -> pd.DataFrame:
    """The revisions as a table: one row a column of figures.

    Returns:
        table, column, unit, added, gone, revised, mean, largest, largest_at, before, after, total_before, total_after.
    """
    rows = [
        {"table": r.table, "added": r.added, "gone": r.gone, **vars(measure)}
        for r in revisions
        for measure in r.measures
    ]
    return pd.DataFrame(rows)


def _measure(
    column: str, unit: str, left: pd.DataFrame, right: pd.DataFrame, differs: pd.DataFrame,
    whole: tuple[pd.DataFrame, pd.DataFrame],
) -> ColumnRevision:  # fmt: skip
    change = (right[column] - left[column])[differs[column]].dropna().astype("float64")
    most = int(change.abs().to_numpy().argmax()) if len(change) else 0
    sums = [float(_parts(table)[column].sum()) for table in (left, right, *whole)]
    return ColumnRevision(
        column=column,
        unit=unit,
        revised=int(differs[column].sum()),
        mean=float(change.mean()) if len(change) else 0.0,
        largest=float(change.iloc[most]) if len(change) else 0.0,
        largest_at=_named(change.index[most], left.index.names) if len(change) else "",
        before=sums[0],
        after=sums[1],
        total_before=sums[2],
        total_after=sums[3],
    )


def _parts(table: pd.DataFrame) -> pd.DataFrame:
    """Without the totals that stand among their parts, where parts are there too."""
    for level in range(table.index.nlevels):
        words = table.index.get_level_values(level)
        totals = words.isin(TOTAL_WORDS)
        if totals.any() and not totals.all():
            table = table[~totals]
    return table


def _named(at: object, names: Sequence[object]) -> str:
    values = at if isinstance(at, tuple) else (at,)
    return ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=True))


def _lines(revision: Revision) -> list[str]:
    head = f"{revision.table}: {revision.added} rows added, {revision.revised} revised, {revision.gone} gone"
    head += f" ({revision.rows_before} -> {revision.rows_after} rows)"
    if revision.period_before != revision.period_after:
        head += f"; period {revision.period_before or 'none'} -> {revision.period_after}"
    lines = [head]
    for m in revision.measures:
        if m.revised:
            lines.append(
                f"  {m.column}: {m.revised} revised, by {m.mean:+,.4g} {m.unit} on average, most {m.largest:+,.6g} "
                f"({m.largest_at}); the same rows sum to {_sum(m.before)} before, {_sum(m.after)} after"
            )
        if m.total_before != m.total_after:
            lines.append(f"  {m.column}: total {_sum(m.total_before)} before, {_sum(m.total_after)} after")
    return lines


def _sum(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"
