"""End a shelf before its time."""

from __future__ import annotations

from app.model.records import RequestKind
from app.views.room import Room

__all__ = ["unshelve"]


def unshelve(room: Room, path: str, reason: str = "") -> str:
    """Ask for the end of a shelf; return the request's id."""
    return room.ask(RequestKind.UNSHELVE, {"alarm": path, "reason": reason})
