"""The abnormal list as a one-column model; a delegate paints its rows."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from app.views.models.keyed import KeyedModel
from app.views.state.abnormal_rows import AbnormalRow, row_texts

__all__ = ["ROW_ROLE", "AbnormalModel"]

ROW_ROLE = int(Qt.ItemDataRole.UserRole)


def _key(row: AbnormalRow) -> str:
    return row.key


class AbnormalModel(KeyedModel[AbnormalRow]):
    """Rows come sorted from the watch."""

    def __init__(self) -> None:
        super().__init__(_key, columns=1)
        self.language = "zh"

    def show(self, row: AbnormalRow, column: int, role: int) -> Any:
        if role == ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return "\n".join(row_texts(row, self.language))
        return None
