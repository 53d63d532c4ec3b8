"""Write who is on a shift."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.views.gateway.door import Refused
from app.views.room import Room

__all__ = ["set_duty"]


def set_duty(
    room: Room, day: str, shift: str, persons: Sequence[str], done: Callable[[None], None], refused: Refused
) -> None:
    """Ask the desk; `persons` is the whole list of the shift that begins on `day` (YYYY-MM-DD)."""
    by = room.person
    room.desk(lambda desk: desk.log_book.set_duty(by, day, shift, persons), done, refused)
