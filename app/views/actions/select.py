"""Ask the engine for the exclusive selection of an equipment, and give it back."""

from __future__ import annotations

from app.model.records import RequestKind
from app.views.room import Room

__all__ = ["cancel_selection", "select"]


def select(room: Room, equipment: str) -> str:
    """Ask for the selection; return the request's id."""
    return room.ask(RequestKind.SELECT, {"equipment": equipment})


def cancel_selection(room: Room, equipment: str) -> str:
    """Give the selection back; return the request's id."""
    return room.ask(RequestKind.CANCEL, {"equipment": equipment})
