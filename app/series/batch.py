"""A batch of samples as columns: what drivers hand in and the pipeline works on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["SampleBatch"]


@dataclass(frozen=True, slots=True)
class SampleBatch:
    """Samples received together. All columns have the same length n.

    `tags` int32 tag numbers (no number twice in one batch) · `values` float64 in the tag's unit (NaN where none) ·
    `quality` uint16 · `source_ms` int64 UTC ms by the source (receipt time where the protocol has none) ·
    `receipt_ms` UTC ms at which the reply was complete, one for the batch.
    """

    tags: NDArray[np.int32]
    values: NDArray[np.float64]
    quality: NDArray[np.uint16]
    source_ms: NDArray[np.int64]
    receipt_ms: int

    def __len__(self) -> int:
        return len(self.tags)
