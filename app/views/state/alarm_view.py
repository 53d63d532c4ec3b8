"""One list of the alarm page: the rows of a segment that pass a filter, kept in order change by change. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from app.model.alarms.spec import PRIORITIES
from app.model.alarms.status import AlarmState, AlarmStatus
from app.views.state.alarm_book import ACTIVE, OUT_OF_SERVICE, SHELVED, AlarmBook, order_key, segments_of
from app.views.state.alarm_words import AlarmNames
from app.views.state.sorted_rows import Key, SortedRows

__all__ = ["ANY_STATE", "STATE_GROUPS", "AlarmFilter", "AlarmView", "SavedViews"]

ANY_STATE: Final = ""
STATE_GROUPS: Final[dict[str, frozenset[AlarmState]]] = {
    "unack": frozenset({AlarmState.UNACK, AlarmState.RTN_UNACK, AlarmState.LATCH_UNACK}),
    "active": frozenset({AlarmState.UNACK, AlarmState.ACKED}),
    "acked": frozenset({AlarmState.ACKED, AlarmState.LATCH_ACK}),
    "returned": frozenset({AlarmState.RTN_UNACK, AlarmState.LATCH_UNACK, AlarmState.LATCH_ACK}),
}


@dataclass(frozen=True, slots=True)
class AlarmFilter:
    """What is shown. `state` is a key of STATE_GROUPS or ANY_STATE; every word of `text` must be found.

    `by_time` sorts newest first; otherwise priority rules.
    """

    priorities: tuple[int, ...] = PRIORITIES
    area: str = ""
    state: str = ANY_STATE
    text: str = ""
    by_time: bool = False

    @property
    def narrows(self) -> bool:
        """True when it leaves anything out."""
        return replace(self, by_time=False) != AlarmFilter()


class AlarmView:
    """Follows a book. After `rebuild` only rows that changed are looked at."""

    def __init__(self, book: AlarmBook) -> None:
        self.rows = SortedRows()
        self.segment = ACTIVE
        self.filter = AlarmFilter()
        self._book = book
        self._names = AlarmNames(None)
        self._words: tuple[str, ...] = ()

    def follow(self, book: AlarmBook) -> None:
        """Follow another book. Call `show` or `rebuild` afterwards."""
        self._book = book

    def show(self, segment: str, filter_: AlarmFilter, names: AlarmNames) -> None:
        """Show another segment, filter or site."""
        self.segment, self.filter, self._names = segment, filter_, names
        self._words = tuple(filter_.text.casefold().split())
        self.rebuild()

    def rebuild(self) -> None:
        """Look at every row of the book."""
        self.rows.fill({p: self._key(s) for p, s in self._book.statuses.items() if self._passes(s)})

    def apply(self, changed: Iterable[str]) -> bool:
        """Look at rows that changed; return True when rows came, went or moved."""
        moved = False
        for path in changed:
            status = self._book.statuses.get(path)
            if status is not None and self._passes(status):
                moved |= self.rows.put(path, self._key(status))
            else:
                moved |= self.rows.drop(path)
        return moved

    def _key(self, status: AlarmStatus) -> Key:
        if self.segment == SHELVED and status.shelf is not None:
            return (status.shelf.until_ms, status.path)
        if self.segment == OUT_OF_SERVICE and status.out_of_service is not None:
            return (status.out_of_service.since_ms, status.path)
        if self.filter.by_time:
            return (-status.raised_ms, status.path)
        return order_key(status)

    def _passes(self, status: AlarmStatus) -> bool:
        f, spec = self.filter, self._book.specs.get(status.path)
        if self.segment not in segments_of(status) or status.priority not in f.priorities:
            return False
        if f.state and status.state not in STATE_GROUPS.get(f.state, frozenset()):
            return False
        if f.area and (spec is None or f.area not in spec.areas):
            return False
        if self._words:
            text = self._names.haystack(status.path, spec)
            return all(word in text for word in self._words)
        return True


class SavedViews:
    """Filters with names. Kept as JSON by whoever has a place for it; what cannot be read is left out, not invented."""

    def __init__(self, views: Mapping[str, AlarmFilter] | None = None) -> None:
        self.views: dict[str, AlarmFilter] = dict(views or {})

    def to_json(self) -> str:
        """Write all of them."""
        return json.dumps({name: asdict(f) for name, f in self.views.items()}, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> SavedViews:
        """Read them. Raises ValueError when `text` is no JSON object."""
        read = json.loads(text)
        if not isinstance(read, dict):
            raise ValueError("saved views are a JSON object")
        return cls({str(name): made for name, item in read.items() if (made := _filter(item)) is not None})


def _filter(item: Any) -> AlarmFilter | None:
    """Return a filter from its JSON, None if it is none."""
    if not isinstance(item, dict):
        return None
    priorities = item.get("priorities", PRIORITIES)
    texts = {key: item.get(key, "") for key in ("area", "state", "text")}
    if not isinstance(priorities, list | tuple) or not all(isinstance(t, str) for t in texts.values()):
        return None
    return AlarmFilter(tuple(p for p in PRIORITIES if p in priorities), **texts, by_time=item.get("by_time") is True)
