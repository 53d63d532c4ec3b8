"""Collects Python's garbage in the GUI thread, between two events.

Left alone, the collector runs in whichever thread makes the next object and in the middle of whatever it does. Garbage
of a room holds Qt objects, and Qt ends the program when one is destroyed by another thread or while it is painted.
"""

from __future__ import annotations

import gc
import time
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

__all__ = ["Collector"]

_PERIOD_MS: Final = 200
_FULL_S: Final = 60.0
"""Between two looks at everything that lives."""


class Collector(QObject):
    """One per process. `start` once everything is built: what lives then is never looked at again."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._full_s = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(_PERIOD_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Take collecting over."""
        gc.disable()
        gc.collect()
        gc.freeze()
        self._timer.start()

    def close(self) -> None:
        """Give it back. Idempotent."""
        if self._timer.isActive():
            self._timer.stop()
            gc.unfreeze()
            gc.enable()

    @Slot()
    def look(self) -> None:
        """Collect the youngest generations that are due, by the interpreter's own thresholds; all at most once a
        minute."""
        counts, limits = gc.get_count(), gc.get_threshold()
        if counts[0] <= limits[0]:
            return
        generation = 1 if counts[1] > limits[1] else 0
        if generation == 1 and counts[2] > limits[2] and time.monotonic() - self._full_s >= _FULL_S:
            generation, self._full_s = 2, time.monotonic()
        gc.collect(generation)
