"""The real room with a witness beside it: `python -m tests.helpers.room_witness STORE FOLDER`.

Same composition root as `qianliyan room`; the coroutine that a tour would be tells, as one JSON line per change, what
a person would see and hear: {"seen": "silence", "silent": true, "sounding": true, "grey": true, "at": UTC ms}.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from app.logs import set_up_logging
from app.model.quality import Quality
from app.views.main import Options, run_room
from app.views.parts import Parts

LOOK_S = 0.02


def _tell(**facts: object) -> None:
    sys.stdout.write(json.dumps({**facts, "at": time.time_ns() // 1_000_000}) + "\n")
    sys.stdout.flush()


def _facts(parts: Parts) -> dict[str, object]:
    """Return what the room shows now: silent, sounding, and whether every value is greyed."""
    live = parts.room.live
    tags = [] if live is None else [t.path for t in live.site.tags]
    grey = live is not None and all(live.get(path).quality == Quality.ENGINE_LOST for path in tags)
    good = 0 if live is None else sum(live.get(path).quality == Quality.GOOD for path in tags)
    return {
        "silent": parts.room.engine_silent,
        "sounding": parts.beat.horn.sounding,
        "grey": grey,
        "values": good > 0,
        "banner": parts.windows[0].header.isVisible(),
    }


async def witness(parts: Parts, folder: Path) -> int:
    """Tell every change until the process is ended from outside."""
    told: dict[str, object] = {}
    _tell(seen="window")
    while True:
        facts = _facts(parts)
        if facts != told:
            told = facts
            _tell(seen="room", **facts)
        await asyncio.sleep(LOOK_S)


if __name__ == "__main__":
    set_up_logging("room")
    raise SystemExit(run_room(Options(sys.argv[1], tour=Path(sys.argv[2])), tour=witness))
