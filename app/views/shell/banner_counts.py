"""The banner's counts: unacknowledged and acknowledged by priority, what stands aside, and the flood."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model.alarms.spec import PRIORITIES
from app.views import theme
from app.views.room import Room
from app.views.state.alarm_book import SEGMENTS
from app.views.state.alarm_words import AlarmNames
from app.views.state.zone_time import time_text
from app.views.widgets.alarm_ink import draw_tally
from app.views.widgets.ink import draw_priority, draw_text, elided, pen, text_width
from app.views.widgets.key_focus import RoomButton
from app.views.widgets.row_ink import focus_frame

__all__ = ["BannerCounts"]

_WIDE, _NARROW = 308, 268
_CELL: Final = 76


class BannerCounts(QWidget):
    """Everything here is derived from rows. A click on what stands aside leads to its list."""

    segment_asked = Signal(str)

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._names = AlarmNames(None)
        self.fit(narrow=False)
        self.numbers = _Numbers(room, self)
        self.aside = {s: _Aside(s, self) for s in SEGMENTS[1:]}
        self.flood = _FloodLine(self)
        line = QHBoxLayout()
        line.setSpacing(theme.GAP_S)
        for button in self.aside.values():
            line.addWidget(button)
            button.clicked.connect(self._clicked)
        line.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.numbers)
        whole.addLayout(line)
        whole.addWidget(self.flood)
        self.retranslate()

    def fit(self, *, narrow: bool) -> None:
        """Fit into a window."""
        self.setFixedWidth(_NARROW if narrow else _WIDE)

    @Slot()
    def refresh(self) -> None:
        """Count anew."""
        book = self._room.present.book
        self.numbers.take(tuple((book.tally().unack[p], book.tally().acked[p]) for p in PRIORITIES))
        for segment, button in self.aside.items():
            button.set_count(len(book.aside[segment]))
        self._tell_flood()

    def retranslate(self) -> None:
        """Take the room's language and site."""
        self._names = AlarmNames(self._room.present.applied.site if self._room.present.applied is not None else None)
        names = (self.tr("Shelved"), self.tr("Suppressed"), self.tr("Out of service"))
        for button, name in zip(self.aside.values(), names, strict=True):
            button.set_name(name)
        self.numbers.retranslate()
        self.refresh()

    def _tell_flood(self) -> None:
        book, language = self._room.present.book, self._room.language
        flood = book.flood(self._room.now_ms())
        if flood is None:
            self.flood.set_text("", ("", "", ""))
            return
        place = self._names.place(book.specs.get(flood.first), flood.first, language)
        what = book.label(flood.first).get(language)
        since = time_text(flood.start_ms, self._names.zone, seconds=False)
        whole = self.tr("Flood since {}, {} alarms, first: {}").format(since, flood.count, f"{place} {what}")
        short = self.tr("Flood {} · {} · first", "since when, how many alarms; then the first one").format(
            since, _short(flood.count)
        )
        self.flood.set_text(whole, (short, place, what))

    @Slot()
    def _clicked(self) -> None:
        self.segment_asked.emit(next(s for s, b in self.aside.items() if b is self.sender()))


