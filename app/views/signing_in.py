"""Keeps the room's session: opens the demo user's, tells the store that the room lives, locks what nobody uses."""

from __future__ import annotations

import logging
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtGui import QWindow

from app.model.records import Person, Reason
from app.views.actions.lock import lock
from app.views.gateway.opening import Opening, opening
from app.views.room import Room
from app.views.state.nobody import Nobody

__all__ = ["LOCK_AFTER_MIN", "TOUCH_S", "SigningIn", "lock_after_min"]

_log = logging.getLogger(__name__)
_FIRST_S: Final = 1.0
_LONGEST_S: Final = 60.0
_LOOK_MS: Final = 1_000
TOUCH_S: Final = 30.0
"""How often the store is told that the room lives; the answer carries the rights of now."""
LOCK_AFTER_MIN: Final = 15
"""Minutes without key or mouse after which a session is locked, unless this workstation says otherwise."""
_USED: Final = frozenset(
    (
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.KeyPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    )
)


def lock_after_min(room: Room) -> int:
    """Return after how many minutes without use this workstation locks; 0: never."""
    said = room.preferences.get("lock_after_min", LOCK_AFTER_MIN)
    return said if isinstance(said, int) and said >= 0 else LOCK_AFTER_MIN


class SigningIn(QObject):
    """One per room. Where nobody is signed in, the room is open for viewing."""

    def __init__(self, room: Room, *, workstation: str) -> None:
        super().__init__(room)
        self._room = room
        self._workstation = workstation
        self._said = ""
        self._asking = False
        self._pause_s = _FIRST_S
        self._next_s = 0.0
        self._session = ""
        self._touched_s = 0.0
        self._used_s = room.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        room.person_changed.connect(self._person_changed)

    def start(self) -> None:
        """Ask the desk who there is, and look each second from now on."""
        self._timer.start()
        self._attempt()

    def close(self) -> None:
        """Look no more. The door ends the session."""
        self._timer.stop()

    def watch(self, window: QWindow) -> None:
        """Take keys and mouse of a window as signs that a person is here. On the window: its widgets' events are many
        more."""
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _USED:
            self._used_s = self._room.monotonic()
        return super().eventFilter(watched, event)

    @Slot()
    def look(self) -> None:
        """Try the opening again, touch the session, lock it: whatever is due."""
        room, now = self._room, self._room.monotonic()
        if room.opening is None:
            if not self._asking and now >= self._next_s:
                self._attempt()
        elif room.person.session:
            if now - self._touched_s >= TOUCH_S and not self._asking:
                self._touch()
            minutes = lock_after_min(room)
            if minutes and not room.person.locked and now - self._used_s >= 60.0 * minutes:
                lock(room, why="idle")

    def _attempt(self) -> None:
        """Try once; a failure is tried again later, each time twice as late, up to a minute."""
        self._asking = True
        self._room.desk(opening(self._workstation), self._opened, self._failed)

    def _opened(self, found: Opening) -> None:
        self._asking = False
        self._room.take_opening(found)

    def _failed(self, reasons: tuple[Reason, ...]) -> None:
        self._asking = False
        sentence = ", ".join(str(r.params.get("error", r.check)) for r in reasons)
        if sentence != self._said:
            self._said = sentence
            _log.warning("nobody is signed in: %s", sentence)
        self._room.take_nobody(Nobody.AWAY)
        self._next_s = self._room.monotonic() + self._pause_s
        self._pause_s = min(_LONGEST_S, 2 * self._pause_s)

    def _touch(self) -> None:
        self._asking, session = True, self._room.person.session
        self._touched_s = self._room.monotonic()
        self._room.desk(lambda desk: (session, desk.people.touch(session)), self._alive, self._not_told)

    def _alive(self, answer: tuple[str, Person | None]) -> None:
        self._asking = False
        session, person = answer
        present = self._room.person
        if session != present.session:
            return
        if person is None:
            _log.info("the session of %s has ended", present.name)
            self._over()
        elif present.locked and not person.locked:
            lock(self._room)  # the store was away when it was locked here
        else:
            self._room.take_person(person)

    def _over(self) -> None:
        """Tell that the session ended; a demo's user comes back by himself."""
        opened = self._room.opening
        demo = opened is not None and opened.person is not None and opened.person.name == self._room.person.name
        self._room.take_nobody(Nobody.ENDED)
        if demo:
            self._attempt()

    def _not_told(self, _reasons: tuple[Reason, ...]) -> None:
        """The store is away: its worker has said so, and the next touch comes."""
        self._asking = False

    @Slot()
    def _person_changed(self) -> None:
        """Whoever comes is here, and the store has just seen him."""
        person, now = self._room.person, self._room.monotonic()
        if not person.locked:
            self._used_s = now
        if person.session != self._session:
            self._session, self._touched_s = person.session, now
