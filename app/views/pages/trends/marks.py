"""Reads what happened while a trend ran, for the lane under it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from app.model.people import Note
from app.model.records import Reason
from app.views.gateway.log_book import Notes, read_notes
from app.views.gateway.trend_reads import Happened, read_happened
from app.views.room import Room
from app.views.state.sentences import Names
from app.views.state.trend_asks import Wanted
from app.views.state.trend_marks import ALARM_KINDS, COMMAND_KINDS, Mark, marks_of, shift_marks

__all__ = ["TrendMarks"]


class TrendMarks(QObject):
    """`marks` in order of time; before `from_ms` not all were read."""

    changed = Signal()

    def __init__(self, room: Room, parent: QObject) -> None:
        super().__init__(parent)
        self._room = room
        self._asked: tuple[Wanted, tuple[str, ...]] | None = None
        self._happened = Happened(())
        self._notes: tuple[Note, ...] = ()
        self.marks: tuple[Mark, ...] = ()

    @property
    def from_ms(self) -> int:
        """Return the time before which marks are missing, 0 when none are."""
        return self._happened.from_ms

    def ask(self, wanted: Wanted, places: tuple[str, ...]) -> None:
        """Read the marks of a time; an answer to an older question is not taken."""
        asked = self._asked = (wanted, places)
        end = min(wanted.end_ms, self._room.shown_ms() + 1)
        if places:
            work = read_happened(wanted.start_ms, end, places, ALARM_KINDS, COMMAND_KINDS)
            self._room.query(work, partial(self._came, asked))
        else:
            self._happened = Happened(())
        self._room.desk(read_notes(wanted.start_ms, end), partial(self._noted, asked), self._refused)
        self.retell()

    def again(self) -> None:
        """Ask the same once more: something may have happened since."""
        if self._asked is not None:
            self.ask(*self._asked)

    def retell(self) -> None:
        """Put everything into the room's language."""
        site = self._room.applied.site if self._room.applied is not None else None
        zone, language = (site.timezone if site is not None else "UTC"), self._room.language
        told = marks_of(self._happened.entries, self._notes, Names(site, language), zone)
        shifts: tuple[Mark, ...] = ()
        if self._asked is not None:
            wanted = self._asked[0]
            shifts = shift_marks(site, wanted.start_ms, min(wanted.end_ms, self._room.shown_ms()), language)
        marks = tuple(sorted((*told, *shifts), key=lambda m: m.at_ms))
        if marks != self.marks:
            self.marks = marks
            self.changed.emit()

    def _came(self, asked: object, happened: Happened) -> None:
        if asked is self._asked:
            self._happened = happened
            self.retell()

    def _noted(self, asked: object, notes: Notes) -> None:
        if asked is self._asked:
            self._notes = notes.notes
            self.retell()

    def _refused(self, _reasons: tuple[Reason, ...]) -> None:
        """Without the desk there are no notes; the header says that it is away."""
