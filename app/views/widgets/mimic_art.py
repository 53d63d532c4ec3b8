"""How single equipments are painted on a mimic: pumps, gates, racks, and boxes for what stands beside the flow.

Each art names the roles it reads; the mimic hands it a face and paints it again only when the face is another. An art
paints in two layers: what seldom changes becomes part of the mimic's ground, figures are painted over it.
"""

from __future__ import annotations

from typing import ClassVar, Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from app.model.reasons import state_text
from app.model.spec import TagSpec
from app.views import theme
from app.views.state.face import Face
from app.views.state.mimic import Node
from app.views.state.scale import Scale, scale_of
from app.views.state.values import Mark, Shown, clock_text
from app.views.widgets.ink import draw_priority, draw_text, elided_name, pen, text_width
from app.views.widgets.marks import draw_chip, draw_hold, draw_mode, draw_selected
from app.views.widgets.mimic_words import MimicWords
from app.views.widgets.quality_ink import FADED, draw_value, value_width
from app.views.widgets.sprites import Sprites

_NO_PEN: Final = Qt.PenStyle.NoPen
_TIGHT: Final = 200.0
"""A pump with less px for its words has its state below the pipe."""
_LEAST_NAME: Final = 60.0
_SIDE_TEXT: Final = 46.0
_MORE: Final = 28.0
"""Room for "+2", in px: so many values of a box beside the flow had none."""
_TIMER: Final = 130.0
"""Room for "Start allowed in 0:42"."""

__all__ = ["Art", "GateArt", "InflowArt", "PumpArt", "RackArt", "SideArt"]


class Art:
    """One node's painting. `specs` are the tags of the equipment by role."""

    roles: ClassVar[tuple[str, ...]] = ()
    moving: ClassVar[frozenset[str]] = frozenset()
    """The roles whose values `paint_still` does not look at."""

    def __init__(self, node: Node, specs: dict[str, TagSpec], sprites: Sprites) -> None:
        self.node = node
        self.specs = specs
        self.sprites = sprites
        self.scales = {role: scale_of(spec) for role, spec in specs.items()}

    @property
    def box(self) -> QRectF:
        """The area that this art owns."""
        b = self.node.box
        return QRectF(b.x, b.y, b.w, b.h)

    @property
    def moving_box(self) -> QRectF:
        """The part of the box in which `paint_moving` paints."""
        return self.box

    def still(self, face: Face) -> object:
        """Return what `paint_still` paints from: equal ones give the same picture."""
        return face._replace(values=tuple([pair for pair in face.values if pair[0] not in self.moving]))

    def paint_still(self, painter: QPainter, face: Face, words: MimicWords) -> None:
        """Paint what stands on the ground."""

    def paint_moving(self, painter: QPainter, face: Face, words: MimicWords) -> None:
        """Paint figures over it."""

    def name(self, words: MimicWords) -> str:
        """Return the equipment's name."""
        return self.node.equipment.label.get(words.language)

    def symbol(self, painter: QPainter, face: Face, symbol: str) -> None:
        """Draw the symbol with the marks that stand around it."""
        n = self.node
        dead = face.mark in (Mark.STALE, Mark.BAD, Mark.COMM, Mark.LOST) or face.word == "unknown"
        self.sprites.draw(painter, symbol, n.cx, n.cy, n.radius, filled=face.filled, opacity=FADED if dead else 1.0)
        if face.selected:
            draw_selected(painter, n.cx, n.cy, n.radius + 6, mine=face.selected == "mine")

    def beside(self, painter: QPainter, face: Face, words: MimicWords, x: float, above: float, below: float) -> None:
        """Draw the fault indicator and the hold tag, one above the other."""
        if face.priority:
            draw_priority(painter, x, above, face.priority, size=19)
        if face.held:
            draw_hold(painter, x, below, words.hold)


