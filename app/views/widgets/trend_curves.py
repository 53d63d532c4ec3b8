"""Paints the curves of a trend: bands, lines, strips of states, and spans without a usable value.

Measured (docs/adr/0021): one px wide and without antialiasing a line of 2,800 points takes 0.4 ms, two px wide 3 to
6 ms, with antialiasing 10 ms; a band as rectangles 0.4 to 1 ms, as one polygon up to 100 ms. The arrays become what
QPainter takes by pyqtgraph's buffers, without a Python object per point.
"""

from __future__ import annotations

import math
import threading
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pyqtgraph import functions as pg
from pyqtgraph.Qt import internals
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from app.model.spec import TagSpec
from app.views import theme
from app.views.state.trend_line import BROKEN, DOUBTFUL, FINE, Entries, TrendLine
from app.views.widgets.ink import draw_text, text_width
from app.views.widgets.row_ink import hatch
from app.views.widgets.trend_palette import colour_of, mixed, pen_of
from app.views.widgets.trend_scene import Box, Layout, PenView

__all__ = [
    "draw_band",
    "draw_broken",
    "draw_line",
    "draw_setpoint",
    "draw_strip",
    "last_y",
    "name_broken",
    "name_strip",
]

_BAND: Final = 0.3
_THIN: Final = 0.75
"""Heights, px, from which a band is drawn beside the line of the mean."""
_BAD_GROUND: Final = mixed(theme.BAD, theme.RAISED, 0.12)
_FAR: Final = 30_000.0
"""Coordinates are held within this: the painter's own numbers overflow far outside the picture."""
Floats = NDArray[np.float64]


def draw_band(painter: QPainter, layout: Layout, box: Box, view: PenView) -> None:
    """Draw what a value did in each bucket, only where it did anything."""
    entries = view.line.entries
    if entries.exact or box.axis is None:
        return
    part = entries.between(layout.start_ms, layout.end_ms)
    part = slice(part.start, min(part.stop, entries.live_from))
    top, bottom = _ys(box, entries.high[part]), _ys(box, entries.low[part])
    keep = (bottom - top) > _THIN
    if not keep.any():
        return
    left, right = _xs(layout, entries.start[part][keep]), _xs(layout, entries.end[part][keep])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mixed(colour_of(view.pen.hue, shifted=view.pen.shift_ms > 0), theme.RAISED, _BAND))
    _rects(painter, left, top[keep], np.maximum(right - left, 1.0), (bottom - top)[keep])


def draw_line(painter: QPainter, layout: Layout, box: Box, view: PenView) -> None:
    """Draw the line: a value holds until the next one came, and ends where nothing is known."""
    entries, shifted = view.line.entries, view.pen.shift_ms > 0
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for grade in (FINE, DOUBTFUL):
        doubtful = grade == DOUBTFUL
        _steps(painter, layout, box, entries, grade, pen_of(view.pen.hue, shifted=shifted, doubtful=doubtful))


def draw_setpoint(painter: QPainter, layout: Layout, box: Box, line: TrendLine, hue: int) -> None:
    """Draw a set-point as a thin dashed line in its pen's hue."""
    pen = QPen(colour_of(hue, shifted=True), 1.0)
    pen.setCosmetic(True)
    pen.setDashPattern([5.0, 4.0])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _steps(painter, layout, box, line.entries, FINE, pen)


def draw_broken(painter: QPainter, layout: Layout, rect: QRectF, entries: Entries) -> None:
    """Tint and hatch the spans in which a value was not usable."""
    left, right = _runs(layout, entries, entries.grade == BROKEN)
    if not len(left):
        return
    width, tops = np.maximum(right - left, 2.0), np.full(len(left), rect.top())
    painter.setPen(Qt.PenStyle.NoPen)
    for brush, high in ((QBrush(_BAD_GROUND), rect.height()), (hatch(), rect.height()), (QBrush(theme.BAD), 2.0)):
        painter.setBrush(brush)
        _rects(painter, left, tops, width, np.full(len(left), high))


