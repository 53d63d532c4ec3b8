"""Beside an unsigned sheet: what both must read, who takes over, and the button that signs for both."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.model.access import Permission, may_anywhere
from app.model.people import Handover
from app.model.records import Reason
from app.model.shifts import Shift
from app.views import theme
from app.views.actions.make_handover import highest_of
from app.views.actions.sign_handover import sign_handover
from app.views.pages.shift.must_read import MustRead
from app.views.room import Room
from app.views.state.causes import reason_words
from app.views.state.handover_draft import Draft
from app.views.state.shift_time import shifts_to_hand_over
from app.views.widgets.action_button import ActionButton
from app.views.widgets.reason_text import ReasonText
from app.views.widgets.second_signer import SecondSigner

__all__ = ["SignPane"]


class SignPane(QWidget):
    """Before it signs it looks once more whether anything of the highest priority changed."""

    signed = Signal(object)
    """Handover as it was kept."""
    stale = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._draft: Draft | None = None
        self._busy = self._looking = False
        self._incoming = ""
        self.read = MustRead(room, self)
        self.second = SecondSigner(room, self)
        self.said = QLabel(self)
        self.said.setObjectName("handover-said")
        self.said.setWordWrap(True)
        self.refusal = ReasonText(self)
        self.sign = ActionButton(self, primary=True, height=40)
        self.sign.setObjectName("handover-sign")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP_L, 36, theme.GAP_L, theme.GAP_M)
        column.setSpacing(theme.GAP)
        column.addWidget(self.read, 1)
        for part in (self.second, self.said, self.refusal, self.sign):
            column.addWidget(part)
        self.read.changed.connect(self.judge)
        self.second.changed.connect(self._second_changed)
        self.sign.clicked.connect(self._sign)
        room.person_changed.connect(self._person_changed)

    @property
    def draft(self) -> Draft | None:
        """Return the sheet that is to be signed."""
        return self._draft

    def show_draft(self, draft: Draft | None) -> None:
        """Take a new sheet; whoever signed second before must do so again."""
        self._draft, self._incoming, self._busy = draft, "", False
        self.refusal.say((), self._room.language, now_s=self._room.monotonic())
        self.read.show_draft(draft)
        self.second.begin(self._what())
        self.judge()

    def tick(self) -> None:
        """Let the second signature's minute pass."""
        self.second.tick()
        self.refusal.tick(self._room.monotonic())

    def look_again(self) -> None:
        """Compare with what is of the highest priority now. One look is under way at most."""
        if self._draft is not None and not self._draft.stale and not self._looking:
            self._looking = True
            highest_of(self._room, self._shift(), self._compared, self._not_compared)

    def retranslate(self) -> None:
        """Take the room's language."""
        self.sign.setText(self.tr("Sign for both: hand the shift over"))
        self.refusal.set_language(self._room.language, now_s=self._room.monotonic())
        self.second.set_what(self._what())
        self.read.refresh()
        self.judge()

    @Slot()
    def judge(self) -> None:
        """Say what is missing, and offer to sign when nothing is."""
        why = self._missing()
        self.said.setText(why)
        self.said.setVisible(bool(why))
        self.second.setVisible(self._draft is not None and not self._draft.stale and not self._may_not())
        self.sign.setEnabled(self._draft is not None and not why and not self._busy)

    def _missing(self) -> str:
        draft, out = self._draft, self._room.person.name
        if draft is None:
            return ""
        if draft.stale:
            return self.tr(
                "⚠ Something of the highest priority changed since, or half an hour went by: make the sheet anew."
            )
        if self._may_not():
            return self._may_not()
        left = [(name, draft.unread(name)) for name in (out, self._incoming) if name and draft.unread(name)]
        if left:
            texts = [self.tr("{}: {} unread").format(name, count) for name, count in left]
            return self.tr("Cannot be signed yet. {}").format("; ".join(texts))
        if not self._incoming:
            return self.tr("Who takes over gives name and password, then reads.")
        return "" if self.second.person is not None else self.tr("Who takes over signs once more.")

    def _may_not(self) -> str:
        person = self._room.person
        if not person.session:
            return self.tr("Sign in first: who is signed in hands over  (F2)")
        if person.locked:
            return self.tr("The session is locked: unlock it first  (F2)")
        may = may_anywhere(person, Permission.ACKNOWLEDGE)
        return "" if may else self.tr("Only operators hand a shift over.")

    def _what(self) -> str:
        if self._draft is None:
            return ""
        shift = self._draft.sheet["shift"]
        return f"{shift['day']} {shift['label'].get(self._room.language, '')}".strip()

    def _shift(self) -> Shift | None:
        """Return the shift of the draft, as the calendar has it."""
        if self._draft is None:
            return None
        site = self._room.present.applied.site if self._room.present.applied is not None else None
        wanted = (self._draft.sheet["shift"]["day"], self._draft.sheet["shift"]["id"])
        shifts = shifts_to_hand_over(site, self._draft.sheet["at_ms"])
        return next((s for s in shifts if (s.day.isoformat(), s.spec.id) == wanted), None)

    @Slot()
    def _second_changed(self) -> None:
        """Once his minute is over the second person goes on reading; he signs again at the end."""
        if self.second.person is not None:
            self._incoming = self.second.person.name
            self.read.set_incoming(self._incoming)
        self.judge()

    @Slot()
    def _person_changed(self) -> None:
        self._incoming = ""
        self.read.set_incoming("")
        self.read.refresh()
        self.judge()

    @Slot()
    def _sign(self) -> None:
        """Look once more, then sign."""
        if self.sign.isEnabled():
            self._busy = True
            self.judge()
            highest_of(self._room, self._shift(), self._sign_if_same, self._refused)

    def _sign_if_same(self, now: dict[str, Any]) -> None:
        draft, incoming = self._draft, self.second.person
        if draft is None or incoming is None or not draft.compare(now):
            self._busy = False
            self.judge()
            if draft is not None and draft.stale:
                self.stale.emit()
            return
        sign_handover(self._room, incoming, draft.handover(), self._kept, self._refused)

    def _kept(self, handover: Handover) -> None:
        self._busy = False
        self.second.reset()
        self.signed.emit(handover)

    def _refused(self, reasons: tuple[Reason, ...]) -> None:
        self._busy = False
        self.second.reset()
        self.refusal.say(reasons, self._room.language, now_s=self._room.monotonic())
        self.judge()

    def _compared(self, now: dict[str, Any]) -> None:
        self._looking = False
        if self._draft is not None and not self._draft.compare(now):
            self.stale.emit()
            self.judge()

    def _not_compared(self, reasons: tuple[Reason, ...]) -> None:
        """What cannot be read is said; the look before signing decides."""
        self._looking = False
        self.said.setText("\n".join(reason_words(r, self._room.language) for r in reasons))
        self.said.show()
