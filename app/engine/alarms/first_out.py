"""Marks in each group of alarms the one that came first."""

from __future__ import annotations

from app.engine.alarms.board import Board, Watched
from app.engine.alarms.ledger import Ledger
from app.model.alarms.groups import FirstOutGroup

__all__ = ["FirstOut"]


class FirstOut:
    """Follows the changes of grouped alarms. A mark is no transition: it stands in the line that tells why it came, or
    is noted by itself for another alarm than the one that did something."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._groups: dict[str, FirstOutGroup] = {}
        self._members: dict[str, Watched] = {}

    def use(self, board: Board) -> None:
        """Go on with the groups of a board, as its alarms stand."""
        self._groups = {}
        self._members = {one.path: one for members in board.groups.values() for one in members}
        for name, members in board.groups.items():
            group = self._groups[name] = FirstOutGroup([one.alarm.status for one in members])
            for one in members:
                self._mark(one, one.path == group.first)
        for one in board.by_path.values():
            if one.path not in self._members:
                self._mark(one, False)

    def look(self, one: Watched) -> None:
        """Take what an alarm just did, before its lines are written."""
        group = self._groups.get(one.alarm.spec.group)
        if group is None:
            return
        for path, first in group.update(one.alarm.status):
            if path == one.path:
                one.alarm.mark_first_out(first)
            else:
                self._mark(self._members[path], first)

    def _mark(self, one: Watched, first: bool) -> None:
        status = one.alarm.mark_first_out(first)
        if status is not None:
            self._ledger.noted(status, one.area)
