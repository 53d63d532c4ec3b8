"""The demo's own engine: killed when it stands still, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli.demo.standing import StandingEngine
from app.model.records import Lease
from app.storage.engine_life import note_of
from app.views.state.standstill import PAUSE_S
from tests.helpers.room import RoomClock


class Engine:
    """A child that notes whether it was killed."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.killed = False

    def kill(self) -> None:
        self.killed = True


class Demo:
    """Looks once a second at an engine whose lease ends at `until`."""

    def __init__(self, store: Path) -> None:
        self.clock = RoomClock()
        self.standing = StandingEngine(str(store), self.clock)

    def look(self, engine: Engine, *, until: int, times: int = 1) -> int:
        killed = 0
        for _ in range(times):
            self.clock.advance(1.0)
            killed += self.standing.look(engine, Lease("the old engine", 7, until))
        return killed


@pytest.mark.logs("process 1, has given no sign of life for 10 s")
def test_an_engine_that_lived_and_stands_still_is_killed_with_a_note(tmp_path: Path) -> None:
    """Lease renewed → ten seconds of the same → killed; the next engine can tell of it."""
    demo, engine = Demo(tmp_path), Engine(1)
    assert demo.look(engine, until=1) == demo.look(engine, until=2, times=10) == 0
    assert demo.look(engine, until=2) == 1 and engine.killed
    note = note_of(str(tmp_path))
    assert note is not None and (note.holder, note.silent_s) == ("the old engine", 10.0)


def test_an_engine_that_still_starts_or_goes_on_living_is_left_alone(tmp_path: Path) -> None:
    """It has not said anything yet, on a busy machine; it renews its lease now and then."""
    demo, starting, living = Demo(tmp_path), Engine(1), Engine(2)
    assert demo.look(starting, until=1, times=60) == 0
    for until in range(5):
        assert demo.look(living, until=until, times=9) == 0


@pytest.mark.logs("no sign of life")
def test_the_next_one_has_a_minute(tmp_path: Path) -> None:
    """A machine that is only overloaded does not lose one engine after the other."""
    demo, second = Demo(tmp_path), Engine(2)
    assert demo.look(Engine(1), until=1) == demo.look(Engine(1), until=2, times=10) == 0
    assert demo.look(Engine(1), until=2) == 1
    assert demo.look(second, until=3) == 0
    assert demo.look(second, until=4, times=int(PAUSE_S) - 2) == 0
    assert demo.look(second, until=4) == 1 and second.killed
