"""Curves of ranges for which rollups are too coarse, from samples: these themselves, or buckets of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from app.series.curves import bucket_curve, exact_curve, join_curves
from app.series.samples import Curve, Gap, Samples
from app.storage.history_contract import Stop
from app.storage.history_reading.levels import Levels
from app.storage.history_reading.sampling import Sampling
from app.storage.months import HOUR_MS

__all__ = ["Narrow"]

_LONG_MS: Final = 2 * 3_600_000
"""Of shorter ranges a tag has no more samples than can be held at once."""
GapsOf = Callable[[int, int], Sequence[Gap]]


class Narrow:
    """Makes curves of samples. Buckets stand at multiples of their width, so that they stay while one pans."""

    def __init__(self, sampling: Sampling, levels: Levels, gaps: GapsOf) -> None:
        self._sampling: Final = sampling
        self._levels: Final = levels
        self._gaps: Final = gaps

    def curves(
        self, tags: Sequence[int], span: tuple[int, int], points: int, *, until_ms: int, stop: Stop
    ) -> Iterator[Curve]:
        """Yield the curve of each tag: its samples if there are no more than `points`, else buckets. Of a tag whose
        samples were dropped, the hours that are left."""
        width = -(-(span[1] - span[0]) // points)
        grid = span[0] - span[0] % width, span[1] - span[1] % -width
        heavy = self._sampling.heavy(tags, *grid) if span[1] - span[0] > _LONG_MS else frozenset()
        light = [tag for tag in tags if tag not in heavy]
        found = self._sampling.known(light, *grid, stop) if light else {}
        gaps = self._gaps_after([*found.values()], grid)
        for tag in tags:
            if tag in heavy:
                yield self._in_slices(tag, grid, width, until_ms, stop)
                continue
            samples = found[tag]
            own = int(np.count_nonzero(samples.came[slice(*np.searchsorted(samples.source_ms, span).tolist())]))
            if not own and (hours := self._hours_of_dropped(tag, span, stop)) is not None:
                yield hours
            elif own <= points:
                yield exact_curve(tag, samples, gaps, *span, until_ms)
            else:
                yield bucket_curve(tag, samples, gaps, grid[0], width, (grid[1] - grid[0]) // width, until_ms)

    def _hours_of_dropped(self, tag: int, span: tuple[int, int], stop: Stop) -> Curve | None:
        """Return the hours of a range without samples, if they say that there were some: those were dropped."""
        whole = span[0] - span[0] % HOUR_MS, span[1] - span[1] % -HOUR_MS
        hours = self._levels.hours(tag, whole)
        if not hours.count.any():
            return None
        samples = self._sampling.known([tag], *whole, stop)[tag]
        return None if (samples.came & (samples.source_ms >= whole[0])).any() else hours

    def _in_slices(self, tag: int, grid: tuple[int, int], width: int, until_ms: int, stop: Stop) -> Curve:
        """Return the buckets of a tag that has too many samples to hold them all at once."""
        pieces = []
        for start, end, samples in self._sampling.slices(tag, *grid, width, stop):
            gaps = self._gaps_after([samples], (start, end))
            pieces.append(bucket_curve(tag, samples, gaps, start, width, (end - start) // width, until_ms))
        return join_curves(pieces)

    def _gaps_after(self, found: Sequence[Samples], grid: tuple[int, int]) -> Sequence[Gap]:
        """Return the gaps of a range, and those before it that may have ended what held at its start."""
        return self._gaps(min((int(s.source_ms[0]) for s in found if len(s)), default=grid[0]), grid[1])
