"""The first account of a live store: its administrator. There is no default password."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from app.model.records import Reason
from app.views.actions.sign_in import found
from app.views.room import Room
from app.views.widgets.form import Form

__all__ = ["FoundForm"]


class FoundForm(Form):
    """Asked once in the life of a store."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(("name", "full-name", "password", "again"), parent, secret=("password", "again"))
        self._room = room
        self.submitted.connect(self._found)

    def retranslate(self) -> None:
        """Take the room's language."""
        labels = {
            "name": self.tr("Name to sign in with"),
            "full-name": self.tr("Full name"),
            "password": self.tr("Password (10 characters at least)"),
            "again": self.tr("Password again"),
        }
        self.set_texts(labels, self.tr("Make the administrator"))
        self.refusal.set_language(self._room.language, now_s=self._room.monotonic())

    @Slot()
    def _found(self) -> None:
        if self.text("password") != self.text("again"):
            self._refused((Reason("password", {"why": "differ"}),))
            return
        self.set_busy(True)
        found(self._room, self.text("name"), self.text("full-name"), self.text("password"), self._refused)

    def _refused(self, reasons: tuple[Reason, ...]) -> None:
        self.refuse(reasons, self._room.language, now_s=self._room.monotonic())
