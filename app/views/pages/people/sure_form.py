"""What is done to somebody else's account at once, after a second look: disable, enable, unlock, end sessions; and
setting his password."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QWidget

from app.model.people import Account
from app.model.records import Reason
from app.views.actions.change_account import change_account
from app.views.actions.end_sessions import end_sessions
from app.views.actions.set_password import set_password
from app.views.actions.unlock_account import unlock_account
from app.views.room import Room
from app.views.widgets.form import Form

__all__ = ["SureForm"]


class SureForm(Form):
    """Says what will happen; one press does it."""

    done = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        names = ("password", "again")
        super().__init__(names, parent, secret=names)
        self._room = room
        self._what = ""
        self._account = Account("", "", "")
        self.setObjectName("sure-form")
        self.said = QLabel(self)
        self.said.setWordWrap(True)
        self.extra.addWidget(self.said)
        self.submitted.connect(self._do)

    def begin(self, what: str, account: Account) -> None:
        """`what` is password, disable, enable, unlock or end."""
        self._what, self._account = what, account
        self.clear()
        for name in ("password", "again"):
            self.show_field(name, what == "password")
        self.retranslate()

    def renew(self, account: Account) -> None:
        """Take what became of the account meanwhile: only what is said here is changed."""
        if self._account.name == account.name:
            self._account = account

    def start_typing(self) -> None:
        """Put the keyboard into the first field, or onto the way back."""
        if self._what == "password":
            super().start_typing()
        else:
            self.back.setFocus()

    def retranslate(self) -> None:
        """Take the room's language."""
        name = self._account.name
        labels = {
            "password": self.tr("New password (10 characters at least)"),
            "again": self.tr("New password again"),
        }
        texts = {
            "password": (self.tr("{} is signed out and chooses his own at the next sign-in."), self.tr("Set password")),
            "disable": (self.tr("{} is signed out and cannot sign in any more."), self.tr("Disable")),
            "enable": (self.tr("{} can sign in again."), self.tr("Enable")),
            "unlock": (self.tr("{} can try again at once."), self.tr("End the lock-out")),
            "end": (self.tr("{} is signed out everywhere."), self.tr("Sign out everywhere")),
        }
        text, go = texts.get(self._what, ("", ""))
        self.said.setText(text.format(name))
        self.set_texts(labels, go, self.tr("Cancel"))
        self.refusal.set_language(self._room.language, now_s=self._room.monotonic())

    @Slot()
    def _do(self) -> None:
        room, name = self._room, self._account.name
        if self._what == "password" and self.text("password") != self.text("again"):
            self._refused((Reason("password", {"why": "differ"}),))
            return
        self.set_busy(True)
        if self._what == "password":
            set_password(room, name, self.text("password"), self._did, self._refused)
        elif self._what == "unlock":
            unlock_account(room, name, self._did, self._refused)
        elif self._what == "end":
            end_sessions(room, name, self._did, self._refused)
        else:
            change_account(room, replace(self._account, disabled=self._what == "disable"), self._did, self._refused)

    def _did(self, _answer: None) -> None:
        self.clear()
        self.done.emit()

    def _refused(self, reasons: tuple[Reason, ...]) -> None:
        self.refuse(reasons, self._room.language, now_s=self._room.monotonic())
