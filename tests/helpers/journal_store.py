"""A store whose journals a test fills, and rooms on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.model.alarms.status import AlarmChange, AlarmState
from app.model.records import Journal, JournalEntry
from app.storage.contract import EngineStore, RoomStore, Tick
from app.storage.opening import create_store, open_engine_store, open_room_store
from tests.helpers.clock import FakeClock

__all__ = ["JournalStore", "alarm_line", "journal_store"]


class JournalStore:
    """`add` appends as an engine does; `room` reads."""

    def __init__(self, engine: EngineStore, room: RoomStore) -> None:
        self.engine = engine
        self.room = room

    def add(self, *entries: JournalEntry) -> None:
        """Append lines in this order."""
        for i in range(0, len(entries), 500):
            self.engine.commit(Tick(journal=tuple(entries[i : i + 500])))


@contextmanager
def journal_store(folder: Path, entries: Sequence[JournalEntry] = ()) -> Iterator[JournalStore]:
    """Make a store with these lines."""
    address = str(folder / "store")
    create_store(address, demo=True)
    engine = open_engine_store(address, clock=FakeClock())
    engine.take_lease("test")
    room = open_room_store(address)
    made = JournalStore(engine, room)
    made.add(*entries)
    try:
        yield made
    finally:
        room.close()
        engine.close()


def alarm_line(
    change: AlarmChange, path: str, at_ms: int, state: AlarmState = AlarmState.NORM, **more: Any
) -> JournalEntry:
    """Return a line of the alarm journal; `area`, `priority`, `who`, `where` are its own, the rest is detail."""
    own = {name: more.pop(name) for name in ("area", "priority", "who", "where") if name in more}
    sounds = change in (AlarmChange.RAISED, AlarmChange.REALARMED, AlarmChange.AFTER_GAP)
    detail = {
        "occurrence": f"{path}@1", "tag": path.partition(":")[0], "from": AlarmState.NORM.value, "state": state.value,
        "value": None, "limit": None, "quality": 0, "source_ms": at_ms - 120, "receipt_ms": at_ms - 40, "count": 1,
        "flags": [], "annunciated": sounds, "note": "", "site_revision": 1, **more,
    }  # fmt: skip
    return JournalEntry(Journal.ALARMS, change.value, at_ms, path, detail=detail, **{"priority": 3, **own})
