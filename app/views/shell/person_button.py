"""Who sits here, in the header: name and role, locked, or nobody. A press opens the session's panel."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.model.access import best_role
from app.model.role_names import role_text
from app.views import theme
from app.views.room import Room
from app.views.shell.icons import draw_icon
from app.views.state.nobody import Nobody
from app.views.widgets.ink import draw_text, elided, pen, text_width
from app.views.widgets.key_focus import RoomButton
from app.views.widgets.row_ink import focus_frame

__all__ = ["PersonButton"]

_TEXT_X = 34.0


class PersonButton(RoomButton):
    """Two lines beside an icon; dark while the session is locked, framed while nobody is signed in."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._lines = ("", "")
        self.setObjectName("person")
        self.setFixedSize(138, 46)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        room.person_changed.connect(self.retranslate)

    @property
    def lines(self) -> tuple[str, str]:
        """What is written."""
        return self._lines

    def sizeHint(self) -> QSize:
        return QSize(138, 46)

    @Slot()
    def retranslate(self) -> None:
        """Take the room's language and who sits here."""
        person, language = self._room.person, self._room.language
        if person.session and person.locked:
            self._lines = (self.tr("Locked"), person.name)
            tip = self.tr("Locked by {}: everything can be looked at, alarms go on. Unlock it, or sign in  (F2)")
            self.setToolTip(tip.format(person.name))
        elif person.session:
            role = role_text(best_role(person), language)
            self._lines = (person.name, role)
            self.setToolTip(f"{person.name} · {role} · {person.workstation}  (F2)")
        else:
            self._lines = self._nobody()
            self.setToolTip(self.tr("Everything can be looked at. Sign in to act  (F2)"))
        self.setAccessibleName(" · ".join(line for line in self._lines if line))
        self.update()

    def _nobody(self) -> tuple[str, str]:
        words = {
            Nobody.UNFOUNDED: (self.tr("First account"), self.tr("Viewing only")),
            Nobody.ENDED: (self.tr("Session ended"), self.tr("Sign in")),
            Nobody.YET: (self.tr("Sign in"), self.tr("Viewing only")),
            Nobody.SIGNED_OUT: (self.tr("Sign in"), self.tr("Viewing only")),
            Nobody.AWAY: (self.tr("Viewing only"), self.tr("No store")),
        }
        return words.get(self._room.nobody, ("—", "")) if self._room.nobody is not None else ("—", "")

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        person = self._room.person
        locked, nobody = person.session != "" and person.locked, self._room.nobody is not None
        ground = theme.NAV if locked else theme.SCALE if self.isDown() else theme.PANEL
        ink, dim = (theme.NAV_TEXT, theme.NAV_TEXT) if locked else (theme.TEXT, theme.TEXT_DIM)
        painter.setPen(pen(theme.OUTLINE if nobody or locked else theme.BORDER, 1.4 if nobody else 1.0))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.RADIUS, theme.RADIUS)
        draw_icon(painter, "lock" if locked else "person", 8, self.height() / 2 - 10, colour=ink)
        wide = self.width() - _TEXT_X - 6
        size = theme.STRONG if text_width(self._lines[0], theme.STRONG, 600) <= wide else theme.CAPTION
        middle = self.height() / 2
        first = elided(self._lines[0], wide, size, 600)
        draw_text(painter, _TEXT_X, middle - 3, first, size=size, weight=600, colour=ink)
        second = elided(self._lines[1], wide, theme.CAPTION)
        draw_text(painter, _TEXT_X, middle + 14, second, size=theme.CAPTION, colour=dim)
        focus_frame(self, painter)
        painter.end()
