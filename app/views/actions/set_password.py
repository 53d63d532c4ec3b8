"""Set somebody else's password: his sessions end, and he chooses his own when he signs in."""

from __future__ import annotations

from collections.abc import Callable

from app.views.gateway.door import Refused
from app.views.room import Room

__all__ = ["set_password"]


def set_password(room: Room, name: str, password: str, done: Callable[[None], None], refused: Refused) -> None:
    """Ask the desk, as an administrator."""
    by = room.person
    room.desk(lambda desk: desk.people.set_password(by, name, password), done, refused)
