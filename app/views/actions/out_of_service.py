"""Take an alarm out of service for maintenance."""

from __future__ import annotations

from app.model.records import RequestKind
from app.views.room import Room

__all__ = ["out_of_service"]


def out_of_service(room: Room, path: str, *, work_order: str, reason: str) -> str:
    """Ask for an alarm to be taken out of service under a work order; return the request's id."""
    payload = {"alarm": path, "work_order": work_order, "reason": reason}
    return room.ask(RequestKind.OUT_OF_SERVICE, payload)
