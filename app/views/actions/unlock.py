"""Unlock the session with its person's password."""

from __future__ import annotations

from app.views.gateway.door import Refused
from app.views.room import Room

__all__ = ["unlock"]


def unlock(room: Room, password: str, refused: Refused) -> None:
    """Ask the store; the room takes the person back when the password was right."""
    person = room.person
    room.desk(lambda desk: desk.people.unlock(person, password), room.take_person, refused)
