"""The session is locked: its person's password, or another person instead."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from app.model.records import Reason
from app.views import theme
from app.views.actions.unlock import unlock
from app.views.room import Room
from app.views.widgets.action_button import ActionButton
from app.views.widgets.form import Form

__all__ = ["LockedForm"]


class LockedForm(Form):
    """Unlocks. Whoever is not that person signs in over the session, which ends it."""

    other_wanted = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(("password",), parent, secret=("password",))
        self._room = room
        self.other = ActionButton(self)
        self.other.setObjectName("other-person")
        self.other.clicked.connect(self.other_wanted)
        self.rows.addSpacing(theme.GAP_S)
        self.rows.addWidget(self.other)
        self.submitted.connect(self._unlock)

    def retranslate(self) -> None:
        """Take the room's language."""
        opening, name = self._room.opening, self._room.person.name
        easy = opening is not None and opening.person is not None and opening.person.name == name
        label = self.tr("Demo: any word unlocks") if easy else self.tr("Password of {}").format(name)
        self.set_texts({"password": label}, self.tr("Unlock"))
        self.other.setText(self.tr("Another person signs in"))
        self.refusal.set_language(self._room.language, now_s=self._room.monotonic())

    @Slot()
    def _unlock(self) -> None:
        self.set_busy(True)
        unlock(self._room, self.text("password"), self._refused)

    def _refused(self, reasons: tuple[Reason, ...]) -> None:
        self.refuse(reasons, self._room.language, now_s=self._room.monotonic())
