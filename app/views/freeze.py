"""Notices when the GUI thread stands still, and writes down where every thread was."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Final

from app.clock import Clock

__all__ = ["FROZEN_AFTER_S", "FreezeMonitor"]

_log = logging.getLogger(__name__)
FROZEN_AFTER_S: Final = 0.25
"""The GUI thread comes round each 0.1 s; this much silence beyond that is a freeze a person can feel."""
_LOOK_S: Final = 0.05
_PERIOD_S: Final = 0.1


class FreezeMonitor:
    """Logs all stacks once when a freeze begins, and how long it lasted once it is over."""

    def __init__(self, last_s: Callable[[], float], *, clock: Clock) -> None:
        """`last_s` tells when the GUI thread last came round (monotonic)."""
        self._last_s = last_s
        self._clock = clock
        self._since: float | None = None
        self.freezes = 0
        self.longest_s = 0.0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="room-freeze-monitor", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def close(self) -> None:
        """Stop watching. Idempotent."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def look(self) -> None:
        """Look once."""
        last = self._last_s()
        silent = self._clock.monotonic() - last - _PERIOD_S
        if self._since is None and silent > FROZEN_AFTER_S:
            self._since = last
            self.freezes += 1
            _log.warning("the GUI thread has been silent for %.0f ms\n%s", silent * 1000, _stacks())
        elif self._since is not None and last > self._since:
            lasted = last - self._since
            self.longest_s = max(self.longest_s, lasted)
            self._since = None
            _log.warning("the GUI thread is back after %.0f ms", lasted * 1000)

    def _run(self) -> None:
        while not self._closing.wait(_LOOK_S):
            self.look()


def _stacks() -> str:
    names = {t.ident: t.name for t in threading.enumerate()}
    return "\n".join(
        f"--- {names.get(ident, ident)}\n{''.join(traceback.format_stack(frame))}"
        for ident, frame in sys._current_frames().items()  # noqa: SLF001 - the documented way to other threads' stacks
    )
