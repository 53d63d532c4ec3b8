"""Saved views of the alarm list, kept at this workstation, and which columns are shown."""

from __future__ import annotations

import json
import logging
from typing import Final

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QWidget

from app.views import theme
from app.views.room import Room
from app.views.state.alarm_lines import COLUMNS
from app.views.state.alarm_view import AlarmFilter, SavedViews
from app.views.widgets.action_button import ActionButton

__all__ = ["ViewsBar"]

_log = logging.getLogger(__name__)
_VIEWS: Final = "alarm_views"
_HIDDEN: Final = "alarm_columns_hidden"
_NAME_LENGTH: Final = 40


class ViewsBar(QWidget):
    """A box whose text names a view: choose one to take it, write a name and press Save to keep what is shown."""

    picked = Signal(object)
    save_asked = Signal(str)
    columns_changed = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self.saved = _read(room)
        self.box = QComboBox(self)
        self.box.setObjectName("alarm-views")
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setFixedHeight(34)
        self.box.setMinimumWidth(180)
        self.save, self.drop, self.columns = (ActionButton(self, height=34) for _ in range(3))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GAP)
        for part in (self.box, self.save, self.drop, self.columns):
            layout.addWidget(part)
        self._list()
        self.box.activated.connect(self._pick)
        self.box.editTextChanged.connect(self._judge)
        self.save.clicked.connect(self._save)
        self.drop.clicked.connect(self._drop)
        self.columns.clicked.connect(self._ask_columns)

    @property
    def hidden(self) -> frozenset[str]:
        """Return the columns that are left out."""
        kept = self._room.preferences.get(_HIDDEN, [])
        return frozenset(c for c in kept if isinstance(c, str)) if isinstance(kept, list) else frozenset()

    def keep(self, name: str, filter_: AlarmFilter) -> None:
        """Save a filter under a name."""
        self.saved.views[name] = filter_
        self._write()
        self.box.setEditText(name)

    def retranslate(self) -> None:
        """Take the room's language."""
        edit = self.box.lineEdit()
        if edit is not None:
            edit.setPlaceholderText(self.tr("Saved views"))
            edit.setMaxLength(_NAME_LENGTH)
        self.save.setText(self.tr("Save view"))
        self.drop.setText(self.tr("Delete"))
        self.columns.setText(self.tr("Columns"))
        self._judge()

    def _write(self) -> None:
        self._room.preferences.set(_VIEWS, json.loads(self.saved.to_json()))
        self._list()

    def _list(self) -> None:
        text = self.box.currentText()
        self.box.clear()
        self.box.addItems(list(self.saved.views))
        self.box.setCurrentIndex(-1)
        self.box.setEditText(text)

    @Slot()
    def _judge(self) -> None:
        name = self.box.currentText().strip()
        self.save.setEnabled(bool(name))
        self.drop.setEnabled(name in self.saved.views)

    @Slot(int)
    def _pick(self, index: int) -> None:
        view = self.saved.views.get(self.box.itemText(index))
        if view is not None:
            self.picked.emit(view)

    @Slot()
    def _save(self) -> None:
        if name := self.box.currentText().strip():
            self.save_asked.emit(name)

    @Slot()
    def _drop(self) -> None:
        if self.saved.views.pop(self.box.currentText().strip(), None) is not None:
            self.box.setEditText("")
            self._write()

    @Slot()
    def _ask_columns(self) -> None:
        """A list of the columns that may be left out, with a tick at those that are shown."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        hidden = self.hidden
        seen: set[str] = set()
        for column in (c for columns in COLUMNS.values() for c in columns if not c.fixed):
            if column.id not in seen:
                seen.add(column.id)
                action = QAction(column.title.get(self._room.language), menu)
                action.setCheckable(True)
                action.setChecked(column.id not in hidden)
                action.setData(column.id)
                menu.addAction(action)
        menu.triggered.connect(self._column_chosen)
        menu.popup(self.columns.mapToGlobal(QPoint(0, self.columns.height())))

    @Slot(QAction)
    def _column_chosen(self, action: QAction) -> None:
        hidden = self.hidden - {action.data()} if action.isChecked() else self.hidden | {action.data()}
        self._room.preferences.set(_HIDDEN, sorted(hidden))
        self.columns_changed.emit()


def _read(room: Room) -> SavedViews:
    try:
        return SavedViews.from_json(json.dumps(room.preferences.get(_VIEWS, {})))
    except ValueError as error:
        _log.warning("the saved views of the alarm list cannot be read: %s", error)
        return SavedViews()
