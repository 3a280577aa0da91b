"""What the checks find, and the sentences they say it in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

ROUNDING = 1e-9


@dataclass(frozen=True)
class Finding:
    """One sentence about a table.

    Attributes:
        level: error where something is broken, note where the published figures themselves do not add up.
        table: the table, or the file, that it is about.
        message: names file, row or key, and values.
    """

    level: Literal["error", "note"]
    table: str
    message: str


def differences(left: pd.Series, right: pd.Series, tolerance: float = 0.0) -> pd.DataFrame:
    """The keys for which two series both hold a value and disagree.

    Args:
        left: values by key.
        right: values by the same key.
        tolerance: largest difference that counts as none, in the unit of the series.

    Returns:
        (key) x (left, right).
    """
    both = pd.concat([left, right], axis=1, keys=["left", "right"], join="inner").dropna()
    return both[(both["left"] - both["right"]).abs() > tolerance + ROUNDING]


def disagreement(table: str, found: pd.DataFrame, saying: str) -> Iterator[Finding]:
    """One error for a frame of differences: the first key with its values, and how many more there are.

    Args:
        table: the table at fault.
        found: what `differences` found.
        saying: what disagrees, with `{left}` and `{right}` for the values.
    """
    if found.empty:
        return
    first = found.iloc[0]
    told = saying.format(left=shown(first["left"]), right=shown(first["right"]))
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    where = key_of(found.index.names, found.index[0])
    yield Finding("error", table, f"tables/{table}.csv, {where}: {told}{more}; correct the wrong one.")


def note(table: str, saying: str) -> Finding:
    """A note about a table."""
    return Finding("note", table, f"tables/{table}.csv: {saying}.")


def key_of(names: Sequence[Any], key: Any) -> str:
    """A key in words: place 261, year 2018."""
    parts = key if isinstance(key, tuple) else (key,)
    return ", ".join(f"{name} {part}" for name, part in zip(names, parts, strict=True))


def shown(value: float) -> str:
    """A number as messages write it: 6,420 or 0.25."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.6g}"
