"""Where faceplates stand: at the right of the page, one that follows what is chosen and at most one that is pinned."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.views import theme
from app.views.pages.faceplate.faceplate import Faceplate
from app.views.room import Room

__all__ = ["FaceplateDock"]


class FaceplateDock(QWidget):
    """At most two faceplates and never two of one equipment. Pinning another one lets the first go free again."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._faceplates: list[Faceplate] = []
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(theme.GAP)
        self.hide()

    @property
    def faceplates(self) -> tuple[Faceplate, ...]:
        """What is open now."""
        return tuple(self._faceplates)

    def faceplate(self, equipment: str) -> Faceplate | None:
        """Return the open faceplate of an equipment."""
        return next((f for f in self._faceplates if f.equipment.path == equipment), None)

    def open(self, equipment: str) -> Faceplate | None:
        """Open the faceplate of an equipment, or return the one that is open; None for a path that no equipment has."""
        found = self.faceplate(equipment)
        if found is None:
            found = self._make(equipment)
            if found is None:
                return None
            for other in [f for f in self._faceplates if not f.is_pinned]:
                self._drop(other)
            self._faceplates.append(found)
            self._layout.addWidget(found)
        self.show()
        found.show()  # dropping the one before may have hidden the dock, and Qt then leaves a new child hidden
        found.tick()
        found.setFocus(Qt.FocusReason.OtherFocusReason)
        return found

    def tick(self) -> None:
        """Bring the open ones up to date."""
        for faceplate in self._faceplates:
            faceplate.tick()

    def retranslate(self) -> None:
        """Take the room's language."""
        for faceplate in self._faceplates:
            faceplate.retranslate()

    def site_changed(self) -> None:
        """Open anew what the new site still has."""
        open_now = [(f.equipment.path, f.is_pinned) for f in self._faceplates]
        for faceplate in list(self._faceplates):
            self._drop(faceplate)
        for path, pinned in open_now:
            made = self.open(path)
            if made is not None and pinned:
                made.head.pin.setChecked(True)
        self.setVisible(bool(self._faceplates))

    def _make(self, path: str) -> Faceplate | None:
        live = self._room.live
        if live is None:
            return None
        equipment = next((e for e in live.site.equipment if e.path == path), None)
        if equipment is None:
            return None
        facility = next(f for f in live.site.facilities if f.id == equipment.facility)
        made = Faceplate(self._room, equipment, facility, self)
        made.closed.connect(self._close)
        made.pinned.connect(self._pinned)
        return made

    def _drop(self, faceplate: Faceplate) -> None:
        faceplate.end()
        self._faceplates.remove(faceplate)
        self._layout.removeWidget(faceplate)
        faceplate.hide()
        faceplate.deleteLater()
        self.setVisible(bool(self._faceplates))

    @Slot(str)
    def _close(self, path: str) -> None:
        faceplate = self.faceplate(path)
        if faceplate is not None:
            self._drop(faceplate)

    @Slot(str, bool)
    def _pinned(self, path: str, pinned: bool) -> None:
        if pinned:
            for other in self._faceplates:
                if other.equipment.path != path and other.is_pinned:
                    other.head.pin.setChecked(False)
