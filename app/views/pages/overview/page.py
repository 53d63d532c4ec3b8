"""The overview page: key figures, the zone's map, and what is abnormal, worst first. No commands here."""

from __future__ import annotations

from typing import ClassVar, Final

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.views import theme
from app.views.pages.base import Page
from app.views.pages.overview.abnormal_list import AbnormalList
from app.views.pages.overview.areas import AreaTable
from app.views.pages.overview.figure_row import FigureRow
from app.views.pages.overview.latest import LatestEvents
from app.views.pages.overview.map import ZoneMap
from app.views.room import Room
from app.views.state.cards import Situation
from app.views.state.figures import areas_of, figures_of, flow_paths, rain_paths, river_paths
from app.views.state.station import stations_of
from app.views.state.traces import Traces
from app.views.widgets.panel import Panel
from app.views.widgets.sparkline import Spark, spark_of

__all__ = ["OverviewPage"]

_SPAN_S: Final = 900.0
_GRID: Final = 60
_SPARK_STEP_MS: Final = 1000
"""Between two looks at the small trends."""


class OverviewPage(Page):
    """Everything with a value is drawn in the tick in which it came; ages and lists are looked at once a second."""

    page_id: ClassVar[str] = "overview"
    of_then: ClassVar[bool] = True

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._ticks = 0
        self._names: dict[str, str] = {}
        self._sparks: dict[str, Spark] = {}
        self._sparked = (-1, 0)
        self._traces = Traces(())
        self._seeded = False
        self._drawn = (-1, -1)
        self.figures = FigureRow(room, self)
        self.map = ZoneMap(self)
        self.list = AbnormalList(room, self)
        self.areas = AreaTable(self)
        self.latest = LatestEvents(room, self)
        self._list_panel = _framed(self.list, self)
        self._areas_panel = _framed(self.areas, self)
        self._latest_panel = _framed(self.latest, self)
        self._lay_out()
        self.map.opened.connect(self._open_station)
        self.list.chosen.connect(self.room.navigate)
        room.watch_changed.connect(self._rows_changed)
        room.engine_silent_changed.connect(self._silence_changed)
        self.retranslate()
        self.site_changed()

    def title(self) -> str:
        return self.tr("Overview")

    def tick(self) -> None:
        self._ticks += 1
        self.room.watch.look()
        clock = (self.room.live.clock if self.room.live is not None else -1, self.room.book.revision)
        if clock != self._drawn or self._ticks % 10 == 1:
            self._drawn = clock
            self._refresh()
        if self._ticks % 20 == 1:
            self.latest.ask()

    def retranslate(self) -> None:
        self._names = {
            "normal": self.tr("Stations normal"),
            "pumps": self.tr("Pumps running"),
            "outflow": self.tr("Total outflow"),
            "rain": self.tr("Rain"),
            "river": self.tr("Highest river level"),
            "fill": self.tr("Fullest well"),
            "spill": self.tr("First overflow in"),
            "devices": self.tr("Devices up"),
        }
        self._list_panel.set_title(self.tr("Alarms now"))
        self._areas_panel.set_title(self.tr("Areas"))
        self._latest_panel.set_title(self.tr("Latest events"))
        self.map.set_language(self.room.language)
        self.list.retranslate()
        self.areas.retranslate()
        self.latest.retranslate()
        self._refresh()

    def site_changed(self) -> None:
        site = self.room.applied.site if self.room.applied is not None else None
        self.map.set_site(site)
        self.latest.retranslate()
        self.time_jumped()

    def time_jumped(self) -> None:
        site = self.room.applied.site if self.room.applied is not None else None
        paths = (*flow_paths(site), *rain_paths(site), *river_paths(site)) if site is not None else ()
        self._traces = Traces(paths, seconds=_SPAN_S)
        self._seeded = False
        if self.isVisible():
            self._seed()
            self.latest.ask()
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """What happened while the page was away is read from frames: no line is drawn over it from what was known."""
        super().showEvent(event)
        self._traces, self._seeded = Traces(self._traces.paths, seconds=_SPAN_S), False
        self._seed()
        self._refresh()

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(theme.GAP_M)
        side.addWidget(self._list_panel, 1)
        side.addWidget(self._latest_panel)
        side.addWidget(self._areas_panel)
        below = QHBoxLayout()
        below.setSpacing(theme.GAP_M)
        below.addWidget(self.map, 1)
        column = QWidget(self)
        column.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        column.setFixedWidth(448)
        below.addWidget(column)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.GAP_L, theme.GAP_L, theme.GAP_L, theme.GAP_L)
        whole.setSpacing(theme.GAP_M)
        whole.addWidget(self.figures)
        whole.addLayout(below, 1)

    def _seed(self) -> None:
        """Read the small trends' past when the page is shown: after that they are fed from live values."""
        if not self._seeded and self._traces.paths:
            self._seeded = True
            self.room.recent(self._traces.paths, _SPAN_S, self._traces.seed)

    def _refresh(self) -> None:
        self._show_cards()
        self._show_figures()

    def _show_cards(self) -> None:
        room = self.room
        if room.live is None or room.applied is None:
            return
        self.map.show_situation(
            Situation(
                room.applied.site, room.live, room.equipment, room.watch.worst, room.watch.waits, room.watch.rises,
                room.watch.outlooks, room.shown_ms(), room.language,
            )
        )  # fmt: skip

    def _show_figures(self) -> None:
        room = self.room
        self._rows_changed()
        if room.live is None or room.applied is None:
            return
        site, now = room.applied.site, room.shown_ms()
        self._traces.follow(room.live, now_ms=now)
        seconds = self._traces.shown_s(now)
        if (now // _SPARK_STEP_MS, self._traces.seeds) != self._sparked:
            self._sparked = now // _SPARK_STEP_MS, self._traces.seeds
            self._sparks = {
                "outflow": self._spark(flow_paths(site), now, seconds, least=200.0),
                "rain": self._spark(rain_paths(site), now, seconds, least=5.0),
                "river": self._spark(river_paths(site)[:1], now, seconds, least=0.5),
            }
        states = {f.id: s for f in stations_of(site) if (s := room.station_state(f)) is not None}
        figures = figures_of(site, room.live, states, outlooks=room.watch.outlooks, language=room.language)
        self.figures.set_figures(figures, self._names, self._sparks, f"{seconds / 60:.0f} min")
        self.areas.set_areas(areas_of(site, room.live, states, language=room.language))

    def _spark(self, paths: tuple[str, ...], now_ms: int, seconds: float, *, least: float) -> Spark:
        """The sum of some tags over the span, on one grid; a moment at which any of them is unknown is a gap."""
        grid = now_ms - seconds * 1000 + (np.arange(_GRID) + 1) * (seconds * 1000 / _GRID)
        total = np.zeros(_GRID)
        for path in paths:
            times, values = self._traces.series(path)
            if not len(times):
                return ()
            at = np.searchsorted(times, grid, side="right") - 1
            total = total + np.where(at >= 0, values[np.clip(at, 0, None)], np.nan)
        return spark_of(grid.astype(np.int64), total, now_ms=now_ms, seconds=seconds, least=least)

    @Slot(bool)
    def _silence_changed(self, silent: bool) -> None:
        """While the engine is silent lines go no further; when it is back, frames tell how far they went."""
        if silent:
            self._traces.lose(self.room.shown_ms())
        elif self._traces.lost:
            self._traces, self._seeded = Traces(self._traces.paths, seconds=_SPAN_S), False
            if self.isVisible():
                self._seed()

    @Slot()
    def _rows_changed(self) -> None:
        if self.isVisible():
            self.list.refresh()
            tally = self.room.book.tally()
            waiting = self.tr("{} unacknowledged").format(tally.unacknowledged) if tally.unacknowledged else ""
            title = self.tr("Alarms now") if self.room.past is None else self.tr("Alarms then")
            self._list_panel.set_title(title, waiting)
            self._list_panel.set_count(str(tally.total) if tally.total else "")

    @Slot(str)
    def _open_station(self, facility: str) -> None:
        self.room.navigate.emit("station", facility)


def _framed(inner: QWidget, parent: QWidget) -> Panel:
    panel = Panel(parent)
    panel.body.addWidget(inner)
    return panel
