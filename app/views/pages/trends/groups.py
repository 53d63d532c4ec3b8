"""Groups of pens: every station's own, and those that people saved for themselves or for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.model.trends import TrendGroup
from app.views.pages.trends.group_form import GroupForm
from app.views.room import Room
from app.views.state.trend_groups import default_groups

if TYPE_CHECKING:
    from app.views.pages.trends.page import TrendsPage

__all__ = ["Groups"]


class Groups(QObject):
    """The menu of groups, and the form that saves one."""

    def __init__(self, room: Room, page: TrendsPage) -> None:
        super().__init__(page)
        self._room, self._page = room, page
        self.form = GroupForm(room, page)
        self.form.hide()
        self.saved: tuple[TrendGroup, ...] = ()

    def read(self) -> None:
        """Read what is saved."""

    def tick(self) -> None:
        """Nothing waits."""

    def retranslate(self) -> None:
        """Take the room's language."""

    @Slot()
    def open_menu(self) -> None:
        """Offer all groups."""
        menu = QMenu(self._page)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.triggered.connect(self._chosen)
        live = self._room.live
        for facility, group in default_groups(live.site, self._room.language) if live is not None else ():
            action = QAction(f"{group.name}   {facility.id}", menu)
            action.setData(group)
            menu.addAction(action)
        button = self._page.bar.buttons["group"]
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    @Slot(QAction)
    def _chosen(self, action: QAction) -> None:
        self._page.open_group(action.data())

    @Slot()
    def save(self) -> None:
        """Ask for a name."""
        self.form.setVisible(self.form.isHidden())
