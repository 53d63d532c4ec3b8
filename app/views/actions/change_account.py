"""Change an account: name, role, areas, disabled or not."""

from __future__ import annotations

from collections.abc import Callable

from app.model.people import Account
from app.views.gateway.door import Refused
from app.views.room import Room

__all__ = ["change_account"]


def change_account(room: Room, account: Account, done: Callable[[None], None], refused: Refused) -> None:
    """Ask the desk, as an administrator."""
    by = room.person
    room.desk(lambda desk: desk.people.change_account(by, account), done, refused)
