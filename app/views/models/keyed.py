"""A table model over frozen rows with keys: takes a whole new list and tells Qt only what differs.

Selection and scroll place survive, because rows that stay are moved or updated, never reset.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

__all__ = ["Index", "KeyedModel"]

Index = QModelIndex | QPersistentModelIndex
R = TypeVar("R")
_NONE = QModelIndex()


class KeyedModel(QAbstractTableModel, Generic[R]):
    """Subclasses say how a row looks (`show`) and what its columns are called (`headings`)."""

    def __init__(self, key: Callable[[R], Hashable], *, columns: int) -> None:
        super().__init__()
        self._key = key
        self._columns = columns
        self.rows: list[R] = []

    def show(self, row: R, column: int, role: int) -> Any:
        """Return what Qt asks of a cell; None for nothing."""
        raise NotImplementedError

    def heading(self, column: int) -> str:
        """Return a column's name in the room's language."""
        return ""

    def set_rows(self, new: Sequence[R]) -> None:
        """Take a new list: drop what went, then put each row in its place, then tell which rows differ."""
        wanted = {self._key(r) for r in new}
        last = len(self.rows)
        while last > 0:
            first = last
            while first > 0 and self._key(self.rows[first - 1]) not in wanted:
                first -= 1
            if first < last:
                self.beginRemoveRows(_NONE, first, last - 1)
                del self.rows[first:last]
                self.endRemoveRows()
            last = min(first, last - 1)
        known = {self._key(r) for r in self.rows}
        i = 0
        while i < len(new):
            i = self._place(i, new, known)
        self._tell_changes(new)

    def refresh(self) -> None:
        """Tell that every cell looks different: after a change of language."""
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, self._columns - 1))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self._columns - 1)

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else self._columns

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return self.show(self.rows[index.row()], index.column(), role) if index.isValid() else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.heading(section)
        return None

    def _place(self, i: int, new: Sequence[R], known: set[Hashable]) -> int:
        """Bring the row of place i there: it stands there, or moves up, or a run of new rows comes in. Return the next
        place."""
        key = self._key(new[i])
        if i < len(self.rows) and self._key(self.rows[i]) == key:
            return i + 1
        if key in known:
            j = next(j for j in range(i + 1, len(self.rows)) if self._key(self.rows[j]) == key)
            self.beginMoveRows(_NONE, j, j, _NONE, i)
            self.rows.insert(i, self.rows.pop(j))
            self.endMoveRows()
            return i + 1
        end = i + 1
        while end < len(new) and self._key(new[end]) not in known:
            end += 1
        self.beginInsertRows(_NONE, i, end - 1)
        self.rows[i:i] = new[i:end]
        self.endInsertRows()
        return end

    def _tell_changes(self, new: Sequence[R]) -> None:
        """Store new contents and tell contiguous runs of rows that differ."""
        start: int | None = None
        for i in range(len(new) + 1):
            differs = i < len(new) and self.rows[i] != new[i]
            if differs:
                self.rows[i] = new[i]
                start = i if start is None else start
            elif start is not None:
                self.dataChanged.emit(self.index(start, 0), self.index(i - 1, self._columns - 1))
                start = None
