"""Live values as the command checks want them: with age, scan period and unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.engine.pipeline import Pipeline
from app.model.commands.checks import Reading
from app.model.quality import BAD
from app.model.spec import Site

__all__ = ["DEFAULT_PERIOD_S", "Heartbeats", "Readings"]

DEFAULT_PERIOD_S: Final = 1.0


class Readings:
    """Reads the pipeline for one site."""

    def __init__(self, site: Site, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._tags = {t.path: t for t in site.tags}
        self._periods = {(d.id, g.name): g.period_ms / 1000.0 for d in site.devices for g in d.groups}

    def read(self, path: str) -> Reading | None:
        """Return the reading at a path, None for a tag that the site does not have."""
        tag, seen = self._tags.get(path), self._pipeline.look(path)
        if tag is None or seen is None:
            return None
        value, quality, age_s = seen
        return Reading(value, quality, age_s, self._periods.get((tag.device, tag.group)), tag.unit)

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
