"""The alarm list under a storm: 10,000 rows, 500 transitions a second, beside an idle Qt loop at the same time.

`python -m benchmarks.alarms_room --seconds 20`. A process of its own writes the rows through the engine's store; the
room is the product's own composition with its alarm page in front, and follows as it always does. What is measured is
how long the GUI thread does not come round (its silence), and how old a change is when the list has it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from app.clock import SystemClock
from app.model.alarms.status import AlarmState, AlarmStatus
from app.series.frames import encode
from app.storage.contract import DELTA, KEY, EngineStore, FrameRow, Tick
from app.storage.opening import create_store, open_engine_store
from benchmarks.figures import Figure, show
from tests.helpers.alarms import many_alarms, raised, with_alarms
from tests.helpers.sources import ROOT
from tests.helpers.xiasha import xiasha

__all__ = ["run"]

ROWS, PER_S, TICK_S = 10_000, 500, 0.2
PERIOD_MS = 2
SETTLE_S = 3.0
_STATES = (AlarmState.UNACK, AlarmState.ACKED, AlarmState.RTN_UNACK)


class Storm:
    """Commits changed rows as an engine does: 100 each 200 ms, every one with a new state."""

    def __init__(self, address: str) -> None:
        self._store: EngineStore = open_engine_store(address, clock=SystemClock())
        self._store.take_lease("bench")
        self._dice = random.Random(1)
        self._rows: dict[str, AlarmStatus] = {}

    def fill(self) -> None:
        """Put the site in force and let every alarm stand."""
        site = with_alarms(xiasha(), many_alarms(ROWS))
        self._store.apply_site(site, "bench", "bench")
        self._rows = {
            s.path: raised(s, self._dice.choice(_STATES), ago_s=self._dice.uniform(0, 9e4)) for s in site.alarms
        }
        self._store.take_lease("bench")  # a site with 10,000 alarms takes longer than a lease stands
        rows = tuple(self._rows.values())
        for i in range(0, len(rows), 500):
            self._commit(rows[i : i + 500], KEY)

    def blow(self, seconds: float) -> None:
        """Change rows at the pace of the storm."""
        self._rows = {a.path: a for a in self._store.alarms()}
        paths, due, end = list(self._rows), time.monotonic(), time.monotonic() + seconds
        while time.monotonic() < end:
            due += TICK_S
            now = time.time_ns() // 1_000_000
            changed = tuple(self._changed(path, now) for path in self._dice.sample(paths, int(PER_S * TICK_S)))
            self._commit(changed, DELTA)
            time.sleep(max(0.0, due - time.monotonic()))

    def _changed(self, path: str, now: int) -> AlarmStatus:
        row = self._rows[path]
        state = _STATES[(_STATES.index(row.state) + 1) % len(_STATES)]
        row = replace(row, state=state, since_ms=now, source_ms=now)
        if state is AlarmState.UNACK:
            row = replace(row, raised_ms=now, annunciated_ms=now, count=row.count + 1)
        self._rows[path] = row
        return row

    def _commit(self, alarms: tuple[AlarmStatus, ...], kind: int) -> None:
        now = time.time_ns() // 1_000_000
        self._store.commit(Tick(frames=(FrameRow(now, kind, encode((), t=now, revision=1)),), alarms=alarms))

    def close(self) -> None:
        """Give the store back."""
        self._store.release_lease()
        self._store.close()


def _figures(gaps: list[float]) -> dict[str, float]:
    """Return what a loop's gaps say, in ms."""
    ms = np.array(gaps) * 1000
    return {"p999": float(np.percentile(ms, 99.9)), "max": float(ms.max()), "turns": len(ms)}


class Pulse:
    """A timer that notes how long the loop did not come round."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.gaps: list[float] = []
        self._last = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin."""
        self.gaps, self._last = [], time.monotonic()
        self._timer.start(PERIOD_MS)

    def stop(self) -> dict[str, float]:
        """End and return the figures."""
        self._timer.stop()
        return _figures(self.gaps)

    def _tick(self) -> None:
        now = time.monotonic()
        self.gaps.append(now - self._last)
        self._last = now


