"""Change a limit, a delay or the priority of an alarm at run time."""

from __future__ import annotations

from collections.abc import Mapping

from app.model.records import RequestKind
from app.views.room import Room

__all__ = ["change_alarm"]


def change_alarm(room: Room, path: str, changes: Mapping[str, float | int | None], reason: str) -> str:
    """Ask for new settings: of limit, deadband, on_delay_s, off_delay_s, priority only those that change, None for
    what the site says. Return the request's id."""
    return room.ask(RequestKind.CHANGE_ALARM, {"alarm": path, **changes, "reason": reason})
