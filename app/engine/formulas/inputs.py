"""What formulas see of tags: newest value, quality and source time of each, as rooms would be shown it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.engine.columns import Columns
from app.engine.formulas.evaluating import Work
from app.engine.formulas.states import Reading
from app.model.quality import BAD, Quality
from app.series.batch import SampleBatch

__all__ = ["At", "Inputs"]

At = slice | NDArray[np.intp] | NDArray[np.int32]


class Inputs:
    """The tags that any formula speaks of, by a place of their own. Their last values stand here as plain numbers: a
    formula looks at them far more often than they change."""

    def __init__(self, paths: Iterable[str], columns: Columns) -> None:
        self.place: Final = {path: i for i, path in enumerate(dict.fromkeys(paths))}
        self._place_of = np.full(columns.size, -1, dtype=np.int32)
        self._readings: list[Reading] = [(math.nan, int(Quality.NOT_YET))] * len(self.place)
        self.source_ms = [0] * len(self.place)
        for path, place in self.place.items():
            number = columns.number(path)
            if number is None:
                continue
            self._place_of[number] = place
            if columns.manual[number]:
                self._set(place, float(columns.manual_value[number]), Quality.MANUAL, int(columns.manual_ms[number]))
            else:
                source_ms = int(columns.source_ms[number])
                self._set(place, float(columns.value[number]), int(columns.quality[number]), source_ms)

    def take(self, batch: SampleBatch, at: At) -> Iterator[int]:
        """Take samples whose tags stand at `at`, and yield the places of those that a formula speaks of."""
        places = self._place_of[at]
        for row in np.flatnonzero(places >= 0).tolist():
            place = int(places[row])
            self._set(place, float(batch.values[row]), int(batch.quality[row]), int(batch.source_ms[row]))
            yield place

    def work(self, path: str) -> Work:
        """Return what reads a tag."""
        readings, place = self._readings, self.place[path]

        def work() -> Reading:
            return readings[place]

        return work

    def last(self, path: str) -> float:
        """Return the last value of a tag whatever its quality; NaN if there never was one."""
        return self._readings[self.place[path]][0]

    def _set(self, place: int, value: float, quality: int, source_ms: int) -> None:
        if quality < BAD and not math.isfinite(value):
            quality = int(Quality.SENSOR_FAULT)
        self._readings[place] = (value, quality)
        self.source_ms[place] = source_ms
