"""A virtual table in the room's look: fixed row heights, fixed columns, one that stretches, no grid."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.views import theme

__all__ = ["Table"]


class Table(QTableView):
    """Rows are chosen whole. Heights never depend on contents, so a thousand rows cost what a screenful costs."""

    def __init__(
        self, model: QAbstractItemModel, widths: Sequence[int], *, stretch: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setModel(model)
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
        """Selection in a light tone with dark text: the words of a chosen row stay as readable as the others."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, theme.RAISED)
        palette.setColor(QPalette.ColorRole.AlternateBase, theme.PANEL)
        palette.setColor(QPalette.ColorRole.Highlight, theme.BAND)
        palette.setColor(QPalette.ColorRole.HighlightedText, theme.TEXT)
        self.setPalette(palette)
