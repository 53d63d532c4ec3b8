"""A virtual table in the room's look: fixed row heights, fixed columns, one that stretches, no grid."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.views import theme
from app.views.widgets.alarm_ink import elided_place

__all__ = ["Table"]

_AIR = 4
"""What the style leaves free at each side of a cell's text, px."""


class _Cells(QStyledItemDelegate):
    """Cells with air at their sides; selection in a light tone, the keyboard's place with a frame around the row."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        inner = QStyleOptionViewItem(option)
        state, box = inner.state, inner.rect
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.BAND)
        inner.state = state & ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus)
        inner.rect = box.adjusted(8, 0, -4, 0)
        super().paint(painter, inner, index)


class _Places(_Cells):
    """Places: a long station's name gives way, and not the equipment behind it."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        option.text = elided_place(option.text, option.rect.width() - 2 * _AIR, theme.BODY)


class Table(QTableView):
    """Rows are chosen whole. Heights never depend on contents, so a thousand rows cost what a screenful costs."""

    def __init__(
        self, model: QAbstractItemModel, widths: Sequence[int], *, stretch: int, place: int = -1,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """`stretch` is the column that takes what is left over, `place` the one that names places."""
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(_Cells(self))
        if place >= 0:
            self.setItemDelegateForColumn(place, _Places(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(theme.ROW - 4)
        columns = self.horizontalHeader()
        columns.setHighlightSections(False)
        columns.setDefaultAlignment(columns.defaultAlignment().AlignLeft | columns.defaultAlignment().AlignVCenter)
        columns.setFixedHeight(theme.ROW - 4)
        columns.setFont(theme.font(theme.CAPTION, weight=600))
        for i, width in enumerate(widths):
            columns.resizeSection(i, width)
            columns.setSectionResizeMode(
                i, QHeaderView.ResizeMode.Stretch if i == stretch else QHeaderView.ResizeMode.Interactive
            )
        self._colour()

    def _colour(self) -> None:
        """Rows in the two lightest greys."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, theme.RAISED)
        palette.setColor(QPalette.ColorRole.AlternateBase, theme.PANEL)
        self.setPalette(palette)