class PumpArt(Art):
    """A pump on its branch: name, word, mode above the pipe; load and figures below it."""

    roles: ClassVar = ("run", "current", "power", "speed", "start_wait", "starts_hour", "speed_sp")
    moving: ClassVar = frozenset({"current", "power", "speed", "start_wait", "starts_hour", "speed_sp"})

    @property
    def moving_box(self) -> QRectF:
        n, x = self.node, self._x
        return QRectF(x - 6, n.cy - 28, self.box.right() - x + 6, 73).intersected(self.box)

    @property
    def _x(self) -> float:
        """Where words and figures begin."""
        return self.node.cx + self.node.radius + 16

    def still(self, face: Face) -> object:
        """With the age of a stale value, whichever it is."""
        return super().still(face), face.age

    def paint_still(self, painter: QPainter, face: Face, words: MimicWords) -> None:
        n = self.node
        self.symbol(painter, face, "pump")
        self.beside(painter, face, words, n.cx - n.radius - 20, n.cy - n.radius + 1, n.cy + n.radius + 1)
        self._title(painter, face, words)
        load = self._load(face)
        if load is not None:
            _load_frame(painter, self._load_box, self.scales[load])

    def paint_moving(self, painter: QPainter, face: Face, words: MimicWords) -> None:
        load = self._load(face)
        shown = face.value(load) if load is not None else None
        if load is not None and shown is not None:
            _load_value(painter, self._load_box, self.scales[load], shown.value, faded=shown.faded)
        if not self._tight:
            self._figures(painter, face)
        if self._has_timers:
            self._timers(painter, face, words)

    def _title(self, painter: QPainter, face: Face, words: MimicWords) -> None:
        """Name, word and marks in one line; in a tight box the word stands below the pipe, where figures would."""
        x, room, upper = self._x, self.box.right() - self._x - 4, self.node.cy - 12
        word = state_text(face.word, words.language)
        if self._tight:
            taken = face.mode not in ("", "A")
            name = elided_name(self.name(words), room - (24 if taken else 0), theme.STRONG, 600)
            at = x + draw_text(painter, x, upper, name, size=theme.STRONG, weight=600) + 6
            if taken:  # a person took over: that is said before all
                draw_mode(painter, at, upper - 5, face.mode)
                face = face._replace(mode="")
            at, baseline = x, self._lower
        else:
            rest = text_width(word, theme.STRONG, 600) + 20 + _marks_width(face, words)
            rest += _TIMER if self._has_timers else 0
            name = elided_name(self.name(words), max(_LEAST_NAME, room - rest), theme.STRONG, 600)
            at = x + draw_text(painter, x, upper, name, size=theme.STRONG, weight=600) + 10
            baseline = upper
        loud = face.word in ("running", "tripped", "unknown")
        colour = theme.TEXT if loud else theme.TEXT_DIM
        at += draw_text(painter, at, baseline, word, size=theme.STRONG, weight=600 if loud else 400, colour=colour) + 10
        _marks(painter, face, words, at, baseline, self.box.right())

    @property
    def _compact(self) -> bool:
        return self.node.box.h < 78

    @property
    def _lower(self) -> float:
        """Return the line below the pipe."""
        return self.node.cy + (20 if self._compact else 35)

    @property
    def _tight(self) -> bool:
        return self.box.right() - self._x < _TIGHT

    @property
    def _has_timers(self) -> bool:
        return self.box.right() - 4 - self.node.cx >= 440

    @property
    def _load_box(self) -> QRectF:
        return QRectF(self._x, self.node.cy + 11, min(190.0, self.node.box.right - self._x), 6)

    def _load(self, face: Face) -> str | None:
        """Return the role that the load bar shows; None where there is no room for a bar."""
        main = "speed" if face.value("speed") is not None else "current"
        known = not self._compact and main in self.specs and face.value(main) is not None
        return main if known else None

    def _figures(self, painter: QPainter, face: Face) -> None:
        x, baseline = self._x, self._lower
        room = self.node.box.right - x
        idle = face.word != "running"
        for k, role in enumerate(("current", "power", "speed")):
            value = face.value(role)
            if value is not None and 74 * (k + 1) <= room + 10:
                ink = theme.TEXT_DIM if idle else None
                weight = 400 if idle else 600
                draw_value(
                    painter, x + 76 * k, baseline, value, size=theme.STRONG, weight=weight, colour=ink, compact=True
                )

    def _timers(self, painter: QPainter, face: Face, words: MimicWords) -> None:
        """Start allowed in …, starts this hour: at the right end."""
        right, cy = self.box.right() - 4, self.node.cy
        wait, starts = face.value("start_wait"), face.value("starts_hour")
        if wait is not None and wait.mark.usable and wait.value > 0 and face.word != "running":
            text = words.start_wait.format(clock_text(wait.value))
            draw_text(painter, right, cy - 12, text, size=theme.CAPTION, colour=theme.TEXT, align="right", tabular=True)
        limit = self.node.equipment.max_starts_per_hour
        if starts is not None and starts.mark.usable and limit is not None:
            text = words.starts_hour.format(f"{starts.value:.0f}/{limit:.0f}")
            full = starts.value >= limit
            draw_text(
                painter, right, cy + 35, text, size=theme.CAPTION, colour=theme.TEXT if full else theme.TEXT_DIM,
                weight=600 if full else 400, align="right", tabular=True,
            )  # fmt: skip


