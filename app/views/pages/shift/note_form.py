"""Writes a note: text, what it speaks of, and whether it stands on top. A note is never changed afterwards."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QVBoxLayout, QWidget

from app.model.access import Permission, may_anywhere
from app.model.people import Note
from app.model.records import Reason
from app.views import theme
from app.views.actions.add_note import add_note
from app.views.pages.shift.link_picker import LinkPicker
from app.views.room import Room
from app.views.state.note_rows import linkable
from app.views.state.sentences import Names
from app.views.widgets.action_button import ActionButton
from app.views.widgets.reason_text import ReasonText

__all__ = ["NoteForm"]


class NoteForm(QWidget):
    """Ctrl+Enter writes."""

    written = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._busy = False
        self.text = QPlainTextEdit(self)
        self.text.setObjectName("note-text")
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(112)
        self.picker = LinkPicker(self)
        self.pinned = QCheckBox(self)
        self.pinned.setObjectName("note-pinned")
        self.refusal = ReasonText(self)
        self.write = ActionButton(self, primary=True)
        self.write.setObjectName("note-write")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        for part in (self.text, self.picker, self.pinned, self.refusal, self.write):
            column.addWidget(part)
        self.text.textChanged.connect(self.judge)
        self.text.installEventFilter(self)
        self.write.clicked.connect(self._write)
        room.person_changed.connect(self.judge)
        self.retranslate()

    def begin(self, link: str = "") -> None:
        """Put the keyboard into the text; the note will speak of `link`."""
        self.picker.add(link)
        self.text.setFocus()

    def retranslate(self) -> None:
        """Take the room's language and site."""
        room = self._room
        site = room.present.applied.site if room.present.applied is not None else None
        self.picker.set_offers(linkable(site, Names(site, room.language)))
        self.text.setPlaceholderText(self.tr("What happened, what is to be done"))
        self.text.setAccessibleName(self.tr("Note"))
        self.picker.field.setPlaceholderText(self.tr("About: type a name or a path"))
        self.picker.field.setAccessibleName(self.tr("What the note is about"))
        self.pinned.setText(self.tr("Pin on top; both must read it at the handover"))
        self.write.setText(self.tr("Write  (Ctrl+Enter)"))
        self.refusal.set_language(room.language, now_s=room.monotonic())
        self.judge()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.text and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._write()
                return True
        return super().eventFilter(watched, event)

    @Slot()
    def judge(self) -> None:
        """Offer what may be done."""
        person = self._room.person
        may = may_anywhere(person, Permission.ACKNOWLEDGE) and bool(person.session) and not person.locked
        self.text.setReadOnly(self._busy)  # what is written now would go with the note that is being kept
        self.write.setEnabled(may and not self._busy and bool(self.text.toPlainText().strip()))
        self.write.setToolTip("" if may else self.tr("Sign in as an operator to write"))

    @Slot()
    def _write(self) -> None:
        if not self.write.isEnabled():
            return
        self._busy = True
        self.judge()
        links, pinned = self.picker.links, self.pinned.isChecked()
        add_note(self._room, self.text.toPlainText(), links, self._done, self._refused, pinned=pinned)

    def _done(self, _note: Note) -> None:
        self._busy = False
        self.text.clear()
        self.picker.clear()
        self.pinned.setChecked(False)
        self.refusal.say((), self._room.language, now_s=self._room.monotonic())
        self.judge()
        self.written.emit()

    def _refused(self, reasons: tuple[Reason, ...]) -> None:
        self._busy = False
        self.refusal.say(reasons, self._room.language, now_s=self._room.monotonic())
        self.judge()
