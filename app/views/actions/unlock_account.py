"""End the lock-out of an account."""

from __future__ import annotations

from collections.abc import Callable

from app.views.gateway.door import Refused
from app.views.room import Room

__all__ = ["unlock_account"]


def unlock_account(room: Room, name: str, done: Callable[[None], None], refused: Refused) -> None:
    """Ask the desk, as an administrator."""
    by = room.person
    room.desk(lambda desk: desk.people.unlock_account(by, name), done, refused)