class GateArt(Art):
    """A sluice gate in the main, drawn as far open as it is."""

    roles: ClassVar = ("position", "opened", "closed", "moving")
    moving: ClassVar = frozenset(roles)

    def paint_still(self, painter: QPainter, face: Face, words: MimicWords) -> None:
        n = self.node
        state = face.word if face.word in ("opened", "closed", "between", "moving") else "between"
        self.symbol(painter, face, f"gate:{state}")
        self.beside(painter, face, words, n.cx - n.radius - 18, n.cy - 26, n.cy + 22)
        x = n.cx + n.radius + 6
        name = elided_name(self.name(words), self.box.right() - x, theme.BODY, 600)
        draw_text(painter, x, n.cy - 28, name, size=theme.BODY, weight=600)

    def paint_moving(self, painter: QPainter, face: Face, words: MimicWords) -> None:
        n = self.node
        x = n.cx + n.radius + 6
        at = x + self._state(painter, face, words, x, n.cy - 11)
        if face.local:
            draw_chip(painter, at, n.cy - 15, words.local, strong=True)

    def _state(self, painter: QPainter, face: Face, words: MimicWords, x: float, baseline: float) -> float:
        """Draw the word and, between the ends, the position; a position that is lost stands in the word's place."""
        position = face.value("position")
        if position is not None and face.word == "unknown" and position.mark in (Mark.COMM, Mark.BAD):
            return draw_value(painter, x, baseline, position, size=theme.BODY, compact=True) + 8
        word = state_text(face.word, words.language)
        weight = 700 if face.word == "tripped" else 400
        width = draw_text(painter, x, baseline, word, size=theme.BODY, weight=weight) + 8
        if position is not None and face.word not in ("opened", "closed"):
            width += draw_value(painter, x + width, baseline, position, size=theme.BODY, compact=True) + 8
        return width


class RackArt(Art):
    """A mechanical screen in the inflow, with the level difference across it."""

    roles: ClassVar = ("run", "level_difference")
    moving: ClassVar = frozenset({"level_difference"})

    @property
    def moving_box(self) -> QRectF:
        top = self.node.cy + self.node.radius + 36
        return QRectF(self.box.x(), top, self.box.width(), 22).intersected(self.box)

    def paint_still(self, painter: QPainter, face: Face, words: MimicWords) -> None:
        n = self.node
        self.symbol(painter, face, "rack")
        self.beside(painter, face, words, self.box.x() + 11, n.cy - n.radius - 12, n.cy + n.radius + 8)
        middle, top = n.cx, n.cy + n.radius
        name = elided_name(self.name(words), self.box.width(), theme.CAPTION, 600)
        draw_text(painter, middle, top + 18, name, size=theme.CAPTION, weight=600, align="middle")
        word = state_text(face.word, words.language)
        weight, colour = (700, theme.TEXT) if face.word == "tripped" else (400, theme.TEXT_DIM)
        draw_text(painter, middle, top + 34, word, size=theme.CAPTION, weight=weight, colour=colour, align="middle")

    def paint_moving(self, painter: QPainter, face: Face, words: MimicWords) -> None:
        difference = face.value("level_difference")
        if difference is not None:
            middle, top = self.node.cx, self.node.cy + self.node.radius
            draw_value(painter, middle, top + 51, difference, size=theme.BODY, align="middle", compact=True)


class InflowArt(Art):
    """Caption and value where the inflow pipe begins."""

    roles: ClassVar = ("inflow",)
    moving: ClassVar = frozenset(roles)

    def paint_still(self, painter: QPainter, face: Face, words: MimicWords) -> None:
        x, y = self.box.x() + 8, self.node.cy
        draw_text(painter, x, y - 12, words.inflow, size=theme.CAPTION, colour=theme.TEXT_DIM)

    def paint_moving(self, painter: QPainter, face: Face, words: MimicWords) -> None:
        shown = face.value("inflow")
        if shown is not None:
            draw_value(painter, self.box.x() + 8, self.node.cy + 25, shown, size=theme.HEADING, compact=True)


