"""The log book: notes of a time, pinned ones on top; one in full beside them, and the next one to write."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import QModelIndex, QTimer, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.model.records import Reason
from app.model.shifts import Shift, shifts_between
from app.views import theme
from app.views.gateway.log_book import Notes, read_notes
from app.views.models.notes import NoteModel
from app.views.pages.shift.note_detail import NoteDetail
from app.views.pages.shift.note_form import NoteForm
from app.views.room import Room
from app.views.state.causes import reason_words
from app.views.state.note_rows import note_rows
from app.views.state.sentences import Names
from app.views.state.shift_time import running_shift
from app.views.widgets.action_button import ActionButton
from app.views.widgets.panel import Panel
from app.views.widgets.table import Table

__all__ = ["LogView"]

_DAY_MS: Final = 86_400_000
_SHIFT: Final = 0
_SPANS: Final = (_SHIFT, 1, 7, 30, 365)
"""Days back from now; 0 is one shift: the running one, or the one chosen in the calendar."""
_PANE: Final = 392


class LogView(QWidget):
    """One read is under way at most; a question changed meanwhile is asked after it."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._shift: Shift | None = None
        self._link = ""
        self._asking = self._again = False
        self._trouble = ""
        self._found = Notes((), ())
        self.model = NoteModel()
        self.model.setParent(self)
        self.span, self.search = QComboBox(self), QLineEdit(self)
        self.about = ActionButton(self, height=34)
        self.count = QLabel(self)
        self.table = Table(self.model, (120, 100, 380, 220), stretch=2, parent=self)
        self.detail, self.form = NoteDetail(room, self), NoteForm(room, self)
        self._panels = {name: Panel(self) for name in ("list", "note", "write")}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(200)
        self._timer.timeout.connect(self._fill)
        self._name_parts()
        self._lay_out()
        self.span.currentIndexChanged.connect(self.ask)
        self.search.textChanged.connect(self._later)
        self.about.clicked.connect(self._anything)
        self.table.selectionModel().currentRowChanged.connect(self._chosen)
        self.form.written.connect(self.ask)
        self.detail.unpinned.connect(self.ask)

    def show_shift(self, day: str, shift: str) -> None:
        """Show the notes of one shift."""
        site = self._room.present.applied.site if self._room.present.applied is not None else None
        if site is None:
            return
        begin, end = _midnight(day) - _DAY_MS, _midnight(day) + 3 * _DAY_MS
        found = shifts_between(site.shifts, begin, end, site.timezone)
        self._shift = next((s for s in found if (s.day.isoformat(), s.spec.id) == (day, shift)), None)
        self.span.setCurrentIndex(0)
        self.retranslate()
        self.ask()

    def show_about(self, path: str) -> None:
        """Show only notes that speak of a place or of what is under it; "" for all."""
        self._link = path
        if path:
            self.span.setCurrentIndex(_SPANS.index(30))
        self.retranslate()
        self.ask()

    def tick(self) -> None:
        """Let a refusal's time pass."""
        self.form.refusal.tick(self._room.monotonic())

    @Slot()
    def ask(self) -> None:
        """Read the notes of the time that is chosen."""
        if self._asking:
            self._again = True
            return
        self._asking, self._again = True, False
        self._room.desk(read_notes(*self.period(), link=self._link), self._take, self._failed)

    def period(self) -> tuple[int, int]:
        """Return from when to when notes are shown, UTC ms."""
        now, days = self._room.now_ms(), int(self.span.currentData() or 0)
        if days:
            return now - days * _DAY_MS, now + _DAY_MS
        site = self._room.present.applied.site if self._room.present.applied is not None else None
        shift = self._shift or running_shift(site, now)
        return (shift.start_ms, shift.end_ms) if shift is not None else (now - _DAY_MS // 2, now + _DAY_MS)

    def retranslate(self) -> None:
        """Take the room's language and site."""
        name = self.tr("This shift")
        if self._shift is not None:
            name = f"{self._shift.day:%m-%d} {self._shift.spec.label.get(self._room.language)}"
        texts = {_SHIFT: name, 1: self.tr("Last 24 hours"), 7: self.tr("Last 7 days")}
        texts |= {30: self.tr("Last 30 days"), 365: self.tr("Last year")}
        kept = max(0, self.span.currentIndex())
        self.span.blockSignals(True)
        self.span.clear()
        for days in _SPANS:
            self.span.addItem(texts[days], days)
        self.span.setCurrentIndex(kept)
        self.span.blockSignals(False)
        self.span.setAccessibleName(self.tr("Time"))
        self.search.setPlaceholderText(self.tr("Search the notes  (Ctrl+F)"))
        self.search.setAccessibleName(self.tr("Search the notes  (Ctrl+F)"))
        self._panels["list"].set_title(self.tr("Log book"), self.tr("written once, never changed"))
        self._panels["note"].set_title(self.tr("Note"))
        self._panels["write"].set_title(self.tr("Write a note"))
        self.about.setText(f"✕  {self._names().of(self._link)}")
        self.about.setVisible(bool(self._link))
        self.model.refresh()
        self.detail.retranslate()
        self.form.retranslate()
        self._fill()

    def _names(self) -> Names:
        site = self._room.present.applied.site if self._room.present.applied is not None else None
        return Names(site, self._room.language)

    def _name_parts(self) -> None:
        for name, widget in (("span", self.span), ("search", self.search), ("table", self.table)):
            widget.setObjectName(f"log-{name}")
        self.span.setFixedSize(150, 34)
        self.search.setFixedHeight(34)
        self.search.setTextMargins(6, 0, 6, 0)
        self.search.setClearButtonEnabled(True)

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(theme.GAP)
        bar.addWidget(self.span)
        bar.addWidget(self.search, 1)
        bar.addWidget(self.about)
        self._panels["list"].body.addWidget(self.table)
        left = QVBoxLayout()
        left.setSpacing(theme.GAP)
        left.addLayout(bar)
        left.addWidget(self._panels["list"], 1)
        left.addWidget(self.count)
        right = QVBoxLayout()
        right.setSpacing(theme.GAP_M)
        for name, part in (("note", self.detail), ("write", self.form)):
            body = self._panels[name].body
            edges = body.contentsMargins()
            body.setContentsMargins(theme.GAP_L, edges.top(), theme.GAP_L, theme.GAP_M)
            body.addWidget(part)
            body.addStretch(1)
            self._panels[name].setFixedWidth(_PANE)
        right.addWidget(self._panels["note"], 1)
        right.addWidget(self._panels["write"])
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.GAP_M)
        whole.addLayout(left, 1)
        whole.addLayout(right)

    def _take(self, found: Notes) -> None:
        self._asking, self._trouble = False, ""
        self._found = found
        self._fill()
        if self._again:
            self.ask()

    def _failed(self, reasons: tuple[Reason, ...]) -> None:
        self._asking = False
        self._trouble = "\n".join(reason_words(r, self._room.language) for r in reasons)
        self._fill()

    @Slot()
    def _fill(self) -> None:
        applied = self._room.present.applied
        zone = applied.site.timezone if applied is not None else "UTC"
        found, text, now = self._found, self.search.text(), self._room.now_ms()
        self.model.set_rows(note_rows(found.pinned, found.notes, self._names(), zone, text, now_ms=now))
        count = self.tr("Notes: {}").format(len(self.model.rows))
        self.count.setText(f"⚠ {self._trouble}" if self._trouble else count)
        self._show_chosen()

    def _show_chosen(self) -> None:
        current = self.table.currentIndex()
        inside = current.isValid() and current.row() < len(self.model.rows)
        self.detail.show_note(self.model.rows[current.row()].note if inside else None)

    @Slot(QModelIndex, QModelIndex)
    def _chosen(self, _current: QModelIndex, _before: QModelIndex) -> None:
        self._show_chosen()

    @Slot()
    def _later(self) -> None:
        self._timer.start()

    @Slot()
    def _anything(self) -> None:
        self.show_about("")


def _midnight(day: str) -> int:
    """Return UTC ms of the beginning of a date, as if the zone were UTC: a rough place to look around."""
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)
