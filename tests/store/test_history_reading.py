"""Reading the past, on both backends: history and the frames after its mark as one, whatever the historian does."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from app.series.batch import SampleBatch
from app.series.frames import DELTA, KEY, LATE
from app.storage.history_contract import Extent, HistoryReader
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
        want = held_by(world.frames, until=frame.seq)
        assert state == want.state
        assert frame.t_ms == want.t_of[frame.seq]
    assert seen[-1] == until


@pytest.mark.parametrize("moved", [0, 1, 170, 300])
def test_history_and_tail_are_one(world: PastWorld, moved: int) -> None:
    """However much is history, and merged or not: every sample once, every moment as it was, every frame in order."""
    fill(world, 300, random.Random(1))
    reader = world.reader()
    assert history_faults(reader, world.frames) == []
    if moved:
        world.move(moved, size=60)
        assert history_faults(reader, world.frames) == []
        world.merge()
    for it in (reader, world.reader()):
        assert history_faults(it, world.frames) == []
        assert it.extent() == Extent(T, T + 299_000, 1, 300)
        assert_plays(it, world, 150, 190)
        for seq in (1, 169, 170, 171, 300):
            assert it.time_of(seq) == T + (seq - 1) * 1_000
            assert it.seq_at(T + (seq - 1) * 1_000 + 999) == seq
        assert (it.seq_at(T - 1), it.time_of(0), it.time_of(301)) == (0, None, None)