class SideArt(Art):
    """A box for what stands beside the flow: supply, gas, rain gauge, controller."""

    roles: ClassVar = (
        "mains", "voltage", "h2s", "ch4", "intensity", "rain_1h", "rain_24h", "program", "door", "cod", "nh3", "ph",
        "flow", "pressure", "level",
    )  # fmt: skip
    moving: ClassVar = frozenset(roles)

    def still(self, face: Face) -> object:
        """With the age of a stale value, whichever it is."""
        return super().still(face), face.age

    def paint_still(self, painter: QPainter, face: Face, words: MimicWords) -> None:
        box = self.box.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(pen(theme.BORDER, 1.0))
        painter.setBrush(theme.RAISED)
        painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        n = self.node
        self.sprites.draw(painter, n.equipment.symbol or n.equipment.type, n.cx, n.cy, n.radius, filled=True)
        right = box.right() - 8
        if face.priority:
            draw_priority(painter, box.right() - 16, box.y() + 16, face.priority, size=18)
            right -= 24
        if face.age:
            right -= (
                draw_text(painter, right, box.y() + 20, face.age, size=theme.CAPTION, align="right", tabular=True) + 8
            )
        x = box.x() + _SIDE_TEXT
        name = elided_name(self.name(words), max(0.0, right - x), theme.BODY, 600)
        draw_text(painter, x, box.y() + 21, name, size=theme.BODY, weight=600)

    @property
    def moving_box(self) -> QRectF:
        box = self.box
        return QRectF(box.x() + 40, box.y() + 26, box.width() - 41, 26)

    def paint_moving(self, painter: QPainter, face: Face, words: MimicWords) -> None:
        box = self.box.adjusted(0.5, 0.5, -0.5, -0.5)
        x, y = box.x() + _SIDE_TEXT, box.y() + 45
        values = sorted(face.values, key=_is_normal)
        for k, (role, shown) in enumerate(values):
            caption = self._caption(role, words)
            wide = text_width(caption, theme.CAPTION) + 5 if caption else 0.0
            need = wide + value_width(shown, size=theme.STRONG, weight=_weight(shown), compact=True)
            if not k and x + need > box.right() - 4:
                caption, need, wide = "", need - wide, 0.0
            after = _MORE if k and k + 1 < len(values) else 4.0
            if x + need + after > box.right():
                if x + _MORE <= box.right():
                    more = f"+{len(values) - k}"
                    draw_text(
                        painter, box.right() - 6, y, more, size=theme.CAPTION, colour=theme.TEXT_DIM, align="right"
                    )
                break
            if caption:
                draw_text(painter, x, y, caption, size=theme.CAPTION, colour=theme.TEXT_DIM)
            draw_value(painter, x + wide, y, shown, size=theme.STRONG, weight=_weight(shown), compact=True)
            x += need + 11

    def _caption(self, role: str, words: MimicWords) -> str:
        """Short names: a formula for gases, the tag's own name where nothing shorter is unmistakable."""
        formula = {"h2s": "H₂S", "ch4": "CH₄", "rain_1h": "1 h", "rain_24h": "24 h"}
        if role in formula:
            return formula[role]
        spec = self.specs.get(role)
        return spec.label.get(words.language) if spec is not None and role in ("program", "door", "mains") else ""


def _is_normal(value: tuple[str, Shown]) -> bool:
    return not value[1].abnormal


def _weight(shown: Shown) -> int:
    return 700 if shown.abnormal else 600


def _marks_width(face: Face, words: MimicWords) -> float:
    age = text_width(face.age, theme.CAPTION, tabular=True) + 10 if face.age else 0.0
    chips = sum(text_width(text, theme.CAPTION, 600) + 16 for text, _ in _chips(face, words))
    return age + (24.0 if face.mode else 0.0) + chips


def _marks(painter: QPainter, face: Face, words: MimicWords, at: float, baseline: float, right: float) -> None:
    """Draw what stands behind the word, as far as there is room: the age of a stale value, the mode, Local, and a
    command or a selection."""
    if face.age and at + text_width(face.age, theme.CAPTION, tabular=True) <= right:
        at += draw_text(painter, at, baseline, face.age, size=theme.CAPTION, tabular=True) + 10
    if face.mode and at + 19 <= right:
        at += draw_mode(painter, at, baseline - 5, face.mode) + 6
    for text, strong in _chips(face, words):
        if at + text_width(text, theme.CAPTION, 600) + 11 <= right:
            at += draw_chip(painter, at, baseline - 5, text, strong=strong) + 6


def _chips(face: Face, words: MimicWords) -> list[tuple[str, bool]]:
    chips = [(words.local, True)] if face.local else []
    if face.command is not None:
        chips.append((words.command, False))
    elif face.selected:
        chips.append((words.selected, False))
    return chips


def _load_frame(painter: QPainter, box: QRectF, scale: Scale) -> None:
    """A thin horizontal bar: the range of a machine and its normal band."""
    painter.setPen(pen(theme.BORDER, 1.0))
    painter.setBrush(theme.SCALE)
    painter.drawRect(box)
    painter.setPen(Qt.PenStyle.NoPen)
    if scale.band is not None:
        low, high = scale.band
        painter.setBrush(theme.BAND)
        painter.drawRect(
            QRectF(box.x() + box.width() * low, box.y() + 0.5, box.width() * (high - low), box.height() - 1)
        )


def _load_value(painter: QPainter, box: QRectF, scale: Scale, value: float, *, faded: bool) -> None:
    """How much of its range the machine uses."""
    at = scale.at(value)
    if at == at and at > 0:
        painter.setPen(_NO_PEN)
        painter.setOpacity(FADED if faded else 1.0)
        painter.setBrush(theme.PIPE)
        painter.drawRect(QRectF(box.x(), box.y() + 1.5, box.width() * at, box.height() - 3))
        painter.setOpacity(1.0)
