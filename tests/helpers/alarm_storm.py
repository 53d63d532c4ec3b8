"""A store in a storm of alarms, the engines on it one after the other, and what must be right when one was killed."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

from app.clock import SystemClock
from app.model.alarms.status import AlarmChange, AlarmState, AlarmStatus
from app.model.records import CommandState, Journal, JournalEntry, Person, RequestKind
from app.storage.contract import DeskStore, RoomStore
from app.storage.opening import create_store, open_desk_store, open_engine_store, open_room_store
from tests.helpers.alarm_replay import differences, replay
from tests.helpers.house import until
from tests.helpers.storm_engine import STANDING, start_storm, storm_site

__all__ = ["ACKNOWLEDGED", "LIMIT", "PRIORITY", "SHELF_S", "SHELVED", "SOUNDING", "Storm", "pause"]

SHELVED, SOUNDING = STANDING[0], STANDING[-5:]
ACKNOWLEDGED = STANDING[1:-5]
SHELF_S = 3_600
LIMIT, PRIORITY = 80.0, 2
CLOCK_SLACK_MS = 500
"""Between the stamps of two lines and the monotonic time that passed between them."""
AWAY_MS = 3_000


@dataclass(frozen=True, slots=True)
class Life:
    """One engine: the number of its first line, and how far its wall clock is off."""

    first: int
    offset_ms: int


class Storm:
    """`person` signs in at a desk of this process."""

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
        self.lines: list[JournalEntry] = []
        """All lines of the alarm journal that were read so far."""
        self._lives: list[Life] = []

    def start(self, *, offset_s: float = 0.0) -> None:
        """Start the next engine, and wait until it commits."""
        before = self.transitions()
        self._lives.append(Life(before + 1, round(offset_s * 1000)))
        self.engine = start_storm(self.address, offset_s=offset_s)
        assert until(lambda: self.transitions() > before, timeout_s=30.0), self.last_words()

    def settle(self) -> None:
        """Wait for what stands, acknowledge some of it, shelve one for an hour, and leave some sounding."""
        assert until(lambda: all(self._state(p) is AlarmState.UNACK for p in STANDING), timeout_s=20.0)
        rows = self.rows()
        self.ask(RequestKind.ACKNOWLEDGE, alarms=[[p, rows[p].occurrence] for p in ACKNOWLEDGED], reason="")
        self.ask(RequestKind.SHELVE, alarm=SHELVED, duration_s=SHELF_S, one_shot=False, reason="test")

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

    def faults(self) -> list[str]:
        """Return every alarm whose row is not what the journal says from its first line on, and every shelf that ended
        early or not at all. Asked while no engine runs."""
        while more := self.reader.journal_after(Journal.ALARMS, self.lines[-1].seq if self.lines else 0, 5_000):
            self.lines += more
        rows = self.rows()
        return [*differences(replay(self.lines, limit=LIMIT, priority=PRIORITY), rows), *self._shelf_faults(rows)]

    def unanswered(self, requests: Sequence[str]) -> list[str]:
        """Return the requests that have not exactly one answer."""
        return [r for r in requests if len(self.reader.results_of(r)) != 1]

    def _state(self, path: str) -> AlarmState | None:
        row = self.rows().get(path)
        return None if row is None else row.state

    def _real_ms(self, line: JournalEntry) -> int:
        """Return when a line was written by a clock that nobody sets."""
        return line.at_ms - self._offset_ms(line.seq)

    def _offset_ms(self, seq: int) -> int:
        return next(life.offset_ms for life in reversed(self._lives) if life.first <= seq)

    def _shelf_faults(self, rows: dict[str, AlarmStatus]) -> list[str]:
        due: dict[str, int] = {}
        once: set[str] = set()
        found = []
        for line in self.lines:
            if line.kind == AlarmChange.SHELVED:
                due[line.what] = line.detail["until_ms"] - self._offset_ms(line.seq)
                (once.add if line.detail["one_shot"] else once.discard)(line.what)
            elif line.kind in (AlarmChange.UNSHELVED, AlarmChange.SHELF_ENDED):
                early_ms = due.pop(line.what) - self._real_ms(line)
                if line.kind == AlarmChange.SHELF_ENDED and early_ms > CLOCK_SLACK_MS and line.what not in once:
                    found.append(f"{line.what}: its shelf ended {early_ms} ms too early")
        last_ms = self._real_ms(self.lines[-1])
        found += [f"{p}: its shelf is over and stands" for p, at in due.items() if at + AWAY_MS < last_ms]
        return found + [f"{p}: no shelf by its line" for p in due if rows[p].shelf is None]


def pause(seconds: float) -> None:
    """Let the storm go on: a kill comes in the middle of it, wherever that is."""
    time.sleep(seconds)
