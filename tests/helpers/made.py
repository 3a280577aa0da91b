"""Made inputs for model tests: one assumption, a block of draws."""

from amoanalysis.config.assumptions import Assumption
from amoanalysis.models.statistics.draws import Draws

BLOCK = Draws(seed=1, first=0, count=200)


def assumed(
    value: float, low: float | None = None, high: float | None = None, path: str = "made", **bounds: float
) -> Assumption:
    """An assumption; without an interval it is certain."""
    low, high = (value if low is None else low), (value if high is None else high)
    return Assumption(value=value, low=low, high=high, unit="1", source="judgement", why="made", path=path, **bounds)
