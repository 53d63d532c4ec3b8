"""The system page: devices, what goes over their lines, and the figures of engine, store and room."""

from __future__ import annotations

from typing import ClassVar, Final

import psutil
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.views import theme
from app.views.gateway.system import SystemFacts, system_facts
from app.views.insight import Insight
from app.views.models.devices import DeviceModel, device_rows
from app.views.models.lines import LineModel, line_rows
from app.views.pages.base import Page
from app.views.pages.system.facts import FactList
from app.views.pages.system.figures import engine_facts, room_facts, store_facts
from app.views.room import Room
from app.views.widgets.panel import Panel
from app.views.widgets.table import Table

__all__ = ["SystemPage"]

_DEVICE_WIDTHS: Final = (150, 84, 116, 198, 94, 78, 84, 90, 70, 88, 96, 150)
_LINE_WIDTHS: Final = (110, 110, 100, 420, 420)


class SystemPage(Page):
    """Looks at values each second; asks the store each second, one read under way at most."""

    page_id: ClassVar[str] = "system"

    def __init__(self, room: Room, parent: QWidget | None = None, *, insight: Insight) -> None:
        super().__init__(room, parent)
        self._insight = insight
        self._process = psutil.Process()
        self._ticks = 0
        self._asking = False
        self._facts: SystemFacts | None = None
        self._device = ""
        self.devices = DeviceModel()
        self.lines = LineModel()
        self.devices.setParent(self)
        self.lines.setParent(self)
        self.device_table = Table(self.devices, _DEVICE_WIDTHS, stretch=11, parent=self)
        self.device_table.setObjectName("system-devices")
        self.line_table = Table(self.lines, _LINE_WIDTHS, stretch=3, parent=self)
        self.line_table.setObjectName("system-lines")
        self.engine, self.store, self.own = FactList(self), FactList(self), FactList(self)
        self._panels = {name: Panel(self) for name in ("devices", "lines", "engine", "store", "room")}
        self._lay_out()
        self.device_table.selectionModel().selectionChanged.connect(self._chosen)
        self.retranslate()

    def title(self) -> str:
        return self.tr("System")

    def tick(self) -> None:
        self._ticks += 1
        if self._ticks % 10 == 1:
            self._ask()
            self._show()

    def show_target(self, path: str) -> None:
        if not path or path == "engine":
            return
        for i, row in enumerate(self.devices.rows):
            if row.id == path:
                self.device_table.selectRow(i)
        self._device = path
        self._name_lines()
        self._ask()

    def retranslate(self) -> None:
        titles = {
            "devices": self.tr("Devices"),
            "engine": self.tr("Engine"),
            "store": self.tr("Store"),
            "room": self.tr("This room"),
        }
        for name, title in titles.items():
            self._panels[name].set_title(title)
        self._name_lines()
        self.devices.refresh()
        self.lines.refresh()
        self._show()

    def site_changed(self) -> None:
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()
        self._ask()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(theme.GAP_M)
        for name, table, share in (("devices", self.device_table, 28), ("lines", self.line_table, 72)):
            self._panels[name].body.addWidget(table)
            left.addWidget(self._panels[name], share)
        column = QWidget(self)
        right = QVBoxLayout(column)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(theme.GAP_M)
        for name, facts in (("engine", self.engine), ("store", self.store), ("room", self.own)):
            self._panels[name].body.addWidget(facts)
            right.addWidget(self._panels[name])
        right.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidget(column)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFixedWidth(392)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(theme.GAP_L, theme.GAP_L, theme.GAP_L, theme.GAP_L)
        whole.setSpacing(theme.GAP_M)
        whole.addLayout(left, 1)
        whole.addWidget(scroll)

    def _name_lines(self) -> None:
        whole = self.tr("all devices")
        self._panels["lines"].set_title(self.tr("Communication log"), self._device or whole)

    def _ask(self) -> None:
        if not self._asking:
            self._asking = True
            self.room.query(system_facts(self._device, self._process), self._arrived, self._failed)

    def _arrived(self, facts: SystemFacts) -> None:
        self._asking = False
        self._facts = facts
        self.lines.timezone = self.room.applied.site.timezone if self.room.applied is not None else "UTC"
        self.lines.set_rows(line_rows(facts.comm, facts.raw))
        self._show()

    def _failed(self, _sentence: str) -> None:
        """The feed tells the trouble; what is shown stays as it was, and the next second asks again."""
        self._asking = False

    def _show(self) -> None:
        room, facts = self.room, self._facts
        now, language = room.now_ms(), room.language
        if room.live is not None and room.applied is not None:
            errors = facts.errors if facts is not None else {}
            self.devices.set_rows(device_rows(room.applied.site, room.live, errors, now_ms=now, language=language))
        self.engine.set_facts(engine_facts(room, self._insight, facts))
        self.store.set_facts(store_facts(facts, self._insight, now_ms=now, language=language))
        self.own.set_facts(room_facts(facts, self._insight, monotonic=room.monotonic(), language=language))

    @Slot()
    def _chosen(self) -> None:
        chosen = self.device_table.selectionModel().selectedRows()
        self._device = self.devices.rows[chosen[0].row()].id if chosen else ""
        self._name_lines()
        self._ask()
