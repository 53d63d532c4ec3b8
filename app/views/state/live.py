"""The newest values of all tags as columns: filled by the GUI thread from frames, read by visible pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.model.formulas.behind import devices_behind
from app.model.quality import Quality
from app.model.spec import Site, TagSpec
from app.series.batch import SampleBatch
from app.series.windows import State
from app.views.state.alarm_book import AlarmBook
from app.views.state.showing import Showing

__all__ = ["LiveValue", "LiveValues", "TagGroups"]

_LOST = int(Quality.ENGINE_LOST)


class LiveValue(NamedTuple):
    """One value as a page shows it. `quality` is ENGINE_LOST whenever the engine is silent."""

    value: float
    quality: int
    source_ms: int


class TagGroups:
    """Numbers of tags in groups, laid end to end so that all groups are looked at in one step."""

    def __init__(self, groups: Sequence[NDArray[np.int32]]) -> None:
        self.indexes = [i for i, numbers in enumerate(groups) if len(numbers)]
        full = [groups[i] for i in self.indexes]
        self.numbers = np.concatenate(full) if full else np.empty(0, np.int32)
        self.starts = np.cumsum([0, *(len(numbers) for numbers in full)])[:-1]


class LiveValues:
    """Columns indexed by tag number. `stamp` grows with every sample of a tag, `moved` only when its value or its
    quality is another: what is drawn from these two alone stands while `moved` stands.

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
        self.moved = np.zeros(top, dtype=np.int64)
        self.clock = 0
        self.engine_silent = False
        self._by_path: dict[str, TagSpec] = {t.path: t for t in site.tags}
        self.showing = Showing(self)
        self.book: AlarmBook | None = None
        """The alarms of the same room: what marks equipment and stations."""
        self._devices: dict[str, frozenset[str]] = {}
        self._periods = {(d.id, g.name): g.period_ms / 1000.0 for d in site.devices for g in d.groups}

    def spec(self, path: str) -> TagSpec | None:
        """Return the tag at `path`."""
        return self._by_path.get(path)

    def period_s(self, spec: TagSpec) -> float | None:
        """Return the period of the tag's scan group in seconds, None for a tag that no group reads."""
        return self._periods.get((spec.device, spec.group))

    def devices_of(self, spec: TagSpec) -> frozenset[str]:
        """Return the devices that a value comes from: its own, or those behind its formula; empty for one that the
        engine makes itself."""
        found = self._devices.get(spec.path)
        if found is None:
            own = frozenset((spec.device,)) if spec.device else frozenset()
            found = self._devices[spec.path] = own or devices_behind(spec.formula, self._by_path)
        return found

    def get(self, path: str) -> LiveValue:
        """Return the newest value; NOT_YET for a path that the site does not have."""
        spec = self._by_path.get(path)
        if spec is None:
            return LiveValue(float("nan"), Quality.NOT_YET, 0)
        n = spec.number
        quality = _LOST if self.engine_silent else self.quality.item(n)
        return LiveValue(self.values.item(n), quality, self.source_ms.item(n))

    def apply(self, batch: SampleBatch) -> None:
        """Take one frame's samples. Numbers beyond the site (a newer site is on its way) are left out."""
        keep = batch.tags < len(self.values)
        tags = batch.tags[keep]
        values, quality = batch.values[keep], batch.quality[keep]
        self.clock += 1
        self.moved[tags[(values != self.values[tags]) | (quality != self.quality[tags])]] = self.clock
        self.values[tags] = values
        self.quality[tags] = quality
        self.source_ms[tags] = batch.source_ms[keep]
        self.stamp[tags] = self.clock

    def set_engine_silent(self, silent: bool) -> None:
        """Grey everything, or take it back. Every tag counts as changed."""
        if silent != self.engine_silent:
            self.engine_silent = silent
            self.clock += 1
            self.stamp[:] = self.moved[:] = self.clock

    def take_over(self, old: LiveValues) -> None:
        """Copy the values that `old` has of tags with the same number: a new site does not blank the screen."""
        n = min(len(self.values), len(old.values))
        self.clock = old.clock + 1
        for column in ("values", "quality", "source_ms"):
            getattr(self, column)[:n] = getattr(old, column)[:n]
        self.stamp[:] = self.moved[:] = self.clock

    def take_state(self, state: State) -> None:
        """Take how every tag stood at another instant; a tag that it does not have was not read yet."""
        known = state.tags < len(self.values)
        tags = state.tags[known]
        values = np.full(len(self.values), np.nan)
        quality = np.full(len(self.values), Quality.NOT_YET, dtype=np.uint16)
        source_ms = np.zeros(len(self.values), dtype=np.int64)
        values[tags], quality[tags], source_ms[tags] = (
            column[known] for column in (state.values, state.quality, state.source_ms)
        )
        self.clock += 1
        self.moved[(values != self.values) | (quality != self.quality)] = self.clock
        self.values, self.quality, self.source_ms = values, quality, source_ms
        self.stamp[:] = self.clock

    def moved_since(self, groups: TagGroups, seen: int) -> list[int]:
        """Return the indexes of the groups of which any tag moved after `seen`."""
        if not len(groups.numbers):
            return []
        newest = np.maximum.reduceat(self.moved[groups.numbers], groups.starts)
        return [groups.indexes[i] for i in np.flatnonzero(newest > seen)]

    def changed(self, numbers: NDArray[np.int32], seen: int) -> bool:
        """Return True when any of the tags changed after `seen`."""
        return bool((self.stamp[numbers] > seen).any())
