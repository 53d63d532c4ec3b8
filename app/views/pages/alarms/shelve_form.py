"""Puts an alarm aside for a time."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from app.model.access import LONGEST_SHELF_S, Permission
from app.model.alarms.suppression import needs_two
from app.views.actions.shelve import shelve
from app.views.pages.alarms.forms import AlarmForm
from app.views.room import Room
from app.views.widgets.second_signer import SecondSigner

__all__ = ["ShelveForm"]

_SHELVES_S: Final = (900, 1800, 3600, 7200, 14400, 28800, 86400, 3 * 86400, 7 * 86400)


class ShelveForm(AlarmForm):
    """For how long, until it returns or not, and why. The highest priority waits for a second person."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self.setObjectName("form-shelve")
        self.duration = QComboBox(self)
        self.duration.setObjectName("shelve-duration")
        self.duration.setMinimumHeight(32)
        self.one_shot = QCheckBox(self)
        self.one_shot.setObjectName("shelve-one-shot")
        self.signer = SecondSigner(room, self)
        for part in (self.duration, self.one_shot, self.signer):
            self.rows.addWidget(part)
        self.signer.changed.connect(self.judge)

    @property
    def needs_second(self) -> bool:
        """True for the highest priority."""
        return needs_two(self.room.book.specs.get(self.path), self.room.book.status(self.path))

    def tick(self) -> None:
        """Let the second signature's minute pass."""
        self.signer.tick()

    def prepare(self) -> None:
        self.signer.setVisible(self.needs_second)
        self.signer.begin(self.room.book.label(self.path).get(self.room.language))
        self.duration.clear()
        longest = LONGEST_SHELF_S[self.room.may(Permission.SHELVE_LONG, self.path)]
        for seconds in _SHELVES_S:
            if seconds <= longest:
                self.duration.addItem(self._span(seconds), seconds)
        self.one_shot.setChecked(False)

    def complete(self) -> bool:
        return super().complete() and (not self.needs_second or self.signer.person is not None)

    def ask(self, reason: str) -> str:
        second = self.signer.person if self.needs_second else None
        request = shelve(
            self.room, self.path, duration_s=float(self.duration.currentData()), one_shot=self.one_shot.isChecked(),
            reason=reason, second=second,
        )  # fmt: skip
        self.signer.reset()
        return request

    def retranslate(self) -> None:
        super().retranslate()
        self.title.setText(self.tr("Shelve: out of the list, sound and flashing for a time"))
        self.go.setText(self.tr("Shelve"))
        self.one_shot.setText(self.tr("Ends early when the alarm returns to normal"))
        for i in range(self.duration.count()):
            self.duration.setItemText(i, self._span(int(self.duration.itemData(i))))

    def _span(self, seconds: int) -> str:
        if seconds < 3600:
            return self.tr("for {} min").format(seconds // 60)
        hours = seconds // 3600
        return self.tr("for {} h").format(hours) if hours <= 8 else self.tr("for {} d").format(hours // 24)
