"""Takes frames after the mark and writes them as windows."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.clock import Clock
from app.engine.historian.packing import pack_window
from app.engine.historian.plan import HistorianPlan
from app.errors import BadBlock, BadFrame
from app.series.frames import DELTA, DecodedFrame, decode
from app.series.gathering import Gatherer
from app.series.times import unpack_state
from app.storage.contract import FrameRow
from app.storage.history_contract import GroupKind, HistoryStore, Mark, StoredWindow
from app.storage.months import days_of

__all__ = ["Filler", "FramesAfter", "Tell", "Written"]

FramesAfter = Callable[[int, int], Sequence[FrameRow]]
"""Frames of every kind after a number, in order, at most so many."""
Tell = Callable[..., None]
"""Tells the journal: kind and details."""

_HOLE_AT_ONCE: Final = 10_000
_FAR_MS: Final = 40 * 86_400_000
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """A window that was just written: where history ends now, samples and packed bytes of it, how long its packing and
    writing took, and the tags that it speaks of."""

    mark: Mark
    samples: int
    bytes: int
    took_s: float
    tags: frozenset[int]


class Filler:
    """Goes on from where history ends. After any error a new one does so again: nothing is kept but in the store."""

    def __init__(
        self,
        store: HistoryStore,
        frames_after: FramesAfter,
        *,
        clock: Clock,
        plan: HistorianPlan,
        rolled: Callable[[], int],
        written: Callable[[Written], None],
        waits: Callable[[int], None],
        tell: Tell,
    ) -> None:
        self._store = store
        self._frames_after = frames_after
        self._clock = clock
        self._plan = plan
        self._rolled = rolled
        self._written = written
        self._waits = waits
        self._tell = tell
        self._gatherer = Gatherer()
        self._seq = self._t_ms = self._revision = 0

    def run(self) -> Iterator[bool]:
        """Work for ever in small steps; yields whether there is more to do now."""
        self._begin()
        yield True
        while True:
            rows = self._frames_after(self._seq, self._plan.slice_frames)
            for row in rows:
                yield from self._take(row)
            yield len(rows) >= self._plan.slice_frames

    def _begin(self) -> None:
        found = self._store.newest_state()
        if found is None:
            return
        mark, packed = found
        self._seq, self._t_ms = mark.seq, mark.t_ms
        try:
            state = unpack_state(packed)
        except BadBlock as error:
            # The next key frame says everything again.
            _log.error("the state after frame %d is damaged and is left out: %s", mark.seq, error)
            state = None
        self._gatherer = Gatherer(state, seq=mark.seq, t_ms=mark.t_ms)

    def _take(self, row: FrameRow) -> Iterator[bool]:
        """Take one frame; before it write the window that ends there."""
        if self._seq and row.seq > self._seq + 1:
            yield from self._cross_hole(row.seq - 1)
        if self._gatherer.frames and row.t // self._plan.window_ms != self._t_ms // self._plan.window_ms:
            yield from self._write()
        if not self._gatherer.frames:
            self._waits(row.t)
        kind = row.kind
        try:
            frame = decode(row.payload, t=row.t)
        except BadFrame as error:
            _log.error("frame %d is damaged and counts as empty: %s", row.seq, error)
            self._tell("history-frame-damaged", frame=row.seq)
            kind, frame = DELTA, DecodedFrame(self._revision, ())
        self._gatherer.take(row.seq, row.t, kind, frame)
        self._seq, self._t_ms, self._revision = row.seq, row.t, frame.revision
        if self._gatherer.rows >= self._plan.window_rows:
            yield from self._write()

    def _cross_hole(self, last: int) -> Iterator[bool]:
        """Let frames that are gone count as empty ones of the time before them: what follows is a gap."""
        _log.error("frames %d to %d are gone before history had them", self._seq + 1, last)
        self._tell("history-frames-missed", first=self._seq + 1, last=last)
        for seq in range(self._seq + 1, last + 1):
            self._gatherer.take(seq, self._t_ms, DELTA, DecodedFrame(self._revision, ()))
            if seq % _HOLE_AT_ONCE == 0:
                yield True
        self._seq = last

    def _write(self) -> Iterator[bool]:
        began, rows = self._clock.monotonic(), self._gatherer.rows
        window = self._gatherer.window()
        yield True
        tags = frozenset(window.state.tags.tolist()) | {c.tag for g in window.groups for c in g.columns}
        stored = yield from _telling_more(pack_window(window))
        self._store.write(replace(stored, dirty=_out_of_time(stored, self._rolled())))
        mark = Mark(stored.last_seq, stored.end_ms)
        self._written(Written(mark, rows, _size(stored), self._clock.monotonic() - began, tags))
        yield True


def _telling_more(steps: Generator[None, None, StoredWindow]) -> Generator[bool, None, StoredWindow]:
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            window: StoredWindow = ended.value
            return window
        yield True


def _out_of_time(window: StoredWindow, rolled: int) -> tuple[tuple[int, int], ...]:
    """Return (tag, day) of seen samples that belong to a time that is rolled up already: the clock of their source was
    set back, or is behind. What lies further back than any such clock is left out."""
    oldest = window.start_ms - _FAR_MS
    return tuple(
        (block.tag, day)
        for group in window.groups
        for block in group.blocks
        if group.kind is GroupKind.SEEN and block.lo_ms < rolled and block.hi_ms >= oldest
        for day in days_of(max(block.lo_ms, oldest), min(block.hi_ms, rolled - 1))
    )


def _size(window: StoredWindow) -> int:
    groups = sum(len(g.times) + sum(len(b.payload) for b in g.blocks) for g in window.groups)
    return groups + len(window.frames) + len(window.state)
