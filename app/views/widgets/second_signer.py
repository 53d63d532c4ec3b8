"""The second of two signatures: another person gives name and password, and what he signs stands beside it.

What `person` holds signs one request (`Room.ask(…, second=…)`) within a minute. Whoever used it calls `reset`.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.model.access import SECOND_SIGNER_S
from app.model.records import Person, Reason
from app.views import theme
from app.views.actions.sign_second import sign_second
from app.views.room import Room
from app.views.state.values import clock_text
from app.views.widgets.form import Form
from app.views.widgets.ink import draw_text, elided, pen

__all__ = ["SecondSigner"]


class _Head(QWidget):
    """Who is first, who is second and for how long, what is signed."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.title = self.what = self.first = self.second = self.left = ""
        self.captions = ("", "")
        self.share = 0.0
        self.setFixedHeight(96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(300, 96)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        w = float(self.width())
        draw_text(painter, 0, 15, self.title, size=theme.STRONG, weight=700)
        draw_text(painter, w, 15, self.left, size=theme.STRONG, weight=600, align="right", tabular=True)
        draw_text(painter, 0, 34, elided(self.what, w, theme.BODY), size=theme.BODY, colour=theme.TEXT_DIM)
        half = (w - theme.GAP) / 2
        for k, (caption, name) in enumerate(zip(self.captions, (self.first, self.second), strict=True)):
            box = QRectF(k * (half + theme.GAP), 44, half, 48)
            signed = bool(name)
            style = Qt.PenStyle.SolidLine if signed else Qt.PenStyle.DashLine
            painter.setPen(pen(theme.FOCUS if k and signed else theme.BORDER, 2.0 if k and signed else 1.0, style))
            painter.setBrush(theme.RAISED)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), theme.RADIUS, theme.RADIUS)
            draw_text(painter, box.x() + 10, 60, caption, size=theme.CAPTION, colour=theme.TEXT_DIM)
            shown = elided(name or "—", half - 20, theme.STRONG, 700)
            draw_text(painter, box.x() + 10, 80, shown, size=theme.STRONG, weight=700)
        if self.share > 0:
            painter.fillRect(QRectF(0, 93, w, 3), theme.SCALE)
            painter.fillRect(QRectF(0, 93, w * self.share, 3), theme.FOCUS)
        painter.end()


class SecondSigner(QWidget):
    """Asks for the second person; `changed` tells that `person` came, or that his minute is over."""

    changed = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._person: Person | None = None
        self._until_s = self._asked_s = 0.0
        self._late = False
        self._turn = 0
        self._head = _Head(self)
        self.form = Form(("second-name", "second-password"), self, secret=("second-password",), across=True)
        self.form.go.setObjectName("second-sign")
        self.hint = QLabel(self)
        self.hint.setObjectName("second-hint")
        self.hint.setFont(theme.font(theme.CAPTION))
        self.hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP_S)
        for part in (self._head, self.form, self.hint):
            column.addWidget(part)
        self.form.submitted.connect(self._sign)
        room.person_changed.connect(self.reset)
        room.language_changed.connect(self._language_changed)
        self.retranslate()

    @property
    def person(self) -> Person | None:
        """Return who signed second, while it counts."""
        return self._person

    def begin(self, what: str) -> None:
        """Ask for a signature under `what`, in words."""
        self._head.what = what
        self.reset()

    def set_what(self, what: str) -> None:
        """Say in other words, of the same language as the rest, what is signed."""
        self._head.what = what
        self._head.update()

    @Slot()
    def reset(self) -> None:
        """Ask anew: the signature was used, or the first person changed."""
        self._turn += 1
        self._late = False
        self.form.clear()
        self._take(None)

    def tick(self) -> None:
        """Let the minute pass."""
        now = self._room.monotonic()
        self.form.refusal.tick(now)
        if self._person is not None:
            if now >= self._until_s:
                self._late = True
                self._take(None)
                return
            left = clock_text(self._until_s - now)
            if left != self._head.left:
                self._head.left, self._head.share = left, (self._until_s - now) / SECOND_SIGNER_S
                self._head.update()

    def start_typing(self) -> None:
        """Put the keyboard into the first field."""
        self.form.start_typing()

    def retranslate(self) -> None:
        """Take the room's language."""
        self._head.title = self.tr("Two persons must sign")
        self._head.captions = (self.tr("First"), self.tr("Second, within a minute"))
        labels = {"second-name": self.tr("Second person's name"), "second-password": self.tr("His password")}
        self.form.set_texts(labels, self.tr("Sign second"))
        self.form.refusal.set_language(self._room.language, now_s=self._room.monotonic())
        self._tell()

    def _take(self, person: Person | None) -> None:
        before, self._person = self._person, person
        self.form.setVisible(person is None)
        self._head.left, self._head.share = "", 0.0
        self._tell()
        if person != before:
            self.changed.emit()

    def _tell(self) -> None:
        self._head.first = self._room.person.name
        self._head.second = self._person.name if self._person is not None else ""
        opening = self._room.opening
        account = opening.second if opening is not None else None
        lines = []
        if self._late and self._person is None:
            lines.append(self.tr("The minute is over: sign again."))
        if account is not None and self._person is None:
            text = self.tr("Demo store: account {}, password {}")
            lines.append(text.format(account.name, account.password))
        self.hint.setText("\n".join(lines))
        self.hint.setVisible(bool(lines))
        self.setAccessibleName("; ".join((self._head.title, self._head.what, self._head.first, self._head.second)))
        self._head.update()
        self.tick()

    @Slot()
    def _sign(self) -> None:
        self.form.set_busy(True)
        self._asked_s = self._room.monotonic()
        turn = self._turn
        sign_second(
            self._room,
            self.form.text("second-name"),
            self.form.text("second-password"),
            lambda person: self._signed(turn, person),
            lambda reasons: self._refused(turn, reasons),
        )

    def _signed(self, turn: int, person: Person) -> None:
        if turn == self._turn:
            self._until_s = self._asked_s + SECOND_SIGNER_S  # the store counts from later: never too long
            self._late = False
            self.form.clear()
            self._take(person)
            self.tick()

    def _refused(self, turn: int, reasons: tuple[Reason, ...]) -> None:
        if turn == self._turn:
            self.form.refuse(reasons, self._room.language, now_s=self._room.monotonic())

    @Slot(str)
    def _language_changed(self, _language: str) -> None:
        self.retranslate()
