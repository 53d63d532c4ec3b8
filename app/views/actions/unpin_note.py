"""Take a note from the top of the log book."""

from __future__ import annotations

from collections.abc import Callable

from app.views.gateway.door import Refused
from app.views.room import Room

__all__ = ["unpin_note"]


def unpin_note(room: Room, note: str, done: Callable[[None], None], refused: Refused) -> None:
    """Ask the desk; the note itself stays."""
    by = room.person
    room.desk(lambda desk: desk.log_book.unpin(by, note), done, refused)
