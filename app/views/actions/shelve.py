"""Put an alarm aside for a time."""

from __future__ import annotations

from app.model.records import Person, RequestKind
from app.views.room import Room

__all__ = ["shelve"]


def shelve(
    room: Room, path: str, *, duration_s: float, one_shot: bool, reason: str, second: Person | None = None
) -> str:
    """Ask for a shelf of `duration_s`, which a one-shot shelf ends early when the alarm returns; return the request's
    id. The highest priority needs a second signer."""
    payload = {"alarm": path, "duration_s": duration_s, "one_shot": one_shot, "reason": reason}
    return room.ask(RequestKind.SHELVE, payload, second=second)
