"""A headline card: caption, one large figure, its last minutes and where it stands between its limits.

Figure and pointer are painted over a picture of all the rest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views import theme
from app.views.state.scale import Scale
from app.views.state.values import Mark, Shown
from app.views.widgets.indicator_ink import zone_colour
from app.views.widgets.ink import draw_priority, draw_text, elided, pen, text_width
from app.views.widgets.quality_ink import FADED, draw_value, value_width
from app.views.widgets.row_ink import draw_outlook
from app.views.widgets.sparkline import Spark, draw_spark

__all__ = ["CardContent", "HeadlineCard"]

_SPARK = QSize(112, 30)
_SMOOTH = QPainter.RenderHint.Antialiasing
_NOTHING = Shown("")


@dataclass(frozen=True, slots=True)
class CardContent:
    """All that a card shows; equal contents look the same.

    `note` stands below the figure where there is no scale; `priority` puts the mark of an alarm in the corner,
    `outlook` a clock: something is going to happen.
    """

    caption: str
    shown: Shown
    scale: Scale | None = None
    zone: str = ""
    spark: Spark = ()
    span: str = ""
    """What the sparkline covers, such as "15 min"."""
    note: str = ""
    priority: int = 0
    outlook: bool = False
    quiet: bool = False
    """The figure is for information only: grey, and not strong."""


class HeadlineCard(QWidget):
    """One headline value. Repaints only when its content changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content: CardContent | None = None
        self._still: QPixmap | None = None
        self._still_key: object = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFixedHeight(92)
        self.setMinimumWidth(150)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def content(self) -> CardContent | None:
        """What is on screen now."""
        return self._content

    def set_content(self, content: CardContent) -> bool:
        """Show a content; return True when that changed what is painted."""
        if content == self._content:
            return False
        self._content = content
        self.setAccessibleName(f"{content.caption} {content.shown.whole} {content.note}".strip())
        self.setToolTip(f"{content.caption}\n{content.shown.whole}")
        self.update()
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self._content
        room = 0.0 if c is None else self._spark_room(c)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._fresh_still(c, room))
        if c is not None:
            painter.setRenderHint(_SMOOTH)
            weight, ink = (400, theme.TEXT_DIM) if c.quiet else (600, None)
            draw_value(
                painter, 12, 56, c.shown, size=theme.FIGURE_LARGE, weight=weight, unit_size=theme.STRONG, colour=ink
            )
            if c.scale is not None:
                _pointer(painter, self._band_box, c.scale, c.shown)
            elif c.note:
                note = elided(c.note, self.width() - 24, theme.BODY)
                draw_text(painter, 12, 79, note, size=theme.BODY, colour=theme.TEXT_DIM)
        painter.end()

    @property
    def _band_box(self) -> QRectF:
        return QRectF(12, 71, self.width() - 24, 6)

    def _spark_room(self, c: CardContent) -> float:
        """Return how wide the sparkline may be; 0 where the figure leaves no room for one."""
        if not c.spark:
            return 0.0
        right = self.width() - 12
        taken = 12 + value_width(c.shown, size=theme.FIGURE_LARGE, unit_size=theme.STRONG) + 14
        wide = min(float(_SPARK.width()), right - taken - text_width(c.span, theme.CAPTION) - 6)
        return wide if wide >= 44 else 0.0

    def _fresh_still(self, c: CardContent | None, room: float) -> QPixmap:
        """Return everything but figure, note and pointer as a picture: painted anew only when it looks different."""
        ratio = self.devicePixelRatioF()
        said = None if c is None else (replace(c, shown=_NOTHING, note=""), c.shown.faded, room)
        key = (said, self.size().toTuple(), ratio)
        if self._still is None or key != self._still_key:
            self._still_key = key
            self._still = QPixmap(math.ceil(self.width() * ratio), math.ceil(self.height() * ratio))
            self._still.setDevicePixelRatio(ratio)
            self._still.fill(theme.GROUND)
            painter = QPainter(self._still)
            painter.setRenderHint(_SMOOTH)
            self._paint_still(painter, c, room)
            painter.end()
        return self._still

    def _paint_still(self, painter: QPainter, c: CardContent | None, room: float) -> None:
        painter.setPen(pen(theme.BORDER, 1.0))
        painter.setBrush(theme.RAISED)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
        if c is None:
            return
        right = self.width() - 12
        caption_room = right - 12 - (28 if c.priority or c.outlook else 0)
        draw_text(painter, 12, 23, elided(c.caption, caption_room, theme.BODY), size=theme.BODY, colour=theme.TEXT_DIM)
        if c.priority:
            draw_priority(painter, right - 8, 18, c.priority, size=18)
        elif c.outlook:
            draw_outlook(painter, right - 8, 18, size=16)
        if room:
            self._spark(painter, c, right, room)
        if c.scale is not None:
            _band(painter, self._band_box, c.scale, c.zone, c.priority)

    def _spark(self, painter: QPainter, c: CardContent, right: float, wide: float) -> None:
        end = right - text_width(c.span, theme.CAPTION) - 6
        painter.setOpacity(FADED if c.shown.faded else 1.0)
        draw_spark(painter, QRectF(end - wide, 31, wide - 3, _SPARK.height() - 6), c.spark)
        painter.setOpacity(1.0)
        draw_text(painter, right, 56, c.span, size=theme.CAPTION, colour=theme.TEXT_DIM, align="right")


def _band(painter: QPainter, bar: QRectF, scale: Scale, zone: str, priority: int) -> None:
    """A horizontal scale: normal band, reached zone in the colour of its alarm, limits."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.SCALE)
    painter.drawRect(bar)
    if scale.band is not None:
        low, high = scale.band
        painter.setBrush(theme.BAND)
        painter.drawRect(QRectF(bar.x() + bar.width() * low, bar.y(), bar.width() * (high - low), bar.height()))
    reached = next((m for m in scale.marks if m.limit and m.name == zone), None)
    if reached is not None:
        painter.setBrush(zone_colour(priority))
        x = bar.x() + bar.width() * reached.at
        low, high = (x, bar.right()) if zone in ("H", "HH") else (bar.x(), x)
        painter.drawRect(QRectF(low, bar.y(), high - low, bar.height()))
    painter.setPen(pen(theme.PIPE, 1.2))
    for mark in scale.marks:
        if mark.limit:
            x = bar.x() + bar.width() * mark.at
            painter.drawLine(QPointF(x, bar.y() - 1), QPointF(x, bar.bottom() + 1))


def _pointer(painter: QPainter, bar: QRectF, scale: Scale, shown: Shown) -> None:
    """Where the value stands, below its scale."""
    at = scale.at(shown.value)
    if not math.isnan(at) and shown.mark not in (Mark.BAD, Mark.COMM):
        x, y = bar.x() + bar.width() * at, bar.bottom() - 3
        painter.setOpacity(FADED if shown.faded else 1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.TEXT)
        painter.drawPolygon(QPolygonF([QPointF(x, y), QPointF(x - 6, y + 11), QPointF(x + 6, y + 11)]))
        painter.setOpacity(1.0)
