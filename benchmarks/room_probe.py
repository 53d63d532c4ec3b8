"""The real room, measured from inside: `python -m benchmarks.room_probe STORE WINDOWS SECONDS`.

Same composition root as `qianliyan room`. Each window shows another station. Tells, as JSON lines: when the windows
stand, when every visible value is there, and what the following seconds cost.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil

from app.model.quality import BAD
from app.views.main import Options, run_room
from app.views.pages.station import StationPage
from app.views.parts import Parts
from app.views.state.station import stations_of

SETTLE_S = 3.0


def _tell(**facts: object) -> None:
    sys.stdout.write(json.dumps({**facts, "at": time.time()}) + "\n")
    sys.stdout.flush()


def _visible(parts: Parts) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Return the numbers of all tags that the mimics on screen draw."""
    pages = [page for w in parts.windows if isinstance(page := w.page, StationPage)]
    drawn = [n for page in pages for n in page.mimic._numbers]
    return np.unique(np.concatenate(drawn)) if drawn else np.empty(0, np.int32)


async def probe(parts: Parts, seconds: float) -> int:
    """Measure and end."""
    await asyncio.sleep(0)
    _tell(seen="window", visible=parts.windows[0].isVisible())
    await _until(lambda: parts.room.live is not None)
    assert parts.room.live is not None
    stations = stations_of(parts.room.live.site)
    for window, station in zip(parts.windows, stations, strict=False):
        window.go("station", station.id)
    numbers = _visible(parts)
    live = parts.room.live
    await _until(lambda: bool((live.quality[numbers] < BAD).all()))
    _tell(seen="values", count=len(numbers), texts=int(sum(np.isfinite(live.values[numbers]))))
    await asyncio.sleep(SETTLE_S)
    _tell(**await _cost(parts, numbers, seconds))
    return 0


async def _until(condition: Callable[[], bool]) -> None:
    """Look every 5 ms: what is measured must not be told what measures it."""
    while not condition():  # noqa: ASYNC110
        await asyncio.sleep(0.005)


async def _cost(parts: Parts, numbers: np.ndarray[tuple[int], np.dtype[np.int32]], seconds: float) -> dict[str, object]:
    """Measure CPU, changes of visible values and memory over `seconds`."""
    assert parts.room.live is not None
    live, process = parts.room.live, psutil.Process()
    stamps, changes = live.stamp[numbers].copy(), 0
    cpu, wall = time.process_time(), time.monotonic()
    while time.monotonic() - wall < seconds:
        await asyncio.sleep(0.1)
        now = live.stamp[numbers].copy()
        changes += int((now != stamps).sum())
        stamps = now
    wall = time.monotonic() - wall
    share = (time.process_time() - cpu) / wall
    rss = process.memory_info().rss / 1e6
    return {"seen": "cost", "cpu_percent": 100 * share, "changes_per_s": changes / wall, "rss_mb": rss}


if __name__ == "__main__":
    store, windows, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])

    async def run(parts: Parts, _folder: Path) -> int:
        """Probe for the seconds of the command line."""
        return await probe(parts, seconds)

    raise SystemExit(run_room(Options(store, windows=windows, tour=Path("var")), tour=run))
