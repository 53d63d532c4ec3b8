"""Take a hold tag off an equipment."""

from __future__ import annotations

from app.model.records import Hold, RequestKind
from app.views.room import Room

__all__ = ["unhold"]


def unhold(room: Room, equipment: str, seen: Hold, reason: str) -> str:
    """Ask for the removal of the hold tag that was seen, and of no other; return the request's id."""
    return room.ask(RequestKind.UNHOLD, {"equipment": equipment, "hold": seen.request_id, "reason": reason})
