"""Makes the rows of a trend's legend: what every pen says at an instant, and its figures over the visible time."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from app.model.quality import BAD
from app.model.spec import TagKind
from app.series.statistics import Statistics
from app.views.room import Room
from app.views.state.sentences_alarms import quality_text
from app.views.state.trend_line import Reading, TrendLine
from app.views.state.trend_pens import is_strip
from app.views.state.trend_search import TagIndex
from app.views.state.trend_statistics import figures_of, limits_of_tag
from app.views.state.trend_words import delta_text, hours_unit, lasting_text, number, shift_text, shown_of
from app.views.state.values import Shown
from app.views.state.zone_time import date_text, time_text
from app.views.widgets.trend_scene import PenView, Scene
from app.views.widgets.trend_table_ink import LegendRow

__all__ = ["Legend"]

_EVERY_S: Final = 1.0
_NO_MEAN: Final = (TagKind.COUNTER,)
Exact = Mapping[tuple[str, int], Reading | None]
"""Readings of samples under a cursor, by tag and shift; they replace those of buckets."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """Figures, and what they were made of."""

    asked: object
    read: object
    at_s: float
    found: Statistics | None

    def still(self, read: object, now_s: float) -> bool:
        """Return whether they may be told a while longer: nothing came but live values."""
        return self.found is not None and self.read == read and now_s - self.at_s < _EVERY_S


class Legend:
    """Keeps figures for a second: they are the dearest part of a row."""

    def __init__(self, room: Room, awaits: Callable[[TrendLine], bool]) -> None:
        """`awaits` says whether a line's past is still being read for the time that is shown."""
        self._room = room
        self._awaits = awaits
        self._span = 0
        self._figures: dict[tuple[str, int], _Kept] = {}

    def rows(
        self, scene: Scene, index: TagIndex, first: int | None, second: int | None, exact: Exact, exact_second: Exact
    ) -> tuple[LegendRow, ...]:
        """Return all rows. `first`: the instant that is told, None for the newest; `second`: the second cursor."""
        rows = tuple(
            self._row(i, view, scene, index, first, second, exact, exact_second) for i, view in enumerate(scene.pens)
        )
        self._span = scene.end_ms - scene.start_ms
        return rows

    def _row(
        self, place: int, view: PenView, scene: Scene, index: TagIndex, first: int | None, second: int | None,
        exact: Exact, exact_second: Exact,
    ) -> LegendRow:  # fmt: skip
        pen, spec, language, now = view.pen, view.spec, scene.language, scene.now_ms
        key = (pen.tag, pen.shift_ms)
        one = exact.get(key) or self._reading(view, scene, first)
        other = None if second is None else exact_second.get(key) or view.line.read(second)
        name = spec.label.get(language)
        texts = {
            "quality": "" if one is None else quality_text(one.quality, language),
            "source": self._source(one, scene),
            "delta": "" if second is None or is_strip(spec) else delta_text(one, other, spec),
            **self._figure_texts(view, scene),
        }
        spread = one is not None and not one.exact and one.low != one.high and not is_strip(spec)
        return LegendRow(
            place=place,
            hue=pen.hue,
            name=f"{name}  {shift_text(pen.shift_ms, language)}".rstrip(),
            where=index.place(pen.tag, language),
            value=self._shown(view, one, first, now),
            texts=texts,
            second=None if second is None else shown_of(other, spec, now_ms=now, language=language),
            range_=f"{number(one.low, spec)}…{number(one.high, spec)}" if spread and one is not None else "",
            shifted=pen.shift_ms > 0,
            hidden=pen.hidden,
            grave=one is not None and one.quality >= BAD,
        )

    def _reading(self, view: PenView, scene: Scene, first: int | None) -> Reading | None:
        """Of now, what every other page shows; else what the picture has."""
        live, pen = self._room.live, view.pen
        if first is None and self._follows and pen.shift_ms == 0 and live is not None:
            value = live.get(pen.tag)
            return Reading(value.value, value.value, value.value, value.quality, value.source_ms, exact=True)
        at = min(scene.now_ms, scene.end_ms) if first is None else first
        return view.line.read(at)

    def _shown(self, view: PenView, reading: Reading | None, first: int | None, now: int) -> Shown:
        """Return the value in the look of its quality."""
        live = self._room.live
        if first is None and view.pen.shift_ms == 0 and live is not None and self._follows:
            return live.showing.of(view.pen.tag, now_ms=now, language=self._room.language)
        return shown_of(reading, view.spec, now_ms=now, language=self._room.language)

    _follows = True

    def set_following(self, follows: bool) -> None:
        """Say whether the picture ends now."""
        self._follows = follows

    def _source(self, reading: Reading | None, scene: Scene) -> str:
        if reading is None or reading.source_ms <= 0:
            return "—"
        day = date_text(reading.source_ms, scene.timezone, scene.language)[:10]
        clock = time_text(reading.source_ms, scene.timezone)
        return f"{day[5:]} {clock}.{reading.source_ms % 1000:03d}" if reading.exact else f"≈ {day} {clock}"

    def _figure_texts(self, view: PenView, scene: Scene) -> dict[str, str]:
        found = self._figures_of(view, scene)
        spec = view.spec
        if found is None:
            return {}
        if is_strip(spec):
            on = lasting_text(found.integral * 3600.0, scene.language) if spec.kind is TagKind.DISCRETE else ""
            return {"integral": on}
        return {
            "least": number(found.low, spec),
            "greatest": number(found.high, spec),
            "mean": number(found.mean, spec, more=1),
            "integral": "" if spec.kind in _NO_MEAN else f"{_integral(found.integral)} {hours_unit(spec.unit)}",
            "beyond": "" if math.isnan(found.beyond_ms) else lasting_text(found.beyond_ms / 1000.0, scene.language),
        }

    def _figures_of(self, view: PenView, scene: Scene) -> Statistics | None:
        key = (view.pen.tag, view.pen.shift_ms)
        forced = {m.name: m.value for m in view.limits if m.limit}
        read = (view.line.base_revision, tuple(forced.items()))
        asked = (scene.start_ms, scene.end_ms, view.line.revision, read)
        # What slides with now may be told a second later; another time is told at once, but not before it was read.
        slides = scene.live and self._span == scene.end_ms - scene.start_ms
        kept, now_s = self._figures.get(key), self._room.monotonic()
        if self._awaits(view.line) and (kept is None or not slides):
            self._figures.pop(key, None)
            return None
        if kept is not None and (kept.asked == asked or (slides and kept.still(read, now_s))):
            return kept.found
        end = min(scene.end_ms, scene.now_ms)
        found = figures_of(view.line.entries, scene.start_ms, end, limits_of_tag(view.spec, forced))
        self._figures[key] = _Kept(asked, read, now_s, found)
        return found

    def forget(self) -> None:
        """Figures are to be told anew at once."""
        self._figures.clear()


def _integral(value: float) -> str:
    size = abs(value)
    places = 0 if size >= 1000 else 1 if size >= 100 else 2
    return f"{value:,.{places}f}".replace(",", " ").replace("-", "−")