def _idle(seconds: float) -> dict[str, float]:
    """Measure a loop that has nothing else to do."""
    from PySide6.QtCore import QCoreApplication, QTimer

    app = QCoreApplication([])
    pulse = Pulse()
    pulse.start()
    QTimer.singleShot(int(seconds * 1000), app.quit)
    app.exec()
    return pulse.stop()


def _room(address: str, seconds: float) -> dict[str, Any]:
    """Measure the room."""
    from app.views.main import Options, run_room
    from app.views.parts import Parts

    found: dict[str, Any] = {}

    async def probe(parts: Parts, _folder: Path) -> int:
        room, ages = parts.room, []

        def changed(paths: tuple[str, ...]) -> None:
            now = time.time_ns() // 1_000_000
            ages.extend(now - room.book.statuses[p].since_ms for p in paths[:5])

        while len(room.book.main) < ROWS:  # noqa: ASYNC110 - what is measured must not be told what measures it
            await asyncio.sleep(0.05)
        parts.windows[0].go("alarms", "")
        command = [sys.executable, "-m", "benchmarks.alarms_room", "idle", str(seconds + SETTLE_S / 2)]
        beside = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: ASYNC220 - returns at once
        await asyncio.sleep(SETTLE_S)
        room.alarms_changed.connect(changed)
        pulse, before, cpu = Pulse(), room.book.revision, time.process_time()
        pulse.start()
        await asyncio.sleep(seconds)
        found.update(pulse.stop(), rows=len(room.book.main), steps=room.book.revision - before)
        found["cpu"] = 100 * (time.process_time() - cpu) / seconds
        room.alarms_changed.disconnect(changed)
        found["age99"] = float(np.percentile(ages, 99)) if ages else float("inf")
        await asyncio.sleep(SETTLE_S)
        found["idle"] = json.loads(beside.communicate()[0].splitlines()[-1])
        return 0

    run_room(Options(address, tour=Path("var")), tour=probe)
    return found


def _child(*words: str) -> dict[str, Any]:
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "benchmarks.alarms_room", *words]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode != 0:
        raise RuntimeError(f"{words[0]} ended with {done.returncode}: {done.stderr[-800:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


@contextmanager
def _storm(seconds: float) -> Iterator[str]:
    """Make a store with its 10,000 rows and let the storm blow over it, in a process of its own."""
    (ROOT / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "var") as folder:
        address = str(Path(folder) / "store")
        create_store(address, demo=True)
        storm = Storm(address)
        storm.fill()
        storm.close()
        writer = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.alarms_room", "storm", address, str(seconds)], cwd=ROOT
        )
        try:
            yield address
        finally:
            writer.terminate()
            writer.wait()


def run(seconds: float = 20.0) -> list[Figure]:
    """Measure the room in the storm, and at the same time an idle loop in a process of its own."""
    with _storm(seconds + 60.0) as address:
        storm = _child("room", address, str(seconds))
    longest = storm["idle"]["max"]
    reference = {"reference": longest, "reference_name": "an idle Qt loop at the same time"}
    return [
        Figure("alarms: rows in the list", storm["rows"], "", limit=ROWS, at_least=True),
        Figure("alarms: GUI-thread silence p99.9 in the storm", storm["p999"], "ms", limit=100.0),
        Figure("alarms: GUI-thread silence, longest", storm["max"], "ms", limit=3 * longest, **reference),
        Figure("alarms: longest silence against the idle loop's", storm["max"] / longest, "×"),
        Figure("alarms: age of a change in the list p99", storm["age99"], "ms", limit=500.0),
        Figure("alarms: CPU of the room", storm["cpu"], "% of a core"),
    ]


def _main(words: list[str]) -> None:
    if words[0] == "storm":
        storm = Storm(words[1])
        storm.blow(float(words[2]))
        storm.close()
    else:
        answer = _idle(float(words[1])) if words[0] == "idle" else _room(words[1], float(words[2]))
        sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] in ("idle", "room", "storm"):
        _main(sys.argv[1:])
    else:
        parser = argparse.ArgumentParser(description=__doc__)
        parser.add_argument("--seconds", type=float, default=20.0)
        sys.exit(0 if show(run(parser.parse_args().seconds)) else 1)
