"""Alarms of the past from the journal alone, against a model that keeps every state at every frame."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa

from app.model.alarms.status import AlarmChange, AlarmState, AlarmStatus, Override, Shelf
from app.model.alarms.suppression import flags
from app.model.alarms.told import ROW, row_of
from app.model.records import Journal, JournalEntry
from app.series.frames import encode
from app.storage.alarms_past import alarm_density, alarms_at, alarms_between, next_alarm
from app.storage.columns import LIVE_OWNER
from app.storage.contract import DELTA, EngineStore, FrameRow, Tick
from app.storage.opening import backend_of

T = TypeVar("T")
Ask = Callable[[Callable[[sa.Connection], T]], T]
T0 = 1_790_000_000_000
PATHS = tuple(f"ps0{i}/level:{name}" for i in range(1, 6) for name in ("HH", "H"))


class Past:
    """Commits ticks with frames and lines, and keeps what a room saw once each frame had come."""

    def __init__(self, engine: EngineStore) -> None:
        self.engine = engine
        self.now: dict[str, AlarmStatus] = {}
        self.at: dict[int, dict[str, AlarmStatus]] = {0: {}}
        self.lines: list[tuple[int, AlarmStatus, bool, int]] = []
        self.seq = 0

    def tick(self, *changes: tuple[AlarmStatus, AlarmChange], frames: int = 1) -> None:
        """Commit frames together with changes of alarms."""
        ms = T0 + 200 * (self.seq + 1)
        rows = tuple(FrameRow(ms, DELTA, encode((), t=ms, revision=1)) for _ in range(frames))
        journal = tuple(self._line(status, change, ms) for status, change in changes)
        self.seq += frames
        for status, change in changes:
            self.now[status.path] = status
            self.lines.append((self.seq, status, change is AlarmChange.RAISED and not status.aside, ms))
        self.engine.commit(Tick(frames=rows, journal=journal, alarms=tuple(s for s, _ in changes)))
        self.at[self.seq] = dict(self.now)

    def _line(self, status: AlarmStatus, change: AlarmChange, ms: int) -> JournalEntry:
        detail: dict[str, Any] = {
            "state": status.state.value, "value": status.value, "occurrence": status.occurrence, "count": status.count,
            "annunciated": change is AlarmChange.RAISED and not status.aside, "flags": flags(status),
        }  # fmt: skip
        detail[ROW] = row_of(status, detail)
        return JournalEntry(Journal.ALARMS, change.value, ms, status.path, detail=detail, priority=status.priority)

    def standing(self, seq: int) -> set[AlarmStatus]:
        """Return what stood at a frame."""
        known = self.at[max(s for s in self.at if s <= seq)]
        return {s for s in known.values() if s.state is not AlarmState.NORM or s.aside or s.override is not None}


@pytest.fixture
def ask(address: str) -> Iterator[Ask[Any]]:
    backend = backend_of(address)
    reader = backend.reader(LIVE_OWNER)

    def one(work: Callable[[sa.Connection], T]) -> T:
        with reader.connect() as connection:
            return work(connection)

    yield one
    reader.dispose()


def run(engine: EngineStore, ticks: int, seed: int) -> Past:
    """Let alarms come, go, be acknowledged and shelved at random, some in ticks with several frames or none."""
    past, rnd = Past(engine), random.Random(seed)
    for i in range(ticks):
        changes = []
        for path in rnd.sample(PATHS, rnd.choice((0, 0, 1, 1, 2, 5))):
            before = past.now.get(path, AlarmStatus(path, priority=1 + PATHS.index(path) % 4))
            shelf = Shelf("wang", "r", i, i + 900) if rnd.random() < 0.2 else None
            state = rnd.choice(tuple(AlarmState))
            override = Override(limit=1.5, reason='"state":"norm"') if rnd.random() < 0.2 else None
            occurrence = f"{path}@{i}" if state is not AlarmState.NORM else ""
            value = rnd.choice((None, -0.0, 3.25))
            after = replace(
                before, state=state, override=override, occurrence=occurrence, since_ms=i, value=value, shelf=shelf
            )  # fmt: skip
            changes.append((after, rnd.choice((AlarmChange.RAISED, AlarmChange.ACKNOWLEDGED))))
        past.tick(*changes, frames=rnd.choice((1, 1, 1, 2, 0)))
    return past


def test_the_list_at_every_frame_is_what_a_room_saw(engine: EngineStore, ask: Ask[Any]) -> None:
    """120 ticks; asked at each frame number, at 0, and far beyond."""
    past = run(engine, 120, seed=4)
    for seq in (*range(past.seq + 1), past.seq + 1000):
        assert set(ask(lambda c, seq=seq: alarms_at(c, seq))) == past.standing(seq), seq


def test_what_alarms_did_between_two_frames(engine: EngineStore, ask: Ask[Any]) -> None:
    """Every pair of ends gives the lines between them, in order."""
    past, rnd = run(engine, 60, seed=5), random.Random(1)
    for _ in range(40):
        after, until = sorted(rnd.sample(range(past.seq + 3), 2))
        told = ask(lambda c, a=after, u=until: alarms_between(c, a, u))
        assert list(told) == [(seq, s) for seq, s, _, _ in past.lines if after < seq <= until]


def test_the_next_alarm_is_one_that_sounded(engine: EngineStore, ask: Ask[Any]) -> None:
    """Forwards and backwards from every frame; at the ends there is none."""
    past = run(engine, 60, seed=6)
    sounded = [(seq, s.path) for seq, s, told, _ in past.lines if told]
    for seq in range(past.seq + 2):
        after = next((x for x in sounded if x[0] > seq), None)
        before = next((x for x in reversed(sounded) if x[0] < seq and x[0] > 0), None)
        assert ask(lambda c, seq=seq: next_alarm(c, seq)) == after
        assert ask(lambda c, seq=seq: next_alarm(c, seq, back=True)) == before


def test_density_counts_what_sounded_by_part_and_priority(engine: EngineStore, ask: Ask[Any]) -> None:
    """The parts hold every annunciation of the time once, and nothing of before or after."""
    past = run(engine, 100, seed=7)
    start, end, points = T0 + 2_000, T0 + 15_003, 13
    counts = [[0] * 4 for _ in range(points)]
    for _, status, told, ms in past.lines:
        if told and start <= ms < end:
            counts[(ms - start) * points // (end - start)][status.priority - 1] += 1
    found = ask(lambda c: alarm_density(c, start, end, points))
    assert [list(part) for part in found] == counts and sum(map(sum, counts)) > 10


def test_a_store_without_alarms_has_nothing_to_tell(engine: EngineStore, ask: Ask[Any]) -> None:
    """Empty answers, no fault."""
    assert ask(lambda c: alarms_at(c, 5)) == () and ask(lambda c: alarms_between(c, 0, 9)) == ()
    assert ask(lambda c: next_alarm(c, 0)) is None and ask(lambda c: alarm_density(c, 0, 10, 2)) == ((0,) * 4,) * 2
