"""A control room at a change of shift: a live store with people, alarms, commands and notes, and a room on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.clock import SystemClock
from app.model.alarms.status import AlarmState, AlarmStatus
from app.model.people import Account
from app.model.records import Journal, JournalEntry, Person
from app.storage.contract import DeskStore, EngineStore, RoomStore, Tick
from app.storage.opening import create_store, open_desk_store, open_engine_store, open_room_store
from app.views.room import Room
from tests.helpers.alarms import raised
from tests.helpers.people import GIVEN, PASSWORD
from tests.helpers.room import FakeDoor, RoomClock, make_room, set_values
from tests.helpers.xiasha import calm_values, xiasha

__all__ = ["GAS", "PEOPLE", "ShiftWorld", "command", "shift_world", "standing"]

GAS = "ps01/gas/h2s:HH"
"""An alarm of the highest priority."""
PEOPLE = {"wang": "operator", "li": "operator", "sun": "supervisor", "zhou": "viewer"}


def standing(path: str, state: AlarmState = AlarmState.UNACK, **more: Any) -> AlarmStatus:
    """Return the row of an alarm of the demo site."""
    spec = next(a for a in xiasha().alarms if a.path == path)
    return raised(spec, state, **more)


def command(request: str, kind: str, at_ms: int, who: str = "wang", **detail: Any) -> JournalEntry:
    """Return one step of a command."""
    told = {"request": request, "verb": "start", "value": None, **detail}
    return JournalEntry(Journal.COMMANDS, kind, at_ms, "ps01/pump1", who, "desk-1", told)


class ShiftWorld:
    """`wang` sits here; everybody has the same password. The room's clock begins at the store's."""

    def __init__(self, address: str) -> None:
        create_store(address, demo=False)
        self.address = address
        self.desk: DeskStore = open_desk_store(address)
        self.engine: EngineStore = open_engine_store(address, clock=SystemClock())
        self.store: RoomStore = open_room_store(address)
        self.engine.take_lease("engine 1")
        applied = self.engine.apply_site(xiasha(), "zhao", "first")
        self.clock = RoomClock(self.desk.now_ms())
        self.people = self._people()
        self.room: Room = make_room(applied.site, clock=self.clock, store=self.store)
        self.room.take_site(applied)
        self.door.people = self.desk
        self.room.take_person(self.people["wang"])
        set_values(self.room, calm_values(applied.site, now_ms=self.clock.now_ms()))

    @property
    def door(self) -> FakeDoor:
        """Return the room's door."""
        door = self.room._door
        assert isinstance(door, FakeDoor)
        return door

    def alarms(self, *rows: AlarmStatus) -> None:
        """Let the engine write alarm rows, and the room see them."""
        self.engine.commit(Tick(alarms=rows))
        self.room.take_alarms(self.store.alarms_after(-1), whole=True)

    def journal(self, *entries: JournalEntry) -> None:
        """Let the engine append lines."""
        self.engine.commit(Tick(journal=entries))

    def close(self) -> None:
        """Close the stores."""
        self.engine.release_lease()
        for store in (self.engine, self.store, self.desk):
            store.close()

    def _people(self) -> dict[str, Person]:
        people = self.desk.people
        admin = people.found("admin", "管理员", PASSWORD, "office")
        found = {}
        for name, role in PEOPLE.items():
            people.add_account(admin, Account(name, name.title(), role), GIVEN)
            found[name] = people.sign_in(name, GIVEN, "desk-1", new_password=PASSWORD)
        return found


@contextmanager
def shift_world(folder: Path, rows: Sequence[AlarmStatus] = ()) -> Iterator[ShiftWorld]:
    """Open a world on a fresh store; `rows` stand from the beginning."""
    world = ShiftWorld(str(folder / "store"))
    try:
        if rows:
            world.alarms(*(replace(r, raised_ms=world.clock.now_ms() - 60_000) for r in rows))
        yield world
    finally:
        world.close()
