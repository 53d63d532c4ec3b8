"""Lock the session: everything can be looked at, alarms go on, nothing can be asked until the password is given."""

from __future__ import annotations

from dataclasses import replace

from app.model.records import Reason
from app.views.room import Room

__all__ = ["lock"]


def lock(room: Room, *, why: str = "") -> None:
    """Lock here at once and tell the store; if it is away, it is told with the next touch. `why` "idle": by itself."""
    person = room.person
    if not person.session:
        return
    room.take_person(replace(person, locked=True))
    if why:
        room.note_act("idle_lock")
    room.desk(lambda desk: desk.people.lock(person), _done, _later)


def _done(_answer: None) -> None:
    """It is locked here already."""


def _later(_reasons: tuple[Reason, ...]) -> None:
    """The next touch finds the session unlocked in the store, or ended."""
