"""Take a manual value back: the sensor's own value is shown again."""

from __future__ import annotations

from app.model.records import RequestKind
from app.views.room import Room

__all__ = ["unsubstitute"]


def unsubstitute(room: Room, tag: str, reason: str) -> str:
    """Ask for the end of a manual value; return the request's id."""
    return room.ask(RequestKind.UNSUBSTITUTE, {"tag": tag, "reason": reason})
