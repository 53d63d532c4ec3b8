"""What stands above a trend: which group, search, what to do with it; live or paused, and how much time is shown."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.views import theme
from app.views.pages.trends.search import TagSearch
from app.views.room import Room
from app.views.state.trend_window import SPANS, TrendWindow
from app.views.state.trend_words import SPAN_NAMES, span_text
from app.views.state.zone_time import date_text, time_text, zone_text
from app.views.widgets.action_button import ActionButton
from app.views.widgets.ink import draw_text, elided, pen, text_width

__all__ = ["TrendBar"]

_HIGH: Final = 34
_WAYS: Final = ("group", "compare", "whole", "save", "output")


class StateBadge(QWidget):
    """Says whether the picture follows now or stands, by word, sign and ground."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._live, self._text = True, ""
        self.setObjectName("trend-state")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HIGH)

    @property
    def text(self) -> str:
        """Return what it says."""
        return self._text

    def set_state(self, text: str, *, live: bool) -> None:
        """Say it."""
        if (text, live) != (self._text, self._live):
            self._text, self._live = text, live
            self.setAccessibleName(text)
            self.setFixedWidth(self.sizeHint().width())
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(max(96, int(text_width(self._text, theme.STRONG, 700, tabular=True)) + 50), _HIGH)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, ink = (theme.RAISED, theme.TEXT) if self._live else (theme.OUTLINE, theme.RUNNING)
        painter.setPen(pen(theme.OUTLINE, 1.0))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        y = self.height() / 2
        if self._live:
            painter.drawEllipse(QRectF(14, y - 5, 10, 10))
        else:
            painter.drawRect(QRectF(14, y - 6, 4, 12))
            painter.drawRect(QRectF(21, y - 6, 4, 12))
        draw_text(painter, 34, y + 5, self._text, size=theme.STRONG, weight=700, colour=ink, tabular=True)
        painter.end()


class Said(QLabel):
    """One line that takes what room is left, and is cut where that is too little."""

    def __init__(self, parent: QWidget, *, right: bool = False) -> None:
        super().__init__(parent)
        self._right = right
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        text = elided(self.text(), self.width(), theme.BODY, 600, tabular=True)
        x, align = (self.width(), "right") if self._right else (0, "left")
        draw_text(painter, x, self.height() / 2 + 5, text, size=theme.BODY, weight=600, align=align, tabular=True)
        painter.end()


