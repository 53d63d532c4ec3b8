"""Who sits here, on one panel below the header's right end. It never covers the banner, and stops nothing."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.views import theme
from app.views.actions.lock import lock
from app.views.room import Room
from app.views.shell.session.found_form import FoundForm
from app.views.shell.session.locked_form import LockedForm
from app.views.shell.session.password_form import PasswordForm
from app.views.shell.session.present import Present
from app.views.shell.session.sign_in_form import SignInForm
from app.views.state.nobody import Nobody
from app.views.widgets.ink import draw_text, pen

__all__ = ["SessionPanel"]

_WIDE = 384
_HEAD = 48
_Part = SignInForm | FoundForm | LockedForm | PasswordForm | Present


class _Mode(StrEnum):
    SIGN_IN = "sign-in"
    FOUND = "found"
    PRESENT = "present"
    LOCKED = "locked"
    PASSWORD = "password"


class SessionPanel(QWidget):
    """Opened by F2, by the button in the header, and by itself when a session was ended. Esc closes it."""

    def __init__(self, room: Room, window: QWidget, *, top: int) -> None:
        """It hangs `top` px below the window's upper edge."""
        super().__init__(window)
        self._room = room
        self._top = top
        self._mode = _Mode.SIGN_IN
        self._session = ""
        self._before: QWidget | None = None
        self._title = self._hint = ""
        self.setObjectName("session")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFixedWidth(_WIDE)
        self.note = QLabel(self)
        self.note.setObjectName("session-note")
        self.note.setWordWrap(True)
        self.sign_in, self.found = SignInForm(room, self), FoundForm(room, self)
        self.locked, self.password, self.present = LockedForm(room, self), PasswordForm(room, self), Present(room, self)
        self._parts: dict[_Mode, _Part] = {
            _Mode.SIGN_IN: self.sign_in, _Mode.FOUND: self.found, _Mode.PRESENT: self.present,
            _Mode.LOCKED: self.locked, _Mode.PASSWORD: self.password,
        }  # fmt: skip
        self._lay_out()
        for part in (self.locked, self.present):
            part.other_wanted.connect(self._to_sign_in)
        self.present.password_wanted.connect(self._to_password)
        self.password.changed.connect(self.shut)
        self.password.cancelled.connect(self._to_default)
        self.sign_in.cancelled.connect(self._to_default)
        room.person_changed.connect(self._person_changed)
        room.language_changed.connect(self._language_changed)
        room.site_changed.connect(self.retranslate)
        self.hide()
        self._show_mode(self._default())

    @Slot()
    def toggle(self) -> None:
        """Open with the keyboard in it, or close."""
        if self.isVisible():
            self.shut()
        else:
            self._open()

    @Slot()
    def shut(self) -> None:
        """Close; the keyboard goes back to where it was."""
        if self.isAncestorOf(self.window().focusWidget() or self.window()):
            back = self._before if self._before is not None and isValid(self._before) else self.window()
            back.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None
        self.hide()
        self._show_mode(self._default())

    @Slot()
    def lock(self) -> None:
        """Lock the session of who sits here."""
        if self._room.person.session and not self._room.person.locked:
            lock(self._room)

    def tick(self) -> None:
        """Let remaining times pass."""
        if self.isVisible():
            for form in (self.sign_in, self.found, self.locked, self.password):
                form.refusal.tick(self._room.monotonic())
            self._stand()

    @Slot()
    def retranslate(self) -> None:
        """Take the room's language."""
        person = self._room.person
        titles = {
            _Mode.SIGN_IN: self.tr("Sign in"),
            _Mode.FOUND: self.tr("First account: the administrator"),
            _Mode.PRESENT: self.tr("Signed in"),
            _Mode.LOCKED: self.tr("Locked: {}").format(person.name),
            _Mode.PASSWORD: self.tr("Change password"),
        }
        self._title, self._hint = titles[self._mode], self.tr("Esc closes")
        for part in self._parts.values():
            part.retranslate()
        self.note.setText(self._note())
        self.note.setVisible(bool(self.note.text()))
        self.setAccessibleName(f"{self._title}\n{self.note.text()}")
        self._stand()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.shut()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # what lies behind is not meant

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(theme.OUTLINE))
        painter.setBrush(theme.PANEL)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
        draw_text(painter, 20, 31, self._title, size=theme.HEADING, weight=700)
        draw_text(
            painter, self.width() - 20.0, 31, self._hint, size=theme.CAPTION, colour=theme.TEXT_DIM, align="right"
        )
        painter.end()

    def _lay_out(self) -> None:
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(20, _HEAD, 20, 20)
        column.setSpacing(theme.GAP_M)
        column.addWidget(self.note)
        for part in self._parts.values():
            column.addWidget(part)

    def _default(self) -> _Mode:
        room = self._room
        if room.person.session:
            return _Mode.LOCKED if room.person.locked else _Mode.PRESENT
        return _Mode.FOUND if room.nobody is Nobody.UNFOUNDED else _Mode.SIGN_IN

    def _note(self) -> str:
        if self._mode is _Mode.FOUND:
            return self.tr("This store has no accounts yet. The administrator adds the others; he commands nothing.")
        if self._mode is _Mode.LOCKED:
            return self.tr("Everything can be looked at and alarms go on. Nothing can be asked until it is unlocked.")
        if self._mode is _Mode.SIGN_IN and self._room.person.session:
            return self.tr("{} will be signed out. Pages stay as they are.").format(self._room.person.name)
        words = {
            Nobody.ENDED: self.tr("The session has ended: after 13 hours, or by an administrator. Sign in again."),
            Nobody.SIGNED_OUT: self.tr("Nobody is signed in. Everything can be looked at."),
            Nobody.YET: self.tr("Nobody is signed in. Everything can be looked at."),
            Nobody.AWAY: self.tr("The store does not answer. It is tried again by itself."),
        }
        return words.get(self._room.nobody, "") if self._room.nobody is not None else ""

    def _open(self) -> None:
        self._before = self.window().focusWidget()
        self._show_mode(self._default())
        self.show()
        self.raise_()
        self._parts[self._mode].start_typing()

    def _show_mode(self, mode: _Mode) -> None:
        self._mode = mode
        for form in (self.found, self.locked, self.password):
            form.clear()
        self.sign_in.begin(over=bool(self._room.person.session))
        for m, part in self._parts.items():
            part.setVisible(m is mode)
        self.retranslate()

    def _stand(self) -> None:
        """Hang below the header's right end, as high as the contents are."""
        self.resize(_WIDE, self._column.totalHeightForWidth(_WIDE))
        place = (self.window().width() - _WIDE - theme.GAP_L, self._top + theme.GAP_S)
        if (self.x(), self.y()) != place:
            self.move(*place)

    @Slot()
    def _to_sign_in(self) -> None:
        self._show_mode(_Mode.SIGN_IN)
        self.sign_in.start_typing()

    @Slot()
    def _to_password(self) -> None:
        self._show_mode(_Mode.PASSWORD)
        self.password.start_typing()

    @Slot()
    def _to_default(self) -> None:
        self._show_mode(self._default())
        self._parts[self._mode].start_typing()

    @Slot()
    def _person_changed(self) -> None:
        """Somebody came or unlocked: nothing is left to do here. A session that was ended is told."""
        person, before = self._room.person, self._session
        self._session = person.session
        mode = self._default()
        if person.session and not person.locked and (person.session != before or self._mode is _Mode.LOCKED):
            self.shut()
        elif mode is not _Mode.PRESENT and (self._mode is not _Mode.SIGN_IN or not person.session):
            typing = self.isVisible() and self.isAncestorOf(self.window().focusWidget() or self.window())
            self._show_mode(mode)
            if typing:
                self._parts[mode].start_typing()
        else:
            self.retranslate()
        if self._room.nobody in (Nobody.ENDED, Nobody.UNFOUNDED):
            self.show()
            self.raise_()

    @Slot(str)
    def _language_changed(self, _language: str) -> None:
        self.retranslate()