def name_broken(painter: QPainter, layout: Layout, rect: QRectF, entries: Entries, name: str) -> None:
    """Name these spans where there is room, above all lines."""
    left, right = _runs(layout, entries, entries.grade == BROKEN)
    left, right = np.maximum(left, rect.left()), np.minimum(right, rect.right())
    needed = text_width(name, theme.CAPTION, 600) + 8
    for x in left[right - left >= needed + 6]:
        back = QRectF(float(x) + 3, rect.top() + 2, needed, 14)
        painter.fillRect(back, _BAD_GROUND)
        draw_text(
            painter, back.left() + 4, back.bottom() - 2.5, name, size=theme.CAPTION, weight=600, colour=theme.TEXT_BAD
        )


def draw_strip(painter: QPainter, layout: Layout, box: Box, view: PenView) -> None:
    """Draw states as blocks; a bucket with several states is striped."""
    entries, spec, rect = view.line.entries, view.spec, box.rect
    colour = colour_of(view.pen.hue, shifted=view.pen.shift_ms > 0)
    draw_broken(painter, layout, rect.adjusted(0, 1, 0, -1), entries)
    value, left, right = _blocks(layout, entries)
    for state in np.unique(value):
        these = value == state
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_fill(int(state), spec, colour))
        top, high = (rect.bottom() - 3, 2.0) if state == 0 else (rect.top() + 1, rect.height() - 2)
        wide = np.maximum(right[these] - left[these], 1.0)
        _rects(painter, left[these], np.full(len(wide), top), wide, np.full(len(wide), high))


def name_strip(painter: QPainter, layout: Layout, box: Box, view: PenView, language: str) -> None:
    """Write the words of states into their blocks, where the blocks enter the picture."""
    if box.rect.height() >= 14:
        _words(painter, box.rect, view.spec, *_blocks(layout, view.line.entries), language)


def _fill(state: int, spec: TagSpec, colour: QColor) -> QBrush:
    if state == _MIXED:
        return QBrush(mixed(colour, theme.RAISED, 0.6), Qt.BrushStyle.Dense5Pattern)
    if state == 0:
        return QBrush(mixed(colour, theme.RAISED, 0.6))
    if state in spec.abnormal:
        return QBrush(mixed(theme.OUTLINE, theme.RAISED, 0.8))
    return QBrush(mixed(colour, theme.RAISED, 0.28 if state % 2 else 0.45))


_MIXED_PX: Final = 3.0
"""A narrower bucket of several states is the edge of a block, no stripes."""
_MIXED: Final = -(1 << 40)
"""Stands for several states in one bucket."""


def _words(
    painter: QPainter, rect: QRectF, spec: TagSpec, value: NDArray[np.int64], left: Floats, right: Floats, language: str
) -> None:
    names = {s.value: s.label.get(language) for s in spec.states}
    shown_left, shown_right = np.maximum(left, rect.left()), np.minimum(right, rect.right())
    for i in np.flatnonzero(shown_right - shown_left > 26):
        state = int(value[i])
        word = names.get(state, "" if state == _MIXED else str(state))
        room = shown_right[i] - shown_left[i]
        if word and text_width(word, theme.CAPTION) + 12 <= room:
            ink = (
                theme.RUNNING if state in spec.abnormal and state != 0 else theme.TEXT_DIM if state == 0 else theme.TEXT
            )
            x, y = float(shown_left[i]) + 6, rect.center().y() + 4.5
            draw_text(painter, x, y, word, size=theme.CAPTION, colour=ink)


