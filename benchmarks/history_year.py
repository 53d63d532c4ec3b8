"""A year of history to be read, in fast time: eight tags for a year, the same eight by the second for the last day,
and 2,000 tags for the last two hours. Or the eight alone, for other times.

What the historian would have written is written through the same store: windows of half a day (of the eight alone, of a
day), packed by its own packing, in groups as its merges leave them. Rollups are its own, made of these samples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.engine.historian.packing import pack_window
from app.series.merging import MOST_EVENTS
from app.series.windows import Group, State, TagColumn, Times, Window
from app.storage.history_contract import HistoryStore, StoredWindow
from benchmarks.history_mix import GROUPS, PER_GROUP, Mix, Slice

__all__ = ["DAY_MS", "SLOW_TAGS", "START_MS", "Year"]

DAY_MS: Final = 86_400_000
START_MS: Final = 1_735_689_600_000
"""2025-01-01T00:00Z: the year is one of days that UTC has."""
SLOW_TAGS: Final = tuple(range(3_001, 3_009))
_PERIOD_MS: Final = 10_000
_FRAME_MS: Final = 4_000
_STEP_MS: Final = DAY_MS // 2
_MANY_S: Final = 7_200


@dataclass(slots=True)
class _Part:
    """Some time of history. `frame_ms` of its frames; groups as (tags, times at which all have a sample, values)."""

    frame_ms: NDArray[np.int64]
    groups: list[tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.float64]]]


class Year:
    """Writes the days one after the other. `samples` counts; `kept` has (times, values by tag) again for references.
    `crowded`: the last day is by the second, and has the 2,000 tags."""

    def __init__(
        self, days: int = 365, seed: int = 3, *, tags: Sequence[int] = SLOW_TAGS, period_ms: int = _PERIOD_MS,
        crowded: bool = True,
    ) -> None:  # fmt: skip
        self.days = days
        self.tags = np.array(tags, dtype=np.int32)
        self._period_ms = period_ms
        self._crowded = crowded
        self._step_ms = _STEP_MS if crowded else DAY_MS
        self._steps = self.days * DAY_MS // self._step_ms
        self.samples = 0
        self.seq = 0
        self._chance = np.random.default_rng(seed)
        self._walked = np.zeros(len(tags))
        self.kept: list[tuple[NDArray[np.int64], NDArray[np.float64]]] = []

    @property
    def end_ms(self) -> int:
        """Return the end of the last day."""
        return START_MS + self.days * DAY_MS

    def windows(self) -> Iterator[StoredWindow]:
        """Yield everything, in order."""
        state: dict[int, tuple[float, int]] = {}
        for part in self._parts():
            yield self._stored(part, state)

    def write_to(self, store: HistoryStore, roll_up: Callable[[], None]) -> None:
        """Write everything; before the last window `roll_up` is called, so that nobody rolls up a year of nothing of
        the 2,000 tags, and after it."""
        for number, window in enumerate(self.windows(), 1):
            if number == self._steps:
                roll_up()
            store.write(window)
        roll_up()

    def _parts(self) -> Iterator[_Part]:
        for step in range(self._steps):
            start = START_MS + step * self._step_ms
            last_day = self._crowded and step >= self._steps - 2
            period, frame = (1_000, 1_000) if last_day else (self._period_ms, _FRAME_MS)
            frames = np.arange(start + frame, start + self._step_ms + frame, frame, dtype=np.int64)
            frames[-1] = start + self._step_ms - 1
            many = list(self._many(start)) if self._crowded and step == self._steps - 1 else []
            yield _Part(frames, [self._slow(start, period), *many])

    def _slow(self, start: int, period: int) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.float64]]:
        """A level with a daily wave, and noise of hundredths; its time wanders by some ms."""
        n = self._step_ms // period
        times = start + period * np.arange(n, dtype=np.int64) + self._chance.integers(3, 30, n)
        steps = np.rint(self._chance.normal(0.0, 10.0, (n, len(self.tags))))
        walked = self._walked + np.cumsum(steps, axis=0)
        self._walked = walked[-1]
        wave = 300 * np.sin(2 * np.pi * times / DAY_MS)
        values = (np.rint(walked + wave[:, None])) * 0.01
        self.kept.append((times, values))
        return self.tags, times, values

    def _many(self, start: int) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.float64]]]:
        """The mix in the last two hours of a half day."""
        first = start + _STEP_MS - _MANY_S * 1000
        part: Slice = next(Mix(start_ms=first).slices(_MANY_S, _MANY_S))
        for g in range(GROUPS):
            cut = slice(g * PER_GROUP, (g + 1) * PER_GROUP)
            yield part.tags[g], np.minimum(part.receipt_ms[:, g], start + _STEP_MS - 1), part.values[:, cut]

    def _stored(self, part: _Part, state: dict[int, tuple[float, int]]) -> StoredWindow:
        groups = []
        for tags, times, values in part.groups:
            seq = self.seq + 1 + np.searchsorted(part.frame_ms, times)
            for first in range(0, len(times), MOST_EVENTS):
                cut = slice(first, first + MOST_EVENTS)
                quality = np.zeros(len(times[cut]), dtype=np.uint16)
                columns = [
                    TagColumn(int(tag), None, np.ascontiguousarray(values[cut, i]), quality)
                    for i, tag in enumerate(tags)
                ]
                groups.append(Group(Times(seq[cut], times[cut], times[cut]), tuple(columns)))
            state.update((int(tag), (float(values[-1, i]), int(times[-1]))) for i, tag in enumerate(tags))
            self.samples += values.size
        first, self.seq = self.seq + 1, self.seq + len(part.frame_ms)
        window = Window(first, self.seq, part.frame_ms, ((first, 1),), tuple(groups), (), (), _state(state))
        packing = pack_window(window)
        while True:
            try:
                next(packing)
            except StopIteration as done:
                stored: StoredWindow = done.value
                return stored


def _state(rows: dict[int, tuple[float, int]]) -> State:
    tags = np.array(sorted(rows), dtype=np.int32)
    values = np.array([rows[tag][0] for tag in tags.tolist()])
    times = np.array([rows[tag][1] for tag in tags.tolist()], dtype=np.int64)
    return State(tags, values, np.zeros(len(tags), dtype=np.uint16), times, times)
