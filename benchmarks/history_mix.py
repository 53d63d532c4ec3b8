"""The samples that the history benchmarks store: a seeded mix of 2,000 tags at 1 Hz, made a slice at a time.

40 groups of 50 tags, as forty devices that are polled once a second; a reply of a group comes some milliseconds late,
differently each time, and is the one time of its 50 samples. Of ten tags in a group

    4  walk at random in steps of 0.01 (a level, a flow: sd 0.1 a second),
    2  are a 12-bit converter's reading of something that stands (noise of sd 2 counts),
    2  step between levels (a pump's state, a set-point: a minute on average),
    1  is constant,
    1  is a raw float32 (noise in every bit of the mantissa that sd 0.5 reaches).

Now and then a tag is uncertain for a minute: two hundred of 2,000 tags an hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.model.quality import Quality
from app.series.batch import SampleBatch, one_time

__all__ = [
    "GROUPS", "PER_GROUP", "SHAPES", "SLICE_S", "START_MS", "TAGS", "TICK_MS", "Mix", "Slice", "Tick", "shape_of",
]  # fmt: skip

GROUPS: Final = 40
PER_GROUP: Final = 50
TAGS: Final = GROUPS * PER_GROUP
TICK_MS: Final = 200
SLICE_S: Final = 600
START_MS: Final = 1_767_571_200_000
"""2026-01-05T00:00Z."""
SHAPES: Final = ("walk", "walk", "walk", "walk", "noise", "noise", "step", "step", "constant", "float32")
_QUANTUM: Final = 0.01
_COUNT: Final = 100.0 / 4095
_UNCERTAIN_EACH_SLICE: Final = 33
_UNCERTAIN_S: Final = 60


def shape_of(place: int) -> str:
    """Return how the tag at a place of its group moves."""
    return SHAPES[place % len(SHAPES)]


@dataclass(frozen=True, slots=True)
class Tick:
    """What one tick of the engine would find: `t` UTC ms and the replies since the tick before."""

    t: int
    batches: tuple[SampleBatch, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """Some seconds of every tag. `values` float64 and `quality` uint16 by (second, tag); `receipt_ms` int64 by
    (second, group), which is also the source time. `tags` are the numbers, one row for each group."""

    start_ms: int
    tags: NDArray[np.int32]
    values: NDArray[np.float64]
    quality: NDArray[np.uint16]
    receipt_ms: NDArray[np.int64]

    @property
    def seconds(self) -> int:
        return len(self.values)

    @property
    def samples(self) -> int:
        return int(self.values.size)

    def ticks(self) -> Iterator[Tick]:
        """Yield the engine's ticks: each has the replies that came in the 200 ms before it. A reply of the last tick's
        own 200 ms that came later than the slice ends belongs to its last tick."""
        per_second = 1000 // TICK_MS
        number = np.minimum(
            (self.receipt_ms - self.start_ms) // TICK_MS, self.seconds * per_second - 1
        )  # which tick of the slice takes a reply
        order = np.argsort(number, axis=None, kind="stable")
        ends = np.searchsorted(number.ravel()[order], np.arange(self.seconds * per_second), side="right")
        first = 0
        for k, end in enumerate(ends.tolist()):
            replies = [divmod(int(i), GROUPS) for i in order[first:end]]
            first = end
            t = self.start_ms + (k + 1) * TICK_MS
            yield Tick(t, tuple(self._batch(second, group) for second, group in replies))

    def _batch(self, second: int, group: int) -> SampleBatch:
        cut = slice(group * PER_GROUP, (group + 1) * PER_GROUP)
        at = int(self.receipt_ms[second, group])
        return SampleBatch(
            self.tags[group], self.values[second, cut], self.quality[second, cut], one_time(at, PER_GROUP), at
        )

    def rows(self, seconds: slice = slice(None)) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.float64]]:
        """Return tag, time and value of every sample of some of its seconds as flat columns, in order of arrival."""
        values = self.values[seconds]
        tags = np.tile(self.tags.ravel(), len(values))
        times = np.repeat(self.receipt_ms[seconds], PER_GROUP, axis=1).ravel()
        return tags, times, values.ravel()


class Mix:
    """Makes the mix from `start_ms` on, always the same for a seed. `first_tag`: the number of the first tag."""

    def __init__(self, seed: int = 1, start_ms: int = START_MS, first_tag: int = 1) -> None:
        self._chance = np.random.default_rng(seed)
        self._now_ms = start_ms
        shapes = np.array([shape_of(tag) for tag in range(TAGS)])
        self._of = {shape: np.flatnonzero(shapes == shape) for shape in dict.fromkeys(SHAPES)}
        self._walked = self._chance.integers(1_000, 5_000, len(self._of["walk"]))
        self._counts = self._chance.integers(500, 3_500, len(self._of["noise"]))
        self._level = self._chance.integers(0, 10, len(self._of["step"])).astype(np.float64)
        self._constant = np.round(self._chance.uniform(0, 100, len(self._of["constant"])), 1)
        self._phase_ms = self._chance.integers(0, 950, GROUPS)
        self._tags = np.arange(first_tag, first_tag + TAGS, dtype=np.int32).reshape(GROUPS, PER_GROUP)
        self._tags.setflags(write=False)

    def slices(self, seconds: int, slice_s: int = SLICE_S) -> Iterator[Slice]:
        """Yield the next `seconds` of the mix, at most `slice_s` at once."""
        for first in range(0, seconds, slice_s):
            yield self._slice(min(slice_s, seconds - first))

    def _slice(self, seconds: int) -> Slice:
        values = np.empty((seconds, TAGS))
        values[:, self._of["walk"]] = self._walk(seconds)
        values[:, self._of["noise"]] = self._noise(seconds)
        values[:, self._of["step"]] = self._steps(seconds)
        values[:, self._of["constant"]] = self._constant
        raw = self._chance.normal(50.0, 0.5, (seconds, len(self._of["float32"])))
        values[:, self._of["float32"]] = raw.astype(np.float32)
        start, self._now_ms = self._now_ms, self._now_ms + 1000 * seconds
        return Slice(start, self._tags, values, self._quality(seconds), self._receipts(start, seconds))

    def _walk(self, seconds: int) -> NDArray[np.float64]:
        steps = np.rint(self._chance.normal(0.0, 10.0, (seconds, len(self._walked)))).astype(np.int64)
        walked = self._walked + np.cumsum(steps, axis=0)
        self._walked = walked[-1]
        # As the drivers make it of a register: raw number times scale.
        return walked * _QUANTUM

    def _noise(self, seconds: int) -> NDArray[np.float64]:
        counts = np.rint(self._chance.normal(self._counts, 2.0, (seconds, len(self._counts))))
        return np.clip(counts, 0, 4095) * _COUNT

    def _steps(self, seconds: int) -> NDArray[np.float64]:
        """Hold a level for a minute on average, then take another."""
        change = self._chance.random((seconds, len(self._level))) < 1 / 60
        levels = self._chance.integers(0, 10, change.shape).astype(np.float64)
        newest = np.maximum.accumulate(np.where(change, np.arange(seconds)[:, None], -1), axis=0)
        held = np.where(newest >= 0, np.take_along_axis(levels, np.maximum(newest, 0), axis=0), self._level)
        self._level = held[-1]
        return held

    def _quality(self, seconds: int) -> NDArray[np.uint16]:
        quality = np.full((seconds, TAGS), int(Quality.GOOD), dtype=np.uint16)
        for tag in self._chance.choice(TAGS, _UNCERTAIN_EACH_SLICE, replace=False):
            first = int(self._chance.integers(0, max(1, seconds - _UNCERTAIN_S)))
            quality[first : first + _UNCERTAIN_S, tag] = int(Quality.OUT_OF_RANGE)
        return quality

    def _receipts(self, start_ms: int, seconds: int) -> NDArray[np.int64]:
        """Return when each reply came: a device answers within some ms, and one in a thousand within some tens."""
        late = 2.0 + self._chance.gamma(2.0, 1.5, (seconds, GROUPS))
        late[self._chance.random(late.shape) < 1e-3] *= 8.0
        planned = start_ms + 1000 * np.arange(seconds)[:, None] + self._phase_ms
        return planned + np.minimum(late, 49.0).astype(np.int64)
