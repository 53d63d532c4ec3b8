"""A store with a past, made by hand: frames as a test says, moved into history when it says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

import numpy as np

from app.clock import SystemClock
from app.errors import LeaseLost
from app.series.batch import SampleBatch
from app.series.blocks import pack_block, unpack_block
from app.series.frames import DELTA, decode, encode
from app.series.gathering import Gatherer
from app.series.merging import join
from app.series.rollups import Rollup, pack_rollup
from app.series.times import pack_frames, pack_state, pack_times, unpack_state, unpack_times
from app.series.windows import Group, TagColumn, Times
from app.storage.contract import FrameRow, Tick
from app.storage.history_contract import (
    GroupKind,
    HistoryReader,
    HistoryStore,
    StoredBlock,
    StoredGroup,
    StoredRollup,
    StoredWindow,
)
from app.storage.history_reading import open_history_reader
from app.storage.months import month_of
from app.storage.opening import open_engine_store, open_history_store
from tests.helpers.history_witness import Frame

__all__ = ["PastWorld", "T", "batch", "stored_group"]

T = 1_767_225_600_000 + 12 * 3_600_000
"""Noon of 1 January 2026, UTC."""

_FRAMES_AT_ONCE = 200

Rows = Mapping[int, tuple[float, int, int]]


def batch(rows: Rows, receipt_ms: int) -> SampleBatch:
    """Make a batch of tag → (value, quality, source time)."""
    return SampleBatch(
        np.array(list(rows), dtype=np.int32),
        np.array([v for v, _, _ in rows.values()], dtype=np.float64),
        np.array([q for _, q, _ in rows.values()], dtype=np.uint16),
        np.array([s for _, _, s in rows.values()], dtype=np.int64),
        receipt_ms,
    )


def stored_group(kind: GroupKind, group: Group, start_ms: int, end_ms: int, revision: int = 0) -> StoredGroup:
    """Pack a group."""
    times = group.times
    blocks = []
    for c in group.columns:
        source = times.source_ms if c.events is None else times.source_ms[c.events]
        blocks.append(StoredBlock(c.tag, len(c), int(source.min()), int(source.max()), pack_block(c)))
    return StoredGroup(
        kind, int(times.seq.min()), int(times.seq.max()), start_ms, end_ms, len(times), pack_times(times),
        tuple(blocks), revision,
    )  # fmt: skip


class PastWorld:
    """Engine and historian of one store. `frames` are all that were ever committed."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.live = open_engine_store(address, clock=SystemClock())
        self.live.take_lease("past world")
        self.history: HistoryStore = open_history_store(address)
        self.history.lead(1)
        self.frames: list[Frame] = []
        self._readers: list[HistoryReader] = []

    def reader(self) -> HistoryReader:
        """Open a reader; `close` closes it."""
        self._readers.append(open_history_reader(self.address))
        return self._readers[-1]

    def close(self) -> None:
        for it in (*self._readers, self.history, self.live):
            it.close()

    def frame(self, t_ms: int, *batches: SampleBatch, kind: int = DELTA, revision: int = 1) -> int:
        """Commit a frame; return its number."""
        return self.add([(t_ms, kind, batches)], revision)

    def add(self, frames: Iterable[tuple[int, int, Sequence[SampleBatch]]], revision: int = 1) -> int:
        """Commit frames (t, kind, batches), a few at a time for an impatient server; return the number of the last."""
        rows = [FrameRow(t, kind, encode(its, t=t, revision=revision)) for t, kind, its in frames]
        for first in range(0, len(rows), _FRAMES_AT_ONCE):
            some = tuple(rows[first : first + _FRAMES_AT_ONCE])
            last = self._commit(Tick(frames=some))
            for seq, row in enumerate(some, last - len(some) + 1):
                self.frames.append((seq, row.t, row.kind, row.payload))
        return self.frames[-1][0]

    def move(self, until: int | None = None, *, size: int = 10_000) -> None:
        """Move frames up to one into history, in windows of so many at most."""
        mark = self.history.mark()
        after = 0 if mark is None else mark.seq
        todo = [f for f in self.frames if after < f[0] <= (until or self.frames[-1][0])]
        for _, its in groupby(todo, key=_month):
            frames = list(its)
            for first in range(0, len(frames), size):
                self._move(frames[first : first + size])

    def prune(self, until: int) -> None:
        """Drop frames from `live` as the engine does once history has them."""
        before = next(t for seq, t, _, _ in self.frames if seq > until)
        for _ in range(0, until + 20, 20):
            self._commit(Tick(prune_before_ms=before))

    def merge(self) -> None:
        """Merge all groups of each window-crossing set of tags that history has, month by month."""
        for month in self.history.months():
            by_tags: dict[tuple[int, ...], list[StoredGroup]] = {}
            for group in self.history.groups(month, 0, 1 << 60):
                by_tags.setdefault(tuple(b.tag for b in group.blocks), []).append(group)
            for old in by_tags.values():
                if len(old) > 1:
                    new = join([_unpacked(g) for g in old])
                    self.history.replace(old, [stored_group(old[0].kind, new, old[0].start_ms, old[-1].end_ms)])

    def bring(
        self, kind: GroupKind, tag: int, samples: Sequence[tuple[int, float, int]], revision: int | None = None
    ) -> int:
        """Import or correct (source time, value, quality) of a tag; return the revision."""
        number = self.history.next_revision() if revision is None else revision
        source = np.array([t for t, _, _ in samples], dtype=np.int64)
        times = Times(np.zeros(len(samples), np.int64), source, source)
        column = TagColumn(
            tag, None, np.array([v for _, v, _ in samples], np.float64), np.array([q for _, _, q in samples], np.uint16)
        )
        lo, hi = int(source.min()), int(source.max())
        self.history.add([stored_group(kind, Group(times, (column,)), lo, hi, number)])
        return number

    def roll_up(self, tag: int, rollup: Rollup) -> None:
        """Store a row of rollups."""
        row = StoredRollup(tag, rollup.width_ms, rollup.start_ms, pack_rollup(rollup))
        self.history.write_rollups([row])

    def _commit(self, tick: Tick) -> int:
        """Commit a tick; return the number of the newest frame. A busy machine may let the lease run out before."""
        try:
            return self.live.commit(tick).last_seq
        except LeaseLost:
            self.live.retake_lease()
            return self.live.commit(tick).last_seq

    def _move(self, frames: Sequence[Frame]) -> None:
        newest = self.history.newest_state()
        state = None if newest is None else unpack_state(newest[1])
        seq, t_ms = (0, None) if newest is None else (newest[0].seq, newest[0].t_ms)
        gatherer = Gatherer(state, seq=seq, t_ms=t_ms)
        for n, t, kind, payload in frames:
            gatherer.take(n, t, kind, decode(payload, t=t))
        w = gatherer.window()
        t_of = dict(zip(range(w.first_seq, w.last_seq + 1), w.frame_ms.tolist(), strict=True))
        seen = [
            stored_group(GroupKind.SEEN, g, t_of[int(g.times.seq[0])], t_of[int(g.times.seq[-1])]) for g in w.groups
        ]
        late = [stored_group(GroupKind.LATE, g, int(w.frame_ms[0]), int(w.frame_ms[-1])) for g in w.late]
        self.history.write(
            StoredWindow(
                w.first_seq,
                w.last_seq,
                int(w.frame_ms[0]),
                int(w.frame_ms[-1]),
                pack_frames(w.frame_ms),
                w.revisions,
                pack_state(w.state),
                (*seen, *late),
                w.gaps,
            )
        )


def _month(frame: Frame) -> int:
    return month_of(frame[1])


def _unpacked(group: StoredGroup) -> Group:
    return Group(unpack_times(group.times), tuple(unpack_block(b.tag, b.payload) for b in group.blocks))