class _Numbers(QWidget):
    """Mark, unacknowledged (strong) and acknowledged (small) of each priority."""

    def __init__(self, room: Room, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = room
        self._counts: tuple[tuple[int, int], ...] = ((0, 0),) * 4
        self._words = ""
        self.setFixedHeight(44)
        room.flash.changed.connect(self._flashed)

    @property
    def counts(self) -> tuple[tuple[int, int], ...]:
        """Return (unacknowledged, acknowledged) by priority, as shown."""
        return self._counts

    def take(self, counts: tuple[tuple[int, int], ...]) -> None:
        if counts != self._counts:
            self._counts = counts
            self.setAccessibleName(self._sentence())
            self.update()

    def retranslate(self) -> None:
        self._words = self.tr("Priority {}: {} unacknowledged, {} acknowledged")
        self.setToolTip(self._sentence())
        self.setAccessibleName(self._sentence())

    def _sentence(self) -> str:
        rows = zip(PRIORITIES, self._counts, strict=True)
        return "\n".join(self._words.format(p, unack, acked) for p, (unack, acked) in rows)

    @Slot()
    def _flashed(self) -> None:
        if any(unack for unack, _ in self._counts):
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for i, (priority, (unack, acked)) in enumerate(zip(PRIORITIES, self._counts, strict=True)):
            x, none = i * min(_CELL, self.width() // 4), not unack and not acked
            if none:
                draw_priority(painter, x + 16, 24, priority, size=19, calm=True)
            else:
                on = self._room.flash.on
                draw_tally(painter, x + 16, 24, priority, unack=unack > 0, on=on, size=19, ring=theme.TEXT)
            colour = theme.TEXT if unack else theme.PIPE
            weight = 700 if unack else 400
            y = 22 if acked else 30
            draw_text(
                painter, x + 34, y, _short(unack), size=theme.TITLE, weight=weight, colour=colour, tabular=True
            )  # fmt: skip
            if acked:
                text = f"+ {_short(acked)}"
                draw_text(painter, x + 34, 39, text, size=theme.CAPTION, colour=theme.TEXT_DIM, tabular=True)
            if i:
                painter.setPen(pen(theme.BORDER))
                painter.drawLine(int(x) - 1, 10, int(x) - 1, 38)
        painter.end()


class _Aside(RoomButton):
    """What stands aside, in one word and a figure; pale while there is nothing."""

    def __init__(self, segment: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = ""
        self.count = 0
        self.setObjectName(f"banner-{segment}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_name(self, name: str) -> None:
        self._name = name
        self._tell()

    def set_count(self, count: int) -> None:
        if count != self.count:
            self.count = count
            self._tell()

    def _tell(self) -> None:
        self.setAccessibleName(f"{self._name} {self.count}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        wide = text_width(self._name, theme.CAPTION) + text_width(_short(self.count), theme.CAPTION, 600) + 16
        return QSize(int(wide), 22)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = theme.TEXT if self.count else theme.PIPE
        x = 4 + draw_text(painter, 4, 15.5, self._name, size=theme.CAPTION, colour=theme.TEXT_DIM) + 5
        draw_text(painter, x, 15.5, _short(self.count), size=theme.CAPTION, weight=600, colour=colour, tabular=True)
        focus_frame(self, painter)
        painter.end()


class _FloodLine(QWidget):
    """Nothing, or the flood in one line; whole in its tool tip. Where there is no room, the first alarm's place is its
    station alone."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = ""
        self._parts = ("", "", "")
        self.setObjectName("flood")
        self.setFixedHeight(22)

    def set_text(self, text: str, parts: tuple[str, str, str]) -> None:
        """Take the whole sentence, and in short the flood, and place and condition of its first alarm."""
        if text != self.text:
            self.text, self._parts = text, parts
            self.setToolTip(text)
            self.setAccessibleName(text)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self.text:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect().adjusted(0, 1, -4, -1), theme.OUTLINE)
        x, right = 8.0, self.width() - 10.0
        flood, place, what = self._parts
        room = right - x - 12 - sum(text_width(t, theme.CAPTION, 600) for t in (flood, what))
        if text_width(place, theme.CAPTION, 600) > room:
            place = elided(place.partition(" · ")[0], max(24.0, room), theme.CAPTION, 600)
        for part in (flood, place, what):
            shown = elided(part, right - x, theme.CAPTION, 600)
            x += 6 + draw_text(painter, x, 15.5, shown, size=theme.CAPTION, weight=600, colour=theme.RUNNING)
        painter.end()


def _short(count: int) -> str:
    """Return a count that fits: 2.4k for what nobody counts any more."""
    if count < 1000:
        return str(count)
    return f"{count / 1000:.1f}k" if count < 10_000 else f"{count // 1000}k"
