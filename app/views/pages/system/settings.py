"""What a person sets for this room's screens, and the test of its sounds."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from app.views import theme
from app.views.room import Room
from app.views.widgets.action_button import ActionButton

__all__ = ["RoomSettings"]


class RoomSettings(QWidget):
    """Each press of the test plays the next sound: the loss of an engine, then the priorities from 1 to 4."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self.test = ActionButton(self, height=32)
        self.test.setObjectName("test-sound")
        self.still = QCheckBox(self)
        self.still.setObjectName("reduced-motion")
        self.still.setChecked(room.flash.reduced)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, theme.GAP, 14, theme.GAP_M)
        layout.setSpacing(theme.GAP_M)
        layout.addWidget(self.test, 1)
        layout.addWidget(self.still)
        self.test.clicked.connect(room.sound_test_asked)
        self.still.toggled.connect(self._set_still)
        self.retranslate()

    def retranslate(self) -> None:
        """Take the room's language."""
        self.test.setText(self.tr("Test sounds"))
        self.still.setText(self.tr("No flashing"))
        self.still.setToolTip(self.tr("Nothing moves on screen; frames stay and tell the state"))

    @Slot(bool)
    def _set_still(self, still: bool) -> None:
        self._room.flash.set_reduced(still)
        self._room.preferences.set("reduced_motion", still)
