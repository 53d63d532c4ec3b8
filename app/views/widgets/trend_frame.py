"""Paints what stands around the curves of a trend: grounds, axes, gaps, limits, numbers of pens, now, cursors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.views import theme
from app.views.state.values import number_text
from app.views.state.zone_time import zone_text
from app.views.widgets.ink import draw_text, elided, pen, text_width
from app.views.widgets.trend_curves import last_y
from app.views.widgets.trend_palette import colour_of, mixed, pen_of
from app.views.widgets.trend_scene import Box, Layout, Limit, PenView, Scene, limits_of

__all__ = [
    "draw_axes", "draw_chip", "draw_cursor", "draw_frame", "draw_gaps", "draw_grounds", "draw_limits", "draw_now",
    "draw_numbers", "draw_sample", "draw_span", "limit_names", "name_gaps", "name_limits",
]  # fmt: skip

PAUSED_GROUND: Final = QColor("#E6E8EA")
_GAP: Final = QColor("#C9CED2")
_CHIP: Final = 16.0
_NAME_PX: Final = 15.0
_NAME_ALPHA: Final = 225
"""Of the ground of a limit's name: a curve below it is seen faintly."""
_TICK_TEXT_PX: Final = 12.0


def draw_grounds(painter: QPainter, layout: Layout, scene: Scene) -> None:
    """Fill the axes' grounds and rule them."""
    ground = theme.RAISED if scene.live else PAUSED_GROUND
    for box in layout.boxes:
        painter.fillRect(box.rect, ground)
    painter.setPen(pen(theme.SCALE, 1.0))
    for tick in layout.ticks:
        x = round(layout.x(tick.at_ms)) + 0.5
        for box in layout.boxes:
            painter.drawLine(QPointF(x, box.rect.top()), QPointF(x, box.rect.bottom()))
    for box in layout.boxes:
        for value in box.axis.ticks if box.axis is not None else ():
            y = round(box.y(value)) + 0.5
            painter.drawLine(QPointF(box.rect.left(), y), QPointF(box.rect.right(), y))


def draw_gaps(painter: QPainter, layout: Layout, scene: Scene) -> None:
    """Grey the times without frames over all axes: nobody recorded anything."""
    for gap in scene.gaps:
        left, right = max(layout.plot.left(), layout.x(gap.start_ms)), min(layout.plot.right(), layout.x(gap.end_ms))
        if right <= left:
            continue
        wide = max(1.0, right - left)
        for box in layout.boxes:
            painter.fillRect(QRectF(left, box.rect.top(), wide, box.rect.height()), _GAP)


def name_gaps(painter: QPainter, layout: Layout, scene: Scene) -> None:
    """Say in words what the grey is, where there is room, above all lines."""
    word = scene.words.get("gap", "")
    wide = text_width(word, theme.CAPTION) + 8
    for gap in scene.gaps if layout.boxes else ():
        left, right = max(layout.plot.left(), layout.x(gap.start_ms)), min(layout.plot.right(), layout.x(gap.end_ms))
        if right - left >= wide:
            middle, y = (left + right) / 2, layout.boxes[0].rect.center().y()
            painter.fillRect(QRectF(middle - wide / 2, y - 9, wide, 18), _GAP)
            draw_text(painter, middle, y + 4.5, word, size=theme.CAPTION, colour=theme.TEXT_DIM, align="middle")


def draw_limits(painter: QPainter, layout: Layout, scene: Scene, box: Box) -> None:
    """Draw limits and levels of control as thin lines."""
    for _, limit, y in _limits(scene, box):
        style = Qt.PenStyle.DashLine if limit.limit else Qt.PenStyle.DotLine
        painter.setPen(pen(theme.OUTLINE if limit.limit else theme.PIPE_IDLE, 1.0, style))
        painter.drawLine(QPointF(box.rect.left(), y), QPointF(box.rect.right(), y))


def name_limits(painter: QPainter, scene: Scene, box: Box) -> None:
    """Say what these lines are, above all curves, each on its line; where two would meet, one beside the other."""
    ground = QColor(theme.RAISED if scene.live else PAUSED_GROUND)
    ground.setAlpha(_NAME_ALPHA)
    for limit, back, text in limit_names(scene, box):
        weight = 600 if limit.limit else 400
        painter.fillRect(back, ground)
        ink = theme.TEXT if limit.limit else theme.TEXT_DIM
        draw_text(painter, back.left() + 4, back.bottom() - 3.5, text, size=theme.CAPTION, weight=weight, colour=ink)


