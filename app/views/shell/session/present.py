"""Who is signed in, what he may where, and what he may do about it: lock, leave, hand over, another password."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from app.model.access import EVERYWHERE
from app.model.role_names import role_text
from app.views import theme
from app.views.actions.lock import lock
from app.views.actions.sign_out import sign_out
from app.views.room import Room
from app.views.signing_in import lock_after_min
from app.views.widgets.action_button import ActionButton

__all__ = ["Present"]

_MINUTES: Final = (5, 10, 15, 30, 60, 0)


class Present(QWidget):
    """Shown while a session is open and not locked."""

    other_wanted = Signal()
    password_wanted = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self.who, self.where, self.locks = QLabel(self), QLabel(self), QLabel(self)
        self.who.setFont(theme.font(theme.HEADING, weight=700))
        for label in (self.who, self.where, self.locks):
            label.setWordWrap(True)
        self.after = QComboBox(self)
        self.after.setObjectName("lock-after")
        self.after.setMinimumHeight(32)
        names = ("other", "lock", "password", "sign-out")
        self.buttons = {name: ActionButton(self, primary=name == "other") for name in names}
        for name, button in self.buttons.items():
            button.setObjectName(f"session-{name}")
        self._lay_out()
        self.buttons["other"].clicked.connect(self.other_wanted)
        self.buttons["password"].clicked.connect(self.password_wanted)
        self.buttons["lock"].clicked.connect(self._lock)
        self.buttons["sign-out"].clicked.connect(self._sign_out)
        self.after.activated.connect(self._after_chosen)

    def retranslate(self) -> None:
        """Take the room's language and who sits here."""
        room, person, language = self._room, self._room.person, self._room.language
        self.who.setText(f"{person.name} · {role_text(person.role, language)}")
        site = room.present.applied.site if room.present.applied is not None else None
        names = {a.id: a.label.get(language) for a in site.areas} if site is not None else {}
        names[EVERYWHERE] = self.tr("all areas")
        grants = [f"{names.get(area, area)}: {role_text(role, language)}" for area, role in person.grants]
        self.where.setText("\n".join([*grants, self.tr("at {}").format(person.workstation)]))
        texts = {
            "other": self.tr("Another person signs in"),
            "lock": self.tr("Lock  (Ctrl+Shift+L)"),
            "password": self.tr("Change password…"),
            "sign-out": self.tr("Sign out"),
        }
        for name, text in texts.items():
            self.buttons[name].setText(text)
        opening = room.opening
        easy = opening is not None and opening.person is not None and opening.person.name == person.name
        self.buttons["password"].setVisible(not easy)
        self.locks.setText(self.tr("This workstation locks when nobody uses it for"))
        self._fill_after()

    def start_typing(self) -> None:
        """Put the keyboard onto what a change of shift needs."""
        self.buttons["other"].setFocus()

    def _fill_after(self) -> None:
        present = lock_after_min(self._room)
        minutes = _MINUTES if present in _MINUTES else (present, *_MINUTES)
        self.after.clear()
        for m in minutes:
            self.after.addItem(self.tr("{} minutes").format(m) if m else self.tr("never lock by itself"), m)
        self.after.setCurrentIndex(minutes.index(present))
        self.after.setAccessibleName(self.locks.text())

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(theme.GAP)
        grid.addWidget(self.buttons["other"], 0, 0, 1, 2)
        grid.addWidget(self.buttons["lock"], 1, 0)
        grid.addWidget(self.buttons["sign-out"], 1, 1)
        grid.addWidget(self.buttons["password"], 2, 0, 1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(self.who)
        column.addWidget(self.where)
        column.addLayout(grid)
        column.addWidget(self.locks)
        column.addWidget(self.after)

    @Slot()
    def _lock(self) -> None:
        lock(self._room)

    @Slot()
    def _sign_out(self) -> None:
        sign_out(self._room)

    @Slot()
    def _after_chosen(self) -> None:
        before, after = lock_after_min(self._room), int(self.after.currentData())
        if after != before:
            self._room.preferences.set("lock_after_min", after)
            self._room.note_act("lock_after", detail={"from": before, "to": after})
