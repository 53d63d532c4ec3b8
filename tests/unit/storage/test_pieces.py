"""What a reader takes of a stored group: no sample of a frame beyond the mark by which it reads the rest."""

from __future__ import annotations

import numpy as np
import pytest

from app.series.blocks import pack_block
from app.series.times import pack_times
from app.series.windows import TagColumn, Times
from app.storage.history_blocks import FoundBlock
from app.storage.history_contract import GroupKind, StoredBlock, StoredGroup
from app.storage.history_reading.pieces import Unpacker

SEQS = np.array([3, 5, 5, 8, 11], np.int64)
"""Frames of the events of one group: two replies came in one frame."""


def _found(kind: GroupKind, events: list[int] | None = None) -> FoundBlock:
    times = Times(SEQS, SEQS * 100, SEQS * 100 + 7)
    at = None if events is None else np.array(events, np.int32)
    own = SEQS if at is None else SEQS[at]
    column = TagColumn(1, at, own.astype(np.float64), np.zeros(len(own), np.uint16))
    block = StoredBlock(1, len(own), int(own[0]) * 100, int(own[-1]) * 100, pack_block(column))
    group = StoredGroup(kind, int(SEQS[0]), int(SEQS[-1]), 0, 0, len(SEQS), pack_times(times), (), id=1)
    return FoundBlock(0, group, block)


@pytest.mark.parametrize("kind", [GroupKind.SEEN, GroupKind.LATE])
@pytest.mark.parametrize(
    ("mark", "expected"), [(11, [3, 5, 5, 8, 11]), (10, [3, 5, 5, 8]), (5, [3, 5, 5]), (4, [3]), (2, [])]
)
def test_frames_beyond_the_mark_are_read_elsewhere(kind: GroupKind, mark: int, expected: list[int]) -> None:
    """The historian merges a group while a reader is at work: what came after the reader's mark is in the newest frames
    too, and must not count twice."""
    piece = Unpacker().piece(_found(kind), mark)
    assert ([] if piece is None else piece.seq.tolist()) == expected
    assert ([] if piece is None else piece.values.tolist()) == expected


def test_the_mark_counts_for_a_tag_that_has_only_some_of_the_events() -> None:
    """A tag with samples at the first, the third and the last event."""
    piece = Unpacker().piece(_found(GroupKind.SEEN, [0, 2, 4]), 10)
    assert piece is not None and piece.seq.tolist() == [3, 5] and piece.source_ms.tolist() == [300, 500]


def test_what_no_frame_brought_has_no_mark() -> None:
    """Imported samples are whole whatever the mark."""
    piece = Unpacker().piece(_found(GroupKind.IMPORTED), 0)
    assert piece is not None and len(piece.seq) == 5
