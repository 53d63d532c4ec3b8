"""Small things every painted widget needs: fonts kept ready, text at a point, panels, and indicators of priority.

Any thread may paint a picture with them: what holds a font is made and kept anew in each (Qt shares no font between
threads).
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Final, NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGlyphRun, QPainter, QPen, QPolygonF, QTextLayout

from app.views import theme

_SOLID: Final = Qt.PenStyle.SolidLine
_FLAT, _MITRED = Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin

__all__ = ["draw_priority", "draw_text", "elided", "elided_name", "face", "pen", "text_width", "wrapped"]


def face(size_px: int, weight: int = 400, *, tabular: bool = False) -> QFont:
    """Return a font of the room, made once: making one costs more than painting with it."""
    return _kept.face(size_px, weight, tabular)


@lru_cache(maxsize=4096)
def text_width(text: str, size_px: int, weight: int = 400, *, tabular: bool = False) -> float:
    """Return the advance of `text` in px. Kept: the same few thousand texts are measured over and over."""
    return _kept.metrics(size_px, weight, tabular).horizontalAdvance(text)


@lru_cache(maxsize=2048)
def elided(text: str, width: float, size_px: int, weight: int = 400, *, tabular: bool = False) -> str:
    """Return `text` cut to `width` px with an ellipsis. Tabular figures are wider: say so if it is drawn with them."""
    return _kept.metrics(size_px, weight, tabular).elidedText(text, Qt.TextElideMode.ElideRight, width)


@lru_cache(maxsize=1024)
def elided_name(text: str, width: float, size_px: int, weight: int = 400) -> str:
    """Return a name cut in its middle to `width` px: names of one site begin alike and differ at their ends."""
    return _metrics(size_px, weight, False).elidedText(text, Qt.TextElideMode.ElideMiddle, width)


@lru_cache(maxsize=512)
def wrapped(text: str, width: float, size_px: int, *, lines: int) -> tuple[str, ...]:
    """Return `text` broken at words into at most `lines` lines of `width` px; what does not fit ends in an ellipsis."""
    layout = QTextLayout(text, face(size_px))
    found: list[str] = []
    layout.beginLayout()
    while len(found) < lines and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        rest = text[line.textStart() :]
        found.append(elided(rest, width, size_px) if len(found) == lines - 1 else rest[: line.textLength()].rstrip())
    layout.endLayout()
    return tuple(found)


def pen(colour: QColor, width: float = 1.0, style: Qt.PenStyle = _SOLID) -> QPen:
    """Return a pen with flat caps and mitred joins: lines end where they are told to. Take a copy to change it."""
    return _pen(colour.rgba(), width, style)


@lru_cache(maxsize=256)
def _pen(rgba: int, width: float, style: Qt.PenStyle) -> QPen:
    return QPen(QColor.fromRgba(rgba), width, style, _FLAT, _MITRED)


class _Line(NamedTuple):
    """A line of text laid out once: shaping it costs more than drawing it."""

    width: float
    ascent: float
    runs: tuple[QGlyphRun, ...]


def _laid_out(text: str, size_px: int, weight: int, tabular: bool) -> _Line:
    layout = QTextLayout(text, face(size_px, weight, tabular=tabular))
    layout.beginLayout()
    line = layout.createLine()
    layout.endLayout()
    ascent = line.ascent() if line.isValid() else 0.0
    return _Line(text_width(text, size_px, weight, tabular=tabular), ascent, tuple(layout.glyphRuns()))


def _face(size_px: int, weight: int, tabular: bool) -> QFont:
    return theme.font(size_px, weight=weight, tabular=tabular)


def _metrics(size_px: int, weight: int, tabular: bool) -> QFontMetricsF:
    return QFontMetricsF(face(size_px, weight, tabular=tabular))


class _Kept(threading.local):
    """What a thread keeps of fonts."""

    def __init__(self) -> None:
        self.face = lru_cache(maxsize=64)(_face)
        self.metrics = lru_cache(maxsize=64)(_metrics)
        self.line = lru_cache(maxsize=4096)(_laid_out)


_kept: Final = _Kept()


def draw_text(
    painter: QPainter,
    x: float,
    baseline: float,
    text: str,
    *,
    size: int = theme.BODY,
    weight: int = 400,
    colour: QColor = theme.TEXT,
    tabular: bool = False,
    align: str = "left",
) -> float:
    """Draw one line; `x` is its left end, middle or right end by `align`. Return its width in px."""
    width, ascent, runs = _kept.line(text, size, weight, tabular)
    left = x if align == "left" else x - width / 2 if align == "middle" else x - width
    painter.setPen(colour)
    at = QPointF(left, baseline - ascent)
    for run in runs:
        painter.drawGlyphRun(at, run)
    return width


def draw_priority(
    painter: QPainter, cx: float, cy: float, priority: int, *, size: float = 18.0, calm: bool = False
) -> None:
    """Draw the indicator of a priority around a middle: shape, colour and digit, so that none is needed alone.

    `calm` leaves the colour away: it names a priority where no alarm stands.
    """
    half = size / 2
    painter.setPen(pen(theme.PIPE_IDLE if calm else theme.OUTLINE, 1.0))
    painter.setBrush(theme.PANEL if calm else theme.PRIORITY[priority])
    shift = 0.0
    if priority == 1:
        painter.drawRoundedRect(QRectF(cx - half, cy - half, size, size), 2, 2)
    elif priority == 2:
        painter.drawPolygon(_triangle(cx, cy, half * 1.18, up=True))
        shift = half * 0.24
    elif priority == 3:
        painter.drawPolygon(_triangle(cx, cy, half * 1.18, up=False))
        shift = -half * 0.24
    else:
        painter.drawEllipse(QPointF(cx, cy), half, half)
    px = max(10, round(size * 0.62))
    painter.setFont(face(px, 700))
    painter.setPen(theme.TEXT_DIM if calm else theme.PRIORITY_INK[priority])
    box = QRectF(cx - half, cy - half + shift, size, size)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(priority))


def _triangle(cx: float, cy: float, half: float, *, up: bool) -> QPolygonF:
    tip = -half if up else half
    base = half * 0.82 if up else -half * 0.82
    return QPolygonF([QPointF(cx, cy + tip), QPointF(cx + half, cy + base), QPointF(cx - half, cy + base)])
