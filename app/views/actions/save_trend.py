"""Keep a group of pens, for oneself or for all."""

from __future__ import annotations

from collections.abc import Callable

from app.model.trends import TrendGroup
from app.views.gateway.door import Refused
from app.views.room import Room

__all__ = ["save_trend"]


def save_trend(room: Room, group: TrendGroup, done: Callable[[TrendGroup], None], refused: Refused) -> None:
    """Ask the desk: a new group (id ""), or what replaces one."""
    by = room.person
    room.desk(lambda desk: desk.trends.save(by, group), done, refused)
