"""Change one's own password."""

from __future__ import annotations

from collections.abc import Callable

from app.views.gateway.door import Refused
from app.views.room import Room

__all__ = ["change_password"]


def change_password(room: Room, old: str, new: str, done: Callable[[None], None], refused: Refused) -> None:
    """Give the old one and the new one."""
    by = room.person
    room.desk(lambda desk: desk.people.set_password(by, by.name, new, old=old), done, refused)
