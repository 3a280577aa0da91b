"""An assumption: a median with its interval, unit, source and reason.

An assumption is never a bare number: a value, the ends of an 80 % interval, a unit, a source and a reason.
"""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Words = Annotated[str, Field(min_length=1)]
_DEEPEST = 4
"""Dots in the longest path of a tree that can be ours."""


class Strict(BaseModel):
    """A block of a declared file: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Assumption(Strict):
    """A quantity that is not observed: its median, an 80 % interval, its unit, source and reason.

    Attributes:
        value: the median.
        low: the 10 % quantile.
        high: the 90 % quantile.
        unit: "1" for a share or a ratio.
        source: name of a table of `sources.toml`, or "judgement" where nobody has measured it.
        why: a sentence.
        least: a bound that a draw cannot pass downwards.
        most: a bound that a draw cannot pass upwards.
        path: where it stands, dotted; filled in on loading, and the name of its random stream.
    """

    value: Number
    low: Number
    high: Number
    unit: Words
    source: Words
    why: Words
    least: Number | None = None
    most: Number | None = None
    path: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.value <= self.high:
            given = f"low {self.low:g}, value {self.value:g}, high {self.high:g}"
            raise ValueError(f"{given} are not in order: it takes low <= value <= high")
        if self.least is not None and self.low < self.least:
            raise ValueError(f"low {self.low:g} lies below least {self.least:g}: raise low, or lower the bound")
        if self.most is not None and self.high > self.most:
            raise ValueError(f"high {self.high:g} lies above most {self.most:g}: lower high, or raise the bound")
        return self


def with_paths(block: Any, path: str = "") -> Any:
    """Writes into every assumption of a raw (TOML) tree the dotted path where it stands.

    Args:
        block: nested dicts as TOML gives them.
        path: where the block stands.

    Returns:
        The same tree; assumptions carry `path`. What lies deeper than any assumption is left for validation to refuse.
    """
    if not isinstance(block, dict) or path.count(".") > _DEEPEST:
        return block
    if is_assumption(block):
        return {**block, "path": path}
    return {key: with_paths(inner, f"{path}.{key}" if path else str(key)) for key, inner in block.items()}


def is_assumption(block: Any) -> bool:
    """Whether a block of a raw (TOML) tree is a whole assumption: it has a value of its own."""
    return isinstance(block, dict) and "value" in block and not isinstance(block["value"], dict)


def listed(block: BaseModel) -> list[Assumption]:
    """All assumptions within a block, in the order they are declared."""
    found: list[Assumption] = []
    for _, inner in block:
        for item in inner.values() if isinstance(inner, dict) else [inner]:
            if isinstance(item, Assumption):
                found.append(item)
            elif isinstance(item, BaseModel):
                found.extend(listed(item))
    return found
