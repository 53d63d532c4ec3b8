"""The part of the map that never changes while a site is in force: land, water, roads, links, names of places."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from app.model.spec import FacilityKind, Place, Shape, Site
from app.views import theme
from app.views.state.map_layout import Box, to_pixels
from app.views.widgets.ink import draw_text, pen, text_width

__all__ = ["paint_background"]

LAND: Final = QColor("#EAECED")
ZONE: Final = QColor("#F3F4F4")
RIVER: Final = QColor("#C6CED5")
CANAL: Final = QColor("#C6CED5")
ROAD: Final = QColor("#DFE2E4")
_NODES: Final = (FacilityKind.TREATMENT_PLANT, FacilityKind.OUTLET, FacilityKind.RIVER_SECTION)
_NODE: Final = QSizeF(26, 18)
"""What the sign of a place takes, px."""
_PIECE: Final = 40.0
_ORDER: Final = {"zone": 0, "road": 1, "canal": 2, "river": 3, "label": 4}


def paint_background(
    site: Site, size: QSize, ratio: float, language: str, *, boxes: Sequence[Box], flowing: frozenset[int]
) -> QPixmap:
    """Return the background in device pixels. `boxes` are the cards: names keep clear of them. `flowing` are the
    places in site.links of those that carry water."""
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(LAND)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    w, h = float(size.width()), float(size.height())
    taken = [QRectF(b.x, b.y, b.width, b.height) for b in boxes]
    shapes = sorted(site.shapes, key=lambda s: _ORDER.get(s.kind, 9))
    for shape in shapes:
        _shape(painter, shape, w, h)
    for i, link in sorted(enumerate(site.links), key=lambda pair: pair[0] in flowing):
        _link(painter, link.kind, _points(link.path, w, h), flows=i in flowing)
    for facility in site.facilities:
        if facility.kind in _NODES:
            _node(painter, facility.kind, *to_pixels(facility.place, w, h))
    nodes = [(f, to_pixels(f.place, w, h)) for f in site.facilities if f.kind in _NODES]
    taken += [QRectF(x - _NODE.width() / 2, y - _NODE.height() / 2, *_NODE.toTuple()) for _, (x, y) in nodes]
    for facility, at in nodes:
        _node_name(painter, facility.label.get(language), at, taken, w)
    taken += [box for link in site.links if link.kind != "river" for box in _along(_points(link.path, w, h))]
    for shape in reversed(shapes):
        if shape.label is not None:
            _shape_name(painter, shape, shape.label.get(language), w, h, taken)
    painter.end()
    return pixmap


def _points(path: Sequence[Place], w: float, h: float) -> list[QPointF]:
    return [QPointF(*to_pixels(p, w, h)) for p in path]


def _smooth(points: Sequence[QPointF]) -> QPainterPath:
    """Return a path through the middles of the segments, with the points as handles: banks without corners."""
    path = QPainterPath(points[0])
    for a, b in itertools.pairwise(points):
        path.quadTo(a, (a + b) / 2)
    path.lineTo(points[-1])
    return path


def _shape(painter: QPainter, shape: Shape, w: float, h: float) -> None:
    points = _points(shape.path, w, h)
    if len(points) < 2:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if shape.kind in ("river", "zone"):
        painter.setBrush(RIVER if shape.kind == "river" else ZONE)
        painter.drawPath(_smooth(points))
        return
    colour, width = (CANAL, 7.0) if shape.kind == "canal" else (ROAD, 4.0)
    line = QPen(colour, width)
    line.setCapStyle(Qt.PenCapStyle.RoundCap)
    line.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(line)
    painter.drawPath(_smooth(points))


def _link(painter: QPainter, kind: str, points: list[QPointF], *, flows: bool) -> None:
    """A pressure main or sewer is solid, a storm drain dashed; strong and with arrows while water flows in it."""
    if len(points) < 2 or kind == "river":
        return
    style = Qt.PenStyle.DashLine if kind == "storm" else Qt.PenStyle.SolidLine
    line = QPen(pen(theme.PIPE if flows else theme.PIPE_IDLE, 2.6 if flows else 1.8, style))
    line.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(line)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(points))
    for a, b in itertools.pairwise(points) if flows else ():
        if math.hypot(b.x() - a.x(), b.y() - a.y()) > 60:
            _arrow(painter, a + (b - a) * 0.62, math.atan2(b.y() - a.y(), b.x() - a.x()))


def _arrow(painter: QPainter, tip: QPointF, angle: float) -> None:
    painter.save()
    painter.translate(tip)
    painter.rotate(math.degrees(angle))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.PIPE)
    painter.drawPolygon(QPolygonF([QPointF(7, 0), QPointF(-6, -5.5), QPointF(-6, 5.5)]))
    painter.restore()


def _node(painter: QPainter, kind: FacilityKind, x: float, y: float) -> None:
    painter.setPen(pen(theme.OUTLINE, 1.6))
    painter.setBrush(theme.RUNNING)
    if kind is FacilityKind.TREATMENT_PLANT:
        painter.drawRect(QRectF(x - 15, y - 11, 30, 22))
        painter.drawEllipse(QPointF(x - 6, y), 5, 5)
        painter.drawEllipse(QPointF(x + 7, y), 5, 5)
    elif kind is FacilityKind.OUTLET:
        painter.drawPolygon(QPolygonF([QPointF(x - 8, y - 7), QPointF(x + 8, y - 7), QPointF(x, y + 8)]))
    else:
        painter.drawEllipse(QPointF(x, y), 6, 6)
        painter.drawLine(QPointF(x - 11, y), QPointF(x + 11, y))


def _node_name(painter: QPainter, name: str, at: tuple[float, float], taken: list[QRectF], width: float) -> None:
    """Write a name at the first of four sides that is free; without one at the last, as far inside as it goes."""
    x, y = at
    w = text_width(name, theme.CAPTION, 500)
    sides = ((x + 20, y + 4.5), (x - 20 - w, y + 4.5), (x - w / 2, y + 26), (x - w / 2, y - 18))
    for left, baseline in sides:
        box = QRectF(left - 3, baseline - 12, w + 6, 16)
        if left > 6 and left + w < width - 6 and not any(box.intersects(t) for t in taken):
            break
    left = max(6.0, min(left, width - 6 - w))
    taken.append(QRectF(left - 3, baseline - 12, w + 6, 16))
    draw_text(painter, left, baseline, name, size=theme.CAPTION, weight=500, colour=theme.TEXT_DIM)


def _along(points: Sequence[QPointF]) -> list[QRectF]:
    """Return boxes that cover a line piece by piece."""
    found = []
    for a, b in itertools.pairwise(points):
        pieces = max(1, math.ceil(_length(a, b) / _PIECE))
        ends = [a + (b - a) * (k / pieces) for k in range(pieces + 1)]
        found += [QRectF(p, q).normalized().adjusted(-3, -3, 3, 3) for p, q in itertools.pairwise(ends)]
    return found


def _shape_name(painter: QPainter, shape: Shape, name: str, w: float, h: float, taken: list[QRectF]) -> None:
    """Write a name along a road or canal, or spaced out in a river, where it is free; leave it out where it is not."""
    points = _points(shape.path, w, h)
    if shape.kind == "river":
        _river_name(painter, name, points, taken, QRectF(8, 8, w - 16, h - 16))
        return
    length = text_width(name, theme.CAPTION)
    for a, b in sorted(itertools.pairwise(points), key=lambda s: -_length(*s)):
        for at in (0.5, 0.3, 0.7, 0.15, 0.85):
            middle = a + (b - a) * at
            box = QRectF(middle.x() - length / 2, middle.y() - length / 2, length, length)
            steep = abs(b.y() - a.y()) > abs(b.x() - a.x())
            box = (
                QRectF(middle.x() - 18, box.y(), 18, length) if steep else QRectF(box.x(), middle.y() - 20, length, 18)
            )
            inside = box.left() > 8 and box.right() < w - 8 and box.top() > 8 and box.bottom() < h - 8
            if inside and _length(a, b) > length and not any(box.intersects(t) for t in taken):
                taken.append(box)
                _rotated(painter, name, middle, a, b)
                return


def _length(a: QPointF, b: QPointF) -> float:
    return math.hypot(b.x() - a.x(), b.y() - a.y())


def _rotated(painter: QPainter, name: str, middle: QPointF, a: QPointF, b: QPointF) -> None:
    angle = math.degrees(math.atan2(b.y() - a.y(), b.x() - a.x()))
    angle = angle - 180 if angle > 90 else angle + 180 if angle < -90 else angle
    painter.save()
    painter.translate(middle)
    painter.rotate(angle)
    draw_text(painter, 0, -7, name, size=theme.CAPTION, colour=theme.PIPE, align="middle")
    painter.restore()


def _river_name(painter: QPainter, name: str, points: list[QPointF], taken: list[QRectF], field: QRectF) -> None:
    """The river's name stands in the middle of its water, at the widest free place of the lower half."""
    half = len(points) // 2
    pairs = [(points[i], points[-1 - i]) for i in range(2, half - 1)]
    length = text_width(name, theme.HEADING, 500) * 1.3
    for a, b in sorted(pairs, key=lambda p: -(p[0].y() + p[1].y())):
        middle = (a + b) / 2
        box = QRectF(middle.x() - length / 2, middle.y() - 12, length, 24)
        if field.contains(box) and not any(box.intersects(t) for t in taken):
            taken.append(box)
            colour = theme.TEXT_DIM
            draw_text(
                painter, middle.x(), middle.y() + 5, name, size=theme.HEADING, weight=500, colour=colour, align="middle"
            )
            return