def limit_names(scene: Scene, box: Box) -> list[tuple[Limit, QRectF, str]]:
    """Return the names of the lines of an axis with where they stand. Limits of alarms go first."""
    found: list[tuple[Limit, QRectF, str]] = []
    for view, limit, y in _limits(scene, box):
        text = f"{limit.name} {number_text(limit.value, view.spec.decimals, limit_digits=False)}"
        width = text_width(text, theme.CAPTION, 600 if limit.limit else 400) + 8
        top = min(max(y - _NAME_PX / 2, box.rect.top() + 1), box.rect.bottom() - _NAME_PX - 1)
        back = QRectF(box.rect.left() + 4, top, width, _NAME_PX)
        while (other := next((b for _, b, _ in found if b.intersects(back)), None)) is not None:
            back.moveLeft(other.right() + 4)
        if back.right() <= box.rect.center().x():
            found.append((limit, back, text))
    return found


def _limits(scene: Scene, box: Box) -> list[tuple[PenView, Limit, float]]:
    """Return the lines of an axis that are in the picture, each with its pen and place; those of alarms first."""
    if box.axis is None:
        return []
    views = [scene.pens[place] for place in limits_of(scene, box.zone)]
    found = [(view, limit, round(box.y(limit.value)) + 0.5) for view in views for limit in view.limits]
    seen = [line for line in found if box.rect.top() <= line[2] <= box.rect.bottom()]
    return sorted(seen, key=_level_of_control)


def _level_of_control(line: tuple[PenView, Limit, float]) -> bool:
    return not line[1].limit


def draw_axes(painter: QPainter, layout: Layout, scene: Scene) -> None:
    """Draw units and ticks of every axis, and the time axis with its zone."""
    for box in layout.boxes:
        _value_axis(painter, layout, scene, box)
    axis = layout.axis
    painter.setPen(pen(theme.BORDER, 1.0))
    for tick in layout.ticks:
        x = layout.x(tick.at_ms)
        half = text_width(tick.text, theme.CAPTION, tabular=True) / 2
        at = min(max(x, axis.left() - 24 + half), axis.right() + 36 - half)
        draw_text(
            painter, at, axis.top() + 15, tick.text, size=theme.CAPTION, colour=theme.TEXT, align="middle", tabular=True
        )
    _dates(painter, layout, scene)


def _dates(painter: QPainter, layout: Layout, scene: Scene) -> None:
    zone = zone_text(scene.end_ms, scene.timezone)
    y, right = layout.axis.top() + 32, layout.axis.right()
    zone_left = right - text_width(zone, theme.CAPTION, 600)
    draw_text(painter, right, y, zone, size=theme.CAPTION, weight=600, colour=theme.TEXT_DIM, align="right")
    end = -math.inf
    for tick in layout.ticks:
        half = text_width(tick.date, theme.CAPTION, 600, tabular=True) / 2
        x = max(layout.x(tick.at_ms), layout.axis.left() + half - 24)
        if tick.date and x - half > end + 12 and x + half < zone_left - 16:
            draw_text(painter, x, y, tick.date, size=theme.CAPTION, weight=600, align="middle", tabular=True)
            end = x + half


def _value_axis(painter: QPainter, layout: Layout, scene: Scene, box: Box) -> None:
    right = box.rect.left() - 8
    if box.axis is None:
        place = box.zone.places[0]
        if box.rect.height() >= _CHIP - 2:
            _chip(painter, right - _CHIP, box.rect.center().y() - _CHIP / 2, scene.pens[place], place)
        return
    unit = box.zone.unit
    wide = text_width(unit, theme.CAPTION, 600)
    top = box.rect.top() + 12
    draw_text(painter, layout.whole.left() + 10, top, unit, size=theme.CAPTION, weight=600, colour=theme.TEXT)
    last = math.inf
    for value in box.axis.ticks:
        text = box.axis.text(value)
        y = min(max(box.y(value) + 4.5, box.rect.top() + 10), box.rect.bottom() + 1)
        if last - y < _TICK_TEXT_PX:
            continue
        width = text_width(text, theme.CAPTION, tabular=True)
        if y < top + 10 and right - width < layout.whole.left() + 10 + wide + 6:
            continue
        last = y
        draw_text(painter, right, y, text, size=theme.CAPTION, colour=theme.TEXT_DIM, align="right", tabular=True)


def draw_numbers(painter: QPainter, layout: Layout, scene: Scene) -> None:
    """Draw the number of each pen where its line leaves the picture, moved apart where several would meet."""
    for box in layout.boxes:
        if box.axis is None:
            continue
        ends = [(last_y(box, scene.pens[i], layout), i) for i in box.zone.places]
        known = sorted((y, i) for y, i in ends if not math.isnan(y))
        columns = 1 if len(known) * (_CHIP + 1) <= box.rect.height() else 2
        for k in range(columns):
            x = layout.plot.right() + 6 + 21 * k
            for y, i in _apart(known[k::columns], box.rect.top() + _CHIP / 2, box.rect.bottom() - _CHIP / 2):
                _chip(painter, x, y - _CHIP / 2, scene.pens[i], i)


