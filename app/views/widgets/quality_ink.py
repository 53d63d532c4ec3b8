"""Paints a value with the mark of its quality. One place, so that a mark looks the same on every page."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter

from app.views import theme
from app.views.state.values import Mark, Shown
from app.views.widgets.ink import draw_text, face, pen, text_width

__all__ = ["FADED", "draw_value", "value_width"]

FADED: Final = 0.6
"""Opacity of what is stale or greyed."""
_GAP: Final = 4.0
_BOXED: Final = (Mark.COMM, Mark.UNCERTAIN, Mark.STALE)
_PLAIN: Final = Mark.PLAIN
_PAD: Final = 5.0
"""Room that an outline takes left and right of the number."""


def value_width(
    shown: Shown, *, size: int, weight: int = 600, unit_size: int = theme.CAPTION, compact: bool = False
) -> float:
    """Return how wide `draw_value` paints, in px."""
    width = text_width(shown.text, size, weight, tabular=True) + 2 * _pad(shown)
    if _unit(shown):
        width += _GAP + text_width(shown.unit, unit_size)
    if _noted(shown, compact):
        width += _GAP + _note_width(shown, unit_size)
    return width


def draw_value(
    painter: QPainter,
    x: float,
    baseline: float,
    shown: Shown,
    *,
    size: int,
    weight: int = 600,
    unit_size: int = theme.CAPTION,
    align: str = "left",
    colour: QColor | None = None,
    compact: bool = False,
) -> float:
    """Draw value, unit and quality mark on one baseline; return the width in px. `colour` is that of good values.

    `compact` leaves the age of a stale value away: where room is scarce its owner shows the age once.
    """
    if shown.mark is _PLAIN and not shown.note:
        return _plain(
            painter, x, baseline, shown, size, weight, unit_size, align, theme.TEXT if colour is None else colour
        )
    width = value_width(shown, size=size, weight=weight, unit_size=unit_size, compact=compact)
    left = x if align == "left" else x - width / 2 if align == "middle" else x - width
    number = text_width(shown.text, size, weight, tabular=True)
    pad = _pad(shown)
    painter.save()
    if shown.faded:
        painter.setOpacity(painter.opacity() * FADED)
    _ground(painter, QRectF(left, baseline - size * 0.92, number + 2 * pad, size * 1.16), shown.mark)
    draw_text(
        painter, left + pad, baseline, shown.text, size=size, weight=weight, colour=_ink(shown, colour), tabular=True
    )
    at = left + number + 2 * pad + _GAP
    if _unit(shown):
        at += draw_text(painter, at, baseline, shown.unit, size=unit_size, colour=theme.TEXT_DIM) + _GAP
    if _noted(shown, compact):
        _note(painter, at, baseline, shown, unit_size)
    painter.restore()
    return width


def _plain(
    painter: QPainter, x: float, baseline: float, shown: Shown, size: int, weight: int, unit_size: int, align: str,
    colour: QColor,
) -> float:  # fmt: skip
    """Draw a good value: the one that is drawn most by far has neither ground nor note."""
    number = text_width(shown.text, size, weight, tabular=True)
    width = number + _GAP + text_width(shown.unit, unit_size) if shown.unit else number
    left = x if align == "left" else x - width / 2 if align == "middle" else x - width
    draw_text(painter, left, baseline, shown.text, size=size, weight=weight, colour=colour, tabular=True)
    if shown.unit:
        draw_text(painter, left + number + _GAP, baseline, shown.unit, size=unit_size, colour=theme.TEXT_DIM)
    return width


def _pad(shown: Shown) -> float:
    return _PAD if shown.mark in _BOXED else 0.0


def _noted(shown: Shown, compact: bool) -> bool:
    return bool(shown.note) and (_is_letter(shown) or not compact)


def _unit(shown: Shown) -> bool:
    return bool(shown.unit) and shown.mark not in (Mark.BAD, Mark.COMM)


def _ink(shown: Shown, colour: QColor | None) -> QColor:
    if shown.mark in (Mark.BAD, Mark.COMM):
        return theme.TEXT_BAD
    if shown.mark is Mark.LOST:
        return theme.TEXT_DIM
    return theme.TEXT if colour is None else colour


def _ground(painter: QPainter, box: QRectF, mark: Mark) -> None:
    """Outline or hatch behind the number."""
    if mark is Mark.COMM:
        painter.fillRect(box, _hatch())
        painter.setPen(pen(theme.BAD, 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
    elif mark is Mark.UNCERTAIN:
        painter.setPen(pen(theme.TEXT_DIM, 1.4, Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
    elif mark is Mark.STALE:
        painter.setPen(pen(theme.TEXT, 1.2, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)


@lru_cache(maxsize=1)
def _hatch() -> QBrush:
    colour = QColor(theme.BAD)
    colour.setAlpha(60)
    return QBrush(colour, Qt.BrushStyle.BDiagPattern)


def _note_width(shown: Shown, size: int) -> float:
    return 16.0 if _is_letter(shown) else text_width(shown.note, size, tabular=True)


def _is_letter(shown: Shown) -> bool:
    return shown.mark in (Mark.MANUAL, Mark.SIMULATED)


def _note(painter: QPainter, x: float, baseline: float, shown: Shown, size: int) -> None:
    """The letter M or S in a box of its own, or an age."""
    if not _is_letter(shown):
        draw_text(painter, x, baseline, shown.note, size=size, colour=theme.TEXT, tabular=True)
        return
    box = QRectF(x, baseline - 12.5, 16, 15)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.OUTLINE)
    painter.drawRoundedRect(box, 2, 2)
    painter.setFont(face(theme.CAPTION, 700))
    painter.setPen(theme.RUNNING)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown.note)
