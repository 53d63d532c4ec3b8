"""Looks at a whole world once for all windows: its alarms, a silent engine, and which well will spill when.

It judges at most once for the same values and at most once a second without new ones, whoever asks: whatever
stands on screen at one moment was told from the same values.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from app.model.spec import Facility, TagSpec
from app.views.state.abnormal import Judge
from app.views.state.abnormal_rows import AbnormalRow
from app.views.state.alarm_rows import AlarmRows
from app.views.state.live import LiveValues
from app.views.state.overflow import WINDOW_S, Outlook, Rise, outlook, rise_of
from app.views.state.traces import Series, Traces
from app.views.state.values import mark_of

if TYPE_CHECKING:
    from app.views.room import Room
    from app.views.world import World

__all__ = ["Watch"]

_HOLDS_S: Final = 1.0
"""How long a judgement stands while no value changes."""
_SLOPE_S: Final = 1.0
"""Between two looks at how levels move."""


class Watch(QObject):
    """`rows` are what the room itself tells and the highest alarms, worst first. `rises` has every well that is known,
    `outlooks` those that will spill."""

    changed = Signal()
    """The rows differ from those before."""

    def __init__(self, room: Room, world: World) -> None:
        super().__init__(room)
        self.rows: tuple[AbnormalRow, ...] = ()
        self.rises: dict[str, Rise] = {}
        self.outlooks: dict[str, Outlook] = {}
        self._room = room
        self._world = world
        self._judge: Judge | None = None
        self._alarms = AlarmRows(world.book, None)
        self._devices: dict[str, tuple[str, ...]] = {}
        self._wells: tuple[tuple[Facility, TagSpec], ...] = ()
        self._traces = Traces(())
        self._seen: object = None
        self._judged_s = self._sloped_s = -1e9

    def look(self) -> None:
        """Judge if anything came since the last judgement, or if that one is old. Cheap when there is nothing to do."""
        live, now_s = self._world.live, self._room.monotonic()
        seen = (live, live.clock if live is not None else 0, self._world.book.revision)
        if seen != self._seen or now_s - self._judged_s >= _HOLDS_S:
            self._seen, self._judged_s = seen, now_s
            self.judge()

    def worst(self, facility: str) -> int:
        """Return the highest priority among the alarms of a facility and of the devices that it shares, 0 for none."""
        places = (facility, *self._devices.get(facility, ()))
        found = [self._world.book.tally(place).worst for place in places]
        return min((p for p in found if p), default=0)

    def waits(self, facility: str) -> bool:
        """Return whether somebody must acknowledge something at a facility."""
        places = (facility, *self._devices.get(facility, ()))
        return any(self._world.book.tally(place).unacknowledged for place in places)

    def judge(self) -> None:
        """Judge now."""
        live = self._world.live
        if live is None or self._judge is None:
            rows: tuple[AbnormalRow, ...] = ()
        else:
            now_ms = self._world.ms()
            self._traces.follow(live, now_ms=now_ms)
            self._look_ahead(live, now_ms)
            own = self._judge.judge(live, now_ms=now_ms, outlooks=self.outlooks)
            rows = tuple(sorted((*own, *self._alarms.rows()), key=_rank))
        if rows != self.rows:
            self.rows = rows
            self.changed.emit()

    def _look_ahead(self, live: LiveValues, now_ms: int) -> None:
        """Take the slopes anew once a second, and from them what is ahead of each well at its present level."""
        now_s = self._room.monotonic()
        if now_s - self._sloped_s >= _SLOPE_S:
            self._sloped_s = now_s
            series = ((f.id, self._traces.series(spec.path)) for f, spec in self._wells)
            found = ((i, rise_of(times, values, now_ms=now_ms)) for i, (times, values) in series)
            self.rises = {i: rise for i, rise in found if rise is not None}
        self.outlooks = {}
        for facility, spec in self._wells:
            level = live.get(spec.path)
            if not mark_of(level.quality).usable:
                continue
            ahead = outlook(
                self.rises.get(facility.id), level.value, spec,
                overflow_level=facility.overflow_level, spare=self._spare(facility),
            )  # fmt: skip
            if ahead is not None:
                self.outlooks[facility.id] = ahead

    def _spare(self, facility: Facility) -> int:
        state = self._world.station(facility)
        return state.pumps.spare if state is not None else 0

    def take_site(self) -> None:
        """Look at another site. Call `begin_anew` once it is shown."""
        applied, live = self._world.applied, self._world.live
        self._judge = Judge(applied.site) if applied is not None else None
        self._alarms = AlarmRows(self._world.book, applied.site if applied is not None else None)
        facilities = applied.site.facilities if applied is not None else ()
        self._devices = {f.id: f.devices for f in facilities}
        found = ((f, live.spec(f.level)) for f in facilities if f.level is not None and live is not None)
        self._wells = tuple((f, spec) for f, spec in found if spec is not None)
        self._traces, self.rises = Traces(()), {}

    def begin_anew(self) -> None:
        """Forget how levels moved, which does not lead to this instant, and read what led to it."""
        if self._judge is not None:
            self._judge.begin_anew()
        paths = [spec.path for _, spec in self._wells]
        self._traces = Traces(paths, seconds=WINDOW_S * 1.5)
        self._sloped_s = -1e9
        self.rises = {}
        if paths:
            now = self._world is self._room.present
            self._room.recent(paths, WINDOW_S * 1.5, partial(self._seed, self._traces), of_now=now)
        self.judge()

    def _seed(self, traces: Traces, found: Mapping[str, Series]) -> None:
        """Take what led to this instant; nobody waits a second for what follows from it."""
        traces.seed(found)
        if traces is self._traces:
            self._sloped_s = -1e9
            self.judge()


def _rank(row: AbnormalRow) -> tuple[bool, int]:
    """A silent engine first, then by priority; what has the same keeps its order."""
    return (not row.kind.untrusted, row.priority)
