"""A batch of samples as columns: what drivers hand in and the pipeline works on."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["SampleBatch", "has_one_time", "one_time", "picked"]


@dataclass(frozen=True, slots=True)
class SampleBatch:
    """Samples received together. All columns have the same length n.

    `tags` int32 tag numbers (no number twice in one batch) · `values` float64 in the tag's unit (NaN where none) ·
    `quality` uint16 · `source_ms` int64 UTC ms by the source (receipt time where the protocol has none) ·
    `receipt_ms` UTC ms at which the reply was complete, one for the batch.

    A driver that asks for the same tags again and again hands in the same `tags` array each time, made read-only: the
    engine then works out once where they stand.
    """

    tags: NDArray[np.int32]
    values: NDArray[np.float64]
    quality: NDArray[np.uint16]
    source_ms: NDArray[np.int64]
    receipt_ms: int

    def __len__(self) -> int:
        return len(self.tags)


def one_time(ms: int, rows: int) -> NDArray[np.int64]:
    """Return a source-time column that says `ms` in every row, in the memory of one (read-only)."""
    return np.ndarray((rows,), np.int64, ms.to_bytes(8, sys.byteorder, signed=True), 0, (0,))


def has_one_time(column: NDArray[np.int64]) -> bool:
    """Return True for a column made by `one_time`; False says nothing."""
    return column.strides[0] == 0


def picked(batch: SampleBatch, mask: NDArray[np.bool_]) -> SampleBatch:
    """Return the rows of a batch that a mask says."""
    at = np.flatnonzero(mask)
    return SampleBatch(batch.tags[at], batch.values[at], batch.quality[at], batch.source_ms[at], batch.receipt_ms)
