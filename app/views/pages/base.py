"""What every page of the room is."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from app.views.room import Room

__all__ = ["Page"]


class Page(QWidget):
    """One page of a window. Built once, kept, and ticked only while it is visible.

    A page computes nothing while hidden: `tick` comes at 10 Hz to the visible page, and once at once when it is shown.
    """

    page_id: ClassVar[str] = ""
    of_then: ClassVar[bool] = False
    """True for a page that shows the instant of the past while the room does; others go on showing the present."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.room = room
        room.language_changed.connect(self._language_changed)
        room.site_changed.connect(self._site_changed)
        room.time_jumped.connect(self._time_jumped)

    def title(self) -> str:
        """Return the page's name in the room's language."""
        return ""

    def show_target(self, path: str) -> None:
        """Bring what stands at `path` (facility, equipment, tag or device) into view; "" means nothing special."""

    def tick(self) -> None:
        """Draw what changed since the last tick."""

    def retranslate(self) -> None:
        """Take the room's language into every text."""

    def site_changed(self) -> None:
        """Rebuild from `room.live` and `room.applied`, which are those of a new site (or None)."""

    def time_jumped(self) -> None:
        """Forget what led to the instant shown before: another one is shown, which did not follow from it."""

    @Slot()
    def _time_jumped(self) -> None:
        self.time_jumped()

    @Slot(str)
    def _language_changed(self, _language: str) -> None:
        self.retranslate()

    @Slot()
    def _site_changed(self) -> None:
        self.site_changed()
