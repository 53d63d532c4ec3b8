"""The journal as a list: marks in the first column; what a person reads stays where it is when lines come in above."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.views import theme
from app.views.models.journal import MARK, PRIORITY_ROLE, SOUNDED_ROLE
from app.views.widgets.ink import draw_priority, draw_text
from app.views.widgets.table import Table

__all__ = ["JournalTable"]


class _Mark(QStyledItemDelegate):
    """Paints a priority's shape and digit, in colour for an alarm that sounded; nothing for a line without one."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        state, box = option.state, option.rect
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.BAND)
        priority = index.data(PRIORITY_ROLE)
        if priority in theme.PRIORITY:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_priority(
                painter,
                box.center().x() + 1,
                box.center().y() + 0.5,
                priority,
                size=16,
                calm=not index.data(SOUNDED_ROLE),
            )
            painter.restore()


class JournalTable(Table):
    """`end_reached` asks for older lines. `hold` is True while somebody reads: then nothing moves under the eyes."""

    end_reached = Signal()
    hold_changed = Signal()

    def __init__(self, model: QAbstractItemModel, parent: QWidget | None = None) -> None:
        super().__init__(model, (44, 184, 84, 296, 560, 140), stretch=4, place=3, parent=parent)
        self.setItemDelegateForColumn(MARK, _Mark(self))
        self._held = False
        self._empty = ""
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        model.rowsInserted.connect(self._inserted)

    def set_empty(self, words: str) -> None:
        """Say this while there are no lines."""
        self._empty = words
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._empty and self.model().rowCount() == 0:
            painter = QPainter(self.viewport())
            at = self.viewport().rect().center().x()
            draw_text(painter, at, 80, self._empty, size=theme.STRONG, colour=theme.TEXT_DIM, align="middle")
            painter.end()

    @property
    def hold(self) -> bool:
        """Return whether a line is chosen or the list is scrolled: new lines come in without moving it."""
        return self.verticalScrollBar().value() > 0 or self.currentIndex().isValid()

    @Slot()
    def to_newest(self) -> None:
        """Go to the top and follow again."""
        self.clearSelection()
        self.setCurrentIndex(QModelIndex())
        self.scrollToTop()

    @Slot(QModelIndex, int, int)
    def _inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        bar = self.verticalScrollBar()
        if self.hold and first <= bar.value() // self._each():
            before = bar.value()
            self.updateGeometries()  # the scroll bar's range with the new rows, now and not later
            bar.setValue(before + (last + 1 - first) * self._each())

    @Slot(int)
    def _scrolled(self, value: int) -> None:
        if value >= self.verticalScrollBar().maximum() - 8 * self._each():
            self.end_reached.emit()
        if self._held != self.hold:
            self._held = self.hold
            self.hold_changed.emit()

    def _each(self) -> int:
        return self.verticalHeader().defaultSectionSize()
