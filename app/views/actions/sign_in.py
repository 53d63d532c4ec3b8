"""Sign in, also over somebody else's session: at a change of shift the pages stay as they are."""

from __future__ import annotations

from functools import partial

from app.model.records import Person, Reason
from app.views.gateway.door import Refused
from app.views.gateway.opening import opening
from app.views.room import Room

__all__ = ["found", "sign_in", "sign_in_demo"]


def sign_in(room: Room, name: str, password: str, refused: Refused, *, new_password: str = "") -> None:
    """Open a session and end the one before. `new_password` when somebody else set the old one."""
    place = room.person.workstation
    room.desk(
        lambda desk: desk.people.sign_in(name, password, place, new_password=new_password),
        partial(_come, room),
        refused,
    )


def found(room: Room, name: str, full_name: str, password: str, refused: Refused) -> None:
    """Make the first account, an administrator, and sign in."""
    place = room.person.workstation
    room.desk(lambda desk: desk.people.found(name, full_name, password, place), partial(_come, room), refused)


def sign_in_demo(room: Room, refused: Refused) -> None:
    """Let the demo store's user come back."""
    place = room.person.workstation
    room.desk(opening(place), lambda found: _come(room, found.person), refused)


def _come(room: Room, person: Person | None) -> None:
    if person is None:
        return
    before = room.person.session
    room.take_person(person)
    if before and before != person.session:
        room.desk(lambda desk: desk.end_session(before), _done, _left)


def _done(_answer: None) -> None:
    """Nobody is told: the header shows who sits here now."""


def _left(_reasons: tuple[Reason, ...]) -> None:
    """The store is away: the session ends by itself when nobody touches it."""
