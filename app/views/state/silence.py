"""Whether the engine is silent, judged by the room's own monotonic clock. Pure."""

from __future__ import annotations

from typing import Final

__all__ = ["SILENT_AFTER_S", "START_GRACE_S", "Silence"]

SILENT_AFTER_S: Final = 1.6
"""No new frame for this long means silent. The engine writes at least one frame a second; with the room's 0.1 s tick,
the start of a player and a busy machine everything is grey and sounds within 2 s (1.8 was over it once in 60 kills)."""
START_GRACE_S: Final = 10.0
"""How long a room that has just opened waits for a first frame before it counts that as a loss and sounds."""


class Silence:
    """Follows arrivals of new frames. Frames that were in the store before the room opened are no sign of life."""

    def __init__(self, now_s: float) -> None:
        self._opened_s = now_s
        self._last_s: float | None = None

    def frame(self, now_s: float) -> None:
        """Note that a new frame came."""
        self._last_s = now_s

    def silent(self, now_s: float) -> bool:
        """Return True when no value on screen may be believed."""
        return self._last_s is None or now_s - self._last_s > SILENT_AFTER_S

    def lost(self, now_s: float) -> bool:
        """Return True when silence is a loss that must be heard: it lived before, or never came within the grace."""
        if self._last_s is None:
            return now_s - self._opened_s > START_GRACE_S
        return self.silent(now_s)

    def silent_for_s(self, now_s: float) -> float:
        """Return for how long no new frame has come."""
        return now_s - (self._last_s if self._last_s is not None else self._opened_s)
