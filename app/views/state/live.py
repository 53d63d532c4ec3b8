"""The newest values of all tags as columns: filled by the GUI thread from frames, read by visible pages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.model.quality import Quality
from app.model.spec import Site, TagSpec
from app.series.batch import SampleBatch

__all__ = ["LiveValue", "LiveValues"]


@dataclass(frozen=True, slots=True)
class LiveValue:
    """One value as a page shows it. `quality` is ENGINE_LOST whenever the engine is silent."""

    value: float
    quality: int
    source_ms: int


class LiveValues:
    """Columns indexed by tag number. `stamp` grows with every change of a tag.

    A page keeps the greatest stamp it has drawn and asks `changed(numbers, seen)` on the room's tick; there is no
    signal and no subscription per tag.
    """

    def __init__(self, site: Site) -> None:
        top = max((t.number for t in site.tags), default=0) + 1
        self.site = site
        self.values = np.full(top, np.nan)
        self.quality = np.full(top, Quality.NOT_YET, dtype=np.uint16)
        self.source_ms = np.zeros(top, dtype=np.int64)
        self.stamp = np.zeros(top, dtype=np.int64)
        self.clock = 0
        self.engine_silent = False
        self._by_path: dict[str, TagSpec] = {t.path: t for t in site.tags}
        self._periods = {(d.id, g.name): g.period_ms / 1000.0 for d in site.devices for g in d.groups}

    def spec(self, path: str) -> TagSpec | None:
        """Return the tag at `path`."""
        return self._by_path.get(path)

    def period_s(self, spec: TagSpec) -> float | None:
        """Return the period of the tag's scan group in seconds, None for a tag that no group reads."""
        return self._periods.get((spec.device, spec.group))

    def get(self, path: str) -> LiveValue:
        """Return the newest value; NOT_YET for a path that the site does not have."""
        spec = self._by_path.get(path)
        if spec is None:
            return LiveValue(float("nan"), Quality.NOT_YET, 0)
        n = spec.number
        quality = Quality.ENGINE_LOST if self.engine_silent else int(self.quality[n])
        return LiveValue(float(self.values[n]), quality, int(self.source_ms[n]))

    def apply(self, batch: SampleBatch) -> None:
        """Take one frame's samples. Numbers beyond the site (a newer site is on its way) are left out."""
        keep = batch.tags < len(self.values)
        tags = batch.tags[keep]
        self.clock += 1
        self.values[tags] = batch.values[keep]
        self.quality[tags] = batch.quality[keep]
        self.source_ms[tags] = batch.source_ms[keep]
        self.stamp[tags] = self.clock

    def set_engine_silent(self, silent: bool) -> None:
        """Grey everything, or take it back. Every tag counts as changed."""
        if silent != self.engine_silent:
            self.engine_silent = silent
            self.clock += 1
            self.stamp[:] = self.clock

    def take_over(self, old: LiveValues) -> None:
        """Copy the values that `old` has of tags with the same number: a new site does not blank the screen."""
        n = min(len(self.values), len(old.values))
        self.clock = old.clock + 1
        for column in ("values", "quality", "source_ms"):
            getattr(self, column)[:n] = getattr(old, column)[:n]
        self.stamp[:] = self.clock

    def changed(self, numbers: np.ndarray[tuple[int], np.dtype[np.int32]], seen: int) -> bool:
        """Return True when any of the tags changed after `seen`."""
        return bool((self.stamp[numbers] > seen).any())
