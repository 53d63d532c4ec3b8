"""Put an alarm back into service."""

from __future__ import annotations

from app.model.records import RequestKind
from app.views.room import Room

__all__ = ["in_service"]


def in_service(room: Room, path: str, reason: str) -> str:
    """Ask for an alarm's return to service; the reason is the sign-off. Return the request's id."""
    return room.ask(RequestKind.IN_SERVICE, {"alarm": path, "reason": reason})
