"""Let go an alarm that is latched and acknowledged."""

from __future__ import annotations

from app.model.alarms.status import AlarmStatus
from app.model.records import RequestKind
from app.views.room import Room

__all__ = ["reset_alarm"]


def reset_alarm(room: Room, alarm: AlarmStatus, reason: str = "") -> str:
    """Ask for the reset of a latched alarm; return the request's id."""
    payload = {"alarm": alarm.path, "occurrence": alarm.occurrence, "reason": reason}
    return room.ask(RequestKind.RESET_ALARM, payload)
