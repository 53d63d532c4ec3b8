"""The last values of tags before a restart, from the newest key frame and what came after it: sums go on from there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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
    wanted, found = set(numbers), dict[int, Last]()
    for row in frames if wanted else ():
        try:
            frame = decode(row.payload, t=row.t)
        except BadFrame:
            break
        for batch in frame.batches:
            for number, at in zip(batch.tags.tolist(), range(len(batch)), strict=True):
                if number in wanted:
                    found[number] = Last(float(batch.values[at]), int(batch.quality[at]), int(batch.source_ms[at]))
    return found
