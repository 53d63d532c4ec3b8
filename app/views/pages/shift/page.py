"""The shift page: the calendar and the handovers at the left, the log book or a handover's sheet at the right."""

from __future__ import annotations

from typing import ClassVar, Final

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.model.people import Handover
from app.model.records import Reason
from app.model.shifts import Shift
from app.views import theme
from app.views.gateway.handover import Checked, check_handovers
from app.views.gateway.log_book import read_handovers
from app.views.models.handovers import HandoverModel, HandoverRow
from app.views.pages.base import Page
from app.views.pages.shift.calendar import CalendarPane
from app.views.pages.shift.handover import HandoverView
from app.views.pages.shift.kept_pane import verdict
from app.views.pages.shift.log import LogView
from app.views.room import Room
from app.views.state.shift_time import handed_over, shifts_to_hand_over
from app.views.state.zone_time import date_text, time_text
from app.views.widgets.action_button import ActionButton
from app.views.widgets.panel import Panel
from app.views.widgets.table import Table

__all__ = ["NOTE", "ShiftPage"]

NOTE: Final = "note:"
"""A target that begins so opens a new note about what stands behind it."""
_EVERY: Final = 100
"""Ticks between two looks at what others wrote."""
_CHECKED: Final = 600
"""Ticks between two looks at the handovers: each is compared with the journals."""
_LEFT: Final = 468


