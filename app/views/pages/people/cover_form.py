"""Lets a person cover another area for one shift: it ends by itself."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from app.model.access import Role
from app.model.people import Grant
from app.model.records import Reason
from app.model.role_names import role_text
from app.views import theme
from app.views.actions.cover_area import cover_area
from app.views.room import Room
from app.views.state.accounts import CoverEnd, area_names, assignable, cover_ends
from app.views.state.zone_time import time_text
from app.views.widgets.form import Form

__all__ = ["CoverForm"]


class CoverForm(Form):
    """Area, role, and the end of which shift."""

    done = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__((), parent)
        self._room = room
        self._name = ""
        self._ends: tuple[CoverEnd, ...] = ()
        self.setObjectName("cover-form")
        self.area, self.role, self.until = QComboBox(self), QComboBox(self), QComboBox(self)
        self._captions: list[QLabel] = []
        for name, box in (("cover-area", self.area), ("cover-role", self.role), ("cover-until", self.until)):
            box.setObjectName(name)
            box.setMinimumHeight(32)
            label = QLabel(self)
            label.setFont(theme.font(theme.CAPTION))
            self._captions.append(label)
            self.extra.addWidget(label)
            self.extra.addWidget(box)
        self.submitted.connect(self._give)

    def begin(self, name: str) -> None:
        """Cover by this person."""
        self._name = name
        self.clear()
        site = self._room.present.applied.site if self._room.present.applied is not None else None
        self._ends = cover_ends(site, self._room.now_ms())
        for box in (self.area, self.role, self.until):
            box.clear()
        self.retranslate()

    def start_typing(self) -> None:
        """Put the keyboard onto the area."""
        self.area.setFocus()

    def retranslate(self) -> None:
        """Take the room's language."""
        language = self._room.language
        site = self._room.present.applied.site if self._room.present.applied is not None else None
        self.set_texts({}, self.tr("Give the cover"), self.tr("Cancel"))
        texts = (self.tr("Area"), self.tr("Role there"), self.tr("Until the end of"))
        for label, box, text in zip(self._captions, (self.area, self.role, self.until), texts, strict=True):
            label.setText(text)
            box.setAccessibleName(text)
        names = area_names(site, language)
        areas = [(names.get(a, a), a) for a in assignable(self._room.person, site)]
        self._fill(self.area, areas)
        self._fill(self.role, [(role_text(r, language), str(r)) for r in (Role.OPERATOR, Role.VIEWER)])
        self._fill(self.until, [(self._end(e), e.until_ms) for e in self._ends])
        self.refusal.set_language(language, now_s=self._room.monotonic())
        self.go.setEnabled(bool(areas))

    def _end(self, end: CoverEnd) -> str:
        if end.shift is None:
            return self.tr("{} h").format(end.hours)
        zone = self._room.present.applied.site.timezone if self._room.present.applied is not None else "UTC"
        label = end.shift.spec.label.get(self._room.language)
        return self.tr("{} ({})").format(label, time_text(end.until_ms, zone, seconds=False))

    @staticmethod
    def _fill(box: QComboBox, items: list[tuple[str, object]] | list[tuple[str, str]] | list[tuple[str, int]]) -> None:
        kept = max(0, box.currentIndex())
        box.clear()
        for text, data in items:
            box.addItem(text, data)
        box.setCurrentIndex(min(kept, len(items) - 1))

    @Slot()
    def _give(self) -> None:
        self.set_busy(True)
        grant = Grant(self.area.currentData(), self.role.currentData(), int(self.until.currentData()))
        cover_area(self._room, self._name, grant, self._given, self._refused)

    def _given(self, _answer: None) -> None:
        self.done.emit()

    def _refused(self, reasons: tuple[Reason, ...]) -> None:
        self.refuse(reasons, self._room.language, now_s=self._room.monotonic())
