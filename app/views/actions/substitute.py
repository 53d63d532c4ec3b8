"""Put a manual value in the place of a failed sensor, for a limited time."""

from __future__ import annotations

from app.model.records import RequestKind
from app.views.room import Room

__all__ = ["substitute"]


def substitute(room: Room, tag: str, value: float, *, until_ms: int, reason: str) -> str:
    """Ask for a manual value (in the tag's unit) until `until_ms` (UTC ms); return the request's id."""
    payload = {"tag": tag, "value": value, "until_ms": until_ms, "reason": reason}
    return room.ask(RequestKind.SUBSTITUTE, payload)
