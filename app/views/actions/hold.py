"""Place a hold tag (挂牌) on an equipment: nobody commands it until it is taken off."""

from __future__ import annotations

from app.model.records import RequestKind
from app.views.room import Room

__all__ = ["hold"]


def hold(room: Room, equipment: str, reason: str) -> str:
    """Ask for a hold tag; return the request's id."""
    return room.ask(RequestKind.HOLD, {"equipment": equipment, "reason": reason})
