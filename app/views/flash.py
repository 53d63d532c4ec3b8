"""The one clock that flashes: half a second on, half a second off, the same for every indicator of every window."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal

__all__ = ["FlashClock"]

_PER_SECOND: Final = 2
"""Changes a second: 1 Hz. Only borders and indicators flash, never a text."""


class FlashClock(QObject):
    """`on` is what a flashing border shows now. With reduced motion it is always on: the state is still readable."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.on = True
        self._reduced = False

    @property
    def reduced(self) -> bool:
        """True when nothing may move on screen."""
        return self._reduced

    def set_reduced(self, reduced: bool) -> None:
        """Stop all flashing, or begin again."""
        self._reduced = reduced
        self._turn(True)

    def beat(self, monotonic: float) -> None:
        """Take the room's time in seconds."""
        self._turn(self._reduced or int(monotonic * _PER_SECOND) % 2 == 0)

    def _turn(self, on: bool) -> None:
        if on != self.on:
            self.on = on
            self.changed.emit()
