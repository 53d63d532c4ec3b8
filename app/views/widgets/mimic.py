"""A station's mimic: one widget with a ground that stands still, kept sprites and dirty rectangles.

On each tick only equipment whose values or status changed is looked at, and only what looks different is painted: a
new figure costs itself alone, everything around it is part of the ground.
Tab and the arrow keys walk over the equipment, Enter or a click chooses it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.model.reasons import state_text
from app.model.records import EquipmentStatus
from app.model.spec import Equipment, Facility
from app.views import theme
from app.views.state.face import Face, FaceReader
from app.views.state.live import LiveValues, TagGroups
from app.views.state.mimic import MimicPlan, Node, plan_mimic
from app.views.widgets.ink import pen
from app.views.widgets.key_focus import KeyFocus
from app.views.widgets.mimic_art import Art, GateArt, InflowArt, PumpArt, RackArt, SideArt
from app.views.widgets.mimic_ground import Ground
from app.views.widgets.mimic_well import ColumnsArt, WellArt
from app.views.widgets.mimic_words import MimicWords
from app.views.widgets.sprites import Sprites

__all__ = ["Mimic"]

_ARTS: dict[str, type[Art]] = {
    "pump": PumpArt, "well": WellArt, "gate": GateArt, "rack": RackArt, "columns": ColumnsArt, "side": SideArt,
    "inflow": InflowArt,
}  # fmt: skip
_AGEING_MS = 1_000
_SMOOTH = QPainter.RenderHint.Antialiasing


class Mimic(KeyFocus, QWidget):
    """The mimic of one station."""

    equipment_chosen = Signal(str)
    """Path of the equipment that was clicked or entered."""
    menu_asked = Signal(str, QPoint)
    """Path of the equipment under a right click, and the place on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mimic")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(940, 330)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.words = MimicWords("en")
        self._live: LiveValues | None = None
        self._facility: Facility | None = None
        self._equipment: tuple[Equipment, ...] = ()
        self._relief = False
        self._sprites = Sprites()
        self._plan = MimicPlan(0, 0)
        self._arts: list[Art] = []
        self._rects: list[QRect] = []
        self._readers: list[FaceReader] = []
        self._numbers: list[np.ndarray[tuple[int], np.dtype[np.int32]]] = []
        self._groups = TagGroups(())
        self._faces: list[Face] = []
        self._running: frozenset[str] = frozenset()
        self._ground: Ground | None = None
        self._patches: set[int] = set()
        """Arts whose part of the ground is out of date."""
        self._seen = -1
        self._aged_ms = 0
        self._hover = ""
        self._current = ""

    @property
    def plan(self) -> MimicPlan:
        """Where everything stands now."""
        return self._plan

    def face(self, path: str) -> Face | None:
        """Return the face that is painted for an equipment."""
        pairs = zip(self._arts, self._faces, strict=True)
        return next((f for a, f in pairs if a.node.equipment.path == path and a.node.kind != "inflow"), None)

    def set_station(
        self, live: LiveValues, facility: Facility, equipment: tuple[Equipment, ...], *, relief: bool = False
    ) -> None:
        """Show a station; call `tick` with force afterwards. `relief`: see `plan_mimic`."""
        self._live, self._facility, self._equipment, self._relief = live, facility, equipment, relief
        self._current = self._hover = ""
        self._lay_out()

    def set_words(self, words: MimicWords) -> None:
        """Take texts in another language, or a new rate of rise."""
        if words == self.words:
            return
        only_rise = MimicWords(**{**_fields(self.words), "rise": words.rise}) == words
        self.words = words
        if only_rise:
            self._update_kind("well")
        else:
            self._ground = None
            self.update()

    def tick(self, status: dict[str, EquipmentStatus], *, session: str, now_ms: int, force: bool = False) -> int:
        """Look at what changed and repaint what looks different; return how many equipments do.

        `force` looks at all of them: after a change of status, language or station.
        """
        if self._live is None:
            return 0
        ageing = now_ms - self._aged_ms >= _AGEING_MS
        self._aged_ms = now_ms if ageing else self._aged_ms
        if not (force or ageing) and self._live.clock == self._seen:
            return 0
        due = range(len(self._arts)) if force else self._due(ageing=ageing)
        changed = sum([self._look(k, status, session, now_ms) for k in due])
        self._seen = self._live.clock
        if changed:
            self._follow_flow()
        return changed

    def focus_equipment(self, path: str) -> None:
        """Put the keyboard's mark on an equipment."""
        if path != self._current:
            for p in (self._current, path):
                self._update_path(p)
            self._current = path
            self._describe()

    def sizeHint(self) -> QSize:
        return QSize(1280, 540)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._live is None:
            painter.fillRect(self.rect(), theme.PANEL)
            painter.end()
            return
        painter.drawPixmap(0, 0, self._fresh_ground().picture)  # Qt has clipped the painter to the dirty region
        painter.setRenderHint(_SMOOTH)
        dirty = event.region()
        for art, face, rect in zip(self._arts, self._faces, self._rects, strict=True):
            if dirty.intersects(rect):
                painter.setClipRect(rect)
                art.paint_moving(painter, face, self.words)
                self._paint_focus(painter, art, rect)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        node = self._plan.node_at(event.position().x(), event.position().y())
        path = node.equipment.path if node is not None else ""
        if path != self._hover:
            old, self._hover = self._hover, path
            for p in (old, path):
                self._patch_path(p)
            self.setCursor(Qt.CursorShape.PointingHandCursor if path else Qt.CursorShape.ArrowCursor)
        # Words for the tool tip are set as the pointer moves: an override of `event` would be called while Qt takes
        # the widget apart.
        self.setToolTip(self._sentence(path) if path else "")

    def leaveEvent(self, event: QEvent) -> None:
        old, self._hover = self._hover, ""
        self._patch_path(old)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        node = self._plan.node_at(event.position().x(), event.position().y())
        if node is not None:
            self.focus_equipment(node.equipment.path)
            self.equipment_chosen.emit(node.equipment.path)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        node = self._plan.node_at(event.pos().x(), event.pos().y())
        if node is not None:
            self.menu_asked.emit(node.equipment.path, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._current:
            self.equipment_chosen.emit(self._current)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.use_keys()
            self._walk(key)
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab walks over the equipment first, then leaves the mimic."""
        order = self._order()
        paths = [n.equipment.path for n in order]
        at = paths.index(self._current) + (1 if forward else -1) if self._current in paths else -1
        if self.hasFocus() and 0 <= at < len(paths):
            self.focus_equipment(paths[at])
            return True
        return super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        order = self._order()
        if order and not self._current:
            self.focus_equipment(order[0].equipment.path)
        self._update_path(self._current)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._update_path(self._current)

    def _lay_out(self) -> None:
        if self._live is None or self._facility is None:
            return
        width, height = float(self.width()), float(self.height())
        self._plan = plan_mimic(self._equipment, width=width, height=height, relief=self._relief)
        old = {(a.node.kind, a.node.equipment.path): f for a, f in zip(self._arts, self._faces, strict=True)}
        self._arts = [self._make_art(n) for n in self._plan.nodes]
        self._rects = [_rect(n) for n in self._plan.nodes]
        self._readers = [FaceReader(a.node.equipment, self._live, a.roles) for a in self._arts]
        self._numbers = [self._numbers_of(a.node.equipment) for a in self._arts]
        self._groups = TagGroups(self._numbers)
        self._faces = [old.get((a.node.kind, a.node.equipment.path), Face()) for a in self._arts]
        self._seen = -1
        self._ground = None
        self.update()

    def _make_art(self, node: Node) -> Art:
        assert self._live is not None and self._facility is not None
        found = {role: self._live.spec(path) for role, path in node.equipment.tags}
        art = _ARTS[node.kind](node, {r: s for r, s in found.items() if s is not None}, self._sprites)
        if isinstance(art, WellArt) and self._facility.overflow_level is not None:
            art.overflow_level = self._facility.overflow_level
        return art

    def _numbers_of(self, equipment: Equipment) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        assert self._live is not None
        specs = [self._live.spec(path) for _, path in equipment.tags]
        return np.array([s.number for s in specs if s is not None], np.int32)

    def _due(self, *, ageing: bool) -> list[int]:
        """Return the arts to look at: those of which a tag moved, and once a second those that say an age."""
        assert self._live is not None
        moved = self._live.moved_since(self._groups, self._seen)
        if not ageing:
            return moved
        return sorted({*moved, *(k for k, face in enumerate(self._faces) if _ages(face))})

    def _look(self, k: int, status: dict[str, EquipmentStatus], session: str, now_ms: int) -> bool:
        """Read a face anew and ask for what of it looks different to be painted."""
        art, old = self._arts[k], self._faces[k]
        path = art.node.equipment.path
        face = self._readers[k].read(status.get(path), session=session, now_ms=now_ms, language=self.words.language)
        if face == old:
            return False
        self._faces[k] = face
        if art.still(face) != art.still(old):
            self._patches.add(k)
            self.update(self._rects[k])
        else:
            self.update(art.moving_box.toAlignedRect())
        return True

    def _fresh_ground(self) -> Ground:
        """Return the ground, brought up to date where something on it is another."""
        ratio = self.devicePixelRatioF()
        if self._ground is None or self._ground.ratio != ratio:
            self._ground = Ground(self._plan, ratio)
            self._ground.paint(
                self.words, self._running, partial(self._paint_still, range(len(self._arts))), self.rect()
            )
        else:
            for k in self._patches:
                self._ground.paint(self.words, self._running, partial(self._paint_still, (k,)), self._rects[k])
        self._patches.clear()
        return self._ground

    def _paint_still(self, arts: Iterable[int], painter: QPainter) -> None:
        for k in arts:
            painter.setClipRect(self._rects[k])
            self._paint_hover(painter, self._arts[k], self._rects[k])
            self._arts[k].paint_still(painter, self._faces[k], self.words)

    def _follow_flow(self) -> None:
        pairs = zip(self._arts, self._faces, strict=True)
        kinds = ("pump", "gate") if self._spills() else ("pump",)
        running = frozenset(a.node.equipment.path for a, f in pairs if a.node.kind in kinds and f.filled)
        if running != self._running:
            self._running = running
            self._ground = None
            self.update()

    def _spills(self) -> bool:
        """Return whether the well stands at its relief line: an open gate alone lets no water out."""
        found = (
            f.value("overflow_float") for a, f in zip(self._arts, self._faces, strict=True) if a.node.kind == "well"
        )
        return any(s is not None and s.mark.usable and s.value >= 0.5 for s in found)

    def _order(self) -> list[Node]:
        return [n for n in self._plan.nodes if n.kind != "inflow"]

    def _walk(self, key: int) -> None:
        """Go to the nearest equipment in a direction."""
        order = self._order()
        here = next((n for n in order if n.equipment.path == self._current), order[0] if order else None)
        if here is None:
            return
        dx = (key == Qt.Key.Key_Right) - (key == Qt.Key.Key_Left)
        dy = (key == Qt.Key.Key_Down) - (key == Qt.Key.Key_Up)
        best, least = None, math.inf
        for node in order:
            along = (node.cx - here.cx) * dx + (node.cy - here.cy) * dy
            across = abs((node.cx - here.cx) * dy) + abs((node.cy - here.cy) * dx)
            if along > 8 and along + 2.5 * across < least:
                best, least = node, along + 2.5 * across
        if best is not None:
            self.focus_equipment(best.equipment.path)

    def _paint_hover(self, painter: QPainter, art: Art, rect: QRect) -> None:
        if art.node.equipment.path == self._hover and art.node.kind not in ("well", "side"):
            painter.setPen(Qt.PenStyle.NoPen)
            colour = theme.RAISED
            painter.setOpacity(0.55)
            painter.setBrush(colour)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 4, 4)
            painter.setOpacity(1.0)

    def _paint_focus(self, painter: QPainter, art: Art, rect: QRect) -> None:
        if art.node.equipment.path == self._current and art.node.kind != "inflow" and self.ringed:
            painter.setPen(pen(theme.FOCUS, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1, 1, -2, -2), 4, 4)

    def _update_path(self, path: str) -> None:
        for art, rect in zip(self._arts, self._rects, strict=True):
            if art.node.equipment.path == path:
                self.update(rect)

    def _patch_path(self, path: str) -> None:
        self._patches |= {k for k, art in enumerate(self._arts) if art.node.equipment.path == path}
        self._update_path(path)

    def _update_kind(self, kind: str) -> None:
        for art, rect in zip(self._arts, self._rects, strict=True):
            if art.node.kind == kind:
                self.update(rect)

    def _sentence(self, path: str) -> str:
        """Say an equipment in words: for the tool tip and for screen readers."""
        equipment = next((e for e in self._equipment if e.path == path), None)
        if equipment is None:
            return ""
        face = self.face(path)
        parts = [equipment.label.get(self.words.language), path]
        if face is not None:
            parts += [state_text(face.word, self.words.language)] if face.word != "any" else []
            parts += [shown.whole for _, shown in face.values if shown.unit]
        return " · ".join(parts)

    def _describe(self) -> None:
        self.setAccessibleName(self._sentence(self._current))


def _fields(words: MimicWords) -> dict[str, str]:
    return {name: getattr(words, name) for name in MimicWords.__slots__}


def _ages(face: Face) -> bool:
    return any(shown.note for _, shown in face.values)


def _rect(node: Node) -> QRect:
    b = node.box
    left, top = math.floor(b.x), math.floor(b.y)
    return QRect(QPoint(left, top), QPoint(math.ceil(b.right) - 1, math.ceil(b.bottom) - 1))
