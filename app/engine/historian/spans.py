"""Which spans of time are over in history and not yet worked on."""

from __future__ import annotations

from collections.abc import Iterator

from app.storage.history_contract import HistoryStore
from app.storage.months import next_month

__all__ = ["Spans"]


class Spans:
    """Asks the store alone, so that a restart goes on where it was."""

    def __init__(self, store: HistoryStore) -> None:
        self._store = store

    def since(self, name: str, width: int) -> int | None:
        """Return from where on nothing of `name` is done, a multiple of `width`; None before the first window."""
        done = self._store.progress(name)
        if done:
            return done
        for month in self._store.months():
            if ends := self._store.windows(month, next_month(month)):
                return ends[0].t_ms // width * width
        return None

    def over(self, name: str, width: int) -> Iterator[int]:
        """Yield the starts of spans in which windows ended, that are over and not done yet. `name`'s progress is for
        the caller to note."""
        start, mark = self.since(name, width), self._store.mark()
        if start is None or mark is None:
            return
        end = mark.t_ms // width * width
        while start < end:
            first = self.next_window(start, end)
            if first is None:
                return
            start = first // width * width
            yield start
            start += width

    def next_window(self, start_ms: int, end_ms: int) -> int | None:
        """Return when the first window ended in a time; None if none did."""
        step = start_ms
        while step < end_ms:
            reach = min(next_month(step), end_ms)
            if ends := self._store.windows(step, reach):
                return ends[0].t_ms
            step = reach
        return None
