"""Write a note into the log book."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.model.people import Note
from app.views.gateway.door import Refused
from app.views.room import Room

__all__ = ["add_note"]


def add_note(
    room: Room, text: str, links: Sequence[str], done: Callable[[Note], None], refused: Refused, *, pinned: bool = False
) -> None:
    """Ask the desk. A note is never changed afterwards; `links` are paths."""
    by = room.person
    room.desk(lambda desk: desk.log_book.add_note(by, text, links, pinned=pinned), done, refused)
