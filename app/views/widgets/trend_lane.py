"""Paints the lane under a trend: what happened, by the signs that the room uses elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from app.views import theme
from app.views.state.trend_marks import Cluster, MarkKind
from app.views.widgets.ink import draw_priority, draw_text, pen, text_width
from app.views.widgets.trend_scene import Layout, Scene

__all__ = ["cluster_at", "draw_lane", "draw_shifts"]

_HALF = 7.5
_NEAR = 10.0


def draw_lane(painter: QPainter, layout: Layout, scene: Scene, *, focused: int = -1) -> None:
    """Draw the lane with a sign for each cluster; the `focused` one is framed."""
    lane = layout.lane
    painter.fillRect(lane.adjusted(0, 2, 0, -2), theme.PANEL)
    _not_read(painter, layout, scene)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for i, cluster in enumerate(layout.clusters):
        _sign(painter, cluster, lane.center().y())
        if i == focused:
            painter.setPen(pen(theme.FOCUS, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(cluster.x - 10, lane.center().y() - 10, 20, 20))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def draw_shifts(painter: QPainter, layout: Layout) -> None:
    """Draw a thin line over all axes where the shift changed."""
    painter.setPen(pen(theme.PIPE_IDLE, 1.0, Qt.PenStyle.DotLine))
    for cluster in layout.clusters:
        for mark in cluster.marks:
            if mark.kind is MarkKind.SHIFT:
                x = round(layout.x(mark.at_ms)) + 0.5
                painter.drawLine(QPointF(x, layout.plot.top()), QPointF(x, layout.plot.bottom()))


def cluster_at(layout: Layout, x: float, y: float) -> int:
    """Return the cluster under a point, −1 for none."""
    if not layout.lane.top() <= y <= layout.lane.bottom():
        return -1
    near = [(abs(c.x - x), i) for i, c in enumerate(layout.clusters) if abs(c.x - x) <= _NEAR]
    return min(near)[1] if near else -1


def _not_read(painter: QPainter, layout: Layout, scene: Scene) -> None:
    """Say where the lane does not tell everything: there was too much to read."""
    end = layout.x(scene.marks_from_ms)
    lane = layout.lane
    if scene.marks_from_ms and end > lane.left():
        box = QRectF(lane.left(), lane.top() + 2, min(end, lane.right()) - lane.left(), lane.height() - 4)
        painter.fillRect(box, theme.SCALE)
        word = scene.words.get("unread", "")
        if text_width(word, theme.CAPTION) + 16 <= box.width():
            draw_text(painter, box.left() + 8, lane.center().y() + 4.5, word, size=theme.CAPTION, colour=theme.TEXT_DIM)


def _sign(painter: QPainter, cluster: Cluster, cy: float) -> None:
    lead, count = cluster.lead, len(cluster.marks)
    x = cluster.x
    if lead.kind is MarkKind.ALARM and lead.priority:
        draw_priority(painter, x, cy, lead.priority, size=15.0)
    elif lead.kind in (MarkKind.ALARM, MarkKind.COMMAND):
        painter.setPen(pen(theme.OUTLINE, 1.4))
        painter.setBrush(theme.RUNNING)
        painter.drawPolygon(QPolygonF([QPointF(x - 5, cy - 6.5), QPointF(x + 6, cy), QPointF(x - 5, cy + 6.5)]))
    elif lead.kind is MarkKind.NOTE:
        painter.setPen(pen(theme.OUTLINE, 1.4))
        painter.setBrush(theme.RUNNING)
        painter.drawRect(QRectF(x - 5.5, cy - 6.5, 11, 13))
        for dy in (-2.5, 0.5, 3.5):
            painter.drawLine(QPointF(x - 3, cy + dy), QPointF(x + 3, cy + dy))
    else:
        painter.setPen(pen(theme.OUTLINE, 1.4))
        painter.setBrush(theme.RUNNING)
        painter.drawEllipse(QPointF(x, cy), 6.0, 6.0)
        painter.drawPolyline(QPolygonF([QPointF(x, cy - 3.6), QPointF(x, cy), QPointF(x + 2.8, cy + 1.6)]))
    if count > 1:
        text = str(count) if count < 100 else "99+"
        wide = text_width(text, theme.CAPTION, 600, tabular=True)
        box = QRectF(x + _HALF - 1, cy - 13.5, wide + 5, 13)
        painter.setPen(pen(theme.PIPE_IDLE, 1.0))
        painter.setBrush(theme.RUNNING)
        painter.drawRoundedRect(box, 3, 3)
        draw_text(painter, box.left() + 2.5, box.bottom() - 2.2, text, size=theme.CAPTION, weight=600, tabular=True)
