"""Which frames may go: those that history has, after a while; beyond a bound also those that it does not have."""

from __future__ import annotations

from typing import Final

from app.engine.historian.work import HistorianStatus
from app.engine.outbox import Outbox

__all__ = ["FRAMES_KEPT_MS", "FRAMES_STAY_MS", "Pruning"]

FRAMES_STAY_MS: Final = 30 * 60 * 1000
"""Frames that history has stay so long, for rooms that begin and for small trends."""
FRAMES_KEPT_MS: Final = 24 * 3600 * 1000
"""Frames that history does not have are kept so long. Then the oldest go: a disk that is full stops everything."""


class Pruning:
    """Follows the mark of history; None where nobody writes history."""

    def __init__(self, outbox: Outbox, history: HistorianStatus | None, began_ms: int) -> None:
        self._outbox = outbox
        self._began_ms = began_ms
        self._history = history
        self._losing = False

    def before(self, now_ms: int) -> int:
        """Return the time before which frames may go; tells the journal when some go that history does not have, and
        when no more of them do."""
        bound = now_ms - FRAMES_KEPT_MS
        if self._history is None:
            return bound
        mark_ms = self._history.mark_ms
        if now_ms - self._began_ms < FRAMES_STAY_MS:
            # No engine was there for long, so everything is old: the historian takes it first.
            bound = min(bound, mark_ms)
        # The mark alone does not tell: a clock that is set forward by days leaves it far behind, and no frame.
        losing = (self._history.waits_ms or mark_ms or self._began_ms) < bound
        if losing != self._losing:
            self._losing = losing
            kind = "frames-dropped-unkept" if losing else "frames-kept-again"
            self._outbox.event(kind, "store", mark=self._history.mark_seq)
        return max(min(mark_ms, now_ms - FRAMES_STAY_MS), bound)
