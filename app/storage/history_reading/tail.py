"""The newest frames, which history does not have yet: read once, kept unpacked, dropped when history has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from app.errors import BadFrame, Cancelled
from app.series.frames import LATE, DecodedFrame, decode
from app.series.gathering import gaps_between
from app.series.samples import Gap
from app.series.standing import Standing
from app.series.windows import State
from app.storage import tables_live as live
from app.storage.foreign import mapped_errors
from app.storage.history_contract import Mark, SeenFrame, Stop
from app.storage.history_reading.chunks import Chunk, Follower, joined
from app.storage.history_reading.pieces import Piece, Unpacker

__all__ = ["ROWS_KEPT", "Tail"]

ROWS_KEPT: Final = 2_500_000
"""Samples kept unpacked (26 bytes each); of more, should the historian stand still, the oldest are read anew for each
question."""
_FRAMES_AT_ONCE: Final = 200
_SMALL: Final = 100_000
"""Chunks are put together up to about this many rows."""

_frame = live.frame.c
_AFTER: Final = (
    sa.select(_frame.seq, _frame.t, _frame.kind, _frame.payload)
    .where(_frame.seq > sa.bindparam("after"), _frame.seq <= sa.bindparam("until"))
    .order_by(_frame.seq)
    .limit(_FRAMES_AT_ONCE)
)
_NEWEST: Final = 1 << 62
_Row = tuple[int, int, int, DecodedFrame]


class Tail:
    """Frames after the mark. `follow` brings it up to date, everything else answers from what is there."""

    def __init__(self, engine: sa.Engine, unpacker: Unpacker) -> None:
        self._engine: Final = engine
        self._unpacker: Final = unpacker
        self._follower: Follower | None = None
        self._mark: Mark | None = None
        self._base: Callable[[], State | None] = _no_state
        self._forget(0)

    @property
    def last(self) -> Mark | None:
        """Return the newest frame and its time: that of the mark when there is nothing after it; None without any."""
        return Mark(self._seqs[-1], self._times[-1]) if self._seqs else self._mark

    @property
    def first(self) -> Mark | None:
        """Return the first frame after the mark, None if there is none."""
        return Mark(self._seqs[0], self._times[0]) if self._seqs else None

    def follow(self, mark: Mark | None, base: Callable[[], State | None], *, accept_holes: bool = False) -> bool:
        """Drop what history has since, and read what came. `base` returns the state after the mark. False: frames
        after the mark are gone, so the mark has moved on; look at it again."""
        seq = 0 if mark is None else mark.seq
        self._mark, self._base = mark, base
        if self._follower is None or self._last_seq < seq:
            self._forget(seq)
            self._follower = Follower(base())
        self._drop(seq)
        while rows := self._read(self._last_seq, _NEWEST):
            if self._last_seq and rows[0][0] != self._last_seq + 1 and not accept_holes:
                return False
            self._take(self._follower, rows)
        return True

    def leave_out(self, mark: Mark | None) -> None:
        """Have nothing after the mark."""
        self._mark = mark
        self._forget(0 if mark is None else mark.seq)

    def pieces(self, tags: Sequence[int], stop: Stop) -> dict[int, list[Piece]]:
        """Return the samples of some tags after the mark."""
        after = 0 if self._mark is None else self._mark.seq
        found: dict[int, list[Piece]] = {}
        for chunk in self._all_chunks(stop):
            for tag in tags:
                pieces = chunk.pieces(tag, after)
                if pieces:
                    found.setdefault(tag, []).extend(pieces)
        return found

    def ends(self) -> list[int]:
        """Return the least and the greatest source time after the mark, or more; nothing without samples."""
        return [self._lo_ms, self._hi_ms] if self._hi_ms >= self._lo_ms else []

    def state(self, until: int, stop: Stop) -> State:
        """Return how everything stood once a frame after the mark had come."""
        standing = Standing(self._base())
        for chunk in self._all_chunks(stop):
            if int(chunk.batch_seq[0]) > until:
                break
            standing.put(chunk.newest(until))
        return standing.state()

    def gaps(self) -> tuple[Gap, ...]:
        """Return the gaps after the mark."""
        return gaps_between(np.array(self._times, np.int64), None if self._mark is None else self._mark.t_ms)

    def time_of(self, seq: int) -> int | None:
        """Return the time of a frame after the mark."""
        at = int(np.searchsorted(self._numbers(), seq))
        return self._times[at] if at < len(self._seqs) and self._seqs[at] == seq else None

    def newest_at(self, t_ms: int) -> Mark | None:
        """Return the newest frame after the mark with a time up to one."""
        at = int(np.searchsorted(np.array(self._times, np.int64), t_ms, side="right"))
        return Mark(self._seqs[at - 1], self._times[at - 1]) if at else None

    def newest_until(self, seq: int) -> Mark | None:
        """Return the newest frame after the mark with a number up to one."""
        at = int(np.searchsorted(self._numbers(), seq, side="right"))
        return Mark(self._seqs[at - 1], self._times[at - 1]) if at else None

    def revision_at(self, seq: int) -> int:
        """Return the revision of a frame after the mark."""
        return next((revision for first, revision in reversed(self._revisions) if first <= seq), 0)

    def frames(self, after: int, until: int) -> list[SeenFrame]:
        """Return some frames after one and up to another, as they are stored, late ones as empty; none if they are
        history by now."""
        rows = self._read(after, until)
        return [SeenFrame(seq, t, f.revision, f.batches if kind != LATE else ()) for seq, t, kind, f in rows]

    # ---- inside

    def _numbers(self) -> NDArray[np.int64]:
        return np.array(self._seqs, np.int64)

    def _forget(self, seq: int) -> None:
        self._last_seq = seq
        self._chunks: list[Chunk] = []
        self._rows = 0
        self._lo_ms, self._hi_ms = _NEWEST, -_NEWEST
        self._cached_after = seq
        self._seqs: list[int] = []
        self._times: list[int] = []
        self._revisions: list[tuple[int, int]] = []

    def _drop(self, seq: int) -> None:
        """Drop what history has."""
        while self._chunks and self._chunks[0].last_seq <= seq:
            self._drop_chunk()
        if self._seqs and self._seqs[0] <= seq:
            gone = int(np.searchsorted(self._numbers(), seq, side="right"))
            del self._seqs[:gone], self._times[:gone]
            later = [r for r in self._revisions if r[0] > seq]
            self._revisions = (
                self._revisions[len(self._revisions) - len(later) - 1 :] if later else self._revisions[-1:]
            )

    def _drop_chunk(self) -> None:
        chunk = self._chunks.pop(0)
        self._rows -= len(chunk)
        self._cached_after = max(self._cached_after, chunk.last_seq)

    def _take(self, follower: Follower, rows: list[_Row]) -> None:
        for seq, t, _, frame in rows:
            self._seqs.append(seq)
            self._times.append(t)
            if not self._revisions or self._revisions[-1][1] != frame.revision:
                self._revisions.append((seq, frame.revision))
        self._last_seq = rows[-1][0]
        chunk = follower.take([(seq, kind, frame) for seq, _, kind, frame in rows])
        if chunk is None:
            return
        self._rows += len(chunk)
        self._lo_ms = min(self._lo_ms, int(chunk.source_ms.min()))
        self._hi_ms = max(self._hi_ms, int(chunk.source_ms.max()))
        self._chunks.append(chunk)
        while len(self._chunks) > 1 and len(self._chunks[-2]) <= min(2 * len(self._chunks[-1]), _SMALL):
            self._chunks[-2:] = [joined(*self._chunks[-2:])]
        while self._rows > ROWS_KEPT and len(self._chunks) > 1:
            self._drop_chunk()

    def _all_chunks(self, stop: Stop) -> Iterator[Chunk]:
        """Yield all chunks after the mark in order; those that are not kept are made again."""
        after = 0 if self._mark is None else self._mark.seq
        if self._cached_after > after:
            follower = Follower(self._base())
            while after < self._cached_after and (rows := self._read(after, self._cached_after)):
                if stop():
                    raise Cancelled("nobody waits for it any more")
                after = rows[-1][0]
                chunk = follower.take([(seq, kind, frame) for seq, _, kind, frame in rows])
                if chunk is not None:
                    yield chunk
        yield from self._chunks

    def _read(self, after: int, until: int) -> list[_Row]:
        """Read and unpack the next frames. A damaged one is as good as empty."""
        with mapped_errors(), self._engine.connect() as connection:
            rows: Sequence[Any] = connection.execute(_AFTER, {"after": after, "until": until}).all()
        return [(seq, t, kind, self._decoded(seq, t, bytes(payload))) for seq, t, kind, payload in rows]

    def _decoded(self, seq: int, t: int, payload: bytes) -> DecodedFrame:
        try:
            return decode(payload, t=t)
        except BadFrame as error:
            self._unpacker.note(f"frame {seq}", error)
            return DecodedFrame(self._revisions[-1][1] if self._revisions else 0, ())


def _no_state() -> State | None:
    return None
