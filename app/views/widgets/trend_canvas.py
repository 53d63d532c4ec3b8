"""The picture of a trend, under the hand: wheel and box zoom, a drag pans, a click sets the cursor; keys do the same.

What was painted is kept: a cursor that moves repaints a line, not thirty-two pens.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from app.views import theme
from app.views.state.trend_marks import Cluster
from app.views.state.trend_window import SPANS
from app.views.widgets.ink import draw_text, pen, wrapped
from app.views.widgets.key_focus import KeyFocus
from app.views.widgets.trend_frame import draw_cursor, draw_span
from app.views.widgets.trend_lane import cluster_at
from app.views.widgets.trend_layer import DataLayer
from app.views.widgets.trend_paint import paint_around, paint_trend
from app.views.widgets.trend_scene import Layout, Scene, instant_text, lay_out

__all__ = ["TrendCanvas", "told"]

_STEP: Final = 1.25
_PAN: Final = 0.25
_MOST_TOLD: Final = 12


class TrendCanvas(KeyFocus, QWidget):
    """`hover`, `first`, `second` are UTC ms or None. Times travel as objects: a signal's int has 32 bits."""

    panned = Signal(object)
    """ms, positive towards now."""
    zoomed = Signal(float, object)
    """Factor of the span, and the instant that keeps its place."""
    boxed = Signal(object, object)
    live_asked = Signal()
    pause_asked = Signal()
    whole_asked = Signal()
    span_asked = Signal(object)
    """ms."""
    cursor_changed = Signal()
    moment_asked = Signal()
    """The room is to show the instant of the cursor."""
    marks_chosen = Signal(object)
    """Cluster."""
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trend-canvas")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(320, 200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.scene: Scene | None = None
        self.layout_: Layout | None = None
        self.hover: int | None = None
        self.first: int | None = None
        self.second: int | None = None
        self.layer = DataLayer()
        self.paints = 0
        """How often everything was painted: for measuring."""
        self._picture: QPixmap | None = None
        self._fresh = False
        self._pressed: QPointF | None = None
        self._boxing = self._moved = False
        self._at = QPointF()
        self._mark = -1
        self._progress = 1.0
        self._said = ""

    @property
    def plot_width(self) -> int:
        """Return the width of the axes in px."""
        return int(self.layout_.plot.width()) if self.layout_ is not None else max(100, self.width() - 108)

    @property
    def cursor_ms(self) -> int | None:
        """Return the instant whose values are told: the hand's, else the cursor's, None for now."""
        return self.hover if self.hover is not None else self.first

    def set_scene(self, scene: Scene) -> None:
        """Show another moment."""
        self.scene = scene
        self.layout_ = lay_out(scene, QRectF(self.rect()))
        self._fresh = False
        if self._mark >= len(self.layout_.clusters):
            self._mark = -1
        self.update()

    def set_progress(self, share: float) -> None:
        """Show how much of the past was read; 1: all."""
        if share != self._progress:
            self._progress = share
            self.update(0, 0, self.width(), 10)

    def say(self, text: str) -> None:
        """Show a sentence where there is nothing to draw; "" for none."""
        if text != self._said:
            self._said = text
            self.update()

    def clear_cursors(self) -> bool:
        """Take both cursors away; False when there were none."""
        had = self.first is not None or self._mark >= 0
        self.first = self.second = None
        self._mark = -1
        if had:
            self._tell()
        return had

    def put_cursor(self, at_ms: int, *, second: bool = False) -> None:
        """Set a cursor."""
        if second and self.first is not None:
            self.second = at_ms
        else:
            self.first = at_ms
        self._tell()

    # Painting.

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.scene is None or self.layout_ is None:
            painter.fillRect(self.rect(), theme.PANEL)
        else:
            painter.drawPixmap(0, 0, self._painted(self.scene, self.layout_))
            self._overlay(painter, self.scene, self.layout_)
        self._sentence(painter)
        if self.ringed:
            painter.setPen(pen(theme.FOCUS, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def _painted(self, scene: Scene, layout: Layout) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture, size = self._picture, self.size() * ratio
        if picture is None or picture.size() != size:
            picture = self._picture = QPixmap(size)
            picture.setDevicePixelRatio(ratio)
            self._fresh = False
        if not self._fresh:
            self.paints += 1
            self._fresh = True
            painter = QPainter(picture)
            painter.fillRect(self.rect(), theme.PANEL)
            if self.layer.draw(painter, layout, scene, ratio):
                paint_around(painter, layout, scene)
            else:
                paint_trend(painter, layout, scene)
            painter.end()
        return picture

    def _overlay(self, painter: QPainter, scene: Scene, layout: Layout) -> None:
        if self._progress < 1.0:
            bar = QRectF(layout.plot.left(), layout.plot.top() - 5, layout.plot.width(), 3)
            painter.fillRect(bar, theme.SCALE)
            bar.setWidth(bar.width() * max(0.04, self._progress))
            painter.fillRect(bar, theme.FOCUS)
        if self.first is not None and self.second is not None:
            draw_span(painter, layout, self.first, self.second)
        if self.hover is not None and self._pressed is None:
            draw_cursor(painter, layout, self.hover, self._time(self.hover), hover=True)
        for name, at in (("A", self.first), ("B", self.second)):
            if at is not None:
                draw_cursor(painter, layout, at, self._time(at), name=name)
        if self._boxing and self._pressed is not None and self._moved:
            left, right = sorted((self._pressed.x(), self._at.x()))
            painter.setPen(pen(theme.FOCUS, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(left, layout.plot.top() + 1, right - left, layout.plot.height() - 2))
        if 0 <= self._mark < len(layout.clusters):
            painter.setPen(pen(theme.FOCUS, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(layout.clusters[self._mark].x - 11, layout.lane.top() + 2, 22, 22))

    def _sentence(self, painter: QPainter) -> None:
        if not self._said:
            return
        box = QRectF(self.rect())
        for k, line in enumerate(wrapped(self._said, box.width() * 0.7, theme.STRONG, lines=3)):
            y = box.center().y() - 20 + 22 * k
            draw_text(painter, box.center().x(), y, line, size=theme.STRONG, colour=theme.TEXT_DIM, align="middle")

    def _time(self, at_ms: int) -> str:
        assert self.scene is not None
        return instant_text(at_ms, self.scene)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.scene is not None:
            self.set_scene(self.scene)
        self.resized.emit()

    # Hands.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.layout_ is None or event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        self._pressed = self._at = event.position()
        self._moved = False
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._boxing = event.button() == Qt.MouseButton.RightButton or shift

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        layout, here = self.layout_, event.position()
        if layout is None:
            return
        if self._pressed is None:
            self._hover_at(here)
            return
        if not self._moved and (here - self._pressed).manhattanLength() < QApplication.startDragDistance():
            return
        self._moved = True
        if not self._boxing:
            by = layout.time(self._at.x()) - layout.time(here.x())
            self._at = here
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.panned.emit(by)
        else:
            self._at = here
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, moved, boxing = self._pressed, self._moved, self._boxing
        self._pressed, self._moved, self._boxing = None, False, False
        self.unsetCursor()
        if self.layout_ is None or pressed is None:
            return
        if moved and boxing:
            left, right = sorted((self.layout_.time(pressed.x()), self.layout_.time(event.position().x())))
            if right > left:
                self.boxed.emit(left, right)
        elif not moved and event.button() == Qt.MouseButton.LeftButton:
            self._clicked(event.position(), second=boxing)
        self.update()

    def _clicked(self, at: QPointF, *, second: bool) -> None:
        assert self.layout_ is not None
        mark = cluster_at(self.layout_, at.x(), at.y())
        if mark >= 0:
            self._mark = mark
            self.marks_chosen.emit(self.layout_.clusters[mark])
        elif self.layout_.plot.left() <= at.x() <= self.layout_.plot.right():
            self.put_cursor(self.layout_.time(at.x()), second=second)

    def _hover_at(self, at: QPointF) -> None:
        assert self.layout_ is not None
        plot = self.layout_.plot
        inside = plot.left() <= at.x() <= plot.right() and plot.top() <= at.y() <= self.layout_.lane.bottom()
        hover = self.layout_.time(at.x()) if inside else None
        mark = cluster_at(self.layout_, at.x(), at.y())
        if mark >= 0:
            QToolTip.showText(self.mapToGlobal(at.toPoint()), told(self.layout_.clusters[mark]), self)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        elif self.hover is not None or hover is not None:
            QToolTip.hideText()
            self.unsetCursor()
        if hover != self.hover:
            self.hover = hover
            self._tell()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self.hover is not None:
            self.hover = None
            self._tell()

    def wheelEvent(self, event: QWheelEvent) -> None:
        layout, angle = self.layout_, event.angleDelta()
        if layout is None:
            return
        turns = (angle.y() or angle.x()) / 120.0
        sideways = abs(angle.x()) > abs(angle.y()) or event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if sideways:
            self.panned.emit(round(-turns * 0.1 * (layout.end_ms - layout.start_ms)))
        else:
            self.zoomed.emit(_STEP**-turns, layout.time(event.position().x()))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The right button draws a box."""
        event.accept()

    # Keys.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.layout_ is not None and (self._move_key(event) or self._letter(event)):
            self.use_keys()
            return
        super().keyPressEvent(event)

    def _move_key(self, event: QKeyEvent) -> bool:
        layout, key, held = self.layout_, event.key(), event.modifiers()
        assert layout is not None
        span, keys = layout.end_ms - layout.start_ms, Qt.Key
        if key in (keys.Key_Left, keys.Key_Right):
            if held & Qt.KeyboardModifier.AltModifier:
                return False
            step = 10 if held & Qt.KeyboardModifier.ControlModifier else 1
            self._step(step if key == keys.Key_Right else -step, second=bool(held & Qt.KeyboardModifier.ShiftModifier))
        elif key in (keys.Key_PageUp, keys.Key_PageDown):
            self.panned.emit(round(span * _PAN * 2 * (1 if key == keys.Key_PageDown else -1)))
        elif key in (keys.Key_Plus, keys.Key_Equal, keys.Key_Minus):
            middle = self.first if self.first is not None else layout.start_ms + span // 2
            self.zoomed.emit(_STEP if key == keys.Key_Minus else 1 / _STEP, middle)
        else:
            return False
        return True

    def _letter(self, event: QKeyEvent) -> bool:
        key, keys = event.key(), Qt.Key
        if key in (keys.Key_Return, keys.Key_Enter) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.moment_asked.emit()
            return True
        if event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier):
            return False
        digit = key - keys.Key_1
        if 0 <= digit < len(SPANS):
            self.span_asked.emit(SPANS[digit][1])
        elif key in (keys.Key_L, keys.Key_End):
            self.live_asked.emit()
        elif key in (keys.Key_Space, keys.Key_P):
            self.pause_asked.emit()
        elif key == keys.Key_Y:
            self.whole_asked.emit()
        elif key == keys.Key_N:
            self._next_mark(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif key in (keys.Key_Return, keys.Key_Enter) and self.layout_ is not None and self._mark >= 0:
            self.marks_chosen.emit(self.layout_.clusters[self._mark])
        elif key != keys.Key_Escape or not self.clear_cursors():
            return False
        return True

    def _step(self, px: int, *, second: bool) -> None:
        layout, scene = self.layout_, self.scene
        assert layout is not None and scene is not None
        start = self.second if second else self.first
        if start is None:
            start = self.first if second and self.first is not None else min(scene.now_ms, layout.end_ms)
        moved = start + round(px * (layout.end_ms - layout.start_ms) / layout.plot.width())
        self.put_cursor(min(max(moved, layout.start_ms), min(scene.now_ms, layout.end_ms)), second=second)

    def _next_mark(self, step: int) -> None:
        layout = self.layout_
        assert layout is not None
        if not layout.clusters:
            return
        count = len(layout.clusters)
        self._mark = (self._mark + step) % count if self._mark >= 0 else (0 if step > 0 else count - 1)
        cluster = layout.clusters[self._mark]
        self.put_cursor(cluster.marks[0].at_ms)
        at = QPointF(cluster.x, layout.lane.bottom()).toPoint()
        QToolTip.showText(self.mapToGlobal(at), told(cluster), self)

    def _tell(self) -> None:
        self.update()
        self.cursor_changed.emit()


def told(cluster: Cluster) -> str:
    """Return what the marks of a place tell, one line each."""
    lines = [m.text for m in cluster.marks[:_MOST_TOLD]]
    more = len(cluster.marks) - len(lines)
    return "\n".join([*lines, f"… + {more}"] if more else lines)
