"""What the historian makes of frames: windows of groups of tags that share their times. Plain records.

A *window* is a run of frames without a hole in their numbers. In it, the tags of a poll group share one column of
times: an *event* is one reply, and a tag says at which events it has a sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.series.samples import Gap

__all__ = ["Group", "State", "TagColumn", "Times", "Window"]


@dataclass(frozen=True, slots=True)
class Times:
    """Events of a group, in the order in which rooms saw them. int64 columns of one length: number of the frame
    (0 for what no frame brought), source time and receipt time (UTC ms)."""

    seq: NDArray[np.int64]
    source_ms: NDArray[np.int64]
    receipt_ms: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.seq)


@dataclass(frozen=True, slots=True)
class TagColumn:
    """Samples of one tag at events of its group. `events` int32, ascending; None: at every event."""

    tag: int
    events: NDArray[np.int32] | None
    values: NDArray[np.float64]
    quality: NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True)
class Group:
    """Tags that share their times."""

    times: Times
    columns: tuple[TagColumn, ...]

    @property
    def samples(self) -> int:
        """Return how many samples it holds."""
        return sum(len(c) for c in self.columns)


@dataclass(frozen=True, slots=True)
class State:
    """How every tag stood once a frame had been taken: columns of one length, ascending by tag number."""

    tags: NDArray[np.int32]
    values: NDArray[np.float64]
    quality: NDArray[np.uint16]
    source_ms: NDArray[np.int64]
    receipt_ms: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Window:
    """Frames `first_seq` to `last_seq`, both included, and what they brought.

    `frame_ms` int64: time t of each frame, one for each number · `revisions`: (first frame number, revision of the tag
    dictionary) whenever it changed, the first entry for `first_seq` · `groups`: what rooms saw, by frame number ·
    `late`: what was delivered late, for the source times alone · `gaps`: times without frames before or in it ·
    `state`: how everything stood after `last_seq`.
    """

    first_seq: int
    last_seq: int
    frame_ms: NDArray[np.int64]
    revisions: tuple[tuple[int, int], ...]
    groups: tuple[Group, ...]
    late: tuple[Group, ...]
    gaps: tuple[Gap, ...]
    state: State
