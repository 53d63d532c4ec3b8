"""How far a file tells, however its rows lie; and files of one import that go on where the one before ended."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from app.exchange.telling import Telling
from app.series.spans import Span
from app.storage.history_contract import GroupKind, StoredBlock, StoredGroup

MINUTE = 60_000
ROWS = [i * MINUTE for i in range(60)] + [70 * MINUTE]


def told(*pieces: Sequence[int]) -> Span:
    """Return the span of a file that is read in pieces."""
    telling = Telling(0)
    for piece in pieces:
        telling.read(np.array(piece, np.int64))
    give(telling, 0, 7)
    telling.settle()
    return telling.spans(3)[7].span


def give(telling: Telling, at_ms: int, *tags: int) -> None:
    """Add a sample of some tags."""
    blocks = tuple(StoredBlock(tag, 1, at_ms, at_ms, b"") for tag in tags)
    telling.give([StoredGroup(GroupKind.IMPORTED, 0, 0, at_ms, at_ms, 1, b"", blocks)])


@pytest.mark.parametrize(
    "pieces",
    [[ROWS], [ROWS[:20], [], ROWS[20:]], [ROWS[40:], ROWS[:40]], [ROWS[::-1]], [ROWS[30:][::-1], ROWS[:30][::-1]],
     [[*ROWS, *ROWS[::3]], [*ROWS[::2], *ROWS]]],
)  # fmt: skip
def test_a_file_tells_from_its_first_row_to_its_last(pieces: list[list[int]]) -> None:
    """The longest time between two rows is that of the file and not of one tag, in whatever order its rows come."""
    assert told(*pieces) == Span(0, 70 * MINUTE, 11 * MINUTE)


def test_a_file_goes_on_where_the_one_before_ended() -> None:
    """Both are one span under the number of the first; a file that lies apart has its own, and so has the first one of
    a tag. A tag of which nothing was added is not told of, and what was told of it before stays."""
    first = Telling(0).next(3)
    first.read(np.array(ROWS))
    give(first, MINUTE, 7, 8)
    first.settle()
    second = first.next(3)
    assert second.spans(3) == {}
    second.read(np.array(ROWS) + 80 * MINUTE)
    give(second, 90 * MINUTE, 7, 9)
    second.settle()
    noted = [(one.tag, one.part, one.span.start_ms, one.span.end_ms) for one in second.spans(3).values()]
    assert noted == [(7, 1, 0, 150 * MINUTE), (9, 2, 80 * MINUTE, 150 * MINUTE)]
    third = second.next(3)
    third.read(np.array(ROWS) + 162 * MINUTE)
    give(third, 165 * MINUTE, 7, 8)
    third.settle()
    noted = [(one.tag, one.part, one.span.start_ms, one.span.end_ms) for one in third.spans(3).values()]
    assert noted == [(7, 3, 162 * MINUTE, 232 * MINUTE), (8, 3, 162 * MINUTE, 232 * MINUTE)]


def test_until_all_is_added_a_tag_is_told_of_to_its_last_sample() -> None:
    """An import may end at any moment: what was read, but never added, is not told of."""
    telling = Telling(0)
    telling.read(np.array(ROWS))
    assert telling.spans(3) == {}
    give(telling, 5 * MINUTE, 7, 8)
    give(telling, 9 * MINUTE, 7)
    assert {tag: one.span.end_ms for tag, one in telling.spans(3).items()} == {7: 9 * MINUTE, 8: 5 * MINUTE}
    telling.settle()
    assert {tag: one.span.end_ms for tag, one in telling.spans(3).items()} == {7: 70 * MINUTE, 8: 70 * MINUTE}
