"""Take a hold tag off an equipment."""

from __future__ import annotations

from app.model.records import RequestKind
from app.views.room import Room

__all__ = ["unhold"]


def unhold(room: Room, equipment: str, reason: str) -> str:
    """Ask for the removal of a hold tag; return the request's id."""
    return room.ask(RequestKind.UNHOLD, {"equipment": equipment, "reason": reason})
