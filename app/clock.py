"""Time, injected. Three clocks, because no single one serves: wall, monotonic and boot."""

from __future__ import annotations

import time
from typing import Protocol

__all__ = ["Clock", "SystemClock"]


class Clock(Protocol):
    """What a module asks for time; tests pass one that jumps."""

    def now_ms(self) -> int:
        """Return UTC milliseconds since 1970. May step; stamps only, never periods."""

    def monotonic(self) -> float:
        """Return seconds that never step back; periods, ages and delays. Stands still in suspend."""

    def boot(self) -> float:
        """Return seconds that never step back and go on in suspend; the lease's local deadline."""


class SystemClock:
    """The machine's clocks."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()

    def boot(self) -> float:
        # Windows' and macOS' monotonic clocks already count suspend; Linux has a clock of its own for that.
        if hasattr(time, "CLOCK_BOOTTIME"):
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        return time.monotonic()
