"""How the legend of a trend looks: its columns, its head and its rows, on the screen and on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from app.views import theme
from app.views.state.values import Shown
from app.views.widgets.ink import draw_text, elided, pen, text_width
from app.views.widgets.quality_ink import draw_value, value_width
from app.views.widgets.trend_frame import draw_chip, draw_sample

__all__ = ["HEAD", "LEGEND_ROW", "PEN_WIDTH", "LegendRow", "columns_for", "paint_head", "paint_row"]

HEAD: Final = 30
LEGEND_ROW: Final = 28
PEN_WIDTH: Final = 74
_PAD: Final = 10.0
_SHORTEST_NAME: Final = 180
_COLUMNS: Final = (
    ("value", 176), ("quality", 104), ("source", 168), ("second", 108), ("delta", 96), ("least", 84), ("greatest", 84),
    ("mean", 92), ("integral", 128), ("beyond", 128),
)  # fmt: skip
_LEFT: Final = ("quality", "source")
_GIVEN_UP: Final = ("integral", "beyond", "quality", "mean")
"""Columns that are left out, in this order, where the width does not do."""


@dataclass(frozen=True, slots=True)
class LegendRow:
    """One pen. `texts` by column: quality, source, delta, least, greatest, mean, integral, beyond. `range_` is what a
    bucket's value did, "" for a sample."""

    place: int
    hue: int
    name: str
    where: str
    value: Shown
    texts: dict[str, str]
    second: Shown | None = None
    range_: str = ""
    shifted: bool = False
    hidden: bool = False
    grave: bool = False
    """Its quality is bad: the word is in the colour of bad instruments."""


Columns = Sequence[tuple[str, float, float]]


def columns_for(width: float, *, differences: bool) -> tuple[tuple[str, float, float], ...]:
    """Return name, left end and width of the columns; the name's takes what is left. `differences`: with those of a
    second cursor."""
    names = [(n, w) for n, w in _COLUMNS if differences or n not in ("second", "delta")]
    for gone in _GIVEN_UP:
        if width - PEN_WIDTH - sum(w for _, w in names) >= _SHORTEST_NAME:
            break
        names = [(n, w) for n, w in names if n != gone]
    left = float(width - sum(w for _, w in names))
    found = [("name", float(PEN_WIDTH), left - PEN_WIDTH)]
    for name, wide in names:
        found.append((name, left, float(wide)))
        left += wide
    return tuple(found)


def paint_head(painter: QPainter, width: float, heads: Mapping[str, str], columns: Columns) -> None:
    """Name the columns."""
    painter.fillRect(QRectF(0, 0, width, HEAD), theme.PANEL)
    painter.fillRect(QRectF(0, HEAD - 1, width, 1), theme.BORDER)
    for name, left, wide in columns:
        text = elided(heads.get(name, ""), wide - 12, theme.CAPTION, 600)
        right, align = (left + _PAD, "left") if name in (*_LEFT, "name") else (left + wide - _PAD, "right")
        draw_text(painter, right, 19.5, text, size=theme.CAPTION, weight=600, colour=theme.TEXT_DIM, align=align)


def paint_row(
    painter: QPainter, box: QRectF, row: LegendRow, columns: Columns, *, current: bool, ringed: bool = False
) -> None:
    """Draw one pen; the `current` one on another ground, `ringed` by the keyboard's frame."""
    painter.fillRect(box, theme.BAND if current else theme.RAISED)
    painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), theme.SCALE)
    if row.hidden:
        painter.setOpacity(0.45)
    y = box.center().y()
    draw_chip(painter, box.left() + 10, y - 8, row.place, row.hue, shifted=row.shifted)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    draw_sample(painter, box.left() + 37, round(y), 30, row.hue, shifted=row.shifted)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for name, left, width in columns:
        _cell(painter, row, name, left, width, y + 4.6)
    painter.setOpacity(1.0)
    if ringed:
        painter.setPen(pen(theme.FOCUS, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(1, 1, -1, -2))


def _cell(painter: QPainter, row: LegendRow, name: str, left: float, width: float, baseline: float) -> None:
    right = left + width - _PAD
    if name == "name":
        _name(painter, row, left, width, baseline)
    elif name == "value":
        draw_value(painter, right, baseline, row.value, size=theme.BODY, align="right", compact=True)
        taken = value_width(row.value, size=theme.BODY, compact=True) + 10
        if row.range_ and text_width(row.range_, theme.CAPTION, tabular=True) <= width - 2 * _PAD - taken:
            draw_text(
                painter, right - taken, baseline, row.range_, size=theme.CAPTION, colour=theme.TEXT_DIM, align="right",
                tabular=True,
            )  # fmt: skip
    elif name == "second" and row.second is not None:
        draw_value(painter, right, baseline, row.second, size=theme.BODY, align="right", compact=True)
    else:
        _text(painter, row, name, left, width, baseline)


def _text(painter: QPainter, row: LegendRow, name: str, left: float, width: float, baseline: float) -> None:
    text = elided(row.texts.get(name, ""), width - 12, theme.BODY)
    if name in _LEFT:
        ink = theme.TEXT_BAD if row.grave and name == "quality" else theme.TEXT_DIM
        size = theme.CAPTION if name == "source" else theme.BODY
        draw_text(painter, left + _PAD, baseline, text, size=size, colour=ink, tabular=True)
    else:
        draw_text(painter, left + width - _PAD, baseline, text, size=theme.BODY, align="right", tabular=True)


def _name(painter: QPainter, row: LegendRow, left: float, width: float, baseline: float) -> None:
    name = elided(row.name, width - 16, theme.BODY, 600)
    wide = draw_text(painter, left + _PAD, baseline, name, size=theme.BODY, weight=600)
    where = elided(row.where, max(0.0, width - 26 - wide), theme.CAPTION)
    draw_text(painter, left + _PAD + wide + 8, baseline, where, size=theme.CAPTION, colour=theme.TEXT_DIM)
