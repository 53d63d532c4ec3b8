"""Let a second person sign for something that needs two."""

from __future__ import annotations

from collections.abc import Callable

from app.model.records import Person
from app.views.gateway.door import Refused
from app.views.room import Room

__all__ = ["sign_second"]


def sign_second(room: Room, name: str, password: str, done: Callable[[Person], None], refused: Refused) -> None:
    """Check the second person's password. What `done` gets signs one thing, within a minute."""
    first = room.person
    room.desk(lambda desk: desk.people.sign_second(name, password, first.workstation, first), done, refused)
