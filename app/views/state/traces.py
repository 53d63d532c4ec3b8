"""The last minutes of some tags, kept by the page that shows them: seeded once from frames, then fed from live values.

So a page reads the store once when it is shown and never again.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from app.views.state.live import LiveValues
from app.views.state.values import mark_of

__all__ = ["Series", "Traces"]

_CLOCK_OFF_MS = 10_000
_LEAST_S = 120.0
_GROWS_S = 60.0
_HOLD_MS = 5_000
"""A longer silence between two changes is a value that stood still, not a slow slope."""

Series = tuple[NDArray[np.int64], NDArray[np.float64]]


class Traces:
    """Rings of (UTC ms, value) per tag path. A value that cannot be trusted is kept as NaN: a gap in every line."""

    def __init__(self, paths: Iterable[str], *, seconds: float = 900.0) -> None:
        self.seconds = seconds
        self._points: dict[str, deque[tuple[int, float]]] = {p: deque() for p in paths}
        self._stamps: dict[str, int] = {}
        self.seeds = 0
        """How often `seed` put an older past before what was known."""
        self.revision = 0
        """Grows with every new point: what is drawn need not be drawn again while it stands."""
        self.lost = False
        """True once `lose` was called: what happened since is not all known."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The tags that are kept."""
        return tuple(self._points)

    def shown_s(self, now_ms: int) -> float:
        """Return how many seconds are worth drawing: two minutes at first, then a minute more with each minute that
        is known, up to the whole window."""
        firsts = (next((t for t, v in points if v == v), now_ms) for points in self._points.values())
        known = (now_ms - min(firsts, default=now_ms)) / 1000.0
        return min(self.seconds, max(_LEAST_S, _GROWS_S * math.ceil(known / _GROWS_S)))

    def seed(self, recent: Mapping[str, Series]) -> None:
        """Put what frames tell before what was seen live since."""
        for path, (times, values) in recent.items():
            points = self._points.get(path)
            if points is None:
                continue
            first = points[0][0] if points else 1 << 62
            older = [(int(t), float(v)) for t, v in zip(times, values, strict=True) if t < first]
            points.extendleft(reversed(older))
        self.seeds += 1
        self.revision += 1

    def follow(self, live: LiveValues, *, now_ms: int) -> None:
        """Take values that changed since the last call, and let old points go."""
        for path, points in self._points.items():
            spec = live.spec(path)
            if spec is None:
                continue
            stamp = int(live.stamp[spec.number])
            if stamp and stamp != self._stamps.get(path):
                self._stamps[path] = stamp
                self._take(points, live, path, now_ms)
            self._trim(points, now_ms)

    def lose(self, now_ms: int) -> None:
        """End every line: the engine is silent, and nobody knows how values go on."""
        for points in self._points.values():
            if points:
                points.append((max(now_ms, points[-1][0] + 1), math.nan))
        self.lost = True
        self.revision += 1

    def series(self, path: str) -> Series:
        """Return times (UTC ms) and values of a tag; empty when it is not kept."""
        points = self._points.get(path)
        if not points:
            return np.empty(0, np.int64), np.empty(0)
        times, values = zip(*points, strict=True)
        return np.array(times, np.int64), np.array(values, np.float64)

    def held(self, path: str, *, now_ms: int) -> Series:
        """Return the series as a line may be drawn through it: a value holds until the next one came, up to now."""
        times, values = self.series(path)
        if len(times) == 0:
            return times, values
        late = np.flatnonzero(np.diff(times) > _HOLD_MS) + 1
        times = np.insert(times, late, times[late] - 200)
        values = np.insert(values, late, values[late - 1])
        return np.append(times, max(now_ms, int(times[-1]))), np.append(values, values[-1])

    def _take(self, points: deque[tuple[int, float]], live: LiveValues, path: str, now_ms: int) -> None:
        value = live.get(path)
        trusted = mark_of(value.quality).usable
        # A lost value gets the time at which it was lost: its source time still names the last good sample. A source
        # whose clock is off would leave the window or run backwards: then the time of arrival is nearer the truth.
        at = value.source_ms if trusted and abs(now_ms - value.source_ms) <= _CLOCK_OFF_MS else now_ms
        if points:
            at = max(at, points[-1][0] + 1)
        points.append((at, value.value if trusted else float("nan")))
        self.revision += 1

    def _trim(self, points: deque[tuple[int, float]], now_ms: int) -> None:
        """Drop what left the window, but keep one point before it: the line enters the picture from there."""
        edge = now_ms - int(self.seconds * 1000)
        while len(points) > 1 and points[1][0] <= edge:
            points.popleft()
