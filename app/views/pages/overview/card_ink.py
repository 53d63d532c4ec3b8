"""Paints one facility's card on the map."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from app.views import theme
from app.views.state.cards import Card
from app.views.state.map_layout import Box
from app.views.state.scale import LIMITS
from app.views.widgets.alarm_ink import draw_tally
from app.views.widgets.indicator_ink import zone_colour
from app.views.widgets.ink import draw_text, elided_name, pen, text_width
from app.views.widgets.quality_ink import draw_value
from app.views.widgets.row_ink import hatch

__all__ = ["CARD_SIZE", "paint_card"]

CARD_SIZE: Final = (264.0, 146.0)
_BAR: Final = 18.0
_DOT: Final = 10.0


def paint_card(painter: QPainter, box: Box, card: Card, *, words: dict[str, str], chosen: bool) -> None:
    """Paint `card` into `box`. `words` has "running" and "spills"; `chosen` draws the keyboard's frame."""
    whole = QRectF(box.x, box.y, box.width, box.height)
    _ground(painter, whole, card, chosen=chosen)
    right = whole.right() - 12
    fits = text_width(card.name, theme.HEADING, 600) <= box.width - 24
    size = theme.HEADING if fits else theme.STRONG
    draw_text(painter, box.x + 12, box.y + 25, elided_name(card.name, box.width - 20, size, 600), size=size, weight=600)
    draw_text(painter, right, box.y + 132, card.kind, size=theme.CAPTION, colour=theme.TEXT_DIM, align="right")
    left = box.x + 12
    if card.level is not None:
        _bar(painter, QRectF(box.x + 12, box.y + 40, _BAR, box.height - 52), card)
        left = box.x + 12 + _BAR + 30
        _level(painter, left, box.y, card, words)
    _pumps(painter, left, box.y + 101, right, card, words)
    if card.figures:
        draw_value(painter, left, box.y + 132, card.figures[-1], size=theme.STRONG, weight=500)
    _mark(painter, whole, card)


def _ground(painter: QPainter, whole: QRectF, card: Card, *, chosen: bool) -> None:
    painter.setPen(pen(theme.PIPE if not chosen else theme.FOCUS, 2.4 if chosen else 1.0))
    painter.setBrush(theme.RUNNING if not card.lost else theme.PANEL)
    painter.drawRoundedRect(whole.adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
    if card.dark or card.lost:
        painter.setPen(pen(theme.BAD if card.dark and not card.lost else theme.PIPE, 1.6, Qt.PenStyle.DashLine))
        painter.setBrush(hatch() if card.dark and not card.lost else Qt.BrushStyle.BDiagPattern)
        painter.drawRoundedRect(QRectF(whole.x() + 0.5, whole.y() + 0.5, whole.width() - 1, 5), 0, 0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(whole.adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)


def _bar(painter: QPainter, bar: QRectF, card: Card) -> None:
    """The level as a true fill, with its limits as ticks and their names."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.SCALE)
    painter.drawRect(bar)
    if not math.isnan(card.at) and card.level is not None:
        if card.level.faded:
            painter.setOpacity(0.6)
        top = bar.bottom() - card.at * bar.height()
        painter.setBrush(zone_colour(card.alarm) if card.zone else theme.PIPE_IDLE)
        painter.drawRect(QRectF(bar.x(), top, bar.width(), bar.bottom() - top))
        painter.setOpacity(1.0)
        painter.setPen(pen(theme.TEXT, 1.6))
        painter.drawLine(QPointF(bar.x() - 2, top), QPointF(bar.right() + 2, top))
    else:
        painter.fillRect(bar, hatch())
    painter.setPen(pen(theme.OUTLINE, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(bar)
    _marks(painter, bar, card)


def _marks(painter: QPainter, bar: QRectF, card: Card) -> None:
    last = -1e9
    for mark in sorted((m for m in card.marks if m.name in (*LIMITS, "overflow")), key=lambda m: -m.at):
        y = bar.bottom() - mark.at * bar.height()
        painter.setPen(pen(theme.OUTLINE, 1.2))
        painter.drawLine(QPointF(bar.right() - 5, y), QPointF(bar.right() + 3, y))
        if mark.name in LIMITS and y - last >= 11:
            name = mark.name
            reached = name == card.zone
            draw_text(
                painter, bar.right() + 5, y + 4, name, size=theme.CAPTION, weight=700 if reached else 400,
                colour=theme.TEXT if reached else theme.TEXT_DIM,
            )  # fmt: skip
            last = y


def _level(painter: QPainter, x: float, y: float, card: Card, words: dict[str, str]) -> None:
    assert card.level is not None
    width = draw_value(painter, x, y + 62, card.level, size=theme.FIGURE_LARGE, weight=600, unit_size=theme.BODY)
    if card.trend and not card.overflow:
        room = CARD_SIZE[0] - 58 - width - 22
        trend = card.trend if text_width(card.trend, theme.CAPTION) <= room else card.trend.split(" ", 1)[0]
        draw_text(painter, x + width + 10, y + 62, trend, size=theme.CAPTION, colour=theme.TEXT_DIM, tabular=True)
    if card.overflow:
        text = f"▲ {words['spills']} {card.overflow}"
        weight, colour = (700, theme.TEXT) if card.spilling else (400, theme.TEXT_DIM)
        draw_text(painter, x, y + 82, text, size=theme.BODY, weight=weight, colour=colour, tabular=True)


def _pumps(painter: QPainter, x: float, cy: float, right: float, card: Card, words: dict[str, str]) -> None:
    """One dot per pump: light with a triangle runs, grey is stopped, crossed is tripped, "?" is not known."""
    if not card.pumps:
        return
    step = min(25.0, (right - x - 70) / max(1, len(card.pumps)))
    for i, word in enumerate(card.pumps):
        _pump(painter, x + _DOT + i * step, cy, "unknown" if card.lost else word)
    running = card.pumps.count("running")
    text = f"{'?' if card.lost or card.dark else running}/{len(card.pumps)} {words['running']}"
    draw_text(painter, right, cy + 4.5, text, size=theme.CAPTION, colour=theme.TEXT_DIM, tabular=True, align="right")


def _pump(painter: QPainter, cx: float, cy: float, word: str) -> None:
    running = word == "running"
    painter.setPen(pen(theme.OUTLINE, 1.8 if running else 1.2))
    painter.setBrush(theme.RUNNING if running else theme.SCALE if word == "unknown" else theme.STOPPED)
    painter.drawEllipse(QPointF(cx, cy), _DOT - 0.5, _DOT - 0.5)
    if word == "unknown":
        draw_text(painter, cx, cy + 4.5, "?", size=theme.CAPTION, weight=700, colour=theme.TEXT_BAD, align="middle")
        return
    if word == "tripped":
        painter.setPen(pen(theme.TEXT_TRIP, 2.2))
        for s in (-1, 1):
            painter.drawLine(QPointF(cx - 4, cy - 4 * s), QPointF(cx + 4, cy + 4 * s))
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.TEXT if running else theme.PANEL)
    painter.drawPolygon(QPolygonF([QPointF(cx - 3.2, cy - 4.6), QPointF(cx + 5, cy), QPointF(cx - 3.2, cy + 4.6)]))


def _mark(painter: QPainter, whole: QRectF, card: Card) -> None:
    """The indicator stands beside the card, never in it."""
    if card.priority and not card.lost:
        cx, cy = whole.x() - 14, whole.y() + 12
        draw_tally(painter, cx, cy, card.priority, unack=card.waits, on=True, size=18, ring=theme.TEXT)
