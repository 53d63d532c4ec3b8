"""Groups of pens: every station's own, and those that people saved for themselves or for all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.model.records import Reason
from app.model.spec import Facility
from app.model.trends import TrendGroup
from app.views.pages.trends.group_form import GroupForm
from app.views.room import Room
from app.views.state.trend_groups import default_groups

if TYPE_CHECKING:
    from app.views.pages.trends.page import TrendsPage

__all__ = ["Groups"]


class Groups(QObject):
    """The menu of groups, and the form that saves one. `saved` are those that the desk keeps."""

    def __init__(self, room: Room, page: TrendsPage) -> None:
        super().__init__(page)
        self._room, self._page = room, page
        self._menu: QMenu | None = None
        self.form = GroupForm(room, page)
        self.saved: tuple[TrendGroup, ...] = ()
        self.form.saved.connect(self._kept)
        self.form.removed.connect(self._gone)
        room.person_changed.connect(self.read)

    @Slot()
    def read(self) -> None:
        """Read what is saved, once more."""
        person = self._room.person
        self._room.desk(lambda desk: desk.trends.groups(person), self._take, self._away)

    def retranslate(self) -> None:
        """Take the room's language."""
        self.form.retranslate()

    @Slot()
    def open_menu(self) -> None:
        """Offer all groups: stations, one's own, shared ones; and what can be done with the one that is open."""
        menu = QMenu(self._page)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.triggered.connect(self._chosen)
        live = self._room.live
        stations = default_groups(live.site, self._room.language) if live is not None else ()
        own = [(None, g) for g in self.saved if not g.shared]
        shared = [(None, g) for g in self.saved if g.shared]
        parts = ((self.tr("Stations"), stations), (self.tr("My groups"), own), (self.tr("Shared groups"), shared))
        for title, groups in parts:
            if groups:
                head = menu.addAction(title)
                head.setEnabled(False)
                for facility, group in groups:
                    self._add(menu, f"    {group.name}", "open", group, facility)
        present = self._page.group
        if present is not None and present.id:
            menu.addSeparator()
            self._add(menu, self.tr("Rename “{}”…").format(present.name), "rename", present)
            self._add(menu, self.tr("Remove “{}”…").format(present.name), "remove", present)
        menu.popup(self._page.bar.buttons["group"].mapToGlobal(QPoint(0, self._page.bar.buttons["group"].height())))

    @Slot()
    def save(self) -> None:
        """Ask under which name to keep what is shown; again: close the form."""
        if self.form.isVisible():
            self.form.close_form()
        else:
            self.form.ask_name(self._page.present_group(), self._below("save"))

    def _add(self, menu: QMenu, text: str, what: str, group: TrendGroup, facility: Facility | None = None) -> None:
        action = QAction(text, menu)
        action.setData((what, group, facility))
        menu.addAction(action)

    def _below(self, name: str) -> QPoint:
        button = self._page.bar.buttons[name]
        return button.mapTo(self._page, QPoint(0, button.height() + 4))

    @Slot(QAction)
    def _chosen(self, action: QAction) -> None:
        what, group, facility = action.data()
        assert isinstance(group, TrendGroup)
        if what == "open":
            self._page.open_group(group, facility)
        elif what == "rename":
            self.form.ask_new_name(group, self._below("group"))
        elif what == "remove":
            self.form.ask_removal(group, self._below("group"))

    def _take(self, groups: tuple[TrendGroup, ...]) -> None:
        self.saved = groups

    def _away(self, _reasons: tuple[Reason, ...]) -> None:
        """Without the desk only the stations' groups are offered; the header says that it is away."""

    @Slot(object)
    def _kept(self, group: TrendGroup) -> None:
        self._page.take_group(group)
        self.read()

    @Slot(str)
    def _gone(self, group_id: str) -> None:
        group = self._page.group
        if group is not None and group.id == group_id:
            self._page.take_group(replace(group, id="", shared=False))
        self.read()
