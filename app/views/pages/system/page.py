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
from app.views.models.devices import DeviceModel, device_lines, device_rows
from app.views.models.lines import line_rows
from app.views.pages.base import Page
from app.views.pages.system.detail import DeviceDetail
from app.views.pages.system.facts import FactList
from app.views.pages.system.figures import engine_facts, queue_facts, room_facts, store_facts
from app.views.pages.system.lines import LineView
from app.views.pages.system.settings import RoomSettings
from app.views.room import Room
from app.views.state.sentences import Names
from app.views.widgets.panel import Panel
from app.views.widgets.table import Table

__all__ = ["SystemPage"]

_DEVICE_WIDTHS: Final = (168, 92, 128, 92, 84, 84, 94, 80, 94, 98, 180)
_DEVICES_SHOWN: Final = (4, 9)
"""Rows for which the table of devices makes room: at least, at most."""


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
        self.devices.setParent(self)
        self._names = Names(None, room.language)
        self.device_table = Table(self.devices, _DEVICE_WIDTHS, stretch=10, parent=self)
        self.device_table.setObjectName("system-devices")
        self.detail = DeviceDetail(self)
        self.lines = LineView(self)
        self.engine, self.store, self.own, self.queues = (FactList(self) for _ in range(4))
        self.settings = RoomSettings(room, self)
        self._panels = {name: Panel(self) for name in ("devices", "lines", "engine", "queues", "store", "room")}
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
            "queues": self.tr("Queues"),
            "store": self.tr("Store"),
            "room": self.tr("This room"),
        }
        for name, title in titles.items():
            self._panels[name].set_title(title)
        self.settings.retranslate()
        self.devices.refresh()
        self.detail.retranslate()
        self.lines.retranslate(self.room.language)
        self.site_changed()

    def site_changed(self) -> None:
        site = self.room.present.applied.site if self.room.present.applied is not None else None
        self._names = Names(site, self.room.language)
        low, high = _DEVICES_SHOWN
        rows = min(high, max(low, len(site.devices) if site is not None else 0))
        self.device_table.setFixedHeight((rows + 1) * self.device_table.verticalHeader().defaultSectionSize() + 2)
        self._name_lines()
        self._show_lines()
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()
        self._ask()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(theme.GAP_M)
        for widget in (self.device_table, self.detail):
            self._panels["devices"].body.addWidget(widget)
        self._panels["lines"].body.addWidget(self.lines)
        left.addWidget(self._panels["devices"])
        left.addWidget(self._panels["lines"], 1)
        column = QWidget(self)
        right = QVBoxLayout(column)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(theme.GAP_M)
        lists = {"engine": self.engine, "queues": self.queues, "store": self.store, "room": self.own}
        for name, facts in lists.items():
            self._panels[name].body.addWidget(facts)
            right.addWidget(self._panels[name])
        self._panels["room"].body.addWidget(self.settings)
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
        whose = self._names.of(self._device) if self._device else self.tr("all devices")
        self._panels["lines"].set_title(self.tr("Communication log"), whose)

    def _ask(self) -> None:
        if not self._asking:
            self._asking = True
            self.room.query(system_facts(self._device, self._process), self._arrived, self._failed)

    def _arrived(self, facts: SystemFacts) -> None:
        self._asking = False
        self._facts = facts
        self._show_lines()
        self._show()

    def _failed(self, _sentence: str) -> None:
        """The feed tells the trouble; what is shown stays as it was, and the next second asks again."""
        self._asking = False

    def _show_lines(self) -> None:
        if self._facts is not None:
            timezone = self.room.present.applied.site.timezone if self.room.present.applied is not None else "UTC"
            self.lines.show_rows(line_rows(self._facts.comm, self._facts.raw, self._names), timezone=timezone)

    def _show(self) -> None:
        room, facts = self.room, self._facts
        now, language = room.now_ms(), room.language
        if room.present.live is not None and room.present.applied is not None:
            errors = facts.errors if facts is not None else {}
            self.devices.set_rows(
                device_rows(room.present.applied.site, room.present.live, errors, self._names, now_ms=now)
            )
            chosen = device_lines(room.present.applied.site, self._device, errors.get(self._device), self._names)
            self.detail.set_texts(chosen)
        self.engine.set_facts(engine_facts(room, self._insight, facts))
        self.store.set_facts(store_facts(facts, self._insight, now_ms=now, language=language))
        self.queues.set_facts(queue_facts(room, self._insight))
        self.own.set_facts(room_facts(facts, self._insight, monotonic=room.monotonic(), language=language))

    @Slot()
    def _chosen(self) -> None:
        chosen = self.device_table.selectionModel().selectedRows()
        self._device = self.devices.rows[chosen[0].row()].id if chosen else ""
        self._name_lines()
        self._ask()
        self._show()
