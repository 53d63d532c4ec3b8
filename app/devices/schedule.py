"""When a scan group is due: an absolute grid of periods, so that nothing drifts. Pure."""

from __future__ import annotations

from collections import deque
from typing import Final

from app.devices.base import GroupStatus

__all__ = ["Grid"]

LATE_FRACTION: Final = 0.1
RATE_WINDOW_S: Final = 10.0


class Grid:
    """The schedule of one scan group and its running figures. Times are monotonic seconds."""

    def __init__(self, status: GroupStatus, start: float) -> None:
        self.status: Final = status
        self.period_s: Final = status.period_ms / 1000
        self.due = start
        self._ends: deque[float] = deque()

    def restart(self, now: float) -> None:
        """Make a scan due now and lay the grid from here: after an outage, which is no overrun."""
        self.due = now
        self._ends.clear()

    def begin(self, now: float) -> None:
        """Note that a scan starts, and move to the next time of the grid; whole periods that passed are overruns."""
        late = now - self.due
        skipped = max(0, int(late // self.period_s))
        self.status.scans += 1
        self.status.overruns += skipped
        if late > LATE_FRACTION * self.period_s:
            self.status.late += 1
        self.due += (skipped + 1) * self.period_s

    def end(self, began: float, now: float) -> None:
        """Note that the scan that began at `began` has brought its values."""
        self.status.last_scan_ms = (now - began) * 1000
        ends = self._ends
        ends.append(now)
        while ends[0] < now - RATE_WINDOW_S:
            ends.popleft()
        if len(ends) > 1 and now > ends[0]:
            self.status.achieved_hz = (len(ends) - 1) / (now - ends[0])

    def stop(self) -> None:
        """Note that nothing is being read."""
        self.status.achieved_hz = 0.0
