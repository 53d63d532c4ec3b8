"""Let a person cover another area for one shift."""

from __future__ import annotations

from collections.abc import Callable

from app.model.people import Grant
from app.views.gateway.door import Refused
from app.views.room import Room

__all__ = ["cover_area"]


def cover_area(room: Room, name: str, grant: Grant, done: Callable[[None], None], refused: Refused) -> None:
    """Ask the desk; it ends by itself."""
    by = room.person
    room.desk(lambda desk: desk.people.cover(by, name, grant), done, refused)
