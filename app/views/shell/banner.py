"""The banner at the top of every window: counts per priority, the highest alarms and the newest in words, the flood.

It stands above everything and nothing covers it. A silent engine takes its upper half: what is below stays as it was
known last, marked.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.views import theme
from app.views.actions.acknowledge import acknowledge
from app.views.room import Room
from app.views.shell.banner_counts import BannerCounts
from app.views.shell.banner_row import BannerRow
from app.views.state.abnormal_rows import Kind
from app.views.state.alarm_lines import LineMaker
from app.views.state.alarm_places import place_to_go
from app.views.state.alarm_words import AlarmNames
from app.views.state.banner_items import ROWS, BannerItem, banner_items
from app.views.state.own_alarms import OwnKind
from app.views.state.values import clock_text
from app.views.state.zone_time import time_text
from app.views.widgets.ink import draw_text, elided, pen
from app.views.widgets.row_ink import hatch

__all__ = ["Banner"]

_SILENT_ROWS = 2
"""Lines that a silent engine takes."""


class Banner(QWidget):
    """Counts at the left, rows at the right. Looked at once a beat at most, however many alarms change."""

    chosen = Signal(str, str)

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._maker = LineMaker(room.present.book)
        self._stale = True
        self._second = -1
        self.setObjectName("banner")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 12)
        layout.setSpacing(theme.GAP)
        self.counts = BannerCounts(room, self)
        self._silent = _Silent(self)
        self._silent.hide()
        self.rows = [BannerRow(room, self._maker, self) for _ in range(ROWS)]
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self._silent, 1)
        for i, row in enumerate(self.rows):
            row.setObjectName(f"banner-row-{i}")
            row.clicked.connect(self._clicked)
            row.acknowledge_asked.connect(self._acknowledge_asked)
            column.addWidget(row)
        layout.addWidget(self.counts)
        layout.addLayout(column, 1)
        self.counts.segment_asked.connect(self._segment_asked)
        self._silent.acknowledge_asked.connect(self._acknowledge_silence)
        room.present.watch.changed.connect(self._mark_stale)
        room.present_alarms_changed.connect(self._mark_stale)
        room.own_alarms_changed.connect(self.refresh)
        room.person_changed.connect(self.refresh)
        room.present_silent_changed.connect(self.refresh)
        room.present_site_changed.connect(self.retranslate)
        room.flash.changed.connect(self._flashed)
        self.retranslate()

    def tick(self, silent_for_s: float) -> None:
        """Show what changed since the last beat, and count the seconds of a silent engine."""
        second = self._room.now_ms() // 1000
        if self._stale or second != self._second:
            self._second = second
            self.refresh()
        if self._room.present.silent:
            self._silent.set_seconds(silent_for_s, since=self._since(silent_for_s))

    def acknowledge_first(self) -> None:
        """Acknowledge the first line that waits for it, if it has stood there for a moment (the hand meant it)."""
        if not self._silent.isHidden() and self._silent.waits:
            self._acknowledge_silence()
            return
        row = next((r for r in self.rows if not r.isHidden() and r.acknowledgeable), None)
        if row is not None and row.settled:
            self._acknowledge(row)

    def _since(self, silent_for_s: float) -> str:
        return time_text(self._room.now_ms() - int(silent_for_s * 1000), self._maker.names.zone)

    @Slot()
    def refresh(self) -> None:
        """Show what stands now."""
        self._stale = False
        room = self._room
        silent = room.present.silent
        self._silent.setVisible(silent)
        self._silent.set_waits(room.own.sounds(OwnKind.ENGINE))
        free = ROWS - _SILENT_ROWS if silent else ROWS
        spills = tuple(r for r in room.present.watch.rows if r.kind is Kind.OVERFLOW)
        items = banner_items(room.present.book, room.own.rows, spills, rows=free)
        for i, row in enumerate(self.rows):
            row.setVisible(i < free)
            calm = not items and i == 1 and room.present.applied is not None and not silent
            row.set_item(items[i] if i < len(items) else None, quiet=calm)
        self.counts.refresh()

    @Slot()
    def retranslate(self) -> None:
        """Take the room's language and site."""
        site = self._room.present.applied.site if self._room.present.applied is not None else None
        self._maker.take(AlarmNames(site), self._room.language, self._room.present.book)
        self.counts.retranslate()
        self._silent.retranslate()
        for row in self.rows:
            row.retranslate()
        self.refresh()

    @Slot()
    def _mark_stale(self) -> None:
        self._stale = True

    @Slot()
    def _flashed(self) -> None:
        for row in self.rows:
            if row.flashing:
                row.update()

    @Slot()
    def _clicked(self) -> None:
        row = self.sender()
        item = row.item if isinstance(row, BannerRow) else None
        if item is not None:
            self.chosen.emit(*self._place(item))

    def _place(self, item: BannerItem) -> tuple[str, str]:
        if item.own is not None:
            return "system", "engine"
        if item.outlook is not None:
            return item.outlook.page, item.outlook.path
        return place_to_go(self._room.present.book.specs.get(item.path), item.path)

    @Slot()
    def _acknowledge_asked(self) -> None:
        row = self.sender()
        if isinstance(row, BannerRow) and row.acknowledgeable and row.settled:
            self._acknowledge(row)

    def _acknowledge(self, row: BannerRow) -> None:
        item = row.item
        if item is None:
            return
        if item.own is not None:
            self._room.acknowledge_own(item.own.kind)
        elif item.path:
            acknowledge(self._room, [self._room.present.book.status(item.path)])

    @Slot()
    def _acknowledge_silence(self) -> None:
        self._room.acknowledge_own(OwnKind.ENGINE)

    @Slot(str)
    def _segment_asked(self, segment: str) -> None:
        self.chosen.emit("alarms", segment)


