"""A look on site at a PLC whose command timed out and may still be executed: said in the faceplate, by who may."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QWidget

from app.model.commands.endpoint import command_device_at
from app.model.records import JournalEntry, RequestKind
from app.model.spec import Equipment
from app.views.actions.accept_late import accept_late
from app.views.actions.offered import action_for
from app.views.gateway.queries import intent
from app.views.pages.faceplate.tagging import AskSection
from app.views.room import Room
from app.views.state.zone_time import date_text, time_text

__all__ = ["LateSection"]


class LateSection(AskSection):
    """Shown only while the equipment waits for that look. Its form names the command that timed out, which may be one
    of another equipment of the same PLC."""

    def __init__(self, room: Room, equipment: Equipment, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._equipment = equipment
        self._seen = ""
        """The request of the command that the form is about."""
        self._intent: JournalEntry | None = None
        self._answered = False
        """The journal was asked and answered, or could not be asked."""
        self.what = QLabel(self.form)
        self.what.setWordWrap(True)
        self.rows.insertWidget(0, self.what)
        self.open_button.setObjectName("late")
        self.go.setObjectName("late-confirm")
        self.reason.setObjectName("late-reason")
        self.retranslate()

    def tick(self) -> None:
        """Come and go with the late execution; an open form stays until it is sent or closed."""
        status = self._room.equipment.get(self._equipment.path)
        late = status is not None and status.late_execution
        self.setVisible(late or not self.form.isHidden())
        if late:
            self.offer(RequestKind.ACCEPT_LATE, self._device())

    def prepare(self) -> None:
        """Mean the command that timed out last, and ask the journal which it was."""
        status = self._room.equipment.get(self._equipment.path)
        self._seen = status.late_request if status is not None else ""
        self._intent, self._answered = None, False
        self._name_what()
        self._room.query(intent(self._seen), self._found, self._unread)

    def ask(self, reason: str) -> str:
        return accept_late(self._room, self._device(), self._seen, reason)

    def retranslate(self) -> None:
        """Take the room's language."""
        self.open_button.setText(self.tr("Looked on site…"))
        self.go.setText(self.tr("Take commands again"))
        self.reason.setPlaceholderText(self.tr("What was seen (needed)"))
        self.back.setText(self.tr("Cancel"))
        self._name_what()
        self.tick()

    @Slot(object)
    def _found(self, intent: JournalEntry | None) -> None:
        # The answer to a form that was closed and opened for another command meanwhile is not about this one.
        if intent is None or intent.detail.get("request") == self._seen:
            self._intent, self._answered = intent or self._intent, True
            self._name_what()

    @Slot(str)
    def _unread(self, _why: str) -> None:
        self._found(None)

    def _name_what(self) -> None:
        live, entry = self._room.live, self._intent
        if live is None or entry is None:
            unknown = self.tr("A command timed out; no journal says which. Look at all of this PLC.")
            self.what.setText(unknown if self._answered else "…")
            return
        equipment = next((e for e in live.site.equipment if e.path == entry.what), None)
        verb, name = str(entry.detail.get("verb", "")), entry.what
        if equipment is not None:
            name = equipment.label.get(self._room.language)
            verb = action_for(equipment, verb).caption() if equipment.command(verb) is not None else verb
        zone = live.site.timezone
        when = f"{date_text(entry.at_ms, zone, self._room.language)} {time_text(entry.at_ms, zone)}"
        self.what.setText(self.tr("Timed out: {} · {}, by {} at {}").format(verb, name, entry.who, when))

    def _device(self) -> str:
        live = self._room.live
        return (command_device_at(live.site, self._equipment.path) or "") if live is not None else ""
