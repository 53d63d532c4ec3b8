"""The alarm list of the past: 600 alarms out of a journal of a million lines, and what the time bar asks besides.

Beside it, in the same run: the same answer the plain way, one statement over all lines with a window function.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from app.storage.alarms_past import alarm_density, alarms_at, next_alarm
from app.storage.canonical import to_text
from app.storage.columns import LIVE_OWNER
from app.storage.opening import backend_of, create_store
from benchmarks.figures import Figure

__all__ = ["run"]

LINES, ALARMS = 1_000_000, 600
T0, EVERY_MS = 1_790_000_000_000, 30_000
"""A line each half minute: about a year."""
_PLAIN = """
SELECT detail FROM (
  SELECT detail, row_number() OVER (PARTITION BY what ORDER BY frame DESC, seq DESC) AS place
  FROM journal WHERE journal = 'alarms' AND frame <= ?
) WHERE place = 1"""


def run() -> list[Figure]:
    """Measure on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        address = str(Path(folder) / "store")
        create_store(address, demo=True)
        file = next(Path(address).glob("live*.sqlite"))
        with closing(sqlite3.connect(file)) as connection:
            _fill(connection)
            plain = _timed(lambda frame: connection.execute(_PLAIN, (frame,)).fetchall(), times=2)
        reader = backend_of(address).reader(LIVE_OWNER)
        with reader.connect() as connection:
            figures = _measured(connection, plain)
        reader.dispose()
    return figures


def _measured(connection: sa.Connection, plain: float) -> list[Figure]:
    standing = len(alarms_at(connection, 3 * LINES))
    at = _timed(lambda frame: alarms_at(connection, frame))
    step = _timed(lambda frame: next_alarm(connection, frame, back=True))
    day = _timed(lambda frame: alarm_density(connection, _ms(frame), _ms(frame) + 86_400_000, 400), times=5)
    what = f"time machine: alarm list at a frame number, {standing} of {ALARMS} stand"
    return [
        Figure(what, at, "ms", 50.0, False, plain, "one statement over all lines"),
        Figure("time machine: the alarm before a frame number", step, "ms"),
        Figure("time machine: alarms of a day in 400 columns", day, "ms"),
    ]


def _timed(work: Callable[[int], object], *, times: int = 15) -> float:
    """Return the median of some questions at frame numbers all over the journal, in ms."""
    dice, took = random.Random(3), []
    for _ in range(times):
        frame = dice.randrange(LINES, 3 * LINES)
        began = time.perf_counter()
        work(frame)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def _ms(frame: int) -> int:
    return T0 + frame // 3 * EVERY_MS


def _fill(connection: sqlite3.Connection) -> None:
    paths = [f"ps{i // 10:02}/tag{i % 10}:HH" for i in range(ALARMS)]
    columns = "journal, seq, kind, at_ms, what, who, place, detail, hash, area, priority, frame"
    connection.executemany(f"INSERT INTO journal ({columns}) VALUES ({', '.join('?' * 12)})", _lines(paths))
    connection.executemany(
        "INSERT INTO alarm (path, revision, body) VALUES (?, ?, '{}')", zip(paths, range(ALARMS), strict=True)
    )
    connection.commit()


def _lines(paths: list[str]) -> Iterator[tuple[object, ...]]:
    """Yield lines of alarms that come and go, as an engine writes them but for the chain's hashes."""
    dice, texts = random.Random(1), (_detail("norm"), _detail("unack"))
    for seq in range(1, LINES + 1):
        up = seq % 2
        kind, path = ("raised" if up else "returned"), dice.choice(paths)
        yield ("alarms", seq, kind, _ms(3 * seq), path, "", "", texts[up], "0" * 64, "east", 1 + seq % 4, 3 * seq)


def _detail(state: str) -> str:
    row = dict.fromkeys(("annunciated_ms", "raised_ms", "since_ms", "unacked_ms"), T0)
    return to_text(
        {
            "occurrence": f"ps01/well/level:HH@{T0}", "tag": "ps01/well/level", "from": "norm", "state": state,
            "value": 3.44, "limit": 3.4, "quality": 0, "source_ms": T0, "receipt_ms": T0, "count": 1, "flags": [],
            "annunciated": state == "unack", "note": "", "site_revision": 1, "row": row,
        }
    )  # fmt: skip
