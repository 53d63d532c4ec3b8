"""The strip under the header while the past is shown: which instant, in words that nobody mistakes, and the way back.

At its right end stands the present: its time, and how many of its alarms wait for somebody.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.views import theme
from app.views.past.machine import BEGINS, NO_ALARM, NO_PAST, REACHED
from app.views.room import Room
from app.views.state.instants import instant_text
from app.views.state.zone_time import date_text, time_text, zone_text
from app.views.widgets.alarm_ink import draw_tally
from app.views.widgets.ink import draw_text, elided, pen, text_width
from app.views.widgets.key_focus import RoomButton

__all__ = ["HEIGHT", "PastStrip"]

HEIGHT = 36
_RIGHT = 190
"""Width of the button and its margins."""


class PastStrip(QWidget):
    """One per window; hidden in the present. `tick` brings it up to date."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._texts = ("", "", "", "")
        self._waiting = (0, 0)
        self._words: dict[str, str] = {}
        self.page_of_then = True
        self.setObjectName("past-strip")
        self.setFixedHeight(HEIGHT)
        self.back = _Back(self)
        self.back.setObjectName("return-to-now")
        self.back.clicked.connect(self._leave)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 4, theme.GAP_L, 4)
        layout.addStretch(1)
        layout.addWidget(self.back)
        room.flash.changed.connect(self._flashed)
        self.retranslate()
        self.hide()

    @property
    def text(self) -> str:
        """Return what it says of the past."""
        return self._texts[0]

    def tick(self) -> None:
        """Show the instant of now and of then."""
        past = self._room.past
        self.setVisible(past is not None)
        if past is None:
            return
        site, language = self._room.applied, self._room.language
        zone = site.site.timezone if site is not None else "UTC"
        day = date_text(past.at_ms, zone, language).rpartition(" ")[2]
        date, _, time = instant_text(past.at_ms, zone, tenths=True).partition(" ")
        then = f"{self._words['past']}   {date} {day} {time}   {zone_text(past.at_ms, zone)}"
        tally = self._room.present.book.tally()
        now = f"{self._words['now']} {time_text(self._room.now_ms(), zone)}"
        texts = (then, self._words["not-now"], self._state(), now)
        if (texts, (tally.worst_unack, tally.unacknowledged)) != (self._texts, self._waiting):
            self._texts, self._waiting = texts, (tally.worst_unack, tally.unacknowledged)
            self.setAccessibleName("  ".join(texts))
            self.update()

    def retranslate(self) -> None:
        """Take the room's language."""
        self._words = {
            "past": self.tr("PAST"),
            "not-now": self.tr("not the present"),
            "now": self.tr("above: now"),
            "page": self.tr("this page shows the present"),
            "waiting": self.tr("reading…"),
            "silent": self.tr("no engine ran then"),
            "play": self.tr("playing {}×"),
            NO_PAST: self.tr("there is no past yet"),
            NO_ALARM: self.tr("no further alarm this way"),
            REACHED: self.tr("the end is reached"),
            BEGINS: self.tr("the record begins here: nothing is known of earlier"),
        }
        self.back.setText(self.tr("Return to now  (F4)"))
        self.tick()

    @property
    def said(self) -> str:
        """Return what the time machine has to say, in the room's language: why it cannot go somewhere, or that it is on
        its way; "" for nothing."""
        machine = self._room.machine
        if machine.said:
            return self._words.get(machine.said, machine.said)
        return self._words["waiting"] if machine.waiting else ""

    def _state(self) -> str:
        machine = self._room.machine
        if self.said:
            return self.said
        if not self.page_of_then:
            return self._words["page"]
        if self._room.engine_silent:
            return self._words["silent"]
        return self._words["play"].format(machine.speed) if machine.speed else ""

    @Slot()
    def _leave(self) -> None:
        self._room.machine.leave()

    @Slot()
    def _flashed(self) -> None:
        if self.isVisible() and self._waiting[0]:
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.PAST)
        then, not_now, state, now = self._texts
        ink, right = theme.PAST_INK, float(self.width() - _RIGHT - theme.GAP_L)
        right -= self._paint_present(painter, right, now) + 28
        x = 14.0 + draw_text(painter, 14, 24.5, then, size=theme.TITLE, weight=700, colour=ink, tabular=True)
        said = f"—  {not_now}" + (f"   ·   {state}" if state else "")
        text = elided(said, right - x - 12, theme.STRONG, 500, tabular=True)
        draw_text(painter, x + 12, 24, text, size=theme.STRONG, weight=500, colour=ink, tabular=True)
        painter.end()

    def _paint_present(self, painter: QPainter, right: float, now: str) -> float:
        """Draw the present's clock and how many of its alarms wait, ending at `right`; return the width."""
        priority, count = self._waiting
        ink, wide = theme.PAST_INK, 0.0
        if priority:
            text = str(count)
            wide = text_width(text, theme.HEADING, 700, tabular=True) + 36
            box = QRectF(right - wide - 4, 5, wide + 4, HEIGHT - 10)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.RAISED)
            painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
            draw_tally(
                painter, box.x() + 17, HEIGHT / 2, priority, unack=True, on=self._room.flash.on, size=15,
                ring=theme.TEXT,
            )  # fmt: skip
            draw_text(painter, box.x() + 32, 24, text, size=theme.HEADING, weight=700, tabular=True)
            wide += 14
        wide += draw_text(
            painter, right - wide, 24, now, size=theme.STRONG, weight=500, colour=ink, tabular=True, align="right"
        )
        return wide


class _Back(RoomButton):
    """White on the strip: the one thing to press."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(_RIGHT - theme.GAP_L, 28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(theme.TEXT if self.ringed else theme.PAST_INK, 2.0 if self.ringed else 1.0))
        painter.setBrush(theme.SCALE if self.isDown() else theme.PAST_INK)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.RADIUS, theme.RADIUS)
        y = self.height() / 2 + 5
        draw_text(
            painter, self.width() / 2, y, self.text(), size=theme.BODY, weight=700, colour=theme.PAST, align="middle"
        )
        painter.end()
