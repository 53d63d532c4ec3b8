"""Judges the whole site twice a second, once for all windows: what is abnormal, and which well will spill when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot

from app.model.spec import Facility
from app.views.state.abnormal import Judge
from app.views.state.abnormal_rows import AbnormalRow
from app.views.state.overflow import WINDOW_S, Rise, rise_of, time_to_overflow
from app.views.state.traces import Traces

if TYPE_CHECKING:
    from app.views.room import Room

__all__ = ["Watch"]

_EVERY: Final = 5
"""Ticks of the room's beat (10 Hz) between two judgements."""


class Watch(QObject):
    """`rows` are sorted, worst first. `overflow_s` has only wells that rise; `rises` has every well that is known."""

    changed = Signal()
    """The rows differ from those before."""

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self.rows: tuple[AbnormalRow, ...] = ()
        self.rises: dict[str, Rise] = {}
        self.overflow_s: dict[str, float] = {}
        self._room = room
        self._judge: Judge | None = None
        self._wells: tuple[tuple[Facility, str], ...] = ()
        self._traces = Traces(())
        self._ticks = 0
        room.site_changed.connect(self._site_changed)
        room.engine_silent_changed.connect(self._silence_changed)

    def tick(self) -> None:
        """Judge if it is time. Called at 10 Hz."""
        self._ticks += 1
        if self._ticks % _EVERY == 0:
            self.judge()

    def judge(self) -> None:
        """Judge now."""
        live = self._room.live
        if live is None or self._judge is None:
            rows: tuple[AbnormalRow, ...] = ()
        else:
            now_ms = self._room.now_ms()
            self._traces.follow(live, now_ms=now_ms)
            self._look_ahead(now_ms)
            rows = self._judge.judge(live, self._room.equipment, now_ms=now_ms, overflow_s=self.overflow_s)
        if rows != self.rows:
            self.rows = rows
            self.changed.emit()

    def _look_ahead(self, now_ms: int) -> None:
        self.rises.clear()
        self.overflow_s.clear()
        for facility, path in self._wells:
            times, values = self._traces.series(path)
            rise = rise_of(times, values, now_ms=now_ms)
            if rise is None or not len(values):
                continue
            self.rises[facility.id] = rise
            seconds = time_to_overflow(rise, float(values[-1]), facility.overflow_level)
            if seconds is not None:
                self.overflow_s[facility.id] = seconds

    @Slot()
    def _site_changed(self) -> None:
        applied = self._room.applied
        self._judge = Judge(applied.site) if applied is not None else None
        facilities = applied.site.facilities if applied is not None else ()
        self._wells = tuple((f, f.level) for f in facilities if f.level is not None)
        paths = [path for _, path in self._wells]
        self._traces = Traces(paths, seconds=WINDOW_S * 1.5)
        if paths:
            self._room.recent(paths, WINDOW_S * 1.5, self._traces.seed)
        self.judge()

    @Slot(bool)
    def _silence_changed(self, _silent: bool) -> None:
        self.judge()
