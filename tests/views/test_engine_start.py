"""What a room does to its workstation's engine: starts one where none is, and kills only one that surely stands."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app import launcher
from app.errors import StoreUnavailable
from app.launcher import mark_of
from app.storage.contract import RoomStore
from app.storage.engine_life import SignOfLife, note_of
from app.storage.lock_file import ENGINE_LOCK, LockFile
from app.storage.opening import create_store, open_room_store
from app.views.gateway import engine_start
from app.views.gateway.engine_start import EngineHand
from tests.helpers.room import RoomClock
from tests.helpers.sources import ROOT

HOLDS = """
import pathlib, sys, time
from app.storage.lock_file import LockFile
lock = LockFile(pathlib.Path(sys.argv[1]))
lock.take("the old engine")
print(1, flush=True)
time.sleep(100)
"""


@dataclass
class Desk:
    """A store, a reader of it, and a hand whose starts are only noted."""

    store: str
    reader: RoomStore
    clock: RoomClock
    hand: EngineHand
    started: list[tuple[str, ...]]

    def engine(self) -> subprocess.Popen[bytes]:
        """Start a process that holds the store as an engine does and never says anything."""
        lock = Path(self.store) / ENGINE_LOCK
        process = subprocess.Popen(
            [sys.executable, "-c", HOLDS, str(lock), "qianliyan", "engine"], cwd=ROOT, stdout=subprocess.PIPE
        )
        assert process.stdout is not None and process.stdout.readline()
        return process


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A store without an engine."""
    store, started, clock = str(tmp_path / "store"), list[tuple[str, ...]](), RoomClock()
    create_store(store, demo=True)

    def start(*args: str, log: Path) -> int:
        started.append((*args, str(log)))
        return 0

    monkeypatch.setattr(engine_start, "start_detached", start)
    monkeypatch.setattr(launcher, "YOUNG_S", 0.0)
    reader = open_room_store(store)
    yield Desk(store, reader, clock, EngineHand(store, private=tmp_path / "private", clock=clock), started)
    reader.close()


@pytest.fixture
def old(desk: Desk) -> Iterator[subprocess.Popen[bytes]]:
    """An engine that stands still."""
    process = desk.engine()
    yield process
    process.kill()
    process.communicate()


def test_an_engine_is_started_only_where_none_holds_the_store(desk: Desk) -> None:
    """The lock is held: nothing is started. It is free: one engine is started with its log."""
    lock = LockFile(Path(desk.store) / ENGINE_LOCK)
    lock.take("test")
    assert desk.hand.tend(desk.reader).held and desk.started == []
    lock.release()
    assert not desk.hand.tend(desk.reader).held
    (started,) = desk.started
    assert started[:3] == ("engine", "--store", desk.store) and started[-1].endswith("engine.log")


def test_no_second_engine_is_started_while_the_first_is_on_its_way(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine an engine takes seconds until it holds the lock; one that does not come to it is not waited for
    for ever, and one that has died not at all."""
    on_its_way = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"])
    started: list[str] = []

    def start(*args: str, log: Path) -> int:
        started.append(args[0])
        return on_its_way.pid

    monkeypatch.setattr(engine_start, "start_detached", start)
    desk.hand.tend(desk.reader)
    desk.hand.tend(desk.reader)
    assert len(started) == 1
    desk.clock.advance(launcher.YOUNG_S + 31.0)
    desk.hand.tend(desk.reader)
    assert len(started) == 2
    on_its_way.kill()
    on_its_way.wait()
    desk.hand.tend(desk.reader)
    assert len(started) == 3


@pytest.mark.logs("it is killed")
def test_an_engine_that_stands_still_is_killed_and_replaced(desk: Desk, old: subprocess.Popen[bytes]) -> None:
    """It is gone, another is started, and a note for the journal says whom and why."""
    sign = desk.hand.tend(desk.reader)
    assert sign.holder is not None and sign.holder.process == mark_of(old.pid)
    assert desk.hand.replace(desk.reader, sign, 12.34) == ""
    assert mark_of(old.pid) is None and len(desk.started) == 1
    note = note_of(desk.store)
    assert note is not None and (note.holder, note.silent_s, note.told) == ("the old engine", 12.3, False)


@pytest.mark.logs("it is killed")
def test_the_next_one_has_a_minute_then_two(desk: Desk, old: subprocess.Popen[bytes]) -> None:
    """Kills follow each other ever more slowly, whichever room asks."""
    assert desk.hand.replace(desk.reader, desk.hand.tend(desk.reader), 10.0) == ""
    pauses = []
    for _ in range(2):
        engine = desk.engine()
        try:
            other = EngineHand(desk.store, private=Path(desk.store), clock=desk.clock)
            sign = desk.hand.tend(desk.reader)
            assert "was killed less than" in other.replace(desk.reader, sign, 10.0) and engine.poll() is None
            note = note_of(desk.store)
            assert note is not None
            pauses.append(note.pause_s)
            desk.clock.advance(note.pause_s)
            assert other.replace(desk.reader, sign, 10.0) == ""
            assert mark_of(engine.pid) is None
        finally:
            engine.kill()
            engine.communicate()
    assert pauses == [60.0, 120.0]


def _elsewhere(sign: SignOfLife) -> SignOfLife:
    assert sign.holder is not None
    return replace(sign, holder=replace(sign.holder, host="another machine"))


def test_one_that_may_live_is_left_alone(
    desk: Desk, old: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sign of life in the last moment, another machine, no name, another room at it, a process that has just begun:
    each time nothing is killed, noted or started."""
    sign = desk.hand.tend(desk.reader)
    hand, reader = desk.hand, desk.reader
    assert "this machine" in hand.replace(reader, _elsewhere(sign), 10.0)
    assert "this machine" in hand.replace(reader, replace(sign, holder=None), 10.0)
    assert "last moment" in hand.replace(reader, replace(sign, touched_ns=1), 10.0)
    keeper = LockFile(Path(desk.store) / "keeper.lock")
    keeper.take("another room")
    assert "another room" in hand.replace(reader, sign, 10.0)
    keeper.release()
    monkeypatch.setattr(launcher, "YOUNG_S", 1e6)
    assert "just been started" in hand.replace(reader, sign, 10.0)
    assert old.poll() is None and desk.started == [] and note_of(desk.store) is None


def test_a_store_that_takes_no_note_is_itself_to_blame(desk: Desk, old: subprocess.Popen[bytes]) -> None:
    """A full or read-only disk: no engine could write there, so none is killed for it."""
    (Path(desk.store) / "engine.replaced").mkdir()
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        desk.hand.replace(desk.reader, desk.hand.tend(desk.reader), 10.0)
    assert old.poll() is None and desk.started == []


def test_a_server_has_engines_of_its_own(desk: Desk, tmp_path: Path) -> None:
    """A room never starts an engine on a PostgreSQL store."""
    hand = EngineHand("postgresql://nowhere/x", private=tmp_path, clock=desk.clock)
    assert not hand.tend(desk.reader).held
    assert desk.started == []
