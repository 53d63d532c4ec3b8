"""The alarm page: lists at the left, one alarm in full at the right. Everything by keyboard, nothing in a dialog."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QPoint, Slot
from PySide6.QtGui import QAction, QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.views import theme
from app.views.actions.acknowledge import acknowledge
from app.views.pages.alarms.bar import AlarmBar
from app.views.pages.alarms.detail import AlarmDetail
from app.views.pages.alarms.list import AlarmList
from app.views.pages.base import Page
from app.views.room import Room
from app.views.state.alarm_book import ACTIVE, SEGMENTS, segments_of
from app.views.state.alarm_places import place_to_go
from app.views.state.alarm_view import AlarmFilter
from app.views.widgets.panel import Panel

__all__ = ["AlarmsPage"]


class AlarmsPage(Page):
    """Follows the book change by change while it is shown; looks at all of it anew when it comes into view."""

    page_id: ClassVar[str] = "alarms"
    of_then: ClassVar[bool] = True

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._fresh = False
        self.bar = AlarmBar(room, self)
        self.list = AlarmList(room, self)
        self.detail = AlarmDetail(room, self)
        self._list_panel, self._detail_panel = Panel(self, headed=False), Panel(self, headed=False)
        self._list_panel.body.addWidget(self.list)
        self._detail_panel.body.addWidget(self.detail)
        self._lay_out()
        self.bar.changed.connect(self._show_rows)
        self.bar.views.columns_changed.connect(self._columns_changed)
        self.list.chosen.connect(self._chosen)
        self.list.menu_asked.connect(self._menu)
        for asker in (self.list, self.detail):
            asker.acknowledge_asked.connect(self.acknowledge_chosen)
            asker.go_asked.connect(self._go)
            asker.trend_asked.connect(self._trend)
        self.list.shelve_asked.connect(self._shelve)
        room.alarms_changed.connect(self._changed)
        room.engine_silent_changed.connect(self._silence)
        QShortcut(QKeySequence.StandardKey.Find, self, self.bar.search.setFocus)
        self.list.set_hidden(self.bar.views.hidden)
        self.retranslate()

    def title(self) -> str:
        return self.tr("Alarms")

    def tick(self) -> None:
        self.list.tick()
        self.detail.tick()
        self.bar.show_counts()

    def show_target(self, path: str) -> None:
        """Show an alarm, a segment by its name, or all alarms of a place."""
        book = self.room.book
        if path in SEGMENTS:
            self.bar.set_filter(AlarmFilter())
            self.bar.set_segment(path)
        elif path in book.specs or path in book.statuses:
            self._show_alarm(path)
        elif path:
            self.bar.set_segment(ACTIVE)
            self.bar.set_filter(AlarmFilter(text=path))

    def retranslate(self) -> None:
        self.list.retranslate()
        self.bar.retranslate()
        self.detail.retranslate()
        self._show_rows()

    def site_changed(self) -> None:
        self.retranslate()

    def time_jumped(self) -> None:
        self.detail.read_anew()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._fresh:
            self._fresh = True
            self.list.refollow()
            self.detail.refresh()
        self.list.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._fresh = False

    @Slot()
    def acknowledge_chosen(self) -> None:
        """Acknowledge what is chosen and seen: one alarm, or several of one priority. What is not on screen, and what
        waits for nobody, is left alone."""
        book, choice = self.room.book, self.list.choice
        paths = choice.paths or frozenset({choice.current})
        seen = self.list.visible_paths()
        rows = [book.status(p) for p in seen if p in paths]
        if len({r.priority for r in rows}) > 1:
            self.detail.say(self.tr("Several priorities are chosen: acknowledge one priority at a time  (Ctrl+A)"))
            return
        self.detail.follow(acknowledge(self.room, rows))

    def _lay_out(self) -> None:
        below = QHBoxLayout()
        below.setSpacing(theme.GAP_M)
        below.addWidget(self._list_panel, 1)
        below.addWidget(self._detail_panel)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.GAP_L, theme.GAP_M, theme.GAP_L, theme.GAP_L)
        whole.setSpacing(theme.GAP)
        whole.addWidget(self.bar)
        whole.addLayout(below, 1)

    def _show_alarm(self, path: str) -> None:
        """Bring an alarm into view in the list where it stands; one that stands in none is shown in the pane."""
        where = segments_of(self.room.book.status(path))
        self.bar.set_filter(AlarmFilter())
        if where:
            self.bar.set_segment(next(s for s in SEGMENTS if s in where))
        if not self.list.choose_path(path):
            self.detail.show_alarm(path)

    @Slot()
    def _show_rows(self) -> None:
        self.list.show_rows(self.bar.segment, self.bar.filter)
        self.bar.show_counts()

    @Slot()
    def _columns_changed(self) -> None:
        self.list.set_hidden(self.bar.views.hidden)

    @Slot()
    def _chosen(self) -> None:
        choice = self.list.choice
        self.detail.show_alarm(choice.current, count=max(1, len(choice.paths)))

    @Slot(object)
    def _changed(self, paths: tuple[str, ...]) -> None:
        if self.isVisible():
            self.list.take(paths)
        else:
            self._fresh = False

    @Slot(bool)
    def _silence(self, _silent: bool) -> None:
        self.list.viewport().update()

    @Slot(str)
    def _go(self, path: str) -> None:
        self.room.navigate.emit(*place_to_go(self.room.book.specs.get(path), path))

    @Slot(str)
    def _trend(self, path: str) -> None:
        spec = self.room.book.specs.get(path)
        if spec is not None and spec.tag:
            self.room.navigate.emit("trends", spec.tag)

    @Slot()
    def _shelve(self) -> None:
        self.detail.open_form("shelve")

    @Slot(str, QPoint)
    def _menu(self, path: str, at: QPoint) -> None:
        """The same actions as the pane has, at the hand."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for name in self.detail.buttons:
            button = self.detail.buttons[name]
            if not button.isHidden():
                action = QAction(button.text(), menu)
                action.setEnabled(button.isEnabled())
                action.triggered.connect(button.click)
                menu.addAction(action)
        menu.addSeparator()
        for button in (self.detail.go, self.detail.trend, self.detail.log_entry):
            action = QAction(button.text(), menu)
            action.triggered.connect(button.click)
            menu.addAction(action)
        menu.popup(at)
