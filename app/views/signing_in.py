"""Signs the demo store's person in, again and again until it works: the store may still be on its way."""

from __future__ import annotations

import logging
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

from app.model.records import Person
from app.views.gateway.store_door import StoreDoor
from app.views.room import Room

__all__ = ["SigningIn"]

_log = logging.getLogger(__name__)
_FIRST_MS: Final = 1_000
_LONGEST_MS: Final = 60_000


class SigningIn(QObject):
    """Where nobody can be signed in, as on a live store before there are accounts, the room is open for viewing."""

    def __init__(self, room: Room, door: StoreDoor, *, workstation: str) -> None:
        super().__init__(room)
        self._room = room
        self._door = door
        self._workstation = workstation
        self._said = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_FIRST_MS)
        self._timer.timeout.connect(self.attempt)

    @Slot()
    def attempt(self) -> None:
        """Try once; a failure is tried again later, each time twice as late, up to a minute."""
        self._door.sign_in(self._workstation, self._signed_in, self._failed)

    def close(self) -> None:
        """Try no more."""
        self._timer.stop()

    def _signed_in(self, person: Person) -> None:
        self._room.take_person(person)

    def _failed(self, sentence: str) -> None:
        if sentence != self._said:
            self._said = sentence
            _log.warning("nobody is signed in: %s", sentence)
        self._room.take_nobody()
        self._timer.start()
        self._timer.setInterval(min(_LONGEST_MS, 2 * self._timer.interval()))
