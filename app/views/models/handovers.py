"""Signed handovers as a table, and what both must read before they sign the next one."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPixmap

from app.views import theme
from app.views.models.keyed import KeyedModel
from app.views.widgets.ink import draw_priority

__all__ = ["HandoverModel", "HandoverRow", "ReadModel", "ReadRow"]

_MARK: Final = 20
_SCALE: Final = 2.0
"""Marks are drawn this fine, so that they stay sharp on fine screens."""


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """`cells` are when, shift, who to whom; `verdict` is "" until the journals were looked at; `bad` if they differ."""

    id: str
    cells: tuple[str, str, str]
    verdict: str = ""
    bad: bool = False


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One item of the highest priority; `priority` 0 for what is no alarm. `read`: by who leaves, by who comes."""

    key: str
    title: str
    place: str
    priority: int
    read: tuple[bool, bool]


def _handover(row: HandoverRow) -> Hashable:
    return row.id


def _item(row: ReadRow) -> Hashable:
    return row.key


class HandoverModel(KeyedModel[HandoverRow]):
    """Newest first."""

    def __init__(self) -> None:
        super().__init__(_handover, columns=4)
        self._strong = theme.font(theme.BODY, weight=700)
        self._plain = theme.font(theme.BODY, tabular=True)
        self._bad = QBrush(theme.TEXT_BAD)

    def heading(self, column: int) -> str:
        return (self.tr("Signed"), self.tr("Shift"), self.tr("From → to"), self.tr("Journals"))[column]

    def show(self, row: HandoverRow, column: int, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return row.verdict if column == 3 else row.cells[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.verdict if column == 3 else row.cells[column]
        if role == Qt.ItemDataRole.FontRole:
            return self._strong if column == 3 and row.bad else self._plain
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._bad if column == 3 and row.bad else None
        return None


class ReadModel(KeyedModel[ReadRow]):
    """Items with two ticks."""

    def __init__(self) -> None:
        super().__init__(_item, columns=3)
        self._marks: dict[int, QPixmap] = {}
        self._plain = theme.font(theme.BODY)
        self._tick = theme.font(theme.HEADING, weight=700)

    def heading(self, column: int) -> str:
        return (self.tr("Both must read"), self.tr("Out"), self.tr("In"))[column]

    def show(self, row: ReadRow, column: int, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{row.title}\n{row.place}" if column == 0 else "✓" if row.read[column - 1] else "—"
        if role == Qt.ItemDataRole.DecorationRole and column == 0 and row.priority:
            return self._mark(row.priority)
        if role == Qt.ItemDataRole.FontRole:
            return self._tick if column else self._plain
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row.title}\n{row.place}"
        if role == Qt.ItemDataRole.TextAlignmentRole and column:
            return Qt.AlignmentFlag.AlignCenter
        return None

    def _mark(self, priority: int) -> QPixmap:
        if priority not in self._marks:
            made = QPixmap(QSize(_MARK, _MARK) * _SCALE)
            made.setDevicePixelRatio(_SCALE)
            made.fill(Qt.GlobalColor.transparent)
            painter = QPainter(made)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_priority(painter, _MARK / 2, _MARK / 2, priority, size=16)
            painter.end()
            self._marks[priority] = made
        return self._marks[priority]
