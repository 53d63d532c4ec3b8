"""What both must read before they sign: Enter or Space opens an item and ticks it for whoever reads now."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLabel, QVBoxLayout, QWidget

from app.views import theme
from app.views.models.handovers import ReadModel, ReadRow
from app.views.room import Room
from app.views.state.handover_draft import Draft
from app.views.state.handover_lines import item_title
from app.views.widgets.action_button import ActionButton
from app.views.widgets.table import Table

__all__ = ["MustRead"]

_ROW: Final = 46
_TICK: Final = 46


class _Items(Table):
    """A click opens a row as Enter and Space do."""

    opened = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if event.key() in keys and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)


class MustRead(QWidget):
    """`opened` tells the key of an item that was opened; the draft keeps who read it."""

    opened = Signal(str)
    changed = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._draft: Draft | None = None
        self._incoming = ""
        self._reads_in = False
        self.model = ReadModel()
        self.model.setParent(self)
        self.table = _Items(self.model, (250, _TICK, _TICK), stretch=0, parent=self)
        self.table.setObjectName("handover-items")
        self.table.verticalHeader().setDefaultSectionSize(_ROW)
        for column in (1, 2):
            self.table.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        self.hint = QLabel(self)
        self.hint.setFont(theme.font(theme.CAPTION))
        self.hint.setWordWrap(True)
        self.readers = {name: ActionButton(self, height=40) for name in ("out", "in")}
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        for name, button in self.readers.items():
            button.setObjectName(f"reader-{name}")
            button.setCheckable(True)
            button.clicked.connect(self._reader_chosen)
            row.addWidget(button)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.setSpacing(theme.GAP)
        column_.addLayout(row)
        column_.addWidget(self.hint)
        column_.addWidget(self.table, 1)
        self.table.opened.connect(self._open)
        self.table.clicked.connect(self._clicked)

    @property
    def reader(self) -> str:
        """Return who reads now; "" while the session of who hands over is locked."""
        person = self._room.person
        return self._incoming if self._reads_in else "" if person.locked else person.name

    def show_draft(self, draft: Draft | None) -> None:
        """Show the items of a sheet; who hands over reads first."""
        self._draft, self._incoming, self._reads_in = draft, "", False
        self.refresh()

    def set_incoming(self, name: str) -> None:
        """Take who takes over: he reads from now on, unless he read everything already."""
        if name != self._incoming:
            self._incoming = name
            self._reads_in = bool(name)
            self.refresh()

    def refresh(self) -> None:
        """Show who read what, in the room's language."""
        draft, out = self._draft, self._room.person.name
        rows = []
        for section, row in draft.items if draft is not None else ():
            assert draft is not None
            title, place = item_title(section, row, self._room.language)
            read = (draft.has_read(row["key"], out), draft.has_read(row["key"], self._incoming))
            rows.append(ReadRow(row["key"], title, place, int(row.get("priority", 0)), read))
        self.model.set_rows(rows)
        self.model.refresh()
        self.readers["out"].setChecked(not self._reads_in)
        self.readers["in"].setChecked(self._reads_in)
        self.readers["in"].setEnabled(bool(self._incoming))
        self.readers["out"].setText(self._reader_text(self.tr("{} reads"), out or "—"))
        nobody = self.tr("Takes over: signs below")
        self.readers["in"].setText(self._reader_text(self.tr("{} reads"), self._incoming) if self._incoming else nobody)
        hint = self.tr("Enter opens an item and ticks it for who reads. Both must read each of them.")
        self.hint.setText(hint if rows else self.tr("Nothing of the highest priority stands."))

    def _reader_text(self, text: str, name: str) -> str:
        left = self._draft.unread(name) if self._draft is not None else 0
        how = self.tr("{} left").format(left) if left else "✓"
        return f"{text.format(name)} · {how}"

    @Slot(int)
    def _open(self, row: int) -> None:
        if self._draft is None or not 0 <= row < len(self.model.rows):
            return
        key = self.model.rows[row].key
        self._draft.read(key, self.reader)
        self.opened.emit(key)
        self.refresh()
        self.changed.emit()
        if row + 1 < len(self.model.rows):
            self.table.selectRow(row + 1)

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        self._open(index.row())

    @Slot()
    def _reader_chosen(self) -> None:
        self._reads_in = self.sender() is self.readers["in"]
        self.refresh()
        self.changed.emit()
        self.table.setFocus()
