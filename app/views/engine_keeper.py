"""Keeps the workstation's engine running: one that has died is started again, one that stands still is replaced."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

from app.clock import Clock
from app.views.faults import Faults
from app.views.gateway.engine_start import EngineHand, SignOfLife
from app.views.gateway.store_door import StoreDoor
from app.views.room import Room
from app.views.state.standstill import Standstill

__all__ = ["EngineKeeper"]

_log = logging.getLogger(__name__)
_FIRST_MS: Final = 1_000
"""After the first silence: a service manager may start its engine again before us."""
_HELD_MS: Final = 1_000
"""Between two looks at an engine that holds the store and says nothing."""
_LONGEST_MS: Final = 30_000


class EngineKeeper(QObject):
    """Looks at the start, then again and again while the engine is silent: each second while one holds the store, else
    each time twice as late.

    Several rooms may look at once. Of two engines the second ends by itself; of an engine that stands still the lock
    file says who it is, and each room counts anew for each engine. See `EngineHand.replace` for what is never killed.
    """

    def __init__(self, room: Room, door: StoreDoor, *, private: Path, clock: Clock, faults: Faults) -> None:
        super().__init__(room)
        self._room = room
        self._door = door
        self._clock = clock
        self._faults = faults
        self._hand = EngineHand(door.address, private=private, clock=clock)
        self._still = Standstill()
        self._wait_ms = _FIRST_MS
        self._said: set[str] = set()
        self._closed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)
        room.present_silent_changed.connect(self._silence_changed)

    @Slot()
    def look(self) -> None:
        """Start an engine if none holds the store; what is seen comes back later."""
        self._door.query(self._hand.tend, self._seen, self._failed)

    def close(self) -> None:
        """Look no more."""
        self._closed = True
        self._timer.stop()

    @Slot(bool)
    def _silence_changed(self, silent: bool) -> None:
        self._timer.stop()
        if silent and not self._closed:
            self._still, self._wait_ms, self._said = Standstill(), 2 * _FIRST_MS, set()
            self._timer.start(_FIRST_MS)

    def _seen(self, sign: SignOfLife) -> None:
        still = self._still
        still.look(sign, monotonic=self._clock.monotonic(), boot=self._clock.boot())
        if sign.held and still.stands and self._waiting:
            work = partial(self._hand.replace, sign=sign, silent_s=still.silent_s)
            self._door.query(work, self._replaced, self._failed)
        elif sign.held:
            self._again(_HELD_MS)
        else:
            self._again_later()

    def _replaced(self, left_alone: str) -> None:
        if left_alone:
            self._say(f"the engine gives no sign of life and is left alone: {left_alone}", _log.warning)
        else:
            self._still.forget()
        self._again(_HELD_MS)

    def _failed(self, sentence: str) -> None:
        """Go on after a look that failed: a store that is away, and a process that cannot be started, are no fault of
        an engine's."""
        self._still.forget()
        self._say(sentence, self._faults.tell)
        self._again_later()

    @property
    def _waiting(self) -> bool:
        return self._room.present.silent and not self._closed

    def _again(self, milliseconds: int) -> None:
        if self._waiting:
            self._timer.start(milliseconds)

    def _again_later(self) -> None:
        self._again(self._wait_ms)
        self._wait_ms = min(_LONGEST_MS, 2 * self._wait_ms)

    def _say(self, sentence: str, say: Callable[[str], None]) -> None:
        """Say a thing once in each silence, however often it is found."""
        if sentence not in self._said:
            self._said.add(sentence)
            say(sentence)
