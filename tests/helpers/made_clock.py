"""Time that passes only where somebody waits."""

from dataclasses import dataclass, field


@dataclass
class MadeClock:
    """A clock; waiting moves it on at once.

    Attributes:
        time: seconds since the beginning.
        waits: how long was waited, each time.
    """

    time: float = 0.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds
