"""Reading the past, on both backends: history and the frames after its mark as one, whatever the historian does."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.errors import Cancelled
from app.model.quality import BAD
from app.series.batch import SampleBatch
from app.series.frames import DELTA, KEY, LATE
from app.series.samples import Gap
from app.storage.history_contract import Extent, GroupKind, HistoryReader
from app.storage.history_reading import open_history_reader
from tests.helpers.history_judge import history_faults
from tests.helpers.history_witness import held_by
from tests.helpers.past_world import PastWorld, T, batch

TAGS = range(1, 13)


@pytest.fixture
def world(address: str) -> Iterator[PastWorld]:
    """Give a store with an engine and a historian that do what the test says."""
    world = PastWorld(address)
    yield world
    world.close()


def fill(world: PastWorld, frames: int, dice: random.Random, start_ms: int = T) -> None:
    """Commit frames of two polls and a server that reports changes; late ones and key frames among them."""
    rows = []
    for i in range(frames):
        t = start_ms + i * 1_000
        if i % 20 == 0:
            stands = {tag: (dice.choice([0.5, 7.0, float("nan")]), dice.choice([0, 0, 129]), t - 9) for tag in TAGS}
            rows.append((t, KEY, [batch(stands, t - 5)]))
        elif i % 11 == 0:
            late = {tag: (float(i), 0, t - dice.choice([30_000, 600_000])) for tag in dice.sample(TAGS, 4)}
            rows.append((t, LATE, [batch(late, t)]))
        else:
            rows.append((t, DELTA, polls(dice, t)))
    world.add(rows)


def polls(dice: random.Random, t: int) -> list[SampleBatch]:
    """Make what a tick brings."""
    found = []
    for first in (1, 5):
        tags = [tag for tag in range(first, first + 4) if dice.random() < 0.6]
        found.append(batch({tag: (round(dice.gauss(5, 1), 2), 0, t - 40 - first) for tag in tags}, t - 20))
    own = {tag: (dice.random(), dice.choice([0, 64]), t - dice.randrange(900)) for tag in range(9, 13)}
    return [*found, batch(own, t - 3)]


def assert_plays(reader: HistoryReader, world: PastWorld, after: int, until: int) -> None:
    """Frames that are played, put over how everything stood before, give how a room stood after each."""
    state = dict(held_by(world.frames, until=after).state)
    seen = [after]
    for frame in reader.frames(after, until):
        assert frame.seq == seen[-1] + 1
        seen.append(frame.seq)
        for b in frame.batches:
            for tag, value, quality in zip(b.tags.tolist(), b.values, b.quality.tolist(), strict=True):
                state[tag] = (value.tobytes(), quality)
        assert frame.t_ms == world.frames[frame.seq - 1][1]
        if frame.seq % 8 == 0 or frame.seq == until:
            assert state == held_by(world.frames, until=frame.seq).state
    assert seen[-1] == until


@pytest.mark.parametrize("moved", [0, 1, 170, 200])
def test_history_and_tail_are_one(world: PastWorld, moved: int) -> None:
    """However much is history, and merged or not: every sample once, every moment as it was, every frame in order."""
    fill(world, 200, random.Random(1))
    reader = world.reader()
    assert history_faults(reader, world.frames) == []
    if moved:
        world.move(moved, size=60)
        assert history_faults(reader, world.frames) == []
        world.merge()
    for it in (reader, world.reader()):
        assert history_faults(it, world.frames) == []
        assert it.extent() == Extent(T, T + 199_000, 1, 200)
        assert_plays(it, world, 150, 190)
        for seq in (1, 169, 170, 171, 200):
            assert it.time_of(seq) == T + (seq - 1) * 1_000
            assert it.seq_at(T + (seq - 1) * 1_000 + 999) == seq
        assert (it.seq_at(T - 1), it.time_of(0), it.time_of(201)) == (0, None, None)


def test_a_range_has_what_held_before_it(world: PastWorld) -> None:
    """The last sample before the start comes first, from however long ago; not if a gap had ended it."""
    month = 40 * 86_400_000
    world.frame(T, batch({1: (5.0, 0, T), 2: (6.0, 0, T)}, T))
    world.frame(T + 1_000, batch({1: (7.0, 0, T + 900)}, T))
    world.move()
    for i in range(1, 3):
        world.frame(T + 1_000 + i * month, batch({1: (float(i), 0, T + i * month)}, T))
    reader = world.reader()
    world.move()
    for as_seen in (False, True):
        got = reader.raw(1, T + 500, T + 1_000, as_seen=as_seen)
        assert (got.source_ms.tolist(), got.values.tolist(), got.seq.tolist()) == ([T, T + 900], [5.0, 7.0], [1, 2])
        assert reader.raw(1, T + 950, T + 1_000, as_seen=as_seen).values.tolist() == [7.0]
        assert reader.raw(1, T + month - 10, T + month - 1, as_seen=as_seen).values.tolist() == []
        assert reader.raw(1, T + 2 * month, T + 2 * month + 9, as_seen=as_seen).values.tolist() == [2.0]
        assert reader.raw(9, T, T + month, as_seen=as_seen).values.tolist() == []
    gap = Gap(T + 1_000, T + 1_000 + month)
    assert reader.gaps(T, T + month) == (gap,)
    assert reader.gaps(T + 1_000 + month, T + month + 9_000)[0].start_ms == gap.end_ms


def test_what_held_is_found_over_months(world: PastWorld) -> None:
    """A tag that has not moved for months has one sample, in a month of long ago."""
    world.frame(T, batch({1: (5.0, 0, T), 2: (6.0, 64, T - 10)}, T))
    world.move()
    for i in range(1, 40_000):
        if i % 8_000 == 0:
            world.add([(T + j * 4_000, DELTA, [batch({1: (float(j), 0, T + j * 4_000)}, T)]) for j in (i, i + 1)])
    reader = world.reader()
    reader.extent()
    (curve,) = reader.curves([2], T - 5, T + 5, 100).curves
    assert (curve.low.tolist(), curve.quality.tolist(), curve.count.tolist()) == ([6.0], [64], [0])


def test_late_samples_are_known_and_not_seen(world: PastWorld) -> None:
    """They stand at their source time in what is known now; no room saw them."""
    world.frame(T, batch({1: (1.0, 0, T)}, T))
    world.frame(T + 3_000, batch({1: (3.0, 0, T + 3_000)}, T))
    world.frame(T + 4_000, batch({1: (2.0, 64, T + 2_000), 2: (9.0, 0, T)}, T + 4_000), kind=LATE)
    reader = world.reader()
    for _ in range(2):
        assert reader.raw(1, T, T + 9_000).values.tolist() == [1.0, 2.0, 3.0]
        assert reader.raw(1, T, T + 9_000).seq.tolist() == [1, 3, 2]
        assert reader.raw(1, T, T + 9_000, as_seen=True).values.tolist() == [1.0, 3.0]
        moment = reader.moment(3)
        assert moment is not None
        assert moment.state.tags.tolist() == [1]
        assert moment.state.values.tolist() == [3.0]
        world.move()


def test_a_correction_counts_instead_of_what_it_covers(world: PastWorld) -> None:
    """Revision by revision; the originals stay for what rooms saw; taken back, they count again."""
    world.add([(T + i * 1_000, DELTA, [batch({1: (float(i), 0, T + i * 1_000)}, T)]) for i in range(6)])
    reader = world.reader()
    world.move(3)

    def known() -> list[float]:
        return reader.raw(1, T, T + 60_000).values.tolist()

    assert known() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    first = world.bring(GroupKind.CORRECTED, 1, [(T + 1_000, 11.0, 0), (T + 4_000, 14.0, 0)])
    assert known() == [0.0, 11.0, 14.0, 5.0]
    second = world.bring(GroupKind.CORRECTED, 1, [(T + 1_500, 21.0, 0), (T + 2_000, 22.0, 0)])
    assert known() == [0.0, 11.0, 21.0, 22.0, 14.0, 5.0]
    assert second > first
    assert reader.raw(1, T, T + 60_000, as_seen=True).values.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    world.history.take_back(first)
    assert known() == [0.0, 1.0, 21.0, 22.0, 3.0, 4.0, 5.0]
    assert reader.raw(1, T + 2_500, T + 3_500).values.tolist() == [22.0, 3.0]


def test_imports_stand_beside_frames(world: PastWorld) -> None:
    """Of two at the very same time the greater revision counts; an import before the first frame is read too."""
    world.frame(T, batch({1: (1.0, 0, T)}, T))
    world.move()
    year = 365 * 86_400_000
    world.bring(GroupKind.IMPORTED, 1, [(T - year, 7.0, 0), (T, 8.0, 0), (T + 500, 9.0, 0)])
    world.bring(GroupKind.IMPORTED, 1, [(T + 500, 10.0, 0)])
    reader = world.reader()
    got = reader.raw(1, 0, 1 << 60)
    assert (got.values.tolist(), got.seq.tolist()) == ([7.0, 8.0, 10.0], [0, 0, 0])
    assert reader.raw(1, T - 5, T - 4).values.tolist() == [7.0]
    assert reader.extent() == Extent(T, T, 1, 1)
    assert reader.raw(1, 0, 1 << 60, as_seen=True).values.tolist() == [1.0]


def test_at_most_so_many_from_the_start(world: PastWorld) -> None:
    """A limit cuts the end off."""
    day = 86_400_000
    world.bring(GroupKind.IMPORTED, 1, [(T + i * day, float(i), 0) for i in range(100)])
    reader = world.reader()
    assert reader.raw(1, T, T + 99 * day).values.tolist() == [float(i) for i in range(99)]
    assert reader.raw(1, T + 10, T + 99 * day, limit=5).values.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_frames_that_move_between_two_reads_are_not_lost(world: PastWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """The historian moves, merges and prunes just after the mark was read: the mark is read again."""
    fill(world, 400, random.Random(2))
    world.move(60)
    reader = world.reader()
    marks = reader._moments.mark  # type: ignore[attr-defined]
    steps = [120, 260, 330]

    def mark_of_just_before() -> object:
        found = marks()
        if steps:
            world.move(steps.pop(0), size=70)
            world.merge()
            world.prune(world.history.mark().seq)  # type: ignore[union-attr]
        return found

    monkeypatch.setattr(reader._moments, "mark", mark_of_just_before)  # type: ignore[attr-defined]
    faults = history_faults(reader, world.frames)
    assert faults == []
    assert steps == []


def test_frames_that_become_history_while_they_are_played(world: PastWorld) -> None:
    """A player that is slow finds the rest of the frames in history."""
    fill(world, 500, random.Random(3))
    reader = world.reader()
    played = []
    for frame in reader.frames(100, 500):
        played.append(frame.seq)
        if frame.seq == 150:
            world.move(450)
            world.prune(450)
    assert played == list(range(101, 501))


def test_a_long_tail_is_not_all_kept(world: PastWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should the historian stand still, memory is bounded, and what is not kept is read anew for each question."""
    monkeypatch.setattr("app.storage.history_reading.tail.ROWS_KEPT", 300)
    monkeypatch.setattr("app.storage.history_reading.tail._SMALL", 100)
    fill(world, 260, random.Random(4))
    reader = world.reader()
    assert history_faults(reader, world.frames) == []
    tail = reader._tail  # type: ignore[attr-defined]
    assert tail._rows < 1_500
    world.move(130)
    assert history_faults(reader, world.frames) == []


def test_a_read_that_nobody_wants_ends(world: PastWorld) -> None:
    """`stop` ends every long read; a time limit returns what was read."""
    fill(world, 100, random.Random(5))
    world.move(50)
    reader = world.reader()
    for read in (
        lambda: reader.raw(1, T, T + 9_000, stop=_yes),
        lambda: reader.curves([1, 2], T, T + 9_000, 100, stop=_yes),
        lambda: reader.curves([1, 2], T, T + 9_000_000_000, 100, stop=_yes),
        lambda: reader.moment(30, stop=_yes),
        lambda: list(reader.frames(1, 9, stop=_yes)),
    ):
        with pytest.raises(Cancelled):
            read()
    late = reader.curves([1, 2], T, T + 9_000, 100, limit_s=-1.0)
    assert (late.curves, late.late) == ((), True)
    assert len(reader.curves([1, 2], T, T + 9_000, 100).curves) == 2


def _yes() -> bool:
    return True


@pytest.mark.logs("cannot be read and is left out")
def test_what_is_damaged_is_left_out_and_named(world: PastWorld) -> None:
    """A block: the others are read, and it is counted once. Its tag has no value from there on."""
    fill(world, 60, random.Random(6))
    world.move()
    (month,) = world.history.months()
    group = next(world.history.groups(month, 0, 1 << 60))
    block = group.blocks[0]
    hurt = type(block)(block.tag, block.count, block.lo_ms, block.hi_ms, block.payload[:-1] + b"?")
    world.history.replace([group], [type(group)(**{**_fields(group), "blocks": (hurt, *group.blocks[1:])})])
    held = held_by(world.frames)
    count = len(held.seen[block.tag]) + len(held.late[block.tag])
    reader = world.reader()
    for _ in range(2):
        found = reader.raw(block.tag, 0, 1 << 60)
        assert len(found) == count - block.count + 1
        assert found.quality[found.source_ms == block.lo_ms].max() == BAD
        assert len(reader.raw(group.blocks[1].tag, T, T + 60_000)) > 0
        assert reader.damaged == 1


@pytest.mark.logs("cannot be read and is left out")
@pytest.mark.parametrize("what", ["block", "times"])
def test_what_held_before_damage_does_not_seem_to_go_on(world: PastWorld, what: str) -> None:
    """Nothing is known of the tag from there to its next sample: on a trend, at an instant, and while it is played."""
    world.add([(T + i * 1_000, DELTA, [batch({1: (float(i), 0, T + i * 1_000)}, T + i * 1_000)]) for i in range(60)])
    world.move(size=20)
    (month,) = world.history.months()
    group = next(g for g in world.history.groups(month, 0, 1 << 60) if g.first_seq == 21)
    (block,) = group.blocks
    payload = block.payload[:-1] + bytes([block.payload[-1] ^ 1])
    hurt = replace(group, blocks=(replace(block, payload=payload),))
    if what == "times":
        hurt = replace(group, times=group.times[:-1] + bytes([group.times[-1] ^ 1]))
    world.history.replace([group], [hurt])
    reader = world.reader()
    (curve,) = reader.curves([1], T, T + 60_000, 1_000).curves
    dark = (curve.start_ms >= block.lo_ms) & (curve.start_ms <= block.hi_ms)
    assert curve.covered[dark].tolist() == [0.0] and curve.quality[dark].tolist() == [BAD]
    assert curve.end_ms[dark].tolist() == [T + 40_000] and curve.covered[~dark].all()
    for seq, quality in ((20, 0), (21, BAD), (35, BAD), (41, 0)):
        moment = reader.moment(seq)
        assert moment is not None and moment.state.quality.tolist() == [quality], seq
    played = [(f.seq, b.quality.tolist()) for f in reader.frames(15, 45) for b in f.batches]
    assert [seq for seq, quality in played if quality == [BAD]] == [21]


def _fields(group: object) -> dict[str, object]:
    return {name: getattr(group, name) for name in group.__dataclass_fields__}  # type: ignore[attr-defined]


def test_history_alone(world: PastWorld) -> None:
    """Whoever works on history itself reads it up to its mark, and no frame after it."""
    fill(world, 60, random.Random(7))
    reader = open_history_reader(world.address, newest=False)
    try:
        assert reader.extent() is None
        world.move(40)
        assert history_faults(reader, world.frames[:40]) == []
        assert reader.extent() == Extent(T, T + 39_000, 1, 40)
        assert [f.seq for f in reader.frames(35, 99)] == [36, 37, 38, 39, 40]
    finally:
        reader.close()
