"""Keeps what a trend drew between its axes, twice as wide as the picture: a hand that pans moves a picture, and paints
anew only when it has left what was painted, or when an axis is another one.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPixmap

from app.views import theme
from app.views.state.trend_marks import clusters_of
from app.views.widgets.trend_paint import paint_data
from app.views.widgets.trend_scene import NEAR_MARK, Layout, Scene, ticks_for

__all__ = ["DataLayer"]

_ASIDE: Final = 0.5


class DataLayer:
    """One picture of the data of a paused trend."""

    def __init__(self) -> None:
        self._picture: QPixmap | None = None
        self._key: object = None
        self._start_ms = self._end_ms = 0
        self._span_ms = 0
        self.paints = 0
        """How often it was painted: for measuring."""

    def draw(self, painter: QPainter, layout: Layout, scene: Scene, ratio: float) -> bool:
        """Draw the data of a scene; False if that is not worth while: it follows now, or the zoom is another one than
        that of the scene before."""
        span, before = scene.end_ms - scene.start_ms, self._span_ms
        self._span_ms = span
        if scene.live or span != before or layout.plot.height() < 1:
            return False
        key = _key(layout, scene, ratio)
        inside = self._start_ms <= scene.start_ms and scene.end_ms <= self._end_ms
        if self._picture is None or not inside or key != self._key:
            self._paint(layout, scene, ratio)
            self._key = key
        assert self._picture is not None
        plot = layout.plot
        offset = round((scene.start_ms - self._start_ms) * plot.width() / span * ratio)
        source = QRectF(offset, 0, math.floor(plot.width() * ratio), self._picture.height())
        target = QRectF(plot.left(), plot.top(), source.width() / ratio, source.height() / ratio)
        painter.drawPixmap(target, self._picture, source)
        return True

    def _paint(self, layout: Layout, scene: Scene, ratio: float) -> None:
        self.paints += 1
        wide, seen = _widened(layout, scene)
        size = QSize(math.ceil(wide.plot.width() * ratio), math.ceil(wide.plot.height() * ratio))
        self._picture = QPixmap(size)
        self._picture.setDevicePixelRatio(ratio)
        self._picture.fill(theme.PANEL)
        self._start_ms, self._end_ms = seen.start_ms, seen.end_ms
        painter = QPainter(self._picture)
        paint_data(painter, wide, seen)
        painter.end()


def _key(layout: Layout, scene: Scene, ratio: float) -> object:
    """Return what the data's picture rests on. Live values behind it change nothing in it."""
    reach = scene.end_ms + (scene.end_ms - scene.start_ms)
    revisions = tuple(
        (line.tag, line.shift_ms, line.base_revision, line.revision if line.tail_from <= reach else 0)
        for view in scene.pens
        for line in (view.line, view.setpoint)
        if line is not None
    )
    places = tuple((box.zone, box.rect, box.axis) for box in layout.boxes)
    pens = tuple((view.pen, view.limits) for view in scene.pens)
    return (revisions, places, pens, scene.gaps, scene.marks, scene.chosen, scene.language, ratio)


def _widened(layout: Layout, scene: Scene) -> tuple[Layout, Scene]:
    """Return layout and scene with half a picture more at each side, from 0, 0."""
    span, plot = scene.end_ms - scene.start_ms, layout.plot
    aside, more = round(span * _ASIDE), plot.width() * _ASIDE
    wide = replace(scene, start_ms=scene.start_ms - aside, end_ms=scene.end_ms + aside)
    width = plot.width() + 2 * more
    boxes = tuple(
        replace(box, rect=QRectF(0, box.rect.top() - plot.top(), width, box.rect.height())) for box in layout.boxes
    )
    field = QRectF(QPointF(0, 0), plot.size())
    field.setWidth(width)
    bare = Layout(
        field, field, boxes, field, field, ticks_for(wide, plot.width(), 1 + 2 * _ASIDE), (), wide.start_ms, wide.end_ms
    )
    seen = [m for m in scene.marks if wide.start_ms <= m.at_ms <= wide.end_ms]
    return replace(bare, clusters=clusters_of(seen, bare.x, near=NEAR_MARK)), wide
