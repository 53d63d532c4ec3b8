"""Frames become windows: every sample once, in its order, with its times; key frames only with what is news."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InternalFault
from app.series.batch import SampleBatch
from app.series.frames import DELTA, KEY, LATE, DecodedFrame
from app.series.gathering import Gatherer
from app.series.samples import Gap
from app.series.windows import Group, State

T = 1_800_000_000_000
VALUES = st.sampled_from([0.0, -0.0, 1.5, float("nan"), float("inf"), 2.0])
Sample = tuple[int, int, int, bytes, int]


def batch(rows: dict[int, tuple[float, int, int]], receipt_ms: int = T) -> SampleBatch:
    """Make a batch of tag → (value, quality, source time)."""
    return SampleBatch(
        np.array(list(rows), dtype=np.int32),
        np.array([v for v, _, _ in rows.values()], dtype=np.float64),
        np.array([q for _, q, _ in rows.values()], dtype=np.uint16),
        np.array([s for _, _, s in rows.values()], dtype=np.int64),
        receipt_ms,
    )


def poll(tags: Iterable[int], value: float, source_ms: int = T) -> SampleBatch:
    """Make a batch in which all tags have one value and one time."""
    return batch(dict.fromkeys(tags, (value, 0, source_ms)), source_ms + 5)


def frame(*batches: SampleBatch, revision: int = 1) -> DecodedFrame:
    return DecodedFrame(revision, batches)


def flat(groups: Iterable[Group]) -> dict[int, list[Sample]]:
    """Return each tag's samples as (seq, source, receipt, bits of the value, quality) in the order of its group."""
    found: dict[int, list[Sample]] = {}
    for group in groups:
        for c in group.columns:
            at = np.arange(len(group.times)) if c.events is None else c.events
            assert len(at) == len(c.values) == len(c.quality)
            assert (np.diff(at) > 0).all()
            assert c.tag not in found, "a tag is in two groups"
            t = group.times
            rows = zip(t.seq[at], t.source_ms[at], t.receipt_ms[at], c.values, c.quality, strict=True)
            found[c.tag] = [(int(a), int(b), int(r), v.tobytes(), int(q)) for a, b, r, v, q in rows]
    return found


@st.composite
def batches(draw: st.DrawFn) -> SampleBatch:
    """Draw a batch of some of nine tags, with one source time or several."""
    tags = draw(st.lists(st.integers(1, 9), unique=True, max_size=6))
    one = draw(st.integers(T - 5, T + 5))
    near = st.sampled_from([one, one - 1, one + 1])
    times = draw(st.sampled_from([st.just(one), near, st.integers(-(2**63), 2**63 - 1)]))
    rows = {tag: (draw(VALUES), draw(st.sampled_from([0, 64, 129])), draw(times)) for tag in tags}
    return batch(rows, draw(st.integers(T, T + 9)))


FRAMES = st.lists(
    st.tuples(st.sampled_from([KEY, DELTA, DELTA, LATE]), st.lists(batches(), max_size=3)), min_size=1, max_size=12
)


@given(FRAMES, st.integers(1, 12))
def test_every_sample_comes_out_once(frames: list[tuple[int, list[SampleBatch]]], cut: int) -> None:
    """Against the plain way, over two windows: samples of delta frames, news of key frames, late ones apart."""
    gatherer = Gatherer()
    stands: dict[int, tuple[bytes, int]] = {}
    for part in (frames[:cut], frames[cut:]):
        seen: dict[int, list[Sample]] = {}
        late: dict[int, list[Sample]] = {}
        if not part:
            continue
        for kind, contents in part:
            seq = gatherer._seq + 1
            gatherer.take(seq, T + seq, kind, frame(*contents))
            _take_plainly(kind, seq, contents, stands, late if kind == LATE else seen)
        window = gatherer.window()
        assert flat(window.groups) == seen
        assert flat(window.late) == late
        assert _stands(window.state) == stands
        assert window.last_seq - window.first_seq + 1 == len(part) == len(window.frame_ms)


def _take_plainly(
    kind: int,
    seq: int,
    contents: list[SampleBatch],
    stands: dict[int, tuple[bytes, int]],
    found: dict[int, list[Sample]],
) -> None:
    for b in contents:
        for tag, value, quality, source in zip(b.tags.tolist(), b.values, b.quality, b.source_ms, strict=True):
            news = (value.tobytes(), int(quality))
            if kind != KEY or stands.get(tag) != news:
                found.setdefault(tag, []).append((seq, int(source), b.receipt_ms, *news))
            if kind != LATE:
                stands[tag] = news
    if kind == KEY:
        there = {int(tag) for b in contents for tag in b.tags}
        for tag in set(stands) - there:
            del stands[tag]


def _stands(state: State) -> dict[int, tuple[bytes, int]]:
    assert (np.diff(state.tags) > 0).all()
    return {
        int(t): (v.tobytes(), int(q)) for t, v, q in zip(state.tags, state.values, state.quality, strict=True)
    }  # fmt: skip


def test_a_key_frame_brings_only_news() -> None:
    """What a room already shows is no sample again; the state still learns its newer times."""
    gatherer = Gatherer()
    gatherer.take(1, T, DELTA, frame(poll([1, 2, 3], 5.0)))
    gatherer.take(2, T, KEY, frame(batch({1: (5.0, 0, T + 900), 2: (5.1, 0, T + 900), 3: (5.0, 64, T + 900)})))
    window = gatherer.window()
    assert {tag: len(rows) for tag, rows in flat(window.groups).items()} == {1: 1, 2: 2, 3: 2}
    assert window.state.source_ms.tolist() == [T + 900] * 3


