"""The background of a mimic: pipes, check valves and captions. Painted once per set of running pumps."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap, QPolygonF

from app.views import theme
from app.views.state.mimic import MimicPlan, Pipe
from app.views.widgets.ink import draw_text, elided, pen
from app.views.widgets.mimic_words import MimicWords
from app.views.widgets.symbols import draw_symbol

__all__ = ["paint_ground"]


def paint_ground(plan: MimicPlan, words: MimicWords, running: frozenset[str], ratio: float) -> QPixmap:
    """Return the picture below everything that changes. `running` are equipment paths that drive water now."""
    picture = QPixmap(math.ceil(plan.width * ratio), math.ceil(plan.height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(theme.PANEL)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    flowing = [p for p in plan.pipes if _flows(p, running)]
    for pipe in plan.pipes:
        if pipe not in flowing:
            _pipe(painter, pipe, flows=False)
    for pipe in flowing:
        _pipe(painter, pipe, flows=True)
    for pipe in plan.pipes:
        _check_valve(painter, pipe)
    _stems(painter, plan)
    _destination(painter, plan, words)
    painter.end()
    return picture


def _flows(pipe: Pipe, running: frozenset[str]) -> bool:
    return any(s in running for s in pipe.sources)


def _pipe(painter: QPainter, pipe: Pipe, *, flows: bool) -> None:
    colour = theme.PIPE if flows else theme.PIPE_IDLE
    line = pen(colour, 5.0 if flows else 3.0)
    line.setCapStyle(Qt.PenCapStyle.SquareCap)
    painter.setPen(line)
    points = [QPointF(x, y) for x, y in pipe.points]
    if pipe.arrow:
        points[-1] -= QPointF(10, 0)
    painter.drawPolyline(QPolygonF(points))
    if pipe.arrow:
        x, y = pipe.points[-1]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF([QPointF(x, y), QPointF(x - 15, y - 8), QPointF(x - 15, y + 8)]))


def _check_valve(painter: QPainter, pipe: Pipe) -> None:
    if pipe.valve_at is None:
        return
    painter.save()
    painter.translate(*pipe.valve_at)
    draw_symbol(painter, "check_valve", 9.0, filled=False)
    painter.restore()


def _stems(painter: QPainter, plan: MimicPlan) -> None:
    """Thin lines from the main to its instruments."""
    if plan.main is None:
        return
    y = plan.main[2]
    painter.setPen(pen(theme.PIPE_IDLE, 1.2))
    for node in plan.nodes:
        if node.kind == "columns" and node.equipment.type != "river_level" and node.box.y > y:
            painter.drawLine(QPointF(node.cx, y), QPointF(node.cx, node.box.y))


def _destination(painter: QPainter, plan: MimicPlan, words: MimicWords) -> None:
    for line, words_of in ((plan.main, words.destination), (plan.relief, words.relief)):
        if line is not None:
            left, right, y = line
            text = elided(words_of, (right - left) * 0.44, theme.BODY, 600)
            draw_text(painter, right, y - 14, text, size=theme.BODY, weight=600, align="right")