def _blocks(layout: Layout, entries: Entries) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return states with their ends in px, neighbours of one state joined."""
    part = entries.between(layout.start_ms, layout.end_ms)
    grade, start, end = entries.grade[part], entries.start[part], entries.end[part]
    usable = grade != BROKEN
    low, high = entries.low[part][usable], entries.high[part][usable]
    value = np.where(low == high, low, _MIXED).astype(np.int64)
    start, end = start[usable], end[usable]
    if not len(value):
        return value, start, end
    new = np.flatnonzero(np.append(True, (value[1:] != value[:-1]) | (start[1:] > end[:-1] + 1)))
    last = np.append(new[1:] - 1, len(value) - 1)
    left, right = _xs(layout, start[new]), _xs(layout, end[last])
    return np.where((value[new] == _MIXED) & (right - left < _MIXED_PX), 1, value[new]), left, right


def _runs(layout: Layout, entries: Entries, mask: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return the ends in px of runs of entries that touch."""
    part = entries.between(layout.start_ms, layout.end_ms)
    chosen = mask[part]
    start, end = entries.start[part][chosen], entries.end[part][chosen]
    if not len(start):
        return start, end
    new = np.flatnonzero(np.append(True, start[1:] > end[:-1] + 1))
    last = np.append(new[1:] - 1, len(start) - 1)
    return _xs(layout, start[new]), _xs(layout, end[last])


def _steps(painter: QPainter, layout: Layout, box: Box, entries: Entries, grade: int, pen: QPen) -> None:
    part = entries.between(layout.start_ms, layout.end_ms)
    chosen = entries.grade[part] == grade
    if not chosen.any():
        return
    whole = bool(chosen.all())
    start, end, mean = entries.start[part], entries.end[part], entries.mean[part]
    if not whole:
        start, end, mean = start[chosen], end[chosen], mean[chosen]
    x, y = np.empty(2 * len(start)), np.repeat(_ys(box, mean), 2)
    x[0::2], x[1::2] = _xs(layout, start), _xs(layout, end)
    painter.setPen(pen)
    holes = start[1:] > end[:-1] + 1
    if not holes.any():
        polygon = pg.create_qpolygonf(len(x))
        points = pg.ndarray_from_qpolygonf(polygon)
        points[:, 0], points[:, 1] = x, y
        painter.drawPolyline(polygon)
        return
    joined = np.ones(len(x), np.int32)
    joined[1:-1:2] = ~holes
    painter.drawPath(pg.arrayToQPath(x, y, connect=joined, finiteCheck=False))


def _xs(layout: Layout, t_ms: Floats) -> Floats:
    scale = layout.plot.width() / (layout.end_ms - layout.start_ms)
    found: Floats = np.clip(layout.plot.left() + (t_ms - layout.start_ms) * scale, -_FAR, _FAR)
    return found


def _ys(box: Box, values: Floats) -> Floats:
    """Return where values stand; those beyond the scale run along the frame."""
    axis = box.axis
    assert axis is not None
    scale = box.scale
    px = scale.height() / (axis.high - axis.low)
    found: Floats = np.clip(scale.bottom() - (values - axis.low) * px, box.rect.top() + 1, box.rect.bottom() - 1)
    return found


class _Buffer(threading.local):
    """One buffer for all bands that a thread paints."""

    def __init__(self) -> None:
        self.of: Any = internals.PrimitiveArray(QRectF, 4)


_buffer: Final = _Buffer()


def _rects(painter: QPainter, x: Floats, y: Floats, width: Floats, height: Floats) -> None:
    buffer = _buffer.of
    buffer.resize(len(x))
    if not len(x):
        return
    rows = buffer.ndarray()
    rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3] = x, y, width, height
    painter.drawRects(*buffer.drawargs())


def last_y(box: Box, view: PenView, layout: Layout) -> float:
    """Return where a line leaves the picture, NaN where it is not in it."""
    entries = view.line.entries
    part = entries.between(layout.start_ms, layout.end_ms)
    usable = np.flatnonzero(~np.isnan(entries.mean[part]))
    return box.y(float(entries.mean[part][usable[-1]])) if len(usable) else math.nan
