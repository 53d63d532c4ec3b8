"""The newest events and commands of the whole zone: what happened while nobody looked."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.model.records import JournalEntry
from app.views import theme
from app.views.gateway.queries import newest_happenings
from app.views.room import Room
from app.views.state.sentences import Names, sentence
from app.views.state.zone_time import time_text
from app.views.widgets.alarm_ink import elided_place
from app.views.widgets.ink import draw_text, elided, pen

__all__ = ["LatestEvents"]

_ROWS: Final = 5
_ROW: Final = 44


class LatestEvents(QWidget):
    """Two lines for each: time and place, then what happened."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._entries: tuple[JournalEntry, ...] = ()
        self._names = Names(None, room.language)
        self._asking = False
        self._calm = ""
        self.setObjectName("latest-events")
        self.setFixedHeight(_ROWS * _ROW + 4)

    def ask(self) -> None:
        """Read again; one read is under way at most."""
        if not self._asking:
            self._asking = True
            until = None if self._room.past is None else self._room.past.at_ms
            self._room.query(newest_happenings(_ROWS, until), self._arrived, self._failed)

    def retranslate(self) -> None:
        """Take the room's language, and the names of the site in force."""
        site = self._room.applied.site if self._room.applied is not None else None
        self._names = Names(site, self._room.language)
        self._calm = self.tr("Nothing was recorded yet")
        self.update()

    def _arrived(self, entries: tuple[JournalEntry, ...]) -> None:
        self._asking = False
        if entries != self._entries:
            self._entries = entries
            self.update()

    def _failed(self, _sentence: str) -> None:
        """The feed tells the trouble; what is shown stays."""
        self._asking = False

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self._entries:
            draw_text(painter, 14, 24, self._calm, size=theme.BODY, colour=theme.TEXT_DIM)
        for i, entry in enumerate(self._entries):
            self._row(painter, entry, i * _ROW)
        painter.end()

    def _row(self, painter: QPainter, entry: JournalEntry, y: float) -> None:
        zone = self._room.applied.site.timezone if self._room.applied is not None else "UTC"
        right = self.width() - 14.0
        if y:
            painter.setPen(pen(theme.SCALE))
            painter.drawLine(QPointF(14, y + 0.5), QPointF(right, y + 0.5))
        when = time_text(entry.at_ms, zone)
        draw_text(painter, 14, y + 18, when, size=theme.CAPTION, colour=theme.TEXT_DIM, tabular=True)
        who = draw_text(painter, right, y + 18, entry.who, size=theme.CAPTION, colour=theme.TEXT_DIM, align="right")
        place = elided_place(self._names.of(entry.what), right - 84 - who - 8, theme.CAPTION)
        draw_text(painter, 84, y + 18, place, size=theme.CAPTION, colour=theme.TEXT_DIM)
        text = elided(sentence(entry, self._names), right - 14, theme.BODY, 500)
        draw_text(painter, 14, y + 37, text, size=theme.BODY, weight=500)
