"""A table of figures as Qt sees it: another table is another model state, told as a reset."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt

from app.model.journal_rows import Cell, ColumnKind, Moment
from app.views import theme
from app.views.models.keyed import Index
from app.views.state.performance_tables import FigureTable
from app.views.state.zone_time import date_text, time_text

__all__ = ["FigureModel"]

_NONE: Final = QModelIndex()
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class FigureModel(QAbstractTableModel):
    """Empty until `show_table`."""

    def __init__(self) -> None:
        super().__init__()
        self.table: FigureTable | None = None
        self._language = "zh"
        self._zone = "UTC"
        self._font = theme.font(theme.BODY, tabular=True)

    def show_table(self, table: FigureTable, language: str, zone: str) -> bool:
        """Show a table; return whether anything differs."""
        if (table, language, zone) == (self.table, self._language, self._zone):
            return False
        self.beginResetModel()
        self.table, self._language, self._zone = table, language, zone
        self.endResetModel()
        return True

    def path(self, row: int) -> str:
        """Return the alarm that a row speaks of, "" for none."""
        return self.table.paths[row] if self.table is not None and row < len(self.table.paths) else ""

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() or self.table is None else len(self.table.rows)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() or self.table is None else len(self.table.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or self.table is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(self.table.rows[index.row()][index.column()])
        if role == Qt.ItemDataRole.FontRole:
            return self._font
        if role == Qt.ItemDataRole.TextAlignmentRole and self._numbers(index.column()):
            return _RIGHT
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or self.table is None or section >= len(self.table.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.table.columns[section].label.get(self._language)
        return _RIGHT if role == Qt.ItemDataRole.TextAlignmentRole and self._numbers(section) else None

    def _numbers(self, column: int) -> bool:
        return self.table is not None and self.table.columns[column].kind is ColumnKind.NUMBER

    def _text(self, cell: Cell) -> str:
        if cell is None:
            return "—"
        if isinstance(cell, Moment):
            return f"{date_text(cell.ms, self._zone, 'en')[5:10]}  {time_text(cell.ms, self._zone)}"
        return f"{cell:g}" if isinstance(cell, float) else str(cell)
