"""Kills of the engine in the middle of a storm of alarms: three in CI, twenty in `make prove`."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.clock import SystemClock
from app.model.alarms.status import AlarmState as A
from app.model.alarms.status import AlarmStatus
from app.model.records import CommandState, Journal, JournalEntry, Person, RequestKind
from app.storage.contract import DeskStore, JournalQuery, RoomStore
from app.storage.opening import create_store, open_desk_store, open_engine_store, open_room_store
from app.storage.verify import verify_store
from tests.helpers.house import until
from tests.helpers.storm_engine import STANDING, start_storm, storm_site

KILLS = 20
STORM_S = 3.0
SHELF_S = 3_600
SHELVED, SOUNDING = STANDING[0], STANDING[-5:]
ACKNOWLEDGED = STANDING[1:-5]
SLACK_MS = 3_000


class Storm:
    """A store, the engines on it one after the other, and a person."""

    def __init__(self, address: str) -> None:
        self.address = address
        create_store(address, demo=True)
        store = open_engine_store(address, clock=SystemClock())
        store.take_lease("test")
        store.apply_site(storm_site(), "test", "test")
        store.release_lease()
        store.close()
        self.reader: RoomStore = open_room_store(address)
        self.desk: DeskStore = open_desk_store(address)
        self.person: Person = self.desk.sign_in_demo("e2e")
        self.engine: subprocess.Popen[bytes] | None = None

    def start(self, *, offset_s: float = 0.0) -> None:
        """Start the next engine, and wait until it commits."""
        self.engine = start_storm(self.address, offset_s=offset_s)
        before = self.transitions()
        assert until(lambda: self.transitions() > before, timeout_s=30.0), self.last_words()

    def last_words(self) -> str:
        """End the engine and return what it said."""
        assert self.engine is not None
        engine, self.engine = self.engine, None
        engine.kill()
        return engine.communicate()[1].decode()[-2_000:]

    def kill(self) -> None:
        """Kill it at once."""
        if self.engine is not None:
            self.engine.kill()
            self.engine.communicate()
            self.engine = None

    def close(self) -> None:
        """End everything."""
        self.kill()
        self.reader.close()
        self.desk.close()

    def ask(self, kind: RequestKind, **payload: object) -> None:
        """Ask, and wait until it is done."""
        request = self.desk.submit(kind, self.person, payload)
        done = (CommandState.DONE,)
        assert until(lambda: tuple(r.state for r in self.reader.results_of(request)) == done, timeout_s=20.0)

    def rows(self) -> dict[str, AlarmStatus]:
        """Return all rows by path."""
        return {row.path: row for row in self.reader.alarms_after(-1)}

    def transitions(self) -> int:
        """Return the number of the newest line."""
        return next(h.seq for h in self.reader.journal_heads() if h.journal is Journal.ALARMS)

    def lines(self) -> list[JournalEntry]:
        """Return enough of the newest lines, newest first, for every alarm to be among them."""
        query = JournalQuery(journals=(Journal.ALARMS,), limit=10_000)
        standing = (self.reader.journal_query(replace(query, places=(path,), limit=1)) for path in STANDING)
        return [*self.reader.journal_query(query), *(line for found in standing for line in found)]

    def faults(self) -> list[str]:
        """Return every alarm whose row is not what its newest line says. Asked while no engine runs."""
        newest: dict[str, JournalEntry] = {}
        for line in self.lines():
            newest.setdefault(line.what, line)
        rows = self.rows()
        assert set(newest) == set(rows)
        return [p for p, line in newest.items() if line.detail["state"] != rows[p].state]


@pytest.fixture
def storm(tmp_path: Path) -> Iterator[Storm]:
    """A storm with a first engine: some standing alarms acknowledged, one shelved for an hour, some left sounding."""
    made = Storm(str(tmp_path / "store"))
    try:
        made.start()
        assert until(lambda: all(made.rows().get(p, AlarmStatus(p)).state is A.UNACK for p in STANDING), timeout_s=20.0)
        rows = made.rows()
        made.ask(RequestKind.ACKNOWLEDGE, alarms=[[p, rows[p].occurrence] for p in ACKNOWLEDGED], reason="")
        made.ask(RequestKind.SHELVE, alarm=SHELVED, duration_s=SHELF_S, one_shot=False, reason="test")
        yield made
    finally:
        made.close()


def _kill_again_and_again(storm: Storm, kills: int) -> None:
    before = storm.rows()
    for _ in range(kills):
        time.sleep(STORM_S)  # let the storm go on: the kill comes in the middle of it
        storm.kill()
        assert storm.faults() == []
        storm.start()
    time.sleep(STORM_S)
    storm.kill()
    rows = storm.rows()
    for paths, state in ((ACKNOWLEDGED, A.ACKED), (SOUNDING, A.UNACK)):
        assert [p for p in paths if rows[p].state is not state] == []
        assert [p for p in paths if rows[p].occurrence != before[p].occurrence] == []
        assert [p for p in paths if rows[p].count != before[p].count] == []
    shelf = rows[SHELVED].shelf
    assert shelf is not None and shelf == before[SHELVED].shelf
    assert storm.faults() == [] and verify_store(storm.address).faults == []


@pytest.mark.timeout(240)
def test_kills_in_a_storm_lose_nothing_and_a_clock_set_back_lengthens_no_shelf(storm: Storm) -> None:
    """Three kills: rows equal the journal, acknowledgements and shelves stand. Then an engine whose wall clock is an
    hour behind: the shelf has as long to go as before, and its stamp says so by that clock."""
    _kill_again_and_again(storm, 3)
    shelf = storm.rows()[SHELVED].shelf
    assert shelf is not None
    storm.start(offset_s=-3_600.0)
    expected = shelf.until_ms - 3_600_000

    def restamped() -> bool:
        now = storm.rows()[SHELVED].shelf
        return now is not None and abs(now.until_ms - expected) < SLACK_MS

    assert until(restamped, timeout_s=20.0), (shelf, storm.rows()[SHELVED].shelf)


@pytest.mark.prove
@pytest.mark.timeout(900)
def test_twenty_kills_in_a_storm(storm: Storm) -> None:
    """Twenty kills at 500 transitions a second."""
    _kill_again_and_again(storm, KILLS)
    print(f"\n{KILLS} kills in {storm.transitions()} transitions: rows equal the journal, chains verify")
