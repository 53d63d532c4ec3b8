"""The room as a process: it opens on a store and ends in order when asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

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
