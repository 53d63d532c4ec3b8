"""One note in full, with buttons to the places it speaks of."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.model.access import Permission, may_anywhere
from app.model.people import Note
from app.model.records import Reason
from app.views import theme
from app.views.actions.unpin_note import unpin_note
from app.views.room import Room
from app.views.state.note_rows import link_page
from app.views.state.sentences import Names
from app.views.widgets.action_button import ActionButton
from app.views.widgets.reason_text import ReasonText

__all__ = ["NoteDetail"]


class NoteDetail(QWidget):
    """Empty until a note is chosen."""

    unpinned = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._note: Note | None = None
        self._names = Names(None, room.language)
        self.head, self.text = QLabel(self), QLabel(self)
        self.head.setFont(theme.font(theme.CAPTION))
        self.text.setObjectName("note-full")
        self.text.setFont(theme.font(theme.STRONG))
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        for label in (self.head, self.text):
            label.setWordWrap(True)
        self.unpin = ActionButton(self, height=30)
        self.unpin.setObjectName("note-unpin")
        self.refusal = ReasonText(self)
        self._links = QVBoxLayout()
        self._links.setSpacing(theme.GAP_S)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(self.head)
        column.addWidget(self.text)
        column.addLayout(self._links)
        column.addWidget(self.refusal)
        column.addWidget(self.unpin)
        self.unpin.clicked.connect(self._unpin)
        room.person_changed.connect(self.judge)

    @property
    def note(self) -> Note | None:
        """Return what is shown."""
        return self._note

    def show_note(self, note: Note | None) -> None:
        """Show a note, or what can be done here."""
        if note != self._note:
            self._note = note
            self.refusal.say((), self._room.language, now_s=self._room.monotonic())
            self._fill()

    def retranslate(self) -> None:
        """Take the room's language and site."""
        site = self._room.present.applied.site if self._room.present.applied is not None else None
        self._names = Names(site, self._room.language)
        self.unpin.setText(self.tr("Unpin"))
        self.refusal.set_language(self._room.language, now_s=self._room.monotonic())
        self._fill()

    def _fill(self) -> None:
        note = self._note
        while (item := self._links.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.setParent(None)
                old.deleteLater()
        if note is None:
            self.head.setText(self.tr("Choose a note to read it in full."))
            self.text.setText("")
        else:
            self.head.setText(f"{self._names.moment(note.at_ms)} · {note.person} · {note.workstation}")
            self.text.setText(note.text)
            for path in note.links:
                self._add_link(path)
        self.text.setVisible(note is not None)
        self.judge()

    def _add_link(self, path: str) -> None:
        button = ActionButton(self, height=28)
        button.setText(f"→  {self._names.of(path)}")
        button.setToolTip(path)
        button.setProperty("path", path)
        button.clicked.connect(self._go)
        self._links.addWidget(button)

    @Slot()
    def judge(self) -> None:
        """Offer to unpin, for its writer and for who keeps the calendar."""
        note, person = self._note, self._room.person
        on_top = note is not None and note.pinned and not note.unpinned_ms
        may = note is not None and (note.person == person.name or may_anywhere(person, Permission.ASSIGN))
        self.unpin.setVisible(on_top)
        self.unpin.setEnabled(may and bool(person.session) and not person.locked)

    @Slot()
    def _go(self) -> None:
        room = self._room
        site = room.present.applied.site if room.present.applied is not None else None
        room.navigate.emit(*link_page(str(self.sender().property("path")), room.present.book.specs, site))

    @Slot()
    def _unpin(self) -> None:
        if self._note is not None:
            unpin_note(self._room, self._note.id, self._done, self._refused)

    def _done(self, _answer: None) -> None:
        self.unpinned.emit()

    def _refused(self, reasons: tuple[Reason, ...]) -> None:
        self.refusal.say(reasons, self._room.language, now_s=self._room.monotonic())
