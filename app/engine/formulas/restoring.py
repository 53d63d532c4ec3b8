"""The last values of tags before a restart, from the newest key frame and what came after it: sums go on from there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from app.errors import BadFrame
from app.series.frames import decode
from app.storage.contract import FrameRow

__all__ = ["Last", "last_values"]


@dataclass(frozen=True, slots=True)
class Last:
    """What frames said last of a tag."""

    value: float
    quality: int
    source_ms: int


def last_values(frames: Iterable[FrameRow], numbers: Iterable[int]) -> dict[int, Last]:
    """Return the last values of some tags, by number. At a damaged frame it ends: nothing after it is sure."""
    wanted, found = np.array(sorted(set(numbers)), dtype=np.int32), dict[int, Last]()
    for row in frames if len(wanted) else ():
        try:
            frame = decode(row.payload, t=row.t)
        except BadFrame:
            break
        for batch in frame.batches:
            for at in np.flatnonzero(np.isin(batch.tags, wanted)).tolist():
                last = Last(float(batch.values[at]), int(batch.quality[at]), int(batch.source_ms[at]))
                found[int(batch.tags[at])] = last
    return found
