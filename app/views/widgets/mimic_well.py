"""The wet well with its true fill, and vertical indicators for instruments of the main."""

from __future__ import annotations

import math
from typing import ClassVar

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter

from app.views import theme
from app.views.state.face import Face
from app.views.state.mimic import COLUMN_ROLES
from app.views.state.scale import zone_of
from app.views.state.values import Mark, Shown
from app.views.widgets.indicator import draw_moving, draw_still
from app.views.widgets.indicator_ink import BAR, draw_bar
from app.views.widgets.ink import draw_priority, draw_text, elided, pen
from app.views.widgets.marks import draw_chip, draw_hold, draw_selected
from app.views.widgets.mimic_art import Art
from app.views.widgets.mimic_words import MimicWords
from app.views.widgets.quality_ink import FADED, draw_value, value_width

__all__ = ["ColumnsArt", "WellArt"]

_HEAD = 44.0
_NARROW = 100.0
_NAMES, _NEAR = 46.0, 10.0
"""Room for the names of a scale's marks, and how near to one the water's line would cross it, px."""


_FOOT_NAMES = 82.0
"""What scale and the short names of its lowest marks take at the right end, px."""


class WellArt(Art):
    """A wet well: fill, scale with limits and start levels, set-point, level in figures, floats, rate of rise.

    `overflow_level` is set by the mimic from the facility, in the level's unit; NaN for none.
    """

    roles: ClassVar = ("level", "start_level", "high_float", "overflow_float")
    overflow_level: float = math.nan

    def still(self, face: Face) -> object:
        """The wall alone: the water stands behind all the rest, so all the rest moves."""
        return None

    def paint_still(self, painter: QPainter, face: Face, words: MimicWords) -> None:
        painter.fillRect(self.box.adjusted(1, 1, -1, -1), theme.RAISED)

    def paint_moving(self, painter: QPainter, face: Face, words: MimicWords) -> None:
        box = self.box.adjusted(1, 1, -1, -1)
        spec, level = self.specs.get("level"), face.value("level")
        if spec is not None and level is not None:
            bar = QRectF(box.right() - 46, box.y() + _HEAD + 14, BAR, box.height() - _HEAD - 34)
            self._fill(painter, box, bar, level)
            self._overflow(painter, box, bar, words)
            start = face.value("start_level")
            setpoint = start.value if start is not None and start.mark.usable else math.nan
            zone = zone_of(level.value, spec) if level.mark.usable else ""
            draw_bar(
                painter, bar, self.scales["level"], level, zone=zone, priority=face.alarm("level"), setpoint=setpoint,
                wet=True, language=words.language,
            )  # fmt: skip
            self._figures(painter, box, level, words)
        self._head(painter, box, face, words)
        painter.setPen(pen(theme.OUTLINE, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        if face.selected:
            draw_selected(painter, box.center().x(), box.center().y(), 40, mine=face.selected == "mine")

    def _fill(self, painter: QPainter, box: QRectF, bar: QRectF, level: Shown) -> None:
        """The water stands where the scale says; a level that nobody knows is hatched, never drawn."""
        at = self.scales["level"].at(level.value)
        if math.isnan(at) or level.mark in (Mark.BAD, Mark.COMM):
            colour = QColor(theme.BAD)
            colour.setAlpha(36)
            painter.fillRect(
                QRectF(box.x(), bar.y(), box.width(), box.bottom() - bar.y()),
                QBrush(colour, Qt.BrushStyle.BDiagPattern),
            )
            return
        y = bar.bottom() - bar.height() * at
        painter.setOpacity(FADED if level.faded else 1.0)
        painter.fillRect(QRectF(box.x(), y, box.width(), box.bottom() - y), theme.WATER)
        style = Qt.PenStyle.DashLine if level.faded else Qt.PenStyle.SolidLine
        painter.setPen(pen(theme.PIPE, 1.6, style))
        named = any(abs(m.at - at) * bar.height() < _NEAR for m in self.scales["level"].marks)
        painter.drawLine(QLineF(box.x(), y, bar.x() - (_NAMES if named else 5), y))  # not through the name of a mark
        painter.drawLine(QLineF(bar.x() - 5, y, box.right(), y))
        painter.setOpacity(1.0)

    def _overflow(self, painter: QPainter, box: QRectF, bar: QRectF, words: MimicWords) -> None:
        at = self.scales["level"].at(self.overflow_level)
        if math.isnan(at):
            return
        y = bar.bottom() - bar.height() * at
        painter.setPen(pen(theme.TEXT_DIM, 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(box.x(), y, bar.x() - 40, y))
        draw_text(painter, box.x() + 8, y - 4, words.overflow, size=theme.CAPTION, colour=theme.TEXT_DIM)

    def _figures(self, painter: QPainter, box: QRectF, level: Shown, words: MimicWords) -> None:
        x, bottom = box.x() + 14, box.bottom()
        room = box.right() - _FOOT_NAMES - x
        fits = value_width(level, size=theme.FIGURE_LARGE, unit_size=theme.HEADING) <= room
        size, unit_size = (theme.FIGURE_LARGE, theme.HEADING) if fits else (theme.FIGURE, theme.BODY)
        draw_value(painter, x, bottom - 38, level, size=size, unit_size=unit_size)
        if words.rise:
            draw_text(painter, x, bottom - 16, words.rise, size=theme.BODY, colour=theme.TEXT, tabular=True)

    def _head(self, painter: QPainter, box: QRectF, face: Face, words: MimicWords) -> None:
        x = box.x() + 14
        if face.priority:
            draw_priority(painter, box.right() - 20, box.y() + 20, face.priority, size=19)
        if face.held:
            draw_hold(painter, box.right() - 44, box.y() + 20, words.hold)
        name = elided(self.name(words), box.width() - 70, theme.STRONG, 600)
        draw_text(painter, x, box.y() + 25, name, size=theme.STRONG, weight=600)
        y = box.y() + 42
        for role, word in (("overflow_float", words.overflow_float), ("high_float", words.high_float)):
            shown = face.value(role)
            if shown is not None and shown.mark.usable and shown.value >= 0.5:
                draw_chip(painter, x, y, word, strong=True)
                y += 22


class ColumnsArt(Art):
    """Instruments of the main: one vertical indicator per measurement, hung from the pipe."""

    roles: ClassVar = ("flow", "pressure", "cod", "nh3", "ph", "level")

    moving: ClassVar = frozenset(roles)

    @property
    def moving_box(self) -> QRectF:
        return self.box.adjusted(0, 26, 0, 0)

    def still(self, face: Face) -> object:
        """With the zones that are reached and their alarms: they colour the scale."""
        zones = [(role, self._zone(role, shown), face.alarm(role)) for role, shown in self._mine(face)]
        return super().still(face), zones

    def paint_still(self, painter: QPainter, face: Face, words: MimicWords) -> None:
        columns, lines = self._columns(face)
        for role, shown, column in columns:
            caption, zone = self._caption(role, words), self._zone(role, shown)
            draw_still(
                painter, column, self.scales[role], caption, zone=zone, priority=face.alarm(role),
                language=words.language, lines=lines,
            )  # fmt: skip
        box = self.box
        if columns and face.priority:
            draw_priority(painter, box.x() + 14, box.y() + 32, face.priority, size=18)
        if columns and face.held:
            draw_hold(painter, box.x() + 14, box.y() + 58, words.hold)

    def paint_moving(self, painter: QPainter, face: Face, words: MimicWords) -> None:
        columns, lines = self._columns(face)
        for role, shown, column in columns:
            draw_moving(painter, column, self.scales[role], shown, lines=lines)

    def _mine(self, face: Face) -> list[tuple[str, Shown]]:
        mine = COLUMN_ROLES.get(self.node.equipment.type, ())
        return [(role, s) for role, s in face.values if role in mine and role in self.specs]

    def _columns(self, face: Face) -> tuple[list[tuple[str, Shown, QRectF]], int]:
        """Return role, value and place of each measurement, and the lines that captions take: neighbours are as wide,
        so all of them or none."""
        shown, box = self._mine(face), self.box
        wide = box.width() / max(1, len(shown))
        places = [QRectF(box.x() + k * wide, box.y(), wide, box.height()) for k in range(len(shown))]
        columns = [(role, s, place) for (role, s), place in zip(shown, places, strict=True)]
        return columns, 2 if wide < _NARROW else 1

    def _zone(self, role: str, shown: Shown) -> str:
        return zone_of(shown.value, self.specs[role]) if shown.mark.usable else ""

    def _caption(self, role: str, words: MimicWords) -> str:
        formula = {"cod": "COD", "nh3": "NH₃-N", "ph": "pH"}
        return formula[role] if role in formula else self.name(words)
