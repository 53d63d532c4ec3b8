"""The newest events and commands of one station, read from the journals on a worker."""

from __future__ import annotations

from collections.abc import Callable

from app.model.records import Journal, JournalEntry
from app.model.spec import Facility
from app.views.gateway.door import RoomStore
from app.views.gateway.queries import journal_end
from app.views.room import Room

__all__ = ["StationLog", "belongs"]

_EVERY_S = 3.0
_LOOK_BACK = 200
_KEEP = 12


class StationLog:
    """Asks for the journals' ends every few seconds while its page is visible; `entries` are newest first."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._facility: Facility | None = None
        self._asked_s: float | None = None
        self.entries: tuple[JournalEntry, ...] = ()

    def set_station(self, facility: Facility | None) -> None:
        """Follow another station."""
        self._facility, self._asked_s, self.entries = facility, None, ()

    def tick(self, *, at_once: bool = False) -> None:
        """Ask again when it is time."""
        now = self._room.monotonic()
        due = self._asked_s is None or now - self._asked_s >= _EVERY_S
        if self._facility is not None and (due or at_once):
            self._asked_s = now
            until = None if self._room.past is None else self._room.past.at_ms
            self._room.query(_newest(self._facility, until), self._take)

    def _take(self, found: tuple[str, tuple[JournalEntry, ...]]) -> None:
        station, entries = found
        if self._facility is not None and station == self._facility.id:
            self.entries = entries


def belongs(entry: JournalEntry, facility: Facility) -> bool:
    """Return True when an entry is about the station, its equipment or a device of it."""
    what = entry.what
    return what == facility.id or what.startswith(f"{facility.id}/") or what in facility.devices


def _newest(facility: Facility, until_ms: int | None) -> Callable[[RoomStore], tuple[str, tuple[JournalEntry, ...]]]:
    def work(store: RoomStore) -> tuple[str, tuple[JournalEntry, ...]]:
        found = [
            entry
            for journal in (Journal.COMMANDS, Journal.EVENTS)
            for entry in journal_end(store, journal, _LOOK_BACK, until_ms)
            if belongs(entry, facility)
        ]
        found.sort(key=lambda e: (e.at_ms, e.seq), reverse=True)
        return facility.id, tuple(found[:_KEEP])

    return work
