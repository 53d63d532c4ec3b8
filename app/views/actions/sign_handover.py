"""Sign a handover, both people at once."""

from __future__ import annotations

from collections.abc import Callable

from app.model.people import Handover
from app.model.records import Person
from app.views.gateway.door import Refused
from app.views.room import Room

__all__ = ["sign_handover"]


def sign_handover(
    room: Room, incoming: Person, handover: Handover, done: Callable[[Handover], None], refused: Refused
) -> None:
    """Ask the desk to keep it; who is signed in hands over."""
    outgoing = room.person
    room.desk(lambda desk: desk.log_book.sign_handover(outgoing, incoming, handover), done, refused)
