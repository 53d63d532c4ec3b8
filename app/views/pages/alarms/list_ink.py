"""Paints the rows and the head of an alarm list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from app.model.alarms.status import AlarmState
from app.views import theme
from app.views.state.alarm_lines import AlarmLine, Column
from app.views.widgets.alarm_ink import draw_alarm, elided_place, flashes
from app.views.widgets.ink import draw_text, elided, pen

__all__ = ["HEAD", "ROW", "RowInk"]

ROW: Final = 34
HEAD: Final = 32
_AIR: Final = 8.0
_BASE: Final = 22.0
_PICTURES: Final = 160
"""Pictures of rows kept: a few screenfuls, a flashing row in both its looks."""
_STRONG: Final = ("what", "state")
_TABULAR: Final = ("raised", "until", "since")

Places = Sequence[tuple[Column, float, float]]
_NARROW = 150.0
"""px that are left at least of a column that stretches."""


def _least(column: Column) -> float:
    return min(float(column.width), _NARROW) if column.stretch else float(column.width)


def _widths(shown: Sequence[Column], width: int) -> list[tuple[Column, float]]:
    """Return each column's width: its least, then what it would like, then its share of what is left over."""
    wished = sum(c.width - _least(c) for c in shown)
    spare = width - sum(_least(c) for c in shown)
    part = min(1.0, max(0.0, spare) / wished) if wished else 1.0
    over = max(0.0, spare - wished) / (sum(c.stretch for c in shown) or 1)
    return [(c, _least(c) + (c.width - _least(c)) * part + over * c.stretch) for c in shown]


def _with_room(columns: Sequence[Column], width: int) -> list[Column]:
    shown, may_go = list(columns), [c for c in columns if not c.fixed]
    while may_go and sum(_least(c) for c in shown) > width:
        shown.remove(may_go.pop())
    return shown


class RowInk:
    """Keeps where the columns stand for a width, and pictures of rows: one that only moved is not painted anew."""

    def __init__(self) -> None:
        self._pictures: dict[tuple[str, bool], tuple[object, QPixmap]] = {}
        self._key: tuple[object, int] = ((), 0)
        self._places: list[tuple[Column, float, float]] = []

    def places(self, columns: tuple[Column, ...], width: int) -> Places:
        """Return column, left end and width of each; what is left over goes to those that stretch. Where even their
        least widths are too wide together, columns that may be hidden give way, the last one first."""
        if self._key != (columns, width):
            self._key = (columns, width)
            self._places, left = [], 0.0
            for column, wide in _widths(_with_room(columns, width), width):
                self._places.append((column, left, wide))
                left += wide
        return self._places

    def paint(
        self,
        painter: QPainter,
        box: QRect,
        path: str,
        line: AlarmLine,
        places: Places,
        *,
        on: bool,
        known: bool,
        chosen: bool,
        ratio: float,
    ) -> None:
        """Paint all of a row that stands still. `on` is the flashing clock; not `known`: the engine is silent and
        nothing here is sure."""
        on = on or not flashes(line.state) or line.aside
        key, name = (line, known, chosen, box.width(), ratio, self._key), (path, on)
        kept = self._pictures.get(name)
        if kept is None or kept[0] != key:
            picture = QPixmap(box.size() * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(theme.RAISED)
            inside = QPainter(picture)
            inside.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_row(inside, QRectF(0, 0, box.width(), box.height()), line, places, on, known, chosen)
            inside.end()
            if len(self._pictures) >= _PICTURES:
                self._pictures.clear()
            kept = self._pictures[name] = (key, picture)
        painter.drawPixmap(box.topLeft(), kept[1])

    @staticmethod
    def paint_moving(painter: QPainter, box: QRect, text: str, column: Column, left: float, width: float) -> None:
        """Paint a text that goes on each second."""
        if text:
            x, align = (left + width - _AIR, "right") if column.right else (left + _AIR, "left")
            draw_text(
                painter, x, box.y() + _BASE, text, size=theme.BODY, colour=theme.TEXT_DIM, tabular=True, align=align
            )

    @staticmethod
    def paint_current(painter: QPainter, box: QRect, *, ringed: bool) -> None:
        """Frame the row that has the keyboard."""
        painter.setPen(pen(theme.FOCUS, 2.0 if ringed else 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(box).adjusted(1, 1, -1, -2))

    def _paint_row(
        self, painter: QPainter, box: QRectF, line: AlarmLine, places: Places, on: bool, known: bool, chosen: bool
    ) -> None:
        self._ground(painter, box, line, on=on, chosen=chosen)
        waits = line.unack and not line.aside
        for column, left, width in places:
            if column.id == "mark":
                draw_alarm(
                    painter, left + width / 2 + 2, box.center().y(), line.priority, line.state, on=on,
                    frozen=line.frozen or not known, aside=line.aside, size=17,
                )  # fmt: skip
            elif text := line.cells.get(column.id, ""):
                fit = elided_place if column.id == "place" else elided
                strong = 600 if (waits and column.id in _STRONG) or column.id == "chips" else 400
                dim = line.frozen or not known or line.state is AlarmState.RTN_UNACK or column.id in _TABULAR
                x = left + width - _AIR if column.right else left + _AIR
                draw_text(
                    painter, x, box.y() + _BASE, fit(text, width - 2 * _AIR + 4, theme.BODY, strong), size=theme.BODY,
                    weight=strong, colour=theme.TEXT_DIM if dim else theme.TEXT, tabular=column.id in _TABULAR,
                    align="right" if column.right else "left",
                )  # fmt: skip
        painter.fillRect(QRectF(box.x(), box.bottom() - 1, box.width(), 1), theme.SCALE)

    @staticmethod
    def _ground(painter: QPainter, box: QRectF, line: AlarmLine, *, on: bool, chosen: bool) -> None:
        if chosen:
            painter.fillRect(box, theme.BAND)
        elif line.priority == 1 and flashes(line.state) and not line.aside:
            painter.fillRect(box, theme.ABNORMAL_GROUND)
        if not line.aside and flashes(line.state) and on:
            painter.fillRect(QRectF(box.x(), box.y(), 4, box.height() - 1), theme.PRIORITY[line.priority])

    @staticmethod
    def paint_head(painter: QPainter, places: Places, width: float, language: str) -> None:
        """Paint the names of the columns."""
        painter.fillRect(QRectF(0, 0, width, HEAD), theme.PANEL)
        painter.fillRect(QRectF(0, HEAD - 1, width, 1), theme.BORDER)
        for column, left, wide in places:
            title = elided(column.title.get(language), wide - _AIR, theme.CAPTION, 600)
            if column.id == "mark":
                x, align = left + wide / 2 + 2, "middle"
            else:
                x, align = (left + wide - _AIR, "right") if column.right else (left + _AIR, "left")
            draw_text(painter, x, 20.5, title, size=theme.CAPTION, weight=600, colour=theme.TEXT_DIM, align=align)

    @staticmethod
    def paint_empty(painter: QPainter, whole: QRectF, words: str) -> None:
        """Say that there is nothing, with the tick of what is in order."""
        cx, cy = whole.center().x(), min(whole.center().y(), 240.0)
        painter.setPen(pen(theme.PIPE, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(cx, cy - 12), 18, 18)
        painter.drawPolyline([QPointF(cx - 8, cy - 12), QPointF(cx - 2, cy - 6), QPointF(cx + 8, cy - 19)])
        draw_text(painter, cx, cy + 32, words, size=theme.STRONG, colour=theme.TEXT_DIM, align="middle")
