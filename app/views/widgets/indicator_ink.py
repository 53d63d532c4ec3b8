"""Paints an analog indicator: a vertical bar with its scale, normal band, marks, pointer and set-point. No gauge."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from app.views import theme
from app.views.state.scale import Scale, mark_text
from app.views.state.values import Mark, Shown, number_text
from app.views.widgets.ink import draw_text, pen
from app.views.widgets.quality_ink import FADED

__all__ = ["BAR", "draw_bar", "draw_pointer", "draw_scale", "draw_setpoint", "spread", "zone_colour"]

BAR: Final = 13.0
"""Width of the bar in px."""
_LINE: Final = 13.0


def draw_bar(
    painter: QPainter,
    bar: QRectF,
    scale: Scale,
    shown: Shown,
    *,
    zone: str,
    priority: int,
    language: str,
    setpoint: float = math.nan,
    ends: bool = True,
    wet: bool = False,
) -> None:
    """Paint the bar into `bar` (BAR wide): marks and their names go left of it, pointer and set-point right.

    A zone beyond a limit is grey; the one that holds the value takes the colour of the value's alarm, by its
    `priority`, and is dark while none stands (0): it waits for its delay, or is put aside. `ends` writes the
    range's ends where no mark stands; `wet` is for a bar that stands in water and needs a lighter ground.
    """
    draw_scale(painter, bar, scale, zone=zone, priority=priority, language=language, ends=ends, wet=wet)
    if not math.isnan(setpoint):
        draw_setpoint(painter, bar, scale, setpoint)
    draw_pointer(painter, bar, scale, shown)


def draw_scale(
    painter: QPainter,
    bar: QRectF,
    scale: Scale,
    *,
    zone: str,
    priority: int,
    language: str,
    ends: bool = True,
    wet: bool = False,
) -> None:
    """Paint everything of a bar that does not move with the value."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.RAISED if wet else theme.SCALE)
    painter.drawRect(bar)
    if scale.band is not None:
        low, high = scale.band
        painter.setBrush(theme.PIPE_IDLE if wet else theme.BAND)
        painter.drawRect(QRectF(bar.x(), _y(bar, high), bar.width(), max(1.0, bar.height() * (high - low))))
    _zones(painter, bar, scale, zone, priority)
    painter.setPen(pen(theme.PIPE if wet else theme.BORDER, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(bar)
    _marks(painter, bar, scale, zone, language, ends=ends)


def draw_pointer(painter: QPainter, bar: QRectF, scale: Scale, shown: Shown) -> None:
    """Paint the pointer where the value stands; none where there is no number to trust or to remember."""
    at = scale.at(shown.value)
    if math.isnan(at) or shown.mark in (Mark.BAD, Mark.COMM):
        return
    painter.save()
    if shown.faded:
        painter.setOpacity(FADED)
    y = _y(bar, at)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.TEXT)
    x = bar.right() - 1
    painter.drawPolygon(QPolygonF([QPointF(x, y), QPointF(x + 11, y - 6.5), QPointF(x + 11, y + 6.5)]))
    painter.setPen(pen(theme.TEXT, 2.0))
    painter.drawLine(QPointF(bar.x(), y), QPointF(bar.right(), y))
    painter.restore()


def draw_setpoint(painter: QPainter, bar: QRectF, scale: Scale, setpoint: float) -> None:
    """Paint the diamond of a set-point."""
    _diamond(painter, bar.right() + 6, _y(bar, scale.at(setpoint)))


def spread(wanted: list[float], *, gap: float, low: float, high: float) -> list[float]:
    """Return text positions near the wanted ones (ascending), at least `gap` apart and within `low` to `high`."""
    placed: list[float] = []
    for y in wanted:
        placed.append(max(y, placed[-1] + gap if placed else low))
    for k in range(len(placed) - 1, -1, -1):
        limit = high if k == len(placed) - 1 else placed[k + 1] - gap
        placed[k] = min(placed[k], limit)
    return placed


def zone_colour(priority: int) -> QColor:
    """Return the colour of the zone that holds a value: of its alarm, or dark while none stands."""
    return theme.PRIORITY[priority] if priority else theme.OUTLINE


def _y(bar: QRectF, at: float) -> float:
    return bar.bottom() - bar.height() * at


def _zones(painter: QPainter, bar: QRectF, scale: Scale, zone: str, priority: int) -> None:
    """Colour the reached zone; leave the others as grey as the scale."""
    reached = next((m for m in scale.marks if m.limit and m.name == zone), None)
    if reached is None:
        return
    painter.setBrush(zone_colour(priority))
    y = _y(bar, reached.at)
    if zone in ("H", "HH"):
        painter.drawRect(QRectF(bar.x(), bar.y(), bar.width(), y - bar.y()))
    else:
        painter.drawRect(QRectF(bar.x(), y, bar.width(), bar.bottom() - y))


def _marks(painter: QPainter, bar: QRectF, scale: Scale, zone: str, language: str, *, ends: bool) -> None:
    marks = sorted((m for m in scale.marks if m.name != "overflow"), key=lambda m: -m.at)
    ticks = [_y(bar, m.at) for m in marks]
    texts = spread(ticks, gap=_LINE, low=bar.y(), high=bar.bottom())
    for mark, tick, y in zip(marks, ticks, texts, strict=True):
        reached = mark.limit and mark.name == zone
        painter.setPen(pen(theme.TEXT if reached else theme.PIPE, 1.4))
        painter.drawLine(QPointF(bar.x() - 5, tick), QPointF(bar.x() + (bar.width() if mark.limit else 0), tick))
        colour = theme.TEXT if reached else theme.TEXT_DIM
        draw_text(
            painter, bar.x() - 8, y + 4.5, mark_text(mark.name, language),
            size=theme.CAPTION, weight=700 if reached else 400,
            colour=colour, align="right",
        )  # fmt: skip
    if ends:
        _ends(painter, bar, scale, texts)


def _ends(painter: QPainter, bar: QRectF, scale: Scale, taken: list[float]) -> None:
    for value, y in ((scale.high, bar.y()), (scale.low, bar.bottom())):
        if all(abs(y - t) >= _LINE for t in taken):
            text = _end_text(value)
            draw_text(
                painter,
                bar.x() - 8,
                y + 4.5,
                text,
                size=theme.CAPTION,
                colour=theme.TEXT_DIM,
                align="right",
                tabular=True,
            )


def _end_text(value: float) -> str:
    """An end of a range in at most four characters, as far as that goes."""
    if abs(value) >= 10_000:
        return f"{value / 1000:g}k"
    return number_text(value, 1 if abs(value) < 10 and value != int(value) else 0)


def _diamond(painter: QPainter, x: float, y: float) -> None:
    """The set-point: hollow, so that it never passes for the pointer."""
    painter.setPen(pen(theme.TEXT, 1.4))
    painter.setBrush(theme.RAISED)
    painter.drawPolygon(QPolygonF([QPointF(x, y - 5.5), QPointF(x + 5.5, y), QPointF(x, y + 5.5), QPointF(x - 5.5, y)]))
