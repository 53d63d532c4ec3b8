"""The background of a mimic: pipes, check valves, captions, and everything about equipment that stands still."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap, QPolygonF

from app.views import theme
from app.views.state.mimic import MimicPlan, Pipe
from app.views.widgets.ink import draw_text, elided, pen
from app.views.widgets.mimic_words import MimicWords
from app.views.widgets.symbols import draw_symbol

__all__ = ["Ground"]


_AROUND = 16.0
"""Half of the thickest that stands on a pipe, in px."""


class Ground:
    """The picture below everything that moves: pipes, and what each art says by its `paint_still`.

    Painted once and patched where something on it is another; so a new figure costs the figure alone.
    """

    def __init__(self, plan: MimicPlan, ratio: float) -> None:
        self.ratio = ratio
        self._plan = plan
        self._pipes = [(pipe, _reach(pipe)) for pipe in plan.pipes]
        self.picture = QPixmap(math.ceil(plan.width * ratio), math.ceil(plan.height * ratio))
        self.picture.setDevicePixelRatio(ratio)

    def paint(self, words: MimicWords, running: frozenset[str], still: Callable[[QPainter], None], rect: QRect) -> None:
        """Paint what lies in `rect` anew. `running` are equipment paths that drive water now; `still` paints the arts
        that have something there."""
        painter = QPainter(self.picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(rect)
        painter.fillRect(rect, theme.PANEL)
        pipes = [p for p, box in self._pipes if box.intersects(rect)]
        flowing = [p for p in pipes if _flows(p, running)]
        for pipe in pipes:
            if pipe not in flowing:
                _pipe(painter, pipe, flows=False)
        for pipe in flowing:
            _pipe(painter, pipe, flows=True)
        for pipe in pipes:
            _check_valve(painter, pipe)
        _stems(painter, self._plan)
        _destination(painter, self._plan, words)
        still(painter)
        painter.end()


def _reach(pipe: Pipe) -> QRect:
    """Return the area that a pipe paints in, its arrow and its valve included."""
    line = QPolygonF([QPointF(x, y) for x, y in pipe.points]).boundingRect()
    return line.adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND).toAlignedRect()


def _flows(pipe: Pipe, running: frozenset[str]) -> bool:
    return any(s in running for s in pipe.sources)


def _pipe(painter: QPainter, pipe: Pipe, *, flows: bool) -> None:
    colour = theme.PIPE if flows else theme.PIPE_IDLE
    line = QPen(pen(colour, 5.0 if flows else 3.0))
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