class ShiftPage(Page):
    """Everybody may look; who may write, plan and sign is judged by the desk."""

    page_id: ClassVar[str] = "shift"

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._ticks = 0
        self._handovers: tuple[Handover, ...] = ()
        self._checked: dict[str, Checked] = {}
        self.calendar = CalendarPane(room, self)
        self.model = HandoverModel()
        self.model.setParent(self)
        self.table = Table(self.model, (100, 120, 120, 92), stretch=2, parent=self)
        self.table.setObjectName("handover-list")
        self.new = ActionButton(self, primary=True)
        self.new.setObjectName("handover-new")
        self.log, self.handover = LogView(room, self), HandoverView(room, self)
        self.tabs = {"log": ActionButton(self, height=34), "handover": ActionButton(self, height=34)}
        self._stack = QStackedWidget(self)
        self._panels = {name: Panel(self) for name in ("calendar", "handovers")}
        self._lay_out()
        for name, button in self.tabs.items():
            button.setObjectName(f"shift-{name}")
            button.setCheckable(True)
            button.clicked.connect(self._tab_pressed)
        self.new.clicked.connect(self.make_sheet)
        self.calendar.shift_chosen.connect(self._shift_chosen)
        self.table.selectionModel().currentRowChanged.connect(self._chosen)
        self.handover.signed.connect(self._signed)
        QShortcut(QKeySequence.StandardKey.Find, self, self._search)
        self.show_tab("log")
        self.retranslate()

    def title(self) -> str:
        return self.tr("Shift")

    def tick(self) -> None:
        self._ticks += 1
        self.calendar.tick()
        self.log.tick()
        self.handover.tick()
        if self._ticks % _CHECKED == 0:
            self.ask()
        elif self._ticks % _EVERY == 0:
            self.calendar.ask()
            self.log.ask()
            self._name_new()

    def show_target(self, path: str) -> None:
        """`note:<path>` begins a note about it, "handover" shows the sheet; any other path asks for its notes."""
        if path.startswith(NOTE):
            self.show_tab("log")
            self.log.form.begin(path.removeprefix(NOTE))
        elif path == "handover":
            self.show_tab("handover")
        elif path:
            self.show_tab("log")
            self.log.show_about(path)

    def retranslate(self) -> None:
        self._panels["calendar"].set_title(self.tr("Shifts"))
        self._panels["handovers"].set_title(self.tr("Handovers"))
        self.tabs["log"].setText(self.tr("Log book"))
        self.tabs["handover"].setText(self.tr("Handover"))
        self._name_new()
        self.calendar.retranslate()
        self.log.retranslate()
        self.handover.retranslate()
        self.model.refresh()
        self._fill()

    def site_changed(self) -> None:
        self.retranslate()
        if self.isVisible():
            self.ask()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.ask()

    def ask(self) -> None:
        """Read what may have changed: duties, notes, handovers."""
        self.calendar.ask()
        self.log.ask()
        self.room.desk(read_handovers, self._take, self._failed)

    def show_tab(self, name: str) -> None:
        """Show the log book or the sheet."""
        for tab, button in self.tabs.items():
            button.setChecked(tab == name)
        self._stack.setCurrentWidget(self.log if name == "log" else self.handover)

    @Slot()
    def make_sheet(self) -> None:
        """Make the sheet of the shift that ends, and show it."""
        self.table.clearSelection()
        self.table.setCurrentIndex(QModelIndex())
        self.show_tab("handover")
        self.handover.make(self.shift_to_hand_over())

    def shift_to_hand_over(self) -> Shift | None:
        """Return the shift that is handed over: the one chosen in the calendar, if it is the running one or the one
        before; else the one that people hand over at this time."""
        site, now = (
            self.room.present.applied.site if self.room.present.applied is not None else None,
            self.room.now_ms(),
        )
        cell = self.calendar.grid.cell
        wanted = (cell.day, cell.shift) if cell is not None else None
        found = (s for s in shifts_to_hand_over(site, now) if (s.day.isoformat(), s.spec.id) == wanted)
        return next(found, None) or handed_over(site, now)

    def _lay_out(self) -> None:
        self._panels["calendar"].body.addWidget(self.calendar)
        self._panels["handovers"].body.addWidget(self.table, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.GAP_M, theme.GAP, theme.GAP_M, theme.GAP_M)
        foot.addWidget(self.new)
        self._panels["handovers"].body.addLayout(foot)
        left = QVBoxLayout()
        left.setSpacing(theme.GAP_M)
        left.addWidget(self._panels["calendar"])
        left.addWidget(self._panels["handovers"], 1)
        for panel in self._panels.values():
            panel.setFixedWidth(_LEFT)
        tabs = QHBoxLayout()
        tabs.setSpacing(theme.GAP)
        for button in self.tabs.values():
            button.setFixedWidth(150)
            tabs.addWidget(button)
        tabs.addStretch(1)
        for view in (self.log, self.handover):
            self._stack.addWidget(view)
        right = QVBoxLayout()
        right.setSpacing(theme.GAP)
        right.addLayout(tabs)
        right.addWidget(self._stack, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(theme.GAP_L, theme.GAP_L, theme.GAP_L, theme.GAP_L)
        whole.setSpacing(theme.GAP_M)
        whole.addLayout(left)
        whole.addLayout(right, 1)

    def _take(self, handovers: tuple[Handover, ...]) -> None:
        self._handovers = handovers
        self._fill()
        self.room.query(check_handovers(handovers), self._take_checked)

    def _take_checked(self, checked: dict[str, Checked]) -> None:
        self._checked = checked
        self._fill()
        self._show_chosen()

    def _failed(self, _reasons: tuple[Reason, ...]) -> None:
        """The store is away: the log book says so, and the list stays as it was."""

    def _fill(self) -> None:
        site = self.room.present.applied.site if self.room.present.applied is not None else None
        zone, language = site.timezone if site is not None else "UTC", self.room.language
        rows = []
        for h in self._handovers:
            checked = self._checked.get(h.id)
            label = h.sheet.get("shift", {}).get("label", {}).get(language, h.shift)
            signed = f"{date_text(h.at_ms, zone, language)[5:10]} {time_text(h.at_ms, zone, seconds=False)}"
            cells = (signed, f"{h.day[5:]} {label}", f"{h.outgoing.person} → {h.incoming.person}")
            bad = checked is not None and not checked.sound
            rows.append(HandoverRow(h.id, cells, verdict(checked, language), bad))
        self.model.set_rows(rows)
        self._panels["handovers"].set_count(str(len(rows)) if rows else "")

    def _name_new(self) -> None:
        """Say on the button which shift it hands over."""
        shift = self.shift_to_hand_over()
        name = f"{shift.day:%m-%d} {shift.spec.label.get(self.room.language)}" if shift is not None else ""
        self.new.setText(self.tr("Hand over {}…").format(name) if name else self.tr("Hand the shift over…"))
        self.new.setEnabled(self.room.present.applied is not None)

    @Slot()
    def _tab_pressed(self) -> None:
        self.show_tab("log" if self.sender() is self.tabs["log"] else "handover")

    @Slot(str, str)
    def _shift_chosen(self, day: str, shift: str) -> None:
        self._name_new()
        self.log.show_shift(day, shift)

    @Slot(QModelIndex, QModelIndex)
    def _chosen(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.show_tab("handover")
            self._show_chosen()

    def _show_chosen(self) -> None:
        current = self.table.currentIndex()
        if current.isValid() and current.row() < len(self._handovers):
            kept = self._handovers[current.row()]
            self.handover.show_kept(kept, self._checked.get(kept.id))

    @Slot(object)
    def _signed(self, handover: Handover) -> None:
        """Choose the new one in the list."""
        self._handovers = (handover, *self._handovers)
        self._fill()
        self.table.selectRow(0)
        self.ask()

    @Slot()
    def _search(self) -> None:
        self.show_tab("log")
        self.log.search.setFocus()