class TrendBar(QWidget):
    """Two lines. The page answers every button."""

    span_asked = Signal(object)
    """ms."""
    pan_asked = Signal(int)
    """−1 or 1."""

    def __init__(self, room: Room, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = room
        self.search = TagSearch(room, parent)
        self.badge = StateBadge(self)
        self.buttons = {name: ActionButton(self, height=_HIGH) for name in _WAYS}
        self.live = ActionButton(self, primary=True, height=_HIGH)
        self.live.setObjectName("trend-live")
        self.moment = ActionButton(self, height=_HIGH)
        self.moment.setObjectName("trend-moment")
        self.moment.hide()
        self.earlier, self.later = ActionButton(self, height=_HIGH), ActionButton(self, height=_HIGH)
        self.spans = {name: ActionButton(self, height=_HIGH) for name, _ in SPANS}
        self._group = QButtonGroup(self)
        self.said, self.range = Said(self), Said(self, right=True)
        self.said.setObjectName("trend-said")
        self.buttons["whole"].setCheckable(True)
        for name, button in self.buttons.items():
            button.setObjectName(f"trend-{name}")
        self._lay_out()

    def put_export(self, export: QWidget) -> None:
        """Let an export say how far it is, right of all other sentences."""
        self._first.insertWidget(self._first.indexOf(self.said) + 1, export, 1)

    def set_span(self, span_ms: int) -> None:
        """Mark the button of the span that is shown, if it has one."""
        self._group.setExclusive(False)
        for name, ms in SPANS:
            self.spans[name].setChecked(ms == span_ms)
        self._group.setExclusive(True)

    def show_time(self, window: TrendWindow, start_ms: int, end_ms: int, now_ms: int) -> None:
        """Say whether the picture follows or stands, how much time it shows, and from when to when in which zone."""
        live, language = self._room.live, self._room.language
        zone = live.site.timezone if live is not None else "UTC"
        behind_ms = window.behind_ms(now_ms)
        behind = span_text(behind_ms - behind_ms % (60_000 if behind_ms >= 600_000 else 1000), language)
        if not window.live:
            text = self.tr("PAUSED · {} behind").format(behind) if behind_ms >= 1000 else self.tr("PAUSED")
        elif self._room.past is not None:
            text = self.tr("FOLLOWS THE PAST")
        else:
            text = self.tr("LIVE · engine silent") if self._room.engine_silent else self.tr("LIVE")
        self.badge.set_state(text, live=window.live)
        self.live.setVisible(not window.live)
        self.set_span(window.span_ms)
        ends = [f"{date_text(t, zone, language)[:10]} {time_text(t, zone)}" for t in (start_ms, min(end_ms, now_ms))]
        self.range.setText(f"{ends[0]} – {ends[1]}   {zone_text(end_ms, zone)}")

    def retranslate(self) -> None:
        """Take the room's language."""
        for i, (name, _) in enumerate(SPANS, 1):
            self.spans[name].setText(SPAN_NAMES[name].get(self._room.language))
            self.spans[name].setToolTip(str(i))
        self.buttons["compare"].setText(self.tr("Compare ▾"))
        self.buttons["whole"].setText(self.tr("Full range"))
        self.buttons["whole"].setToolTip(self.tr("The tags' whole ranges, or what is seen  (Y)"))
        self.buttons["save"].setText(self.tr("Save…"))
        self.buttons["output"].setText(self.tr("Output ▾"))
        self.live.setText(self.tr("Back to live"))
        self.live.setToolTip("L")
        self.moment.setText(self.tr("The room at A"))
        self.moment.setToolTip(self.tr("Show how everything stood at the cursor  (Ctrl+Enter)"))
        self.earlier.setText("◀")
        self.later.setText("▶")
        self.earlier.setToolTip(self.tr("Earlier  (Page Up)"))
        self.later.setToolTip(self.tr("Later  (Page Down)"))
        for button in (self.earlier, self.later):
            button.setAccessibleName(button.toolTip())
        self.search.retranslate(self.tr("Add a value: name, place or path  (Ctrl+F)"), self.tr("No tag fits"))

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        self._first = first
        self.buttons["group"].setMinimumWidth(260)
        self.search.setFixedWidth(400)
        first.addWidget(self.buttons["group"])
        first.addWidget(self.search)
        first.addSpacing(theme.GAP)
        first.addWidget(self.said, 1)
        for name in ("compare", "whole", "save", "output"):
            self.buttons[name].setMinimumWidth(96)
            first.addWidget(self.buttons[name])
        second.addWidget(self.badge)
        second.addWidget(self.live)
        second.addSpacing(theme.GAP_M)
        second.addWidget(self.earlier)
        for button in self.spans.values():
            button.setCheckable(True)
            button.setMinimumWidth(64)
            button.clicked.connect(self._span)
            self._group.addButton(button)
            second.addWidget(button)
        second.addWidget(self.later)
        second.addWidget(self.moment)
        second.addWidget(self.range, 1)
        ways = (*self.buttons.values(), *self.spans.values(), self.live, self.earlier, self.later, self.moment)
        for button in ways:
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.earlier.clicked.connect(self._earlier)
        self.later.clicked.connect(self._later)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.GAP)
        for row in (first, second):
            row.setSpacing(theme.GAP)
            whole.addLayout(row)

    @Slot()
    def _span(self) -> None:
        name = next(n for n, b in self.spans.items() if b is self.sender())
        self.span_asked.emit(dict(SPANS)[name])

    @Slot()
    def _earlier(self) -> None:
        self.pan_asked.emit(-1)

    @Slot()
    def _later(self) -> None:
        self.pan_asked.emit(1)
