"""The room as a process: it opens on a store, ends in order when asked, and starts an engine only where none runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import StoreUnavailable
from app.views.gateway import engine_start
from app.views.gateway.engine_start import ensure_engine
from tests.helpers.room import RoomClock
from tests.helpers.shop import Shop
from tests.helpers.xiasha import xiasha


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path / "store", xiasha())
    made.write({"ps01/well/level": 1.0}, key=True)
    yield made
    made.close()


@pytest.mark.skipif(sys.platform == "win32", reason="signals end a process differently there")
def test_a_room_opens_two_windows_and_ends_in_order(shop: Shop, tmp_path: Path) -> None:
    """SIGTERM ends it with code 0 and no traceback; the log says nothing above WARNING."""
    log = tmp_path / "room.log"
    command = [sys.executable, "-m", "app", "room", "--store", shop.address, "--private", str(tmp_path / "private")]
    with log.open("wb") as out:
        room = subprocess.Popen(
            [*command, "--no-engine", "--windows", "2"],
            stderr=out,
            stdout=out,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QIANLIYAN_LOG": "INFO"},
        )
        try:
            deadline = time.monotonic() + 30
            while b"the room is open" not in log.read_bytes() and time.monotonic() < deadline and room.poll() is None:
                shop.write({"ps01/well/level": 1.1})
                time.sleep(0.05)
            room.send_signal(signal.SIGTERM)
            code = room.wait(20)
        finally:
            room.kill()
            room.wait()
    said = log.read_text(encoding="utf-8")
    assert code == 0, said
    assert "the room is open" in said and "Traceback" not in said and "ERROR" not in said and "CRITICAL" not in said


def test_no_engine_is_started_beside_one_that_runs(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lease is held now: nothing is started. It has run out: one engine is started with its log."""
    started: list[tuple[str, ...]] = []
    monkeypatch.setattr(engine_start, "start_detached", lambda *args, log: started.append((*args, str(log))))
    assert not ensure_engine(shop.address, private=tmp_path / "private", clock=shop.clock)
    assert started == []
    late = RoomClock(shop.clock.now_ms() + 60_000)
    assert ensure_engine(shop.address, private=tmp_path / "private", clock=late)
    assert started[0][:3] == ("engine", "--store", shop.address) and started[0][-1].endswith("engine.log")


def test_a_server_has_engines_of_its_own(tmp_path: Path) -> None:
    """A room never starts an engine on a PostgreSQL store."""
    assert not ensure_engine("postgresql://nowhere/x", private=tmp_path, clock=RoomClock())


def test_a_folder_without_a_store_is_refused(tmp_path: Path) -> None:
    """The room says so in one sentence instead of waiting."""
    with pytest.raises(StoreUnavailable, match="no store"):
        ensure_engine(str(tmp_path / "nothing"), private=tmp_path, clock=RoomClock())
