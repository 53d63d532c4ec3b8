"""Samples of one tag, and curves made of them, as columns: what history answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["NOTHING", "SAID_AGAIN", "Curve", "Gap", "Samples"]

NOTHING: Final = 65_535
"""Quality of a bucket in which nothing held and nothing came: a gap, or not yet; and of a row from which on nothing is
known."""
SAID_AGAIN: Final = -1
"""In place of a frame's number: no sample, but what holds from there on, because an import ends there."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Samples of one tag. All columns have the same length n and one order: source time, or frame number where a
    question asks what rooms saw.

    `source_ms` int64 UTC ms · `values` float64 in the tag's unit (NaN where none) · `quality` uint16 · `seq` int64
    number of the frame that brought it (0: no frame did, it was imported or corrected; SAID_AGAIN: it is no sample).
    """

    source_ms: NDArray[np.int64]
    values: NDArray[np.float64]
    quality: NDArray[np.uint16]
    seq: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.source_ms)

    @property
    def came(self) -> NDArray[np.bool_]:
        """Return which rows are samples."""
        came: NDArray[np.bool_] = self.seq != SAID_AGAIN
        return came

    def at(self, wanted: NDArray[np.bool_]) -> Samples:
        """Return those rows that are wanted."""
        if wanted.all():
            return self
        return Samples(self.source_ms[wanted], self.values[wanted], self.quality[wanted], self.seq[wanted])

    def part(self, first: int, end: int | None = None) -> Samples:
        """Return the samples from one place to another (excluded)."""
        cut = slice(first, end)
        return Samples(self.source_ms[cut], self.values[cut], self.quality[cut], self.seq[cut])


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without frames, UTC ms, end excluded: no engine ran, or its store took nothing. No tag has a value there,
    whatever was good before."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Curve:
    """One tag over one range, ready to be drawn: n entries that follow each other, each from `start_ms` to `end_ms`
    (int64 UTC ms, end excluded; the next entry may begin later: between them nothing is known).

    `exact`: an entry is one sample that holds until the next came; low, high and mean are its value, NaN if it is not
    usable (bad, or no number). Otherwise an entry is a bucket: `low`, `high` and `mean` (weighted by time, a value
    holds until the next came) over the part of it with a usable value, NaN without one; a bucket without a sample of
    its own has the value that held.
    `covered` float32 0–1: the share of the entry with a usable value (quality below BAD) · `quality` uint16: the worst
    code in it · `count` int32: samples in it. `level_ms` is the width of the rollup it came from, 0 for samples.
    """

    tag: int
    exact: bool
    start_ms: NDArray[np.int64]
    end_ms: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    mean: NDArray[np.float64]
    covered: NDArray[np.float32]
    quality: NDArray[np.uint16]
    count: NDArray[np.int32]
    level_ms: int = 0

    def __len__(self) -> int:
        return len(self.start_ms)
