"""The lower row of the station page: trend, pump figures, last events and commands."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model.reasons import state_text
from app.model.records import JournalEntry
from app.model.spec import Equipment, Facility, TagSpec
from app.views import theme
from app.views.pages.faceplate.alarms import EquipmentAlarms
from app.views.pages.station_log import StationLog
from app.views.pages.tag_drags import drag_from
from app.views.room import Room
from app.views.state.scale import LIMITS, mark_text
from app.views.state.sentences import Names, is_grave, sentence
from app.views.state.station import equipment_of
from app.views.state.traces import Traces
from app.views.state.values import Shown, clock_text
from app.views.state.zone_time import time_text
from app.views.widgets.log_list import LogLine, LogList
from app.views.widgets.panel import Panel
from app.views.widgets.pump_table import PumpRow, PumpTable
from app.views.widgets.trend import StationTrend
from app.views.widgets.trend_legend import LegendItem, TrendLegend

__all__ = ["LowerRow"]

_ALARMS = 4
"""Standing alarms that are listed above the log."""
_FIGURES = ("hours", "starts", "starts_hour", "start_wait")


class LowerRow(QWidget):
    """Three panels side by side."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._facility: Facility | None = None
        self._pumps: tuple[Equipment, ...] = ()
        self._level: TagSpec | None = None
        self._flow: TagSpec | None = None
        self._drawn = (-1, 0)
        self._names: Names | None = None
        self.trend_panel, self.pump_panel, self.log_panel = Panel(self), Panel(self), Panel(self)
        self.trend, self.table, self.lines = StationTrend(self), PumpTable(self), LogList(self)
        drag_from(room, self.table, self._pump_at)
        self.legend = TrendLegend(self.trend_panel)
        self.log = StationLog(room)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GAP)
        parts = (
            (self.trend_panel, self.trend, 42),
            (self.pump_panel, self.table, 26),
            (self.log_panel, self.lines, 32),
        )
        for panel, content, _share in parts:
            panel.body.addWidget(content)
        self.alarms = EquipmentAlarms(room, "", self, standing=_ALARMS)
        self.alarms.chosen.connect(self._to_alarm)
        last = QVBoxLayout()
        last.setSpacing(theme.GAP_S)
        last.addWidget(self.alarms)
        last.addWidget(self.log_panel, 1)
        for panel, _content, share in parts[:-1]:
            layout.addWidget(panel, share)
        layout.addLayout(last, parts[-1][2])
        self.retranslate()

    def set_station(self, facility: Facility | None) -> None:
        """Show another station."""
        self._facility, self._drawn, self._names = facility, (-1, 0), None
        self.log.set_station(facility)
        self.alarms.set_place(facility.id if facility is not None else "")
        live = self._room.live
        if facility is None or live is None:
            self._pumps, self._level, self._flow = (), None, None
            return
        equipment = equipment_of(live.site, facility)
        self._pumps = tuple(e for e in equipment if e.symbol == "pump")
        self._level = live.spec(facility.level) if facility.level else None
        flows = [path for e in equipment if (path := e.tag("flow")) is not None]
        self._flow = live.spec(flows[0]) if flows else None
        self._prepare_trend(facility)

    def time_jumped(self) -> None:
        """Draw and read anew: another instant is shown."""
        self._drawn = (-1, 0)
        self.log.tick(at_once=True)

    def _pump_at(self, at: QPoint) -> tuple[str, ...]:
        """Return the tag of a figure, or the pump itself over its name."""
        row, figure = self.table.cell_at(at.x(), at.y())
        if not 0 <= row < len(self._pumps):
            return ()
        tag = self._pumps[row].tag(_FIGURES[figure]) if 0 <= figure < len(_FIGURES) else None
        return (tag or self._pumps[row].path,)

    @Slot(str)
    def _to_alarm(self, path: str) -> None:
        self._room.navigate.emit("alarms", path)

    def paths(self) -> tuple[str, ...]:
        """Return the tags whose recent past is drawn here."""
        return tuple(s.path for s in (self._level, self._flow) if s is not None)

    def tick(self, traces: Traces, *, now_ms: int) -> None:
        """Bring all three up to date (called with each change, and once a second)."""
        self._tick_trend(traces, now_ms)
        self.table.set_rows(tuple(self._row(e, now_ms) for e in self._pumps))
        self.alarms.tick()
        self.log.tick()
        empty = self.tr("Nothing recorded yet")
        self.lines.set_lines(tuple(self._line(e) for e in self.log.entries), empty=empty)

    def retranslate(self) -> None:
        """Take the room's language."""
        self._drawn = (-1, 0)
        self.alarms.retranslate()
        self.trend_panel.set_title(self.tr("Trend"))
        self.pump_panel.set_title(self.tr("Pumps"))
        self.log_panel.set_title(self.tr("Events and commands"))
        self.table.set_heads(
            (
                self.tr("Pump"), self.tr("State"), self.tr("Run-hours"), self.tr("Starts"), self.tr("In 1 h"),
                self.tr("Wait"),
            )
        )  # fmt: skip
        if self._facility is not None:
            self._prepare_trend(self._facility)

    def _prepare_trend(self, facility: Facility) -> None:
        live = self._room.live
        if live is None or self._level is None:
            return
        low, high = _range(self._level)
        limits = [(n, v) for n, v in self._level.marks if n in LIMITS]
        if facility.overflow_level is not None:
            limits.append(("overflow", facility.overflow_level))
        language = self._room.language
        self.trend.set_station(
            timezone=live.site.timezone,
            level_range=(low, high),
            flow_range=_range(self._flow) if self._flow is not None else None,
            limits=tuple((mark_text(n, language), v) for n, v in limits),
        )

    def _tick_trend(self, traces: Traces, now_ms: int) -> None:
        """Draw again once a second, so that the window moves, and when the past came: a second is a pixel or few."""
        live = self._room.live
        if live is None or self._level is None:
            return
        second = now_ms // 1000
        if (traces.seeds, second) != self._drawn:
            self._drawn = (traces.seeds, second)
            level = traces.held(self._level.path, now_ms=now_ms)
            flow = traces.held(self._flow.path if self._flow is not None else "", now_ms=now_ms)
            shown_s = traces.shown_s(now_ms)
            self.trend.set_data(level, flow, now_ms=now_ms, seconds=shown_s)
            self.trend_panel.set_title(self.tr("Trend"), f"{shown_s / 60:.0f} min")
        items = [self._legend(self._level, 0, now_ms)]
        if self._flow is not None:
            items.append(self._legend(self._flow, 1, now_ms))
        self.legend.place(self.trend_panel)
        self.legend.set_items(tuple(items))

    def _legend(self, spec: TagSpec, pen: int, now_ms: int) -> LegendItem:
        live = self._room.live
        assert live is not None
        shown = live.showing.of(spec.path, now_ms=now_ms, language=self._room.language)
        return LegendItem(pen, spec.label.get(self._room.language), shown)

    def _row(self, pump: Equipment, now_ms: int) -> PumpRow:
        live, room = self._room.live, self._room
        assert live is not None
        word = live.showing.word(pump)
        loud = word in ("running", "tripped", "unknown")
        of, language = live.showing.of, room.language
        shown = {role: of(path, now_ms=now_ms, language=language) for role, path in pump.tags if role in _FIGURES}
        figures = tuple([self._figure(role, shown.get(role), pump) for role in _FIGURES])
        return PumpRow(pump.label.get(room.language), state_text(word, room.language), loud, figures)

    def _figure(self, role: str, shown: Shown | None, pump: Equipment) -> Shown | None:
        if shown is None or not shown.mark.usable:
            return shown
        if role == "starts_hour" and pump.max_starts_per_hour is not None:
            return Shown(f"{shown.text}/{pump.max_starts_per_hour:.0f}", "", shown.mark, shown.note, shown.value)
        if role == "start_wait":
            text = clock_text(shown.value) if shown.value > 0 else "—"
            return Shown(text, "", shown.mark, shown.note, shown.value)
        return Shown(shown.text, "", shown.mark, shown.note, shown.value) if role == "hours" else shown

    def _line(self, entry: JournalEntry) -> LogLine:
        live, language = self._room.live, self._room.language
        timezone = live.site.timezone if live is not None else "UTC"
        names = self._names
        if names is None or names.language != language:
            names = self._names = Names(live.site if live is not None else None, language)
        name = names.of(entry.what).rpartition(" · ")[2]
        grave = is_grave(entry.kind)
        return LogLine(time_text(entry.at_ms, timezone), name, sentence(entry, names), entry.who, grave=grave)


def _range(spec: TagSpec) -> tuple[float, float]:
    low = 0.0 if spec.low is None else spec.low
    return low, (spec.high if spec.high is not None else low + 1.0)
