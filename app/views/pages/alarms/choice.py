"""Which rows of an alarm list are chosen: by alarm, so that nothing slips to a neighbour when rows move. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from app.views.state.alarm_view import AlarmView

__all__ = ["Choice"]


class Choice:
    """`current` is the row with the keyboard, `paths` are all chosen rows; rows that went are chosen no more."""

    def __init__(self, view: AlarmView) -> None:
        self._view = view
        self.current = ""
        self.paths: frozenset[str] = frozenset()
        self._place = 0
        self._anchor = ""

    def clear(self) -> None:
        """Choose nothing."""
        self.current, self.paths, self._place, self._anchor = "", frozenset(), 0, ""

    def only(self, path: str) -> bool:
        """Choose one row; False when it is not listed."""
        place = self._view.rows.place(path)
        if place is None:
            return False
        self.current, self.paths, self._place, self._anchor = path, frozenset({path}), place, path
        return True

    def toggle(self, path: str) -> None:
        """Choose a row besides, or no more."""
        chosen = self.paths ^ {path}
        self.only(path)
        self.paths = chosen

    def extend(self, path: str) -> None:
        """Choose everything between the row chosen first and this one."""
        here, anchor = self._view.rows.place(path), self._view.rows.place(self._anchor)
        if here is None or anchor is None:
            self.only(path)
            return
        low, high = sorted((here, anchor))
        self.current, self._place = path, here
        self.paths = frozenset(self._view.rows.slice(low, high + 1))

    def step(self, rows: int, *, extend: bool) -> None:
        """Go up or down; the first step of all comes to the first row."""
        count = len(self._view.rows)
        if not count:
            return
        place = min(count - 1, max(0, self._place + rows)) if self.current else 0
        path = self._view.rows[place]
        if extend:
            self.extend(path)
        else:
            self.only(path)

    def take(self, paths: Sequence[str]) -> None:
        """Choose these."""
        self.paths = frozenset(paths)
        if paths and self.current not in self.paths:
            self.current, self._anchor = paths[0], paths[0]
            self._place = self._view.rows.place(paths[0]) or 0

    def follow(self) -> bool:
        """After rows changed: forget those that went. The current one's place is taken by the row that came there, so
        that the keyboard can go on; it is current but not chosen. Return True when what is chosen is another."""
        before = (self.current, self.paths)
        self.paths = frozenset(p for p in self.paths if p in self._view.rows)
        place = self._view.rows.place(self.current) if self.current else None
        if place is not None:
            self._place = place
        elif self.current:
            count = len(self._view.rows)
            self._place = min(self._place, max(0, count - 1))
            self.current = self._anchor = self._view.rows[self._place] if count else ""
        return (self.current, self.paths) != before