class _Silent(QWidget):
    """What is shown above the rows while the engine is silent: hatched, in words, with the seconds. A click on it
    acknowledges; it stays while the engine is silent."""

    acknowledge_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.waits = False
        self._seconds = 0
        self._since = ""
        self._texts = ("", "", "")
        self.setObjectName("engine-silent")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.retranslate()

    def sizeHint(self) -> QSize:
        return QSize(400, 44)

    def set_seconds(self, seconds: float, *, since: str) -> None:
        if int(seconds) != self._seconds:
            self._seconds, self._since = int(seconds), since
            self.update()

    def retranslate(self) -> None:
        self._texts = (
            self.tr("Engine silent since {}"),
            self.tr("Believe no value here. Phone the stations; look at the engine on the System page."),
            self.tr("✓ Ack"),
        )
        self.update()

    def set_waits(self, waits: bool) -> None:
        """Say whether a person must acknowledge it."""
        if waits != self.waits:
            self.waits = waits
            self.setCursor(Qt.CursorShape.PointingHandCursor if waits else Qt.CursorShape.ArrowCursor)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if self.waits:
            self.acknowledge_asked.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -2)
        painter.setPen(pen(theme.BAD, 2.0))
        painter.setBrush(theme.RAISED)
        painter.drawRect(box)
        painter.fillRect(QRectF(box.x(), box.y(), 34, box.height()), hatch())
        title = f"{self._texts[0].format(self._since)}  ·  {clock_text(self._seconds)}"
        draw_text(painter, 48, 19, title, size=theme.HEADING, weight=700, colour=theme.TEXT_BAD, tabular=True)
        free = self.width() - 60 - (64 if self.waits else 0)
        draw_text(painter, 48, 36, elided(self._texts[1], free, theme.BODY), size=theme.BODY)
        if self.waits:
            button = QRectF(self.width() - 66, 12, 56, 20)
            painter.setPen(pen(theme.PIPE_IDLE))
            painter.setBrush(theme.PANEL)
            painter.drawRoundedRect(button, 3, 3)
            draw_text(
                painter, button.center().x(), 26.5, self._texts[2], size=theme.CAPTION, weight=600, align="middle"
            )
        painter.end()
