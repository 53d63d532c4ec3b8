"""Take a manual value back: the sensor's own value is shown again."""

from __future__ import annotations

from app.model.records import RequestKind, Substitute
from app.views.room import Room

__all__ = ["unsubstitute"]


def unsubstitute(room: Room, seen: Substitute, reason: str) -> str:
    """Ask for the end of the manual value that was seen, and of no other; return the request's id."""
    return room.ask(RequestKind.UNSUBSTITUTE, {"tag": seen.tag, "since_ms": seen.since_ms, "reason": reason})