def test_after_a_restart_the_state_goes_on() -> None:
    """A gatherer with the state and the mark of the last window takes up where that ended."""
    first = Gatherer()
    first.take(7, T, KEY, frame(poll([1, 2], 5.0)))
    window = first.window()
    again = Gatherer(window.state, seq=7, t_ms=T)
    again.take(8, T + 200, KEY, frame(poll([1, 2], 5.0)))
    assert again.rows == 0
    assert again.window().groups == ()


def test_a_tag_that_a_key_frame_lacks_is_forgotten() -> None:
    """The site no longer has it. Should it come back, its first value is news."""
    gatherer = Gatherer()
    gatherer.take(1, T, KEY, frame(poll([1, 2], 5.0)))
    gatherer.take(2, T, KEY, frame(poll([1], 5.0), revision=2))
    gatherer.take(3, T, KEY, frame(poll([1, 2], 5.0), revision=3))
    window = gatherer.window()
    assert [s[0] for s in flat(window.groups)[2]] == [1, 3]
    assert window.revisions == ((1, 1), (2, 2), (3, 3))


def test_frames_without_order_are_a_defect() -> None:
    """A hole, a repetition or an unknown kind is refused, and what was taken before still stands."""
    gatherer = Gatherer(seq=4, t_ms=T)
    for seq, kind in ((4, DELTA), (6, DELTA), (5, 9)):
        with pytest.raises(InternalFault):
            gatherer.take(seq, T, kind, frame(poll([1], 1.0)))
    with pytest.raises(InternalFault):
        gatherer.window()
    gatherer.take(5, T, DELTA, frame(poll([1], 1.0)))
    assert (gatherer.rows, gatherer.frames) == (1, 1)


def test_gaps_are_steps_of_more_than_five_seconds() -> None:
    """Also between the mark and the first frame after it; 5 s are none."""
    gatherer = Gatherer(seq=1, t_ms=T - 60_000)
    for seq, t in ((2, T), (3, T + 5_000), (4, T + 10_001)):
        gatherer.take(seq, t, DELTA, frame())
    assert gatherer.window().gaps == (Gap(T - 60_000, T), Gap(T + 5_000, T + 10_001))
    gatherer.take(5, T + 10_200, DELTA, frame())
    assert gatherer.window().gaps == ()


def test_tags_that_are_polled_together_share_their_times() -> None:
    """Two polls of twenty tags, each passing a deadband of its own: two groups, not forty."""
    rng = np.random.default_rng(3)
    gatherer = Gatherer()
    for seq in range(1, 301):
        halves = []
        for first, period in ((1, 1), (21, 5)):
            if seq % period == 0:
                tags = [tag for tag in range(first, first + 20) if rng.random() < 0.3]
                halves.append(poll(tags, float(seq), T + seq * 1_000 + first))
        gatherer.take(seq, T + seq * 1_000, DELTA, frame(*halves))
    groups = gatherer.window().groups
    assert [[c.tag for c in g.columns] for g in groups] == [[*range(1, 21)], [*range(21, 41)]]


def test_tags_with_times_of_their_own_keep_them() -> None:
    """A server that reports changes gives each sample its own source time: sharing would cost more than it saves."""
    rng = np.random.default_rng(4)
    gatherer = Gatherer()
    for seq in range(1, 301):
        rows = {tag: (1.0, 0, T + seq * 1_000 + int(rng.integers(0, 900))) for tag in range(1, 21)}
        gatherer.take(seq, T + seq * 1_000, DELTA, frame(batch(rows)))
    assert len(gatherer.window().groups) > 10


def test_tags_that_hardly_move_are_pooled() -> None:
    """A hundred switches with one change each: not a hundred groups."""
    gatherer = Gatherer()
    for seq in range(1, 101):
        gatherer.take(seq, T + seq * 1_000, DELTA, frame(poll([seq], 1.0, T + seq * 1_000)))
    assert len(gatherer.window().groups) == 1


def test_great_tag_numbers_sort_too() -> None:
    """Numbers beyond 16 bits take another way to the same order."""
    gatherer = Gatherer()
    gatherer.take(1, T, DELTA, frame(poll([70_000, 5, 1_000_000], 1.0)))
    gatherer.take(2, T, DELTA, frame(poll([1_000_000, 70_000], 2.0)))
    found = flat(gatherer.window().groups)
    assert {tag: [s[0] for s in rows] for tag, rows in found.items()} == {5: [1], 70_000: [1, 2], 1_000_000: [1, 2]}


def test_a_tag_twice_in_a_batch_does_not_stop_history() -> None:
    """No driver may do it; both samples are kept, in the order in which they stand, as rooms show the last."""
    gatherer = Gatherer()
    twice = SampleBatch(
        np.array([1, 2, 1, 1], np.int32), np.arange(4.0), np.zeros(4, np.uint16), np.full(4, T, np.int64), T
    )  # fmt: skip
    gatherer.take(1, T, DELTA, frame(poll([2], 9.0), twice))
    window = gatherer.window()
    found = {tag: [np.frombuffer(row[3]).item() for row in rows] for tag, rows in flat(window.groups).items()}
    assert found == {1: [0.0, 2.0, 3.0], 2: [9.0, 1.0]}
    assert window.state.values.tolist() == [3.0, 1.0]
