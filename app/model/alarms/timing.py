"""Delays: how long a condition must have changed before the alarm follows it. Monotonic seconds."""

from __future__ import annotations

import math
from typing import Final

__all__ = ["NEVER", "Delay"]

NEVER: Final = math.inf
"""A time that does not come."""


class Delay:
    """On-delay and off-delay of one alarm: `truth` (after the deadband) against the state that stands.

    The delay begins with the first sample that differs and ends early when the condition changes back; bad quality
    drops it, so that it begins again with the next good sample.
    """

    __slots__ = ("_since",)

    def __init__(self) -> None:
        self._since: float | None = None

    @property
    def running(self) -> bool:
        """True while the condition differs from the state and waits."""
        return self._since is not None

    def over(self, delay_s: float, now: float) -> bool:
        """Return whether the condition has differed for `delay_s` seconds; a first call begins the delay."""
        if self._since is None:
            self._since = now
        return now >= self._since + delay_s

    def due(self, delay_s: float) -> float:
        """Return when the delay that runs is over."""
        return NEVER if self._since is None else self._since + delay_s

    def drop(self) -> None:
        """Forget the delay that runs."""
        self._since = None
