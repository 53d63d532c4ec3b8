"""Sign out: the room stays open for viewing."""

from __future__ import annotations

from app.model.records import Reason
from app.views.room import Room
from app.views.state.nobody import Nobody

__all__ = ["sign_out"]


def sign_out(room: Room) -> None:
    """End the session here at once, and in the store."""
    session = room.person.session
    if session:
        room.take_nobody(Nobody.SIGNED_OUT)
        room.desk(lambda desk: desk.end_session(session), _done, _left)


def _done(_answer: None) -> None:
    """The header shows that nobody is signed in."""


def _left(_reasons: tuple[Reason, ...]) -> None:
    """The store is away: the session ends by itself when nobody touches it."""
