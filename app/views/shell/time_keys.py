"""The buttons of the time bar: steps, play, pause, and from alarm to alarm."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.views import theme
from app.views.past.machine import SPEEDS
from app.views.room import Room
from app.views.widgets.action_button import ActionButton

__all__ = ["STEPS", "TimeKeys"]

STEPS = {"back-minute": -60_000, "back-seconds": -10_000, "on-seconds": 10_000, "on-minute": 60_000}
"""Button → step in ms."""
_FRAMES = {"back-frame": -1, "on-frame": 1}
_PLAYS = {f"play-{speed}": speed for speed in SPEEDS}
_ORDER = (
    "alarm-before", "back-minute", "back-seconds", "back-frame", "pause", *_PLAYS, "on-frame", "on-seconds",
    "on-minute", "alarm-after",
)  # fmt: skip


class TimeKeys(QWidget):
    """Grey is what makes no sense now: from the present one goes back."""

    pressed = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._machine, self._room = room.machine, room
        self.buttons = {name: ActionButton(self, height=28) for name in _ORDER}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GAP_S)
        for name, button in self.buttons.items():
            button.setObjectName(f"time-{name}")
            button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(self._press)
            layout.addWidget(button)
        for name in _PLAYS:
            self.buttons[name].setCheckable(True)
        self.show_state()

    def do(self, name: str) -> None:
        """Do what a button does."""
        machine = self._machine
        if name in STEPS:
            machine.step(STEPS[name])
        elif name in _FRAMES:
            machine.step_frames(_FRAMES[name])
        elif name in _PLAYS:
            machine.pause() if machine.speed == _PLAYS[name] else machine.play(_PLAYS[name])
        elif name == "pause":
            machine.pause()
        else:
            machine.go_alarm(back=name == "alarm-before")
        self.show_state()

    def toggle(self) -> None:
        """Play, or pause."""
        self.do("pause" if self._machine.speed else "play-1")

    def show_state(self) -> None:
        """Bring the buttons up to date."""
        there, speed = self._room.past is not None, self._machine.speed
        for name, button in self.buttons.items():
            back = name in ("alarm-before", "back-minute", "back-seconds")
            button.setEnabled(there or back)
        self.buttons["pause"].setEnabled(speed > 0)
        for name, its in _PLAYS.items():
            self.buttons[name].setChecked(speed == its)

    def retranslate(self) -> None:
        """Take the room's language."""
        texts = {
            "alarm-before": (self.tr("‹ alarm"), self.tr("The alarm before  (P)")),
            "back-minute": (self.tr("−1 min"), self.tr("One minute back  (Shift+←)")),
            "back-seconds": (self.tr("−10 s"), self.tr("Ten seconds back  (←)")),
            "back-frame": (self.tr("−1 frame"), self.tr("One frame back  (,)")),
            "pause": (self.tr("Pause"), self.tr("Let time stand  (Space)")),
            "on-frame": (self.tr("+1 frame"), self.tr("One frame on  (.)")),
            "on-seconds": (self.tr("+10 s"), self.tr("Ten seconds on  (→)")),
            "on-minute": (self.tr("+1 min"), self.tr("One minute on  (Shift+→)")),
            "alarm-after": (self.tr("alarm ›"), self.tr("The next alarm  (N)")),
        }
        texts |= {n: (self.tr("▶ {}×").format(s), self.tr("Play {}×").format(s)) for n, s in _PLAYS.items()}
        for name, (text, tip) in texts.items():
            self.buttons[name].setText(text)
            self.buttons[name].setToolTip(tip)
            self.buttons[name].setAccessibleName(tip)

    @Slot()
    def _press(self) -> None:
        self.do(next(n for n, b in self.buttons.items() if b is self.sender()))
