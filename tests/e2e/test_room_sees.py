"""What a room shows and sounds while engines die and come back, and what a dying room does to the rest."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from app.model.records import Journal, JournalEntry
from app.storage.opening import open_room_store
from app.storage.verify import verify_store
from tests.helpers.house import House, fresh_values, until
from tests.helpers.sources import ROOT
from tests.helpers.witness import Witness

MODBUS = ("plc-ps01", "plc-ps02", "gw-rain")
pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def witness(house: House) -> Iterator[Witness]:
    """A room on the house's store."""
    room = Witness(house.stage)
    yield room
    room.close()


def test_a_silent_engine_greys_everything_and_sounds_until_it_is_back(house: House, witness: Witness) -> None:
    """Values on screen → engine killed → every value grey and a sound → engine back → values, and no sound."""
    engine, _ = house.live_engine()
    assert until(lambda: witness.newest(values=True, silent=False) is not None, timeout_s=30), witness.log()
    killed_ms = time.time_ns() // 1_000_000
    engine.kill()
    house.remove(engine)
    assert until(lambda: witness.newest(silent=True, grey=True, sounding=True, values=False) is not None, timeout_s=15)
    assert until(lambda: witness.heard_after(killed_ms) is not None, timeout_s=15)
    house.start_engine()
    assert until(
        lambda: witness.newest(silent=False, grey=False, sounding=False, values=True) is not None, timeout_s=30
    )
    assert witness.close() == 0
    assert "CRITICAL" not in witness.log() and "ERROR" not in witness.log()


def test_killing_the_room_stops_nothing(house: House, witness: Witness) -> None:
    """The room is killed → frames go on, devices give fresh values, the store is sound."""
    engine, observer = house.live_engine()
    assert until(lambda: witness.newest(values=True) is not None, timeout_s=30), witness.log()
    witness.kill()
    assert fresh_values(observer, MODBUS, timeout_s=15)
    assert engine.code is None
    assert verify_store(house.stage.store).faults == []


@contextmanager
def _rooms_with_engine(house: House, count: int = 1) -> Iterator[list[Path]]:
    """Rooms as a workstation has them: they keep an engine running beside them. Gives their logs; ends all of it."""
    stage = house.stage
    command = [sys.executable, "-m", "app", "room", "--store", stage.store, "--private", str(stage.private)]
    logs = [stage.logs / f"workstation-{i}.log" for i in range(count)]
    rooms: list[subprocess.Popen[bytes]] = []
    try:
        for path in logs:
            with path.open("wb") as log:
                rooms.append(
                    subprocess.Popen(
                        command, cwd=ROOT, env={**stage.env, "QT_QPA_PLATFORM": "offscreen"}, stdout=log, stderr=log
                    )
                )
        yield logs
    finally:
        for room in rooms:
            room.terminate()
        for room in rooms:
            room.wait(20)
        for engine in _engines(house):
            engine.terminate()
            engine.wait(20)


def _engines(house: House) -> list[psutil.Process]:
    """Return the engine processes on the house's store."""
    wanted = {"engine", house.stage.store}
    return [p for p in psutil.process_iter(["cmdline"]) if wanted <= set(p.info["cmdline"] or ())]


def test_a_room_starts_its_workstations_engine_again(house: House) -> None:
    """The room starts an engine → killed → the room starts another; a person's command then works again."""
    observer = house.observe()
    with _rooms_with_engine(house):
        assert fresh_values(observer, MODBUS, timeout_s=30), house.last_words()
        (first,) = _engines(house)
        epoch = house.epoch()
        os.kill(first.pid, signal.SIGKILL)
        assert fresh_values(observer, MODBUS, timeout_s=30), house.last_words()
        assert house.epoch() > epoch and [p.pid for p in _engines(house)] != [first.pid]
    assert verify_store(house.stage.store).faults == []


def _events(house: House, kind: str) -> list[JournalEntry]:
    reader = open_room_store(house.stage.store)
    try:
        return [e for e in reader.journal_newest(Journal.EVENTS, limit=500) if e.kind == kind]
    finally:
        reader.close()


def _texts(logs: list[Path]) -> str:
    return "".join(p.read_text(encoding="utf-8") for p in logs)


def _only_engine(house: House) -> psutil.Process:
    """Return the engine that is left when every one that came too late has ended by itself."""
    assert until(lambda: len(_engines(house)) == 1, timeout_s=30), _engines(house)
    return _engines(house)[0]


def test_an_engine_that_stands_still_is_replaced_once_by_two_rooms(house: House) -> None:
    """Two rooms keep one engine → it is stopped → one of them names it, kills it and starts another: fresh values under
    a higher epoch. The journal says it once, and the new engine is left to work."""
    observer = house.observe()
    with _rooms_with_engine(house, 2) as logs:
        assert fresh_values(observer, MODBUS, timeout_s=60), house.last_words()
        first = _only_engine(house)
        epoch = house.epoch()
        first.suspend()
        try:
            assert until(lambda: bool(_events(house, "engine-replaced")), timeout_s=90), _texts(logs)
        finally:
            with suppress(psutil.NoSuchProcess):  # which is how it should be
                first.kill()
        said = _texts(logs)
        assert said.count("it is killed") == 1 and f"process {first.pid} has given no sign" in said, said
        assert fresh_values(observer, MODBUS, timeout_s=30), house.last_words()
        second = _only_engine(house)
        assert second.pid != first.pid and house.epoch() > epoch
        (told,) = _events(house, "engine-replaced")
        assert f"process {first.pid}" in told.detail["holder"] and told.detail["silent_s"] >= 10.0
    assert verify_store(house.stage.store).faults == []
