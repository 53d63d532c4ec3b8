"""Acknowledge alarms: exactly the occurrences that a person saw."""

from __future__ import annotations

from collections.abc import Sequence

from app.model.alarms.status import AlarmStatus
from app.model.records import RequestKind
from app.views.room import Room

__all__ = ["acknowledge"]


def acknowledge(room: Room, alarms: Sequence[AlarmStatus], note: str = "") -> str:
    """Ask for the acknowledgement of these occurrences; return the request's id, "" when none waits for one. A later
    occurrence of the same alarm is not acknowledged by this."""
    waiting = [[a.path, a.occurrence] for a in alarms if a.state.unacknowledged]
    return room.ask(RequestKind.ACKNOWLEDGE, {"alarms": waiting, "reason": note}) if waiting else ""
