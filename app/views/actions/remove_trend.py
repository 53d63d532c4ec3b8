"""Forget a saved group of pens."""

from __future__ import annotations

from collections.abc import Callable

from app.views.gateway.door import Refused
from app.views.room import Room

__all__ = ["remove_trend"]


def remove_trend(room: Room, group_id: str, done: Callable[[None], None], refused: Refused) -> None:
    """Ask the desk: one's own, or a shared one as its owner or supervisor."""
    by = room.person
    room.desk(lambda desk: desk.trends.remove(by, group_id), done, refused)
