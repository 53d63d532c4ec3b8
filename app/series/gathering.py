"""Gathers frames, one after the other, into windows: what the historian writes."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.errors import InternalFault
from app.series.batch import picked
from app.series.frames import DELTA, KEY, LATE, DecodedFrame
from app.series.grouping import Rows, group_rows
from app.series.samples import Gap
from app.series.standing import Standing
from app.series.windows import State, Window

__all__ = ["GAP_MS", "Gatherer", "gaps_between"]

GAP_MS: Final = 5_000
"""A greater step between the times of two frames is a gap: there is a frame each second at least."""


class Gatherer:
    """Takes frames in the order of their numbers and gives a window of them whenever it is asked.

    `state`, `seq`, `t_ms`: how everything stood after the last frame that history has, its number and its time (the
    mark); without them the first frame may have any number.

    A row of a delta frame is a sample. A row of a key frame is one only where its value or its quality differs, bit by
    bit, from what stood: key frames carry what passed no deadband, and what a dropped frame had held. What came late
    is kept apart and changes no state, as no room shows it.
    """

    def __init__(self, state: State | None = None, *, seq: int = 0, t_ms: int | None = None) -> None:
        self._standing = Standing(state)
        self._seq, self._t_ms = seq, t_ms
        self._revision: int | None = None
        self._clear()

    @property
    def rows(self) -> int:
        """Return how many samples were taken since the last window."""
        return self._seen.count + self._late.count

    @property
    def frames(self) -> int:
        """Return how many frames were taken since the last window."""
        return len(self._frame_ms)

    def take(self, seq: int, t_ms: int, kind: int, frame: DecodedFrame) -> None:
        """Take the next frame. Raises InternalFault, with nothing taken, if it is not the next or of no known kind."""
        if self._seq and seq != self._seq + 1:
            raise InternalFault(f"frame {seq} does not follow frame {self._seq}")
        if kind == KEY:
            self._take_key(seq, frame)
        elif kind == DELTA:
            self._seen.add_all(seq, frame.batches)
        elif kind == LATE:
            self._late.add_all(seq, frame.batches)
        else:
            raise InternalFault(f"frame {seq} is of kind {kind}")
        if frame.revision != self._revision or not self._frame_ms:
            self._revisions.append((seq, frame.revision))
            self._revision = frame.revision
        self._seq = seq
        self._frame_ms.append(t_ms)
        if self._seen.full:
            self._settle()
            self._seen.seal()
            self._settled = 0
        if self._late.full:
            self._late.seal()

    def window(self) -> Window:
        """Return everything taken since the last window, and begin the next. Raises InternalFault without a frame."""
        if not self._frame_ms:
            raise InternalFault("a window without a frame")
        self._settle()
        frame_ms = np.array(self._frame_ms, dtype=np.int64)
        window = Window(
            first_seq=self._seq - len(frame_ms) + 1,
            last_seq=self._seq,
            frame_ms=frame_ms,
            revisions=tuple(self._revisions),
            groups=group_rows(self._seen),
            late=group_rows(self._late),
            gaps=gaps_between(frame_ms, self._t_ms),
            state=self._standing.state(),
        )
        self._t_ms = int(frame_ms[-1])
        self._clear()
        return window

    def _clear(self) -> None:
        self._seen, self._late = Rows(), Rows()
        self._settled = 0
        self._frame_ms: list[int] = []
        self._revisions: list[tuple[int, int]] = []

    def _take_key(self, seq: int, frame: DecodedFrame) -> None:
        self._settle()
        for batch in frame.batches:
            news = self._standing.news(batch)
            self._seen.add(seq, batch if news.all() else picked(batch, news))
            self._standing.take(batch)
        self._settled = len(self._seen.batches)
        tags = [b.tags for b in frame.batches]
        self._standing.forget_all_but(np.concatenate(tags) if tags else np.empty(0, dtype=np.int32))

    def _settle(self) -> None:
        """Bring the state up to what was taken: only key frames and the window's end ask for it."""
        for batch in self._seen.batches[self._settled :]:
            self._standing.take(batch)
        self._settled = len(self._seen.batches)


def gaps_between(frame_ms: NDArray[np.int64], before_ms: int | None) -> tuple[Gap, ...]:
    """Return the gaps between the times of consecutive frames, the first of which follows one of `before_ms`."""
    edges = frame_ms if before_ms is None else np.concatenate([np.array([before_ms], dtype=np.int64), frame_ms])
    at = np.flatnonzero(np.diff(edges) > GAP_MS)
    return tuple(Gap(int(edges[i]), int(edges[i + 1])) for i in at)
