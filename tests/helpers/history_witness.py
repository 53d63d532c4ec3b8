"""A witness beside a store: copies every committed frame as it sees it, and says what history must hold because of it.

It reads the frame table with a driver of its own and works the samples out with plain loops, so that nothing of the
product but the frame codec is in the judgement.
"""

from __future__ import annotations

import sqlite3
import struct
import threading
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from app.series.frames import decode
from app.storage.contract import DELTA, KEY, LATE

__all__ = ["Frame", "Held", "Seen", "Witness", "held_by"]

_PAUSE_S = 0.01
_CHUNK = 2_000
_BITS = struct.Struct("<d")

Frame = tuple[int, int, int, bytes]
"""Number, time t, kind, payload."""
Seen = tuple[int, int, bytes, int]
"""Number of the frame, source time, the value's bits, quality."""


def bits(value: float) -> bytes:
    """Return a value as it is stored, so that NaN equals itself and 0.0 is not −0.0."""
    return _BITS.pack(value)


@dataclass(slots=True)
class Held:
    """What history must hold, by tag: what rooms saw and what came late, each in the order of the frames. `state`: the
    value's bits and quality of each tag after the last frame; `t_of`: time of each frame."""

    seen: dict[int, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    late: dict[int, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    state: dict[int, tuple[bytes, int]] = field(default_factory=dict)
    t_of: dict[int, int] = field(default_factory=dict)


def held_by(frames: Sequence[Frame], *, until: int | None = None) -> Held:
    """Work out what frames brought, from the first to the frame `until`: every row of a delta frame, and those rows of
    a key frame that differ from how the tag stood."""
    held = Held()
    for seq, t, kind, payload in frames:
        if until is not None and seq > until:
            break
        held.t_of[seq] = t
        for batch in decode(payload, t=t).batches:
            columns = (batch.tags, batch.source_ms, batch.values, batch.quality)
            for tag, source, value, quality in zip(*(c.tolist() for c in columns), strict=True):
                row, stands = (seq, source, bits(value), quality), (bits(value), quality)
                if kind == LATE:
                    held.late[tag].append(row)
                    continue
                if kind == DELTA or held.state.get(tag) != stands:
                    held.seen[tag].append(row)
                held.state[tag] = stands
    return held


class Witness:
    """Follows the frames of a store in a thread. `frames` are whole: `faults` says where it missed one, or where a
    frame that it saw is another now."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.frames: list[Frame] = []
        self.faults: list[str] = []
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def last_seq(self) -> int:
        """Return the number of the newest frame it has."""
        return self.frames[-1][0] if self.frames else 0

    def start(self) -> None:
        """Look, until `pause`; first compare what is still there with what was seen."""
        self._stop.clear()
        with closing(self._connect()) as connection:
            self._compare(connection)
        self._thread = threading.Thread(target=self._follow, name="history-witness")
        self._thread.start()

    def pause(self) -> None:
        """Take what is there by now and let go of the store: nobody's file is open then."""
        if self._thread is not None:
            self._stop.set()
            self._thread.join()
            self._thread = None

    def _follow(self) -> None:
        with closing(self._connect()) as connection:
            while not self._stop.wait(_PAUSE_S):
                self._take(connection)
            self._take(connection)

    def _take(self, connection: Any) -> None:
        while rows := self._after(connection, self.last_seq):
            if rows[0][0] != self.last_seq + 1:
                self.faults.append(f"frames {self.last_seq + 1} to {rows[0][0] - 1} were gone before they were seen")
            self.frames += rows

    def _compare(self, connection: Any) -> None:
        """Find out whether committed frames are lost or changed."""
        known = {row[0]: row for row in self.frames[-_CHUNK:]}
        there = self._after(connection, min(known, default=1) - 1)
        newest = there[-1][0] if there else 0
        if newest < self.last_seq:
            self.faults.append(f"frames {newest + 1} to {self.last_seq} were committed and are lost")
        self.faults += [f"frame {row[0]} is another now" for row in there if known.get(row[0], row) != row]

    def _after(self, connection: Any, seq: int) -> list[Frame]:
        query = f"SELECT seq, t, kind, payload FROM {self._table} WHERE seq > {seq} ORDER BY seq LIMIT {_CHUNK}"
        return [(int(n), int(t), int(kind), bytes(payload)) for n, t, kind, payload in connection.execute(query)]

    @property
    def _table(self) -> str:
        return "live.frame" if "://" in self._address else "frame"

    def _connect(self) -> Any:
        if "://" in self._address:
            return psycopg.connect(self._address, autocommit=True)
        file = Path(self._address) / "live.sqlite"
        return sqlite3.connect(f"file:{file}?mode=ro", uri=True, isolation_level=None, timeout=5.0)


assert (KEY, DELTA, LATE) == (1, 2, 3)
