"""Who is on a shift: everybody with an account, to be ticked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QWidget

from app.model.people import Account
from app.model.records import Reason
from app.views import theme
from app.views.actions.set_duty import set_duty
from app.views.gateway.log_book import read_accounts
from app.views.room import Room
from app.views.widgets.form import Form

__all__ = ["DutyForm"]


class DutyForm(Form):
    """Space ticks a person, Ctrl+Enter or the button writes the list. Persons who left stay until they are unticked."""

    done = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__((), parent)
        self._room = room
        self._day = self._shift = self._name = ""
        self._persons: tuple[str, ...] = ()
        self.setObjectName("duty-form")
        self.title = QLabel(self)
        self.title.setFont(theme.font(theme.BODY, weight=600))
        self.people = QListWidget(self)
        self.people.setObjectName("duty-people")
        self.people.setFixedHeight(168)
        self.extra.addWidget(self.title)
        self.extra.addWidget(self.people)
        self.submitted.connect(self._write)

    def begin(self, day: str, shift: str, name: str, persons: Sequence[str]) -> None:
        """Ask who is on the shift that begins on `day`; `name` is what the shift is called."""
        self._day, self._shift, self._name, self._persons = day, shift, name, tuple(persons)
        self.clear()
        self.people.clear()
        self.set_busy(True)
        self.retranslate()
        self._room.desk(read_accounts, self._take, self._unread)

    def start_typing(self) -> None:
        """Put the keyboard onto the list."""
        self.people.setFocus()

    def chosen(self) -> tuple[str, ...]:
        """Return who is ticked."""
        items = (self.people.item(i) for i in range(self.people.count()))
        return tuple(str(i.data(Qt.ItemDataRole.UserRole)) for i in items if i.checkState() is Qt.CheckState.Checked)

    def retranslate(self) -> None:
        """Take the room's language."""
        self.title.setText(self.tr("On duty: {} {}").format(self._day, self._name))
        self.people.setAccessibleName(self.title.text())
        self.set_texts({}, self.tr("Write the duty"), self.tr("Cancel"))
        self.refusal.set_language(self._room.language, now_s=self._room.monotonic())

    def _take(self, accounts: tuple[Account, ...]) -> None:
        known = {a.name: a.full_name for a in accounts}
        self.people.clear()
        for name in dict.fromkeys((*self._persons, *sorted(known))):
            full = known.get(name, "")
            item = QListWidgetItem(f"{name}  {full}".rstrip())
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if name in self._persons else Qt.CheckState.Unchecked)
            self.people.addItem(item)
        self.people.setCurrentRow(0)
        self.set_busy(False)

    def _unread(self, reasons: tuple[Reason, ...]) -> None:
        """Without the list nothing can be written: it would say that nobody is on duty."""
        self._refused(reasons)
        self.set_busy(True)

    @Slot()
    def _write(self) -> None:
        self.set_busy(True)
        set_duty(self._room, self._day, self._shift, self.chosen(), self._written, self._refused)

    def _written(self, _answer: None) -> None:
        self.set_busy(False)
        self.done.emit()

    def _refused(self, reasons: tuple[Reason, ...]) -> None:
        self.refuse(reasons, self._room.language, now_s=self._room.monotonic())
