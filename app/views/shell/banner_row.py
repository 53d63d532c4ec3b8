"""One line of the banner: an alarm, one of the room's own, or a well that will spill."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.model.access import Permission
from app.views import theme
from app.views.room import Room
from app.views.state.abnormal_rows import row_texts
from app.views.state.alarm_lines import AlarmLine, LineMaker
from app.views.state.banner_items import BannerItem
from app.views.state.own_alarms import OwnAlarm, OwnKind
from app.views.state.zone_time import time_text
from app.views.widgets.alarm_ink import draw_alarm, elided_place, flashes
from app.views.widgets.ink import draw_text, elided, pen, text_width
from app.views.widgets.key_focus import RoomButton
from app.views.widgets.row_ink import draw_row_mark, draw_unknown, focus_frame

__all__ = ["ROW_HEIGHT", "BannerRow"]

ROW_HEIGHT: Final = 22
_SETTLED_S: Final = 0.5
"""A line that became another one less than this ago is not acknowledged: the hand meant the one before."""
_ACK_WIDE: Final = 52
_WISHED: Final = 480
"""px, before the title of the page has all that it would like."""
_WITH_TIME: Final = 280
"""A line with less px for time and words says neither the time nor that it is the newest."""
_WITH_STATION: Final = 200
"""With less px for words it names the equipment alone; the whole stands in the tool tip."""
_AROUND: Final = 166
"""What mark, time, button and air take of a line beside its words, px."""


class BannerRow(RoomButton):
    """Enter or a click goes to its place; Space, A or a click on its right end acknowledges."""

    acknowledge_asked = Signal()

    def __init__(self, room: Room, maker: LineMaker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.item: BannerItem | None = None
        self._maker = maker
        self._room = room
        self._quiet = False
        self._since_s = 0.0
        self._look: object = None
        self._words: dict[str, str] = {}
        self.setFixedHeight(ROW_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def sizeHint(self) -> QSize:
        return QSize(_WISHED, ROW_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, ROW_HEIGHT)

    @property
    def settled(self) -> bool:
        """True when it has shown the same thing for a moment."""
        return self._room.monotonic() - self._since_s >= _SETTLED_S

    @property
    def acknowledgeable(self) -> bool:
        """True when a person here may acknowledge what is shown."""
        item = self.item
        if item is None or item.outlook is not None:
            return False
        if item.own is not None:
            return not item.own.acknowledged
        waits = self._room.present.book.status(item.path).state.unacknowledged
        may = self._room.past is None and self._room.may(Permission.ACKNOWLEDGE, item.path)
        return waits and may and not self._room.present.silent

    @property
    def flashing(self) -> bool:
        """True while its mark flashes."""
        item = self.item
        if item is None:
            return False
        if item.own is not None:
            return not item.own.acknowledged
        return bool(item.path) and flashes(self._room.present.book.status(item.path).state)

    def set_item(self, item: BannerItem | None, *, quiet: bool = False) -> None:
        """Show an item, nothing, or (`quiet`) that all is normal."""
        if (item.key if item else None) != (self.item.key if self.item else None):
            self._since_s = self._room.monotonic()
        self.item, self._quiet = item, quiet
        status = self._room.present.book.statuses.get(item.path) if item is not None else None
        look = (item, quiet, status, self._room.present.book.known, self.acknowledgeable)
        if look == self._look:
            return
        self._look = look
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if item else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if item else Qt.CursorShape.ArrowCursor)
        text = self._text(item) if item is not None else ""
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.update()

    def retranslate(self) -> None:
        """Take the room's language."""
        self._words = {
            "calm": self.tr("No alarm"),
            "ack": self.tr("✓ Ack", "acknowledge, as short as can be"),
            "newest": self.tr("newest"),
            OwnKind.ENGINE: self.tr("The engine was silent"),
            OwnKind.STORE: self.tr("The store cannot be read: nothing here is up to date"),
            OwnKind.AUDIO: self.tr("No sound in this room: watch the screen"),
            "store_was": self.tr("The store could not be read"),
            "audio_was": self.tr("There was no sound in this room"),
            "room": self.tr("This room"),
        }
        self._look = None
        self.update()

    def _text(self, item: BannerItem) -> str:
        if item.outlook is not None:
            return "\n".join(row_texts(item.outlook, self._room.language))
        if item.own is not None:
            return f"{self._own_text(item.own)}\n{item.own.detail}".strip()
        spec = self._room.present.book.specs.get(item.path)
        todo = f"\n→ {spec.action.get(self._room.language)}" if spec is not None else ""
        return self._maker.text(item.path, self._room.now_ms()) + todo

    def _own_text(self, own: OwnAlarm) -> str:
        if own.stands or own.kind is OwnKind.ENGINE:
            return self._words[own.kind]
        return self._words[f"{own.kind}_was"]

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.acknowledgeable and event.position().x() >= self.width() - _ACK_WIDE and self.isDown():
            self.setDown(False)
            self.acknowledge_asked.emit()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_A):
            self.acknowledge_asked.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        item = self.item
        if item is None:
            if self._quiet:
                draw_text(painter, 4, 15.5, self._words["calm"], size=theme.STRONG, colour=theme.TEXT_DIM)
        elif item.own is not None:
            self._paint_own(painter, item.own)
        elif item.outlook is not None:
            draw_row_mark(painter, 16, 11, item.outlook, size=14)
            where, what, _ = row_texts(item.outlook, self._room.language)
            self._paint_words(painter, "", where, what, strong=False)
        else:
            self._paint_alarm(painter, item)
        focus_frame(self, painter)
        painter.end()

    def _paint_alarm(self, painter: QPainter, item: BannerItem) -> None:
        line: AlarmLine = self._maker.line(item.path, self._room.now_ms())
        if line.priority == 1 and flashes(line.state):
            painter.fillRect(self.rect().adjusted(0, 0, 0, -1), theme.ABNORMAL_GROUND)
        unknown = line.frozen or not self._room.present.book.known
        draw_alarm(
            painter, 16, 11, line.priority, line.state, on=self._room.flash.on, frozen=unknown, size=12.5
        )  # fmt: skip
        said, newest = self._said(line, "value"), self._words["newest"] if item.newest else ""
        around = _AROUND + (text_width(newest, theme.CAPTION, 600) + 8 if newest else 0)
        if text_width(line.cells["place"] + said, theme.BODY, 600) > self.width() - around:
            said = self._said(line, "figure")  # the limit gives way first: it stands in the tool tip and in the list
        self._paint_words(painter, line.cells["raised"], line.cells["place"], said, strong=line.unack, newest=newest)

    @staticmethod
    def _said(line: AlarmLine, value: str) -> str:
        once: dict[str, str] = {}  # a state's value often is the condition itself
        for word in (line.cells["what"], line.cells[value], line.cells["chips"]):
            once.setdefault(word.casefold(), word)
        return "  ".join(w for w in once.values() if w)

    def _paint_own(self, painter: QPainter, own: OwnAlarm) -> None:
        draw_unknown(painter, 16, 11, size=14)
        if not own.acknowledged and self._room.flash.on:
            painter.setPen(pen(theme.TEXT, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(5.5, 1, 21, 20), 3, 3)
        zone = self._maker.names.zone
        since = time_text(own.since_ms, zone)
        until = f" – {time_text(own.ended_ms, zone)}" if not own.stands else ""
        self._paint_words(painter, since, self._words["room"], self._own_text(own) + until, strong=not own.acknowledged)

    def _paint_words(
        self, painter: QPainter, when: str, where: str, what: str, *, strong: bool, newest: str = ""
    ) -> None:
        right = float(self.width() - 6)
        if self.acknowledgeable:
            box = QRectF(self.width() - _ACK_WIDE + 2, 2.5, _ACK_WIDE - 8, 17)
            painter.setPen(pen(theme.PIPE_IDLE))
            painter.setBrush(theme.PANEL)
            painter.drawRoundedRect(box, 3, 3)
            draw_text(
                painter, box.center().x(), 15.5, self._words["ack"], size=theme.CAPTION, weight=600, align="middle"
            )
            right = box.x() - 8
        x = 32.0
        if right - x <= _WITH_TIME:
            when = newest = ""
        if when:
            x += draw_text(painter, x, 15.5, when, size=theme.BODY, tabular=True, colour=theme.TEXT_DIM) + 10
        if newest:
            width = text_width(newest, theme.CAPTION, 600)
            draw_text(
                painter, right, 15.5, newest, size=theme.CAPTION, weight=600, colour=theme.TEXT_DIM, align="right"
            )
            right -= width + 8
        weight = 600 if strong else 400
        free = right - x - 10
        if free < _WITH_STATION:
            where = where.rpartition(" · ")[2]
        # The place gives way first, but never to less than half of the line.
        where = elided_place(where, max(free - text_width(what, theme.BODY, weight), free * 0.5), theme.BODY, weight)
        x += draw_text(painter, x, 15.5, where, size=theme.BODY, weight=weight) + 10
        said = elided(what, max(20.0, right - x), theme.BODY, weight)
        draw_text(painter, x, 15.5, said, size=theme.BODY, weight=weight)
