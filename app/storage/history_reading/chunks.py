"""Frames that history does not have yet, unpacked into chunks: rows sorted by tag, ready to be asked for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.series.batch import SampleBatch, picked
from app.series.frames import KEY, LATE, DecodedFrame
from app.series.standing import Standing
from app.series.windows import State
from app.storage.history_contract import GroupKind
from app.storage.history_reading.pieces import Piece

__all__ = ["Chunk", "Follower", "joined"]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Samples of frames up to `last_seq`: columns sorted by tag, for each tag as they came. `batch` says to which batch
    a row belongs; number of the frame, receipt time and lateness are those of the batch."""

    last_seq: int
    tags: NDArray[np.int32]
    values: NDArray[np.float64]
    quality: NDArray[np.uint16]
    source_ms: NDArray[np.int64]
    batch: NDArray[np.int32]
    batch_seq: NDArray[np.int64]
    batch_receipt: NDArray[np.int64]
    batch_late: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.tags)

    def pieces(self, tag: int, after: int) -> list[Piece]:
        """Return the samples of a tag that came in frames after one: those seen, and those late."""
        # Of the same type: else the whole column would be converted for each question.
        a, b = np.searchsorted(self.tags, np.array((tag, tag + 1), dtype=self.tags.dtype)).tolist()
        if a == b:
            return []
        batch = self.batch[a:b]
        seq, late = self.batch_seq[batch], self.batch_late[batch]
        found = []
        for kind, mask in ((GroupKind.SEEN, ~late), (GroupKind.LATE, late)):
            at = np.flatnonzero(mask & (seq > after))
            if len(at):
                source = self.source_ms[a:b][at]
                lo, hi = int(source.min()), int(source.max())
                values, quality = self.values[a:b][at], self.quality[a:b][at]
                found.append(Piece(kind, 0, lo, hi, seq[at], source, values, quality))
        return found

    def newest(self, until: int) -> State:
        """Return each tag's last seen sample up to a frame."""
        at = np.flatnonzero((self.batch_seq[self.batch] <= until) & ~self.batch_late[self.batch])
        tags = self.tags[at]
        at = at[np.concatenate([tags[1:] != tags[:-1], np.ones(min(len(at), 1), np.bool_)])]
        receipt = self.batch_receipt[self.batch[at]]
        return State(self.tags[at], self.values[at], self.quality[at], self.source_ms[at], receipt)


class Follower:
    """Takes frames one after the other as the historian will: of key frames only what is news."""

    def __init__(self, state: State | None) -> None:
        self._standing = Standing(state)

    def take(self, frames: Sequence[tuple[int, int, DecodedFrame]]) -> Chunk | None:
        """Return frames (number, kind, content) as a chunk, None if they hold no sample."""
        rows: list[tuple[int, bool, SampleBatch]] = []
        for seq, kind, frame in frames:
            for batch in frame.batches:
                taken = picked(batch, self._standing.news(batch)) if kind == KEY else batch
                if kind != LATE:
                    self._standing.take(batch)
                if len(taken):
                    rows.append((seq, kind == LATE, taken))
            if kind == KEY and frame.batches:
                self._standing.forget_all_but(np.concatenate([b.tags for b in frame.batches]))
        return _chunk(frames[-1][0], rows) if rows else None


def joined(first: Chunk, second: Chunk) -> Chunk:
    """Return two chunks, of which one follows the other, as one."""
    tags = np.concatenate([first.tags, second.tags])
    order = np.argsort(tags, kind="stable")
    return Chunk(
        second.last_seq,
        tags[order],
        np.concatenate([first.values, second.values])[order],
        np.concatenate([first.quality, second.quality])[order],
        np.concatenate([first.source_ms, second.source_ms])[order],
        np.concatenate([first.batch, second.batch + np.int32(len(first.batch_seq))])[order],
        np.concatenate([first.batch_seq, second.batch_seq]),
        np.concatenate([first.batch_receipt, second.batch_receipt]),
        np.concatenate([first.batch_late, second.batch_late]),
    )


def _chunk(last_seq: int, rows: list[tuple[int, bool, SampleBatch]]) -> Chunk:
    batches = [b for _, _, b in rows]
    tags = np.concatenate([b.tags for b in batches])
    order = np.argsort(tags, kind="stable")
    return Chunk(
        last_seq,
        tags[order],
        np.concatenate([b.values for b in batches])[order],
        np.concatenate([b.quality for b in batches])[order],
        np.concatenate([b.source_ms for b in batches])[order],
        np.repeat(np.arange(len(rows), dtype=np.int32), [len(b) for b in batches])[order],
        np.array([seq for seq, _, _ in rows], dtype=np.int64),
        np.array([b.receipt_ms for b in batches], dtype=np.int64),
        np.array([late for _, late, _ in rows], dtype=np.bool_),
    )
