"""Live values as the command checks want them: with age, scan period and unit."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from app.engine.formulas.resting import Sources
from app.engine.pipeline import Pipeline
from app.model.commands.checks import Reading
from app.model.quality import BAD, Quality
from app.model.spec import Site, TagSpec

__all__ = ["DEFAULT_PERIOD_S", "Heartbeats", "Readings"]

DEFAULT_PERIOD_S: Final = 1.0


class Readings:
    """Reads the pipeline for one site. `sources` says what a calculated tag rests on, None for any other tag."""

    def __init__(self, site: Site, pipeline: Pipeline, sources: Callable[[str], Sources | None]) -> None:
        self._pipeline = pipeline
        self._sources = sources
        self._tags = {t.path: t for t in site.tags}
        self._periods = {(d.id, g.name): g.period_ms / 1000.0 for d in site.devices for g in d.groups}

    def read(self, path: str) -> Reading | None:
        """Return the reading at a path, None for a tag that the site does not have."""
        tag = self._tags.get(path)
        sources = None if tag is None or tag.formula is None else self._sources(path)
        seen = self._pipeline.look(path)  # after `sources`, which works it out anew where that is due
        if tag is None or seen is None:
            return None
        value, quality, age_s = seen
        if sources is None:
            return Reading(value, quality, age_s, self._period(tag), tag.unit)
        return self._calculated(Reading(value, quality, 0.0, None, tag.unit), sources)

    def _calculated(self, reading: Reading, sources: Sources) -> Reading:
        """Return a calculated value with the age of what it rests on."""
        most_overdue, oldest_s = 0.0, 0.0
        for path, reach_s in sources.items():
            tag, seen = self._tags.get(path), self._pipeline.look(path)
            if tag is None or seen is None:
                continue  # no formula speaks of a tag that its site does not have
            _, quality, age_s = seen
            period_s = self._period(tag)
            # What a person typed in is of now, but no reply of the plant.
            oldest_s = max(oldest_s, math.inf if quality == Quality.MANUAL else age_s + reach_s)
            overdue = age_s / (period_s or DEFAULT_PERIOD_S)
            if overdue > most_overdue:
                most_overdue, reading = overdue, replace(reading, age_s=age_s, period_s=period_s)
        return replace(reading, oldest_s=oldest_s)

    def _period(self, tag: TagSpec) -> float | None:
        return self._periods.get((tag.device, tag.group))

    def period_of(self, device: str) -> float:
        """Return the period of a device's fastest group, in seconds."""
        periods = [p for (d, _), p in self._periods.items() if d == device]
        return min(periods, default=DEFAULT_PERIOD_S)


class Heartbeats:
    """When each PLC's counter last *changed*: a frozen PLC may answer for ever with the same one."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[float, float | None]] = {}

    def look(self, tags: tuple[str, ...], read: Callable[[str], Reading | None], now: float) -> None:
        """Look at the counters once per tick."""
        for tag in tags:
            reading = read(tag)
            if reading is None or reading.quality >= BAD:
                continue
            value, _ = self._last.get(tag, (reading.value, None))
            if tag not in self._last:
                # The first value proves nothing: it may stand still.
                self._last[tag] = (reading.value, None)
            elif reading.value != value:
                self._last[tag] = (reading.value, now - reading.age_s)

    def age(self, tag: str, now: float) -> float | None:
        """Return the seconds since the last change, None when none was seen."""
        changed = self._last.get(tag, (0.0, None))[1]
        return None if changed is None else now - changed