def _apart(wanted: Sequence[tuple[float, int]], top: float, bottom: float) -> list[tuple[float, int]]:
    """Move places apart downwards, then what fell off the end upwards."""
    found: list[tuple[float, int]] = []
    at = top - _CHIP - 1
    for y, i in wanted:
        at = max(y, at + _CHIP + 1, top)
        found.append((at, i))
    limit = bottom
    for k in range(len(found) - 1, -1, -1):
        y = min(found[k][0], limit)
        found[k] = (y, found[k][1])
        limit = y - _CHIP - 1
    return found


def _chip(painter: QPainter, x: float, y: float, view: PenView, place: int) -> None:
    draw_chip(painter, x, y, place, view.pen.hue, shifted=view.pen.shift_ms > 0)


def draw_chip(painter: QPainter, x: float, y: float, place: int, hue: int, *, shifted: bool) -> None:
    """Draw the number of a pen on its colour: so that colour is never alone."""
    colour = colour_of(hue)
    box = QRectF(x, y, 20, _CHIP)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(pen(colour, 1.0))
    painter.setBrush(theme.RAISED if shifted else colour)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
    ink = colour if shifted else theme.RUNNING
    draw_text(
        painter, box.center().x(), box.center().y() + 4.4, str(place + 1), size=theme.CAPTION, weight=600, colour=ink,
        align="middle", tabular=True,
    )  # fmt: skip
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def draw_sample(painter: QPainter, x: float, y: float, width: float, hue: int, *, shifted: bool) -> None:
    """Draw a piece of a pen's line, as legends show it."""
    sample = pen_of(hue, shifted=shifted)
    painter.setPen(sample)
    for dy in (0, 1):
        painter.drawLine(QPointF(x, y + dy), QPointF(x + width, y + dy))


def draw_now(painter: QPainter, layout: Layout, scene: Scene) -> None:
    """Draw the line of now; behind it nothing can be known."""
    x = layout.x(scene.now_ms)
    if not layout.plot.left() <= x <= layout.plot.right() + 1:
        return
    for box in layout.boxes:
        ahead = QRectF(x + 1, box.rect.top(), box.rect.right() - x - 1, box.rect.height())
        if ahead.width() > 0:
            painter.fillRect(ahead, theme.GROUND)
    painter.setPen(pen(theme.TEXT_DIM, 1.0))
    painter.drawLine(QPointF(round(x) + 0.5, layout.plot.top()), QPointF(round(x) + 0.5, layout.plot.bottom()))


def draw_frame(painter: QPainter, layout: Layout, scene: Scene) -> None:
    """Frame the axes; a picture that stands has a heavy frame."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen(theme.BORDER, 1.0))
    for box in layout.boxes:
        painter.drawRect(box.rect.adjusted(-0.5, -0.5, 0.5, 0.5))
    if not scene.live:
        painter.setPen(pen(theme.OUTLINE, 3.0))
        painter.drawRect(layout.plot.adjusted(-1.5, -1.5, 1.5, 0.5))


def draw_cursor(
    painter: QPainter, layout: Layout, t_ms: int, label: str, *, name: str = "", hover: bool = False
) -> None:
    """Draw a cursor over all axes with its time at the top; `hover` for the one that only follows the mouse."""
    x = round(layout.x(t_ms)) + 0.5
    if not layout.plot.left() - 1 <= x <= layout.plot.right() + 1:
        return
    style = Qt.PenStyle.DotLine if hover else Qt.PenStyle.SolidLine
    painter.setPen(pen(theme.TEXT_DIM if hover else theme.TEXT, 1.0, style))
    painter.drawLine(QPointF(x, layout.plot.top()), QPointF(x, layout.lane.bottom()))
    text = f"{name}  {label}" if name else label
    width = text_width(text, theme.CAPTION, 600, tabular=True) + 12
    left = min(max(x - width / 2, layout.plot.left()), layout.plot.right() - width)
    box = QRectF(left, layout.plot.top() - 6, width, 18)
    painter.setPen(pen(theme.OUTLINE, 1.0))
    painter.setBrush(theme.RUNNING if hover else theme.TEXT)
    painter.drawRect(box)
    ink = theme.TEXT if hover else theme.RUNNING
    draw_text(
        painter, box.center().x(), box.bottom() - 4.5, elided(text, width, theme.CAPTION, 600, tabular=True),
        size=theme.CAPTION,
        weight=600, colour=ink, align="middle", tabular=True,
    )  # fmt: skip


def draw_span(painter: QPainter, layout: Layout, one_ms: int, other_ms: int) -> None:
    """Tint the time between two cursors at the foot of the axes."""
    left, right = sorted((layout.x(one_ms), layout.x(other_ms)))
    left, right = max(left, layout.plot.left()), min(right, layout.plot.right())
    if right > left:
        painter.fillRect(QRectF(left, layout.plot.bottom() - 3, right - left, 3), mixed(theme.TEXT, theme.RAISED, 0.6))
