"""Say that a person looked on site after a command timed out: its PLC may be commanded again."""

from __future__ import annotations

from app.model.records import RequestKind
from app.views.room import Room

__all__ = ["accept_late"]


def accept_late(room: Room, device: str, seen: str, reason: str) -> str:
    """Ask for it after the command (a request's id) that was seen, and after no later one; return the request's id."""
    return room.ask(RequestKind.ACCEPT_LATE, {"device": device, "request": seen, "reason": reason})
