"""The station page: the main operating screen. Chooser, headline, mimic, trend, and faceplates at the right."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QPoint, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model.records import EquipmentStatus
from app.model.spec import Facility
from app.views import theme
from app.views.pages.base import Page
from app.views.pages.equipment_menu import EquipmentMenu
from app.views.pages.faceplate.dock import FaceplateDock
from app.views.pages.station_cards import HeadlineRow
from app.views.pages.station_lower import LowerRow
from app.views.pages.station_words import destinations, mimic_words, rise_text, station_line
from app.views.pages.tag_drags import drag_from
from app.views.room import Room
from app.views.state.live import LiveValues
from app.views.state.station import StationState, equipment_of, stations_of
from app.views.state.traces import Traces
from app.views.widgets.mimic import Mimic
from app.views.widgets.panel import Panel
from app.views.widgets.station_chooser import StationChooser, StationItem

__all__ = ["StationPage"]

_SECONDS = 900.0
_SLOW = 10
"""Ticks after which cards, table and trend are looked at without a new value: ages and timers go on."""


class StationPage(Page):
    """One station at a time; the chooser's current one is kept while the page is away."""

    page_id: ClassVar[str] = "station"
    of_then: ClassVar[bool] = True

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._facility: Facility | None = None
        self._traces = Traces((), seconds=_SECONDS)
        self._seeded = False
        self._idle = 0
        self._listed: object = None
        self._force = True
        self._drawn = -1
        self.chooser = StationChooser(self)
        self.headline = HeadlineRow(room, self)
        self.mimic_panel = Panel(self, headed=False)
        self.mimic = Mimic(self.mimic_panel)
        self.below = LowerRow(room, self)
        self.dock = FaceplateDock(room, self)
        self._lay_out()
        self._translate_chooser()
        self.chooser.chosen.connect(self._choose)
        drag_from(room, self.mimic, self._equipment_at)
        self.mimic.equipment_chosen.connect(self.open_faceplate)
        self.mimic.menu_asked.connect(self._menu)
        room.equipment_changed.connect(self._status_changed)
        room.alarms_changed.connect(self._alarms_changed)
        room.engine_silent_changed.connect(self._silence_changed)
        self.site_changed()

    def title(self) -> str:
        name = "" if self._facility is None else self._facility.label.get(self.room.language)
        return name or self.tr("Stations")

    @property
    def facility(self) -> Facility | None:
        """The station on screen."""
        return self._facility

    def show_target(self, path: str) -> None:
        """Show the station that `path` (facility, equipment or tag) belongs to, and open its equipment's faceplate."""
        live = self.room.live
        if live is None or not path:
            return
        self.chooser.choose(path.split("/", 1)[0])
        for equipment in live.site.equipment:
            if path == equipment.path or path in dict(equipment.tags).values():
                self.open_faceplate(equipment.path)

    @Slot(str)
    def open_faceplate(self, equipment_path: str) -> None:
        """Open (or bring forward) the faceplate of an equipment, changing the station if need be."""
        self.chooser.choose(equipment_path.split("/", 1)[0])
        self.mimic.focus_equipment(equipment_path)
        self.dock.open(equipment_path)

    def tick(self) -> None:
        live = self.room.live
        if live is None or self._facility is None:
            return
        self.room.watch.look()
        now = self.room.shown_ms()
        if not self._seeded and self.isVisible():
            self._seed()
        self._traces.follow(live, now_ms=now)
        self._idle += 1
        if self._force or live.clock != self._drawn or self._idle >= _SLOW:
            self._drawn, self._idle = live.clock, 0
            self._show_values(now)
        self.mimic.tick(self.room.equipment, session=self.room.person.session, now_ms=now, force=self._force)
        self.dock.tick()
        self._force = False

    def retranslate(self) -> None:
        self._translate_chooser()
        self.below.retranslate()
        self.dock.retranslate()
        self._force = True
        self.tick()

    def site_changed(self) -> None:
        live = self.room.live
        stations = stations_of(live.site) if live is not None else ()
        kept = self._facility.id if self._facility is not None else ""
        wanted = next((f for f in stations if f.id == kept), stations[0] if stations else None)
        self.dock.site_changed()
        self._show_station(wanted)

    def time_jumped(self) -> None:
        self._traces = Traces(self._traces.paths, seconds=_SECONDS)
        self._seeded, self._force = False, True
        self.below.time_jumped()

    def showEvent(self, event: QShowEvent) -> None:
        """What happened while the page was away is read from frames: no line is drawn over it from what was known."""
        self._traces = Traces(self._traces.paths, seconds=_SECONDS)
        self._seeded, self._force = False, True

    def _lay_out(self) -> None:
        self.mimic_panel.body.addWidget(self.mimic)
        left = QVBoxLayout()
        left.setSpacing(theme.GAP)
        left.addWidget(self.headline)
        left.addWidget(self.mimic_panel, 64)
        left.addWidget(self.below, 36)
        middle = QHBoxLayout()
        middle.setSpacing(theme.GAP)
        middle.addLayout(left, 1)
        middle.addWidget(self.dock)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.GAP_M, theme.GAP_M, theme.GAP_M, theme.GAP_M)
        whole.setSpacing(theme.GAP)
        whole.addWidget(self.chooser)
        whole.addLayout(middle, 1)

    def _translate_chooser(self) -> None:
        self.chooser.hold_letter = self.tr("T", "one letter inside the hold tag")

    def _show_station(self, facility: Facility | None) -> None:
        self._facility, self._seeded = facility, False
        self.headline.set_station(facility)
        self.below.set_station(facility)
        live = self.room.live
        if facility is not None and live is not None:
            relief = destinations(live.site, facility)[1] is not None
            self.mimic.set_station(live, facility, equipment_of(live.site, facility), relief=relief)
            paths = {*facility.headline, *self.below.paths(), *((facility.level,) if facility.level else ())}
            self._traces = Traces(sorted(paths), seconds=_SECONDS)
            self.chooser.mark(facility.id)
        self._force = True
        self.tick()

    def _show_values(self, now_ms: int) -> None:
        """Show everything beside the mimic, in the same tick as the mimic: one tag never reads two values."""
        live, facility = self.room.live, self._facility
        assert live is not None and facility is not None
        state = self.room.station_state(facility)
        assert state is not None
        spec = live.spec(facility.level) if facility.level else None
        moves = None if self.room.engine_silent else self.room.watch.rises.get(facility.id)
        rise = rise_text(moves, spec.unit if spec is not None else "")
        self.mimic.set_words(mimic_words(self.room.language, live.site, facility, rise=rise))
        ahead = self.room.watch.outlooks.get(facility.id)
        self.headline.tick(self._traces, ahead, rise, state.pumps, now_ms=now_ms)
        self.below.tick(self._traces, now_ms=now_ms)
        self._list_stations(live)

    def _list_stations(self, live: LiveValues) -> None:
        """Words are found anew only when a station is another one."""
        stations = stations_of(live.site)
        states = tuple(self.room.station_state(f) for f in stations)
        if (live, self.room.language, states) != self._listed:
            self._listed = (live, self.room.language, states)
            pairs = zip(stations, states, strict=True)
            self.chooser.set_items(tuple(self._item(f, state) for f, state in pairs if state is not None))

    def _item(self, facility: Facility, state: StationState) -> StationItem:
        name = facility.label.get(self.room.language)
        return StationItem(facility.id, name, station_line(state), state.health, state.priority, state.held)

    def _seed(self) -> None:
        """Read the last quarter of an hour once; values that come meanwhile are kept."""
        self._seeded = True
        self.room.recent(self._traces.paths, _SECONDS, self._traces.seed)

    def _equipment_at(self, at: QPoint) -> tuple[str, ...]:
        node = self.mimic.plan.node_at(at.x(), at.y())
        return () if node is None else (node.equipment.path,)

    @Slot(str, QPoint)
    def _menu(self, equipment: str, at: QPoint) -> None:
        EquipmentMenu(self.room, equipment, self).open_at(at)

    @Slot(str)
    def _choose(self, station: str) -> None:
        live = self.room.live
        if live is not None:
            self._show_station(next(f for f in stations_of(live.site) if f.id == station))

    @Slot(object)
    def _status_changed(self, _changed: tuple[EquipmentStatus, ...]) -> None:
        self._force = True

    @Slot(object)
    def _alarms_changed(self, paths: tuple[str, ...]) -> None:
        """The marks beside symbols are those of their alarms."""
        if self._facility is not None and self.isVisible():
            self._force = self._force or any(self.room.book.place_of(p) == self._facility.id for p in paths)

    @Slot(bool)
    def _silence_changed(self, silent: bool) -> None:
        """While the engine is silent lines go no further; when it is back, frames tell how far they went."""
        if silent:
            self._traces.lose(self.room.shown_ms())
        elif self._traces.lost:
            self._traces, self._seeded = Traces(self._traces.paths, seconds=_SECONDS), False
        self._force = True
