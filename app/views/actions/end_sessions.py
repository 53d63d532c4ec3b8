"""Sign a person out everywhere."""

from __future__ import annotations

from collections.abc import Callable

from app.views.gateway.door import Refused
from app.views.room import Room

__all__ = ["end_sessions"]


def end_sessions(room: Room, name: str, done: Callable[[None], None], refused: Refused) -> None:
    """Ask the desk, as an administrator."""
    by = room.person
    room.desk(lambda desk: desk.people.end_sessions_of(by, name), done, refused)
