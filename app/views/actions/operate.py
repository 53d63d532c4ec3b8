"""Ask the engine to carry out a confirmed command."""

from __future__ import annotations

from app.model.records import Person, RequestKind
from app.views.room import Room

__all__ = ["operate"]


def operate(
    room: Room,
    equipment: str,
    verb: str,
    *,
    value: float | None,
    expect: str,
    reason: str,
    second: Person | None = None,
) -> str:
    """Ask for a command on a selected equipment that is in state `expect`; return the request's id. `second` signed
    besides, where two persons are needed."""
    payload = {"equipment": equipment, "verb": verb, "value": value, "expect": expect, "reason": reason}
    return room.ask(RequestKind.OPERATE, payload, second=second)
