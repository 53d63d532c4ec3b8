"""Add an account."""

from __future__ import annotations

from collections.abc import Callable

from app.model.people import Account
from app.views.gateway.door import Refused
from app.views.room import Room

__all__ = ["add_account"]


def add_account(room: Room, account: Account, password: str, done: Callable[[None], None], refused: Refused) -> None:
    """Ask the desk, as an administrator. The password must be changed at the first sign-in."""
    by = room.person
    room.desk(lambda desk: desk.people.add_account(by, account, password), done, refused)
