"""Paints a whole trend into a box: the same for the screen, for paper and for a picture."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.views.state.trend_line import BROKEN
from app.views.widgets.trend_curves import (
    draw_band,
    draw_broken,
    draw_line,
    draw_setpoint,
    draw_strip,
    name_broken,
    name_strip,
)
from app.views.widgets.trend_frame import (
    draw_axes,
    draw_frame,
    draw_gaps,
    draw_grounds,
    draw_limits,
    draw_now,
    draw_numbers,
    name_gaps,
    name_limits,
)
from app.views.widgets.trend_lane import draw_lane, draw_shifts
from app.views.widgets.trend_scene import Box, Layout, Scene

__all__ = ["paint_around", "paint_data", "paint_trend"]

_FOOT = 15.0


def paint_trend(painter: QPainter, layout: Layout, scene: Scene) -> None:
    """Paint everything but cursors."""
    paint_data(painter, layout, scene)
    paint_around(painter, layout, scene)


def paint_data(painter: QPainter, layout: Layout, scene: Scene) -> None:
    """Paint what moves with time between the axes: grounds, grid, gaps, curves, strips, lines of limits."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    draw_grounds(painter, layout, scene)
    draw_gaps(painter, layout, scene)
    draw_shifts(painter, layout)
    for box in layout.boxes:
        painter.save()
        painter.setClipRect(box.rect)
        if box.axis is None:
            draw_strip(painter, layout, box, scene.pens[box.zone.places[0]])
        else:
            _zone(painter, layout, scene, box)
        painter.restore()


def paint_around(painter: QPainter, layout: Layout, scene: Scene) -> None:
    """Paint what stands where it is: names of limits and spans, now, frames, axes, numbers, the lane."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    bad = scene.words.get("bad", "")
    for box in layout.boxes:
        painter.save()
        painter.setClipRect(box.rect)
        if box.axis is None:
            name_strip(painter, layout, box, scene.pens[box.zone.places[0]], scene.language)
        name_limits(painter, scene, box)
        for i, rect in _spans(scene, box, list(box.zone.places)):
            name = f"{i + 1} {bad}" if len(box.zone.places) > 1 else bad
            name_broken(painter, layout, rect, scene.pens[i].line.entries, name)
        painter.restore()
    name_gaps(painter, layout, scene)
    draw_now(painter, layout, scene)
    draw_frame(painter, layout, scene)
    draw_axes(painter, layout, scene)
    draw_numbers(painter, layout, scene)
    draw_lane(painter, layout, scene)


def _zone(painter: QPainter, layout: Layout, scene: Scene, box: Box) -> None:
    """Bands below all lines, the chosen pen above the others."""
    places = sorted(box.zone.places, key=lambda i: i == scene.chosen)
    for i in places:
        draw_band(painter, layout, box, scene.pens[i])
    draw_limits(painter, layout, scene, box)
    for i, rect in _spans(scene, box, list(box.zone.places)):
        draw_broken(painter, layout, rect, scene.pens[i].line.entries)
    for i in places:
        view = scene.pens[i]
        if view.setpoint is not None:
            draw_setpoint(painter, layout, box, view.setpoint, view.pen.hue)
        draw_line(painter, layout, box, view)


def _spans(scene: Scene, box: Box, places: list[int]) -> list[tuple[int, QRectF]]:
    """Return the pens that were bad at any time, each with where that is told: over the whole axis if it is alone."""
    broken = [i for i in places if (scene.pens[i].line.entries.grade == BROKEN).any()]
    return [(i, box.rect if len(places) == 1 else _foot(box.rect, k)) for k, i in enumerate(broken)]


def _foot(rect: QRectF, k: int) -> QRectF:
    """Return the bar at the foot of an axis in which the k-th of several pens tells that it was bad."""
    return QRectF(rect.left(), rect.bottom() - (k + 1) * _FOOT, rect.width(), _FOOT - 1)
