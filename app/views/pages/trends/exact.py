"""Reads the samples under a cursor that stands, where the picture has only buckets."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.views.gateway.door import Ticket
from app.views.gateway.trend_reads import ExactSample, read_exact
from app.views.pages.trends.scenes import Scenes
from app.views.room import Room
from app.views.state.trend_line import Reading

__all__ = ["ExactReads"]

_STANDS_MS: Final = 150
Key = tuple[str, int]


class ExactReads(QObject):
    """`first` and `second` have readings by tag and shift, for the instants of the two cursors."""

    changed = Signal()

    def __init__(self, room: Room, scenes: Scenes, parent: QObject) -> None:
        super().__init__(parent)
        self._room, self._scenes = room, scenes
        self.first: dict[Key, Reading | None] = {}
        self.second: dict[Key, Reading | None] = {}
        self._at: tuple[int | None, int | None] = (None, None)
        self._tickets: list[Ticket] = []
        self._stands = QTimer(self)
        self._stands.setSingleShot(True)
        self._stands.setInterval(_STANDS_MS)
        self._stands.timeout.connect(self._read)

    def put(self, first: int | None, second: int | None) -> None:
        """Take where the cursors stand now (UTC ms); what was read for other instants goes."""
        self.cancel()
        self.first.clear()
        self.second.clear()
        self._at = (first, second)
        if first is not None or second is not None:
            self._stands.start()

    def cancel(self) -> None:
        """Want nothing that is under way."""
        self._stands.stop()
        for ticket in self._tickets:
            ticket.cancel()
        self._tickets.clear()

    @Slot()
    def _read(self) -> None:
        for at, into in zip(self._at, (self.first, self.second), strict=True):
            views = [v for v in self._scenes.views() if at is not None and _is_bucket(v.line.read(at))]
            if at is not None and views:
                keys = tuple((v.pen.tag, v.pen.shift_ms) for v in views)
                asked = [(v.spec.number, at - v.pen.shift_ms) for v in views]
                self._tickets.append(self._room.history(read_exact(asked), partial(self._came, into, keys)))

    def _came(
        self, into: dict[Key, Reading | None], keys: tuple[Key, ...], found: tuple[ExactSample | None, ...]
    ) -> None:
        for key, s in zip(keys, found, strict=True):
            if s is not None:
                into[key] = Reading(s.value, s.value, s.value, s.quality, s.source_ms, exact=True)
        self.changed.emit()


def _is_bucket(reading: Reading | None) -> bool:
    return reading is not None and not reading.exact
