"""The real room in the flood, seen from inside: `python -m benchmarks.alarm_flood_room STORE ROWS FILE`.

Same composition root as `qianliyan room`, offscreen, its alarm page in front. It tells when ROWS alarms are listed,
waits for a line with a number of seconds on its standard input, and measures so long. What was seen goes to FILE as
JSON: for each change of an alarm's row its path, state and value, when the book had it, and when the banner was drawn
with it.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer

from app.views.main import Options, run_room
from app.views.parts import Parts
from app.views.room import Room
from app.views.shell.banner import Banner
from benchmarks.alarms_room import Pulse

__all__ = ["Witness"]

SETTLE_S = 2.0
PATIENCE_S = 120.0


class Witness(QObject):
    """Notes when the book and the banner show each change."""

    def __init__(self, room: Room, banner: Banner) -> None:
        super().__init__()
        self.seen: list[list[Any]] = []
        """[path, state, value, UTC ms in the book, UTC ms on the banner]."""
        self._room = room
        self._drawn = 0
        self._look = banner.refresh
        # Looked up anew at each tick of the banner, so that every look of it is seen.
        banner.refresh = self._refresh  # type: ignore[method-assign]
        room.alarms_changed.connect(self._changed)

    def _changed(self, paths: tuple[str, ...]) -> None:
        now = time.time_ns() / 1e6
        rows = (self._room.book.statuses[path] for path in paths)
        self.seen += [[row.path, row.state.value, row.value, now, None] for row in rows]

    def _refresh(self) -> None:
        self._look()
        # Comes round after what the look asked to be painted.
        QTimer.singleShot(0, self._painted)

    def _painted(self) -> None:
        now = time.time_ns() / 1e6
        for one in self.seen[self._drawn :]:
            one[-1] = now
        self._drawn = len(self.seen)


async def probe(parts: Parts, rows: int, file: Path) -> int:
    """Wait for the rows, then measure."""
    room, window, deadline = parts.room, parts.windows[0], time.monotonic() + PATIENCE_S
    while len(room.book.main) < rows:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(room.book.main)} alarms are listed, not {rows}")
        await asyncio.sleep(0.05)
    window.go("alarms", "")
    await asyncio.sleep(SETTLE_S)
    _tell(rows=len(room.book.main))
    seconds = float(await asyncio.to_thread(sys.stdin.readline))
    witness, pulse, cpu = Witness(room, window.header.banner), Pulse(), time.process_time()
    pulse.start()
    await asyncio.sleep(seconds)
    found = pulse.stop()
    found["cpu"] = 100 * (time.process_time() - cpu) / seconds
    await asyncio.to_thread(file.write_text, json.dumps(witness.seen))
    _tell(**found, rows=len(room.book.main), overflows=parts.feed.stats.overflows)
    return 0


def _tell(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    store, wanted, seen = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])

    async def run(parts: Parts, _folder: Path) -> int:
        """Probe for what the command line names."""
        return await probe(parts, wanted, seen)

    raise SystemExit(run_room(Options(store, tour=Path("var")), tour=run))
