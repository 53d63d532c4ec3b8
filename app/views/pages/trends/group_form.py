"""Saves a group under a name, renames or removes it. Stands over the picture, below its button; Esc closes it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QLabel, QWidget

from app.model.records import Reason
from app.model.trends import TrendGroup
from app.views import theme
from app.views.actions.remove_trend import remove_trend
from app.views.actions.save_trend import save_trend
from app.views.room import Room
from app.views.widgets.form import Form
from app.views.widgets.panel import Panel

__all__ = ["GroupForm"]

_WIDE = 400
_SAVE, _RENAME, _REMOVE = "save", "rename", "remove"


class GroupForm(Panel):
    """One thing at a time."""

    saved = Signal(object)
    """TrendGroup as it was kept."""
    removed = Signal(str)
    """Id."""

    def __init__(self, room: Room, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("trend-group-form")
        self._room = room
        self._group = TrendGroup("", (), 0)
        self._what = _SAVE
        self.form = Form(("group-name",), self)
        self.shared = QCheckBox(self.form)
        self.shared.setObjectName("group-shared")
        self.question = QLabel(self.form)
        self.question.setWordWrap(True)
        self.question.setFont(theme.font(theme.BODY, weight=600))
        self.form.extra.addWidget(self.shared)
        self.form.extra.addWidget(self.question)
        self.body.setContentsMargins(theme.GAP_M, 38, theme.GAP_M, theme.GAP_M)
        self.body.addWidget(self.form)
        self.form.submitted.connect(self._go)
        self.form.cancelled.connect(self.close_form)
        self.hide()

    def ask_name(self, group: TrendGroup, below: QPoint) -> None:
        """Ask under which name to keep the pens that are shown."""
        self._begin(_SAVE, group, below)

    def ask_new_name(self, group: TrendGroup, below: QPoint) -> None:
        """Ask for another name of a saved group."""
        self._begin(_RENAME, group, below)

    def ask_removal(self, group: TrendGroup, below: QPoint) -> None:
        """Ask whether a saved group is to go."""
        self._begin(_REMOVE, group, below)

    @Slot()
    def close_form(self) -> None:
        """Close it; nothing is changed."""
        self.hide()

    def retranslate(self) -> None:
        """Take the room's language."""
        titles = {_SAVE: self.tr("Save these pens"), _RENAME: self.tr("Rename the group"), _REMOVE: self.tr("Remove")}
        go = {_SAVE: self.tr("Save"), _RENAME: self.tr("Rename"), _REMOVE: self.tr("Remove the group")}
        self.set_title(titles[self._what])
        self.form.set_texts({"group-name": self.tr("Name")}, go[self._what], self.tr("Cancel"))
        self.shared.setText(self.tr("For everybody"))
        self.question.setText(self.tr("“{}” will be gone for all who use it.").format(self._group.name))
        self.form.refusal.set_language(self._room.language, now_s=self._room.monotonic())

    def _begin(self, what: str, group: TrendGroup, below: QPoint) -> None:
        self._what, self._group = what, group
        self.form.clear()
        asks = what != _REMOVE
        self.form.show_field("group-name", asks)
        self.shared.setVisible(asks)
        self.question.setVisible(not asks)
        self.form.fields["group-name"].setText(group.name)
        self.shared.setChecked(group.shared)
        self.retranslate()
        self.setFixedWidth(_WIDE)
        self.adjustSize()
        parent = self.parentWidget()
        room = parent.width() if parent is not None else below.x() + _WIDE
        self.move(min(below.x(), room - _WIDE - theme.GAP_L), below.y())
        self.show()
        self.raise_()
        if asks:
            self.form.fields["group-name"].setFocus(Qt.FocusReason.OtherFocusReason)
            self.form.fields["group-name"].selectAll()
        else:
            self.form.go.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _go(self) -> None:
        self.form.set_busy(True)
        if self._what == _REMOVE:
            remove_trend(self._room, self._group.id, self._gone, self._refused)
            return
        name = self.form.text("group-name").strip()
        same = self._what == _RENAME or name == self._group.name
        group = replace(self._group, name=name, shared=self.shared.isChecked(), id=self._group.id if same else "")
        save_trend(self._room, group, self._kept, self._refused)

    def _kept(self, group: TrendGroup) -> None:
        self.form.set_busy(False)
        self.hide()
        self.saved.emit(group)

    def _gone(self, _answer: None) -> None:
        self.form.set_busy(False)
        self.hide()
        self.removed.emit(self._group.id)

    def _refused(self, reasons: tuple[Reason, ...]) -> None:
        self.form.refuse(reasons, self._room.language, now_s=self._room.monotonic())
        self.adjustSize()
