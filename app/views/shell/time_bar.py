"""The time bar under the header of every window: where in time the room is, and how to go elsewhere.

Hidden until somebody asks for it, and while the past is shown in view in every window: all of them show one instant.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.views import theme
from app.views.gateway.history import Ticket
from app.views.gateway.past_reads import TimeMap, time_map
from app.views.room import Room
from app.views.shell.past_frame import FRAME
from app.views.shell.past_strip import PastStrip
from app.views.shell.time_keys import TimeKeys
from app.views.shell.time_line import TimeLine
from app.views.state.instants import instant_text, parse_instant
from app.views.state.trend_window import SPANS, TrendWindow
from app.views.state.zone_time import zone_text

__all__ = ["TimeBar"]

_FIRST_SPAN: Final = 0
_READ_S: Final = 10.0
"""How old a picture of alarms and gaps may be while its end is the present."""
_KEYS: Final = {
    Qt.Key.Key_Left: ("back-seconds", "back-minute"), Qt.Key.Key_Right: ("on-seconds", "on-minute"),
    Qt.Key.Key_Comma: ("back-frame", "back-frame"), Qt.Key.Key_Period: ("on-frame", "on-frame"),
    Qt.Key.Key_N: ("alarm-after", "alarm-after"), Qt.Key.Key_P: ("alarm-before", "alarm-before"),
}  # fmt: skip
"""Key → what it does alone, and with Shift."""


class TimeBar(QWidget):
    """One per window. `tick` at the beat. `open` brings it into view and takes the keyboard."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._wanted = False
        self._wanted_ms: int | None = None
        """What the mouse asked for since the last beat: a drag asks at most ten times a second."""
        self._window = TrendWindow(SPANS[_FIRST_SPAN][1])
        self._ticket: Ticket | None = None
        self._read: tuple[object, float] = (None, -1e9)
        self._shown_text = ""
        self.setObjectName("time-bar")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.strip = PastStrip(room, self)
        self.field, self.zone = QLineEdit(self), QLabel(self)
        self.keys = TimeKeys(room, self)
        self.said = QLabel(self)
        """What hinders, while no strip says it."""
        self.span = QComboBox(self)
        self.line = TimeLine(self)
        self._lay_out()
        self.field.returnPressed.connect(self._typed)
        self.field.textEdited.connect(self._typing)
        self.line.asked.connect(self._asked)
        self.line.zoomed.connect(self._zoom)
        self.span.activated.connect(self._span_chosen)
        room.machine.changed.connect(self._changed)
        room.past_changed.connect(self._past_changed)
        self.retranslate()
        self._show_or_hide()

    def open(self) -> None:
        """Come into view; the next thing typed is an instant."""
        self._wanted = True
        self._show_or_hide()
        self.tick()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def close_bar(self) -> None:
        """Go out of view; the room shows the present."""
        self._wanted = False
        self._room.machine.leave()
        self._show_or_hide()

    @property
    def is_open(self) -> bool:
        """Return True while it is in view."""
        return self._wanted or self._room.past is not None

    def tick(self) -> None:
        """Bring everything up to date."""
        if self._wanted_ms is not None:
            wanted, self._wanted_ms = self._wanted_ms, None
            self._room.machine.go(wanted)
        if not self.is_open:
            return
        now, past, zone = self._room.now_ms(), self._room.past, self._zone()
        if past is not None:
            self._window.centre(past.at_ms, now)
        start, end = self._window.edges(now)
        at = past.at_ms if past is not None else None
        self.line.show_span(start, end, at_ms=at, now_ms=now, zone=zone)
        self.strip.tick()
        self._show_instant(zone)
        self._read_map(start, end, now)

    def retranslate(self) -> None:
        """Take the room's language."""
        kept = self.span.currentIndex() if self.span.count() else _FIRST_SPAN
        names = {
            "1h": self.tr("1 hour"), "8h": self.tr("8 hours"), "24h": self.tr("1 day"), "7d": self.tr("1 week"),
            "30d": self.tr("30 days"), "1y": self.tr("1 year"),
        }  # fmt: skip
        self.span.clear()
        for name, ms in SPANS:
            self.span.addItem(names.get(name, name), ms)
        self.span.setCurrentIndex(kept)
        self.field.setToolTip(self.tr("Go to an instant: 2026-11-24 03:12:07, 03:12 or -15 min"))
        self.field.setAccessibleName(self.tr("Instant that is shown"))
        self.line.setToolTip(self.tr("Alarms over time; hatched: nothing was recorded. Click or drag to go there."))
        self.keys.retranslate()
        self.strip.retranslate()
        self._shown_text = ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        names = _KEYS.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape:
            self.close_bar()
        elif event.key() == Qt.Key.Key_Space:
            self.keys.toggle()
        elif names is not None:
            if self.keys.buttons[names[shift]].isEnabled():
                self.keys.do(names[shift])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        past = self._room.past is not None
        painter.fillRect(event.rect(), theme.PAST_GROUND if past else theme.PANEL)
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.BORDER)
        for x in (0, self.width() - FRAME) if past else ():
            painter.fillRect(x, 0, FRAME, self.height(), theme.PAST)
        painter.end()

    # ---- inside

    def _lay_out(self) -> None:
        self.field.setObjectName("time-field")
        self.field.setFixedSize(186, 28)
        self.field.setFont(theme.font(theme.STRONG, weight=600, tabular=True))
        self.span.setObjectName("time-span")
        self.span.setFixedHeight(28)
        self.span.setMinimumWidth(104)
        self.zone.setFont(theme.font(theme.BODY))
        self.said.setFont(theme.font(theme.BODY, weight=600))
        self.said.setMinimumWidth(40)
        above = QHBoxLayout()
        above.setContentsMargins(theme.GAP_L, theme.GAP_S, theme.GAP_L, 0)
        above.setSpacing(theme.GAP)
        for widget in (self.field, self.zone, self.keys):
            above.addWidget(widget)
        above.addWidget(self.said, 1)
        above.addWidget(self.span)
        below = QHBoxLayout()
        below.setContentsMargins(theme.GAP_L, 0, theme.GAP_L, theme.GAP_S)
        below.addWidget(self.line)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.GAP_S)
        whole.addWidget(self.strip)
        whole.addLayout(above)
        whole.addLayout(below)

    def _zone(self) -> str:
        return self._room.applied.site.timezone if self._room.applied is not None else "UTC"

    def _show_instant(self, zone: str) -> None:
        """Write the instant into the field, unless somebody types there."""
        text = instant_text(self._room.shown_ms(), zone)
        if text != self._shown_text:
            self._shown_text = text
            if not (self.field.isModified() and self.field.hasFocus()):
                self.field.setText(text)
                self.zone.setText(zone_text(self._room.shown_ms(), zone))

    def _read_map(self, start: int, end: int, now: int) -> None:
        """Read alarms and gaps anew for another span, and now and then while its end is the present."""
        # Behind the present a span that goes on by itself is the same one.
        columns = self.line.columns
        behind = None if self._window.live else (start, end)
        key, (known, read_s) = (end - start, behind, columns), self._read
        now_s = self._room.monotonic()
        if key == known and (end < now or now_s - read_s < _READ_S):
            return
        if self._ticket is not None:
            self._ticket.cancel()
        self._read = (key, now_s)
        # Beside: counting the alarms of a year must not hold up who wants to go somewhere.
        work = time_map(start, end, columns)
        self._ticket = self._room.history(work, self._take_map, self._no_map, beside=True)

    def _take_map(self, found: TimeMap) -> None:
        self._ticket = None
        self.line.take(found)

    def _no_map(self, _sentence: str) -> None:
        """Whoever goes there is told why he cannot."""
        self._ticket = None

    @Slot()
    def _typed(self) -> None:
        at = parse_instant(self.field.text(), self._zone(), now_ms=self._room.now_ms())
        if at is None:
            self.field.setToolTip(self.tr("Not an instant. Write 2026-11-24 03:12:07, 03:12 or -15 min"))
            self.zone.setText(self.tr("not an instant"))
            self.field.setModified(True)
            self.field.selectAll()
            return
        self.field.setModified(False)
        self._room.machine.go(at)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _typing(self) -> None:
        """Time would run away under the hand."""
        self._room.machine.pause()

    @Slot(object)
    def _asked(self, at_ms: int) -> None:
        self._wanted_ms = at_ms
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    @Slot(float, object)
    def _zoom(self, factor: float, at_ms: int) -> None:
        self._window.pause(self._room.now_ms())
        self._window.zoom(factor, at_ms, self._room.now_ms())
        self.tick()

    @Slot()
    def _span_chosen(self) -> None:
        self._window.set_span(int(self.span.currentData()), self._room.now_ms())
        self.tick()

    @Slot()
    def _changed(self) -> None:
        self.keys.show_state()
        self.strip.tick()
        self.said.setText(self.strip.said if self._room.past is None else "")

    @Slot()
    def _past_changed(self) -> None:
        if self._room.past is None:
            self._window.follow()
        self._show_or_hide()
        self.keys.show_state()

    def _show_or_hide(self) -> None:
        if self.isHidden() == self.is_open:
            self.setVisible(self.is_open)
        self.strip.tick()
        self.update()
