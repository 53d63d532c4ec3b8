"""The head of the alarm page's pane: mark, condition, place, state, value, and how long acting still helps."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.views import theme
from app.views.room import Room
from app.views.state.alarm_lines import LineMaker
from app.views.state.alarm_words import AlarmNames
from app.views.state.values import clock_text
from app.views.widgets.alarm_ink import draw_alarm, flashes
from app.views.widgets.ink import draw_text, elided, face

__all__ = ["AlarmHead"]

_HIGH = 138
_BAR_Y = 112.0


class AlarmHead(QWidget):
    """Painted. Without an alarm it says what to do."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._path = ""
        self._maker = LineMaker(room.book)
        self._left = ""
        self._words = ("", "", "")
        self.setFixedHeight(_HIGH)
        room.flash.changed.connect(self._flashed)

    @property
    def left(self) -> str:
        """Return how long acting still helps, in words; "" when nobody need act."""
        return self._left

    def show_alarm(self, path: str) -> None:
        """Show an alarm as it stands now."""
        self._path = path
        self._left = self._time_left()
        self.setAccessibleName(self._maker.text(path, self._room.shown_ms()) if path else self._words[0])
        self.update()

    def retranslate(self, names: AlarmNames) -> None:
        """Take the room's language and site."""
        self._maker.take(names, self._room.language, self._room.book)
        self._words = (
            self.tr("Choose an alarm to see what it means and what to do."),
            self.tr("Time to act: {} of {}"),
            self.tr("Time to act is over since {}"),
        )
        self.show_alarm(self._path)

    def tick(self) -> None:
        """Count down."""
        if (left := self._time_left()) != self._left:
            self._left = left
            self.update()

    def _seconds(self) -> tuple[float, float] | None:
        """Return seconds left and in all while the alarm is active."""
        status, spec = self._room.book.status(self._path), self._room.book.specs.get(self._path)
        if not self._path or spec is None or not status.state.active or not spec.respond_s:
            return None
        return spec.respond_s - (self._room.shown_ms() - status.raised_ms) / 1000, float(spec.respond_s)

    def _time_left(self) -> str:
        seconds = self._seconds()
        if seconds is None:
            return ""
        left, whole = seconds
        if left > 0:
            return self._words[1].format(clock_text(left), clock_text(whole))
        return self._words[2].format(clock_text(-left))

    @Slot()
    def _flashed(self) -> None:
        if self._path and self.isVisible() and flashes(self._room.book.status(self._path).state):
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._path:
            painter.setFont(face(theme.STRONG))
            painter.setPen(theme.TEXT_DIM)
            flags = int(Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
            painter.drawText(QRectF(4, 12, self.width() - 8, 80), flags, self._words[0])
            painter.end()
            return
        line = self._maker.line(self._path, self._room.shown_ms())
        draw_alarm(
            painter, 20, 24, line.priority, line.state, on=self._room.flash.on,
            frozen=line.frozen or not self._room.book.known, aside=line.aside, size=24,
        )  # fmt: skip
        wide = self.width() - 50.0
        size = theme.TITLE if len(line.cells["what"]) < 30 else theme.HEADING
        draw_text(painter, 46, 22, elided(line.cells["what"], wide, size, 700), size=size, weight=700)
        place = elided(line.cells["place"], wide, theme.STRONG)
        draw_text(painter, 46, 43, place, size=theme.STRONG, colour=theme.TEXT_DIM)
        state = f"{line.cells['state']}   {line.cells['chips']}".rstrip()
        draw_text(painter, 4, 74, elided(state, self.width() - 8, theme.STRONG, 600), size=theme.STRONG, weight=600)
        draw_text(painter, 4, 97, elided(line.cells["value"], self.width() - 8, theme.STRONG), size=theme.STRONG)
        self._paint_left(painter)
        painter.end()

    def _paint_left(self, painter: QPainter) -> None:
        """A bar that empties: no colour, since the priority has it already; its end is told in words."""
        seconds = self._seconds()
        if seconds is None:
            return
        share = max(0.0, min(1.0, seconds[0] / seconds[1]))
        painter.fillRect(QRectF(4, _BAR_Y, self.width() - 8, 4), theme.SCALE)
        painter.fillRect(QRectF(4, _BAR_Y, (self.width() - 8) * share, 4), theme.OUTLINE)
        weight = 700 if share == 0 else 500
        draw_text(painter, 4, _BAR_Y + 21, self._left, size=theme.BODY, weight=weight, tabular=True)
