"""Change one's own password."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from app.model.records import Reason
from app.views.actions.change_password import change_password
from app.views.room import Room
from app.views.widgets.form import Form

__all__ = ["PasswordForm"]


class PasswordForm(Form):
    """The old one, and the new one twice."""

    changed = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        names = ("old", "new", "again")
        super().__init__(names, parent, secret=names)
        self._room = room
        self.submitted.connect(self._change)

    def retranslate(self) -> None:
        """Take the room's language."""
        labels = {
            "old": self.tr("Password until now"),
            "new": self.tr("New password (10 characters at least)"),
            "again": self.tr("New password again"),
        }
        self.set_texts(labels, self.tr("Change password"), self.tr("Cancel"))
        self.refusal.set_language(self._room.language, now_s=self._room.monotonic())

    @Slot()
    def _change(self) -> None:
        if self.text("new") != self.text("again"):
            self._refused((Reason("password", {"why": "differ"}),))
            return
        self.set_busy(True)
        change_password(self._room, self.text("old"), self.text("new"), self._done, self._refused)

    def _done(self, _answer: None) -> None:
        self.clear()
        self.changed.emit()

    def _refused(self, reasons: tuple[Reason, ...]) -> None:
        self.refuse(reasons, self._room.language, now_s=self._room.monotonic())
