"""Starts the workstation's engine, and starts it again whenever it has fallen silent and its lease is free."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

from app.clock import Clock
from app.views.faults import Faults
from app.views.gateway.store_door import StoreDoor
from app.views.room import Room

__all__ = ["EngineKeeper"]

_FIRST_MS: Final = 1_000
"""A killed engine's lease stands for up to 2.5 s: by the second look it is free."""
_LONGEST_MS: Final = 30_000


class EngineKeeper(QObject):
    """Looks once at the start, then again and again while the engine is silent, each time twice as late.

    Several rooms may look at once: the lease decides, and the second engine ends by itself. An engine that stands still
    but lives keeps its store locked and is not replaced; the room goes on to be grey and to sound.
    """

    def __init__(self, room: Room, door: StoreDoor, *, private: Path, clock: Clock, faults: Faults) -> None:
        super().__init__(room)
        self._room = room
        self._door = door
        self._private = private
        self._clock = clock
        self._faults = faults
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look_again)
        room.engine_silent_changed.connect(self._silence_changed)

    def look(self) -> None:
        """Start an engine if none holds the lease."""
        self._door.ensure_engine(self._private, clock=self._clock, failed=self._faults.tell)

    def close(self) -> None:
        """Start none any more."""
        self._timer.stop()

    @Slot(bool)
    def _silence_changed(self, silent: bool) -> None:
        self._timer.stop()
        if silent:
            self._timer.start(_FIRST_MS)

    @Slot()
    def _look_again(self) -> None:
        if self._room.engine_silent:
            self.look()
            self._timer.start(min(_LONGEST_MS, 2 * self._timer.interval()))
