"""What a right click on an equipment offers: its alarms that stand, its trend, all its alarms, its history."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.views.room import Room

__all__ = ["EquipmentMenu"]

_MOST = 8


class EquipmentMenu(QMenu):
    """Dies when it closes. Shelving and the like are asked for in the alarm's own pane, where its reason is given."""

    def __init__(self, room: Room, equipment: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = room
        book, language = room.book, room.language
        standing = [p for p in book.main if (s := book.specs.get(p)) is not None and s.equipment == equipment]
        for path in standing[:_MOST]:
            self._add(f"{book.status(path).priority}  {book.label(path).get(language)}…", "alarms", path)
        if standing:
            self.addSeparator()
        self._add(self.tr("Trend"), "trends", equipment)
        self._add(self.tr("Alarms of this equipment"), "alarms", equipment)
        self._add(self.tr("History"), "events", equipment)
        self.triggered.connect(self._go)
        self.aboutToHide.connect(self.deleteLater)

    def open_at(self, at: QPoint) -> None:
        """Show it at a place of the screen; everything behind it goes on."""
        self.popup(at)

    def _add(self, text: str, page: str, target: str) -> None:
        action = QAction(text, self)
        action.setData((page, target))
        self.addAction(action)

    @Slot(QAction)
    def _go(self, action: QAction) -> None:
        page, target = action.data()
        self._room.navigate.emit(page, target)
