"""What every function of time remembers: the value that holds now, and until when it was counted."""

from __future__ import annotations

import math
from typing import Final, Protocol

from app.model.quality import BAD, UNCERTAIN, Quality

__all__ = ["FULL", "Held", "Moment", "Reading", "State"]

FULL: Final = 0.95
"""Share of a time that must be known and good for a result that is good."""

Reading = tuple[float, int]
"""Value and quality; NaN where the quality is bad."""


class Moment:
    """Now, for all formulas at once: monotonic seconds and UTC ms."""

    __slots__ = ("now", "now_ms")

    def __init__(self) -> None:
        self.now = 0.0
        self.now_ms = 0


class State(Protocol):
    """The memory of one function of time."""

    @property
    def full(self) -> bool:
        """False while it knows less than it should: what it says is uncertain for that reason."""

    def take(self, at: float, value: float, quality: int) -> None:
        """From `at` (monotonic seconds, never before what was counted already) this value holds."""

    def read(self, moment: Moment) -> Reading:
        """Return the result at a moment."""


class Held:
    """A value that holds until the next one. Nothing is known before the first."""

    __slots__ = ("at", "full", "quality", "value")

    def __init__(self, now: float) -> None:
        self.at = now
        self.value = math.nan
        self.quality: int = Quality.NOT_YET
        self.full = False

    def take(self, at: float, value: float, quality: int) -> None:
        self.advance(at)
        self.changes(value, quality)
        self.value, self.quality = value, quality

    def advance(self, until: float) -> None:
        """Count the value that holds, until then."""
        if until > self.at:
            if self.quality < BAD:
                self.holds(until - self.at)
            self.at = until

    def holds(self, seconds: float) -> None:
        """The known value has held for so long."""

    def changes(self, value: float, quality: int) -> None:
        """Another value follows."""

    def graded(self, good_s: float, wanted_s: float) -> int:
        """Return the quality of a result for which `good_s` of `wanted_s` seconds were known and good."""
        self.full = good_s >= FULL * wanted_s
        return self.quality if self.full or self.quality >= UNCERTAIN else UNCERTAIN
