"""Groups of many windows become few, and nothing is lost, doubled or put in another order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InternalFault
from app.series.merging import MOST_EVENTS, Outline, chains, join, merge, outline_of
from app.series.windows import Group, TagColumn, Times

Rows = dict[int, list[tuple[int, int, int, float, int]]]


@st.composite
def days(draw: st.DrawFn) -> list[list[Group]]:
    """Draw some windows of some groups, with tags that come and go."""
    seq = 0
    windows = []
    for _ in range(draw(st.integers(1, 5))):
        groups = []
        left = list(range(1, 9))
        for _ in range(draw(st.integers(0, 3))):
            n = draw(st.integers(1, 6))
            tags = draw(st.lists(st.sampled_from(left), unique=True, min_size=1, max_size=4)) if left else []
            left = [tag for tag in left if tag not in tags]
            if tags:
                groups.append(Group(_times(seq, n), tuple(draw(_column(tag, n)) for tag in sorted(tags))))
        windows.append(groups)
        seq += 10
    return windows


def _times(seq: int, n: int) -> Times:
    number = np.arange(seq, seq + n, dtype=np.int64)
    return Times(number, number * 1_000, number * 1_000 + 5)


@st.composite
def _column(draw: st.DrawFn, tag: int, n: int) -> TagColumn:
    events = sorted(draw(st.lists(st.integers(0, n - 1), unique=True, min_size=1)))
    at = None if len(events) == n else np.array(events, dtype=np.int32)
    values = np.array([draw(st.floats(width=64, allow_nan=False)) for _ in events])
    return TagColumn(tag, at, values, np.full(len(events), draw(st.sampled_from([0, 64])), np.uint16))


def rows_of(groups: list[Group]) -> Rows:
    """Return every tag's samples in order, over all groups."""
    found: Rows = {}
    for group in groups:
        t = group.times
        for c in group.columns:
            at = np.arange(len(t)) if c.events is None else c.events
            assert (np.diff(at) > 0).all()
            rows = zip(t.seq[at], t.source_ms[at], t.receipt_ms[at], c.values, c.quality, strict=True)
            found.setdefault(c.tag, []).extend((int(a), int(b), int(r), float(v), int(q)) for a, b, r, v, q in rows)
    return {tag: sorted(rows) for tag, rows in found.items()}


@given(days(), st.sampled_from([1, 8, MOST_EVENTS]))
def test_merged_groups_say_the_same(windows: list[list[Group]], most: int) -> None:
    """Every sample once, at its event, and the frames of each group in order; twice merged is as good as once."""
    groups = [group for window in windows for group in window]
    merged = merge(groups, most)
    assert rows_of(merged) == rows_of(groups)
    assert all((np.diff(g.times.seq) >= 0).all() for g in merged)
    assert all(len(g.times) <= max(most, 6) for g in merged)
    assert rows_of(merge(sorted(merged, key=_first), most)) == rows_of(groups)


def _first(group: Group) -> int:
    return int(group.times.seq[0])


def test_windows_of_a_poll_become_one_group() -> None:
    """Two polls over six windows: two groups; a tag that is missing in one, or new, does not part them."""
    groups = []
    for window in range(6):
        for first in (1, 101):
            tags = [t for t in range(first, first + 20) if (t + window) % 7]
            columns = tuple(TagColumn(t, None, np.full(600, float(t)), np.zeros(600, np.uint16)) for t in tags)
            groups.append(Group(_times(window * 3_000, 600), columns))
    merged = merge(groups)
    assert [len(g.times) for g in merged] == [3_600, 3_600]
    assert {len(g.columns) for g in merged} == {20}
    assert [len(g.times) for g in merge(groups, 1_500)] == [1_200] * 6


def test_strangers_and_groups_of_one_window_stay_apart() -> None:
    """Less than half of the tags in common, or frames that lie side by side."""
    one = Outline(1, 10, 10, frozenset({1, 2, 3, 4, 5}))
    assert chains([one, Outline(11, 20, 10, frozenset({5, 6, 7, 8}))]) == [[0], [1]]
    assert chains([one, Outline(5, 20, 10, frozenset({1, 2}))]) == [[0], [1]]
    assert chains([one, Outline(11, 20, 10, frozenset({1, 6}))]) == [[0, 1]]
    assert chains([one, Outline(11, 20, 10, one.tags)], 19) == [[0], [1]]
    assert chains([]) == []


def test_joining_nothing_is_a_defect() -> None:
    """One group is itself."""
    with pytest.raises(InternalFault):
        join([])
    group = Group(_times(0, 2), (TagColumn(1, None, np.ones(2), np.zeros(2, np.uint16)),))
    assert join([group]) is group
    assert outline_of(group) == Outline(0, 1, 2, frozenset({1}))
