"""Notes of the log book as a table: pinned ones on top."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush

from app.views import theme
from app.views.models.keyed import KeyedModel
from app.views.state.note_rows import NoteRow

__all__ = ["NoteModel"]


def _key(row: NoteRow) -> Hashable:
    return row.note.id


class NoteModel(KeyedModel[NoteRow]):
    """Time, person, text, what it speaks of."""

    def __init__(self) -> None:
        super().__init__(_key, columns=4)
        self._dim = QBrush(theme.TEXT_DIM)
        self._strong = theme.font(theme.BODY, weight=600)
        self._plain = theme.font(theme.BODY, tabular=True)

    def heading(self, column: int) -> str:
        return (self.tr("Time"), self.tr("Who"), self.tr("Note"), self.tr("About"))[column]

    def show(self, row: NoteRow, column: int, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            on_top = self.tr("Pinned") + " · "
            return on_top + row.cells[2] if row.on_top and column == 2 else row.cells[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.note.text if column == 2 else row.cells[column] if column == 3 else None
        if role == Qt.ItemDataRole.FontRole:
            return self._strong if row.on_top and column == 2 else self._plain
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._dim if column in (0, 1, 3) else None
        return None
