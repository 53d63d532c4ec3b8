"""A small trend of one tag over the last hour, for faceplates and the detail of an alarm. A click leads to the page.

It reads as the page does, from history and then live, and does nothing while it is hidden.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.model.trends import Pen
from app.views import theme
from app.views.pages.tag_drags import drag_from
from app.views.pages.trends.follow import Follower
from app.views.pages.trends.reads import TrendReads
from app.views.pages.trends.scenes import in_force
from app.views.room import Room
from app.views.state.trend_line import TrendLine
from app.views.state.trend_pens import Zone, is_strip
from app.views.state.trend_window import TrendWindow
from app.views.state.trend_words import SPAN_NAMES
from app.views.state.zone_time import time_text
from app.views.widgets.ink import draw_text, elided, pen
from app.views.widgets.key_focus import RoomButton
from app.views.widgets.row_ink import focus_frame
from app.views.widgets.trend_curves import draw_band, draw_broken, draw_line, draw_strip, name_strip
from app.views.widgets.trend_frame import draw_gaps, draw_grounds, draw_limits
from app.views.widgets.trend_scene import Box, Layout, PenView, Scene, axis_for, limits_for

__all__ = ["MiniTrend"]

_HIGH: Final = 116
_HEAD, _FOOT, _LEFT, _RIGHT = 22.0, 18.0, 40.0, 8.0
_EVERY_S: Final = 1.0


class MiniTrend(RoomButton):
    """One tag, its limits, and an instant that is marked (an alarm's). Without a tag it takes no room."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mini-trend")
        self._room = room
        self._path = ""
        self._marked_ms = 0
        self._view: PenView | None = None
        self._window = TrendWindow()
        self._reads, self._follower = TrendReads(room, self), Follower(room)
        self._drawn_s = -1e9
        self.setFixedHeight(_HIGH)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._go)
        self._reads.changed.connect(self.update)
        room.time_jumped.connect(self._jumped)
        room.site_changed.connect(self._jumped)
        drag_from(room, self, self._tag_at)
        self.hide()

    @property
    def line(self) -> TrendLine | None:
        """Return what is drawn."""
        return self._view.line if self._view is not None else None

    def set_tag(self, path: str, marked_ms: int = 0) -> None:
        """Show a tag ("" for none); `marked_ms` is the instant at which something happened to it."""
        live = self._room.live
        spec = live.spec(path) if live is not None and path else None
        if spec is None:
            self._path, self._view = "", None
            self._reads.cancel()
            self.hide()
            return
        self._marked_ms = marked_ms
        if path != self._path or self._view is None or self._view.spec != spec:
            self._path = path
            line = TrendLine(spec.path, spec.number)
            limits = limits_for(spec, self._room.language, in_force(self._room, spec.path))
            self._view = PenView(Pen(path, hue=0), spec, line, spec.label.get(self._room.language), limits)
            self._follower.set_lines([line])
            self._follower.skip()
            self._drawn_s = -1e9
        self.setAccessibleName(self._view.name)
        self.show()
        self.tick()

    def retranslate(self) -> None:
        """Take the room's language."""
        path, self._path = self._path, ""
        self.setToolTip(self.tr("To the trend"))
        self.set_tag(path, self._marked_ms)

    def tick(self) -> None:
        """Follow what comes; draw once a second."""
        view, now = self._view, self._room.shown_ms()
        if view is None or not self.isVisible():
            return
        self._follower.tick(now)
        now_s = self._room.monotonic()
        if now_s - self._drawn_s >= _EVERY_S:
            self._drawn_s = now_s
            start, end = self._window.edges(now)
            width = max(100, int(self.width() - _LEFT - _RIGHT))
            self._reads.look([view.line], start, end, width, following=True, rests=True)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, _HIGH)

    def showEvent(self, event: QShowEvent) -> None:
        """What came while it was away is read from history."""
        super().showEvent(event)
        self._follower.skip()
        if self._view is not None:
            self._view.line.forget_tail()
        self._reads.again()
        self._drawn_s = -1e9

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._reads.cancel()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        view = self._view
        if view is not None:
            scene = self._scene(view)
            layout = self._layout(scene)
            self._paint(painter, scene, layout, layout.boxes[0], view)
        focus_frame(self, painter)
        painter.end()

    def _scene(self, view: PenView) -> Scene:
        now, live = self._room.shown_ms(), self._room.live
        start, end = self._window.edges(now)
        zone = live.site.timezone if live is not None else "UTC"
        return Scene(start, end, now, zone, self._room.language, (view,), self._reads.gaps, chosen=0)

    def _layout(self, scene: Scene) -> Layout:
        plot = QRectF(_LEFT, _HEAD, self.width() - _LEFT - _RIGHT, self.height() - _HEAD - _FOOT)
        strip = is_strip(scene.pens[0].spec)
        zone = Zone(scene.pens[0].spec.unit, (0,), strip=strip)
        axis = None if strip else axis_for(scene, zone, plot.height())
        box = Box(zone, plot.adjusted(0, plot.height() / 2 - 12, 0, 12 - plot.height() / 2) if strip else plot, axis)
        whole, foot = QRectF(self.rect()), QRectF(plot.left(), plot.bottom(), plot.width(), _FOOT)
        return Layout(whole, plot, (box,), foot, foot, (), (), scene.start_ms, scene.end_ms)

    def _paint(self, painter: QPainter, scene: Scene, layout: Layout, box: Box, view: PenView) -> None:
        draw_grounds(painter, layout, scene)
        draw_gaps(painter, layout, scene)
        painter.save()
        painter.setClipRect(box.rect)
        if box.axis is None:
            draw_strip(painter, layout, box, view)
            name_strip(painter, layout, box, view, scene.language)
        else:
            draw_band(painter, layout, box, view)
            draw_limits(painter, layout, scene, box)
            draw_broken(painter, layout, box.rect, view.line.entries)
            draw_line(painter, layout, box, view)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(theme.BORDER))
        painter.drawRect(box.rect.adjusted(-0.5, -0.5, 0.5, 0.5))
        self._paint_mark(painter, layout)
        self._paint_texts(painter, scene, layout, box, view)

    def _paint_mark(self, painter: QPainter, layout: Layout) -> None:
        x = round(layout.x(self._marked_ms)) + 0.5
        if self._marked_ms and layout.plot.left() <= x <= layout.plot.right():
            painter.setPen(pen(theme.TEXT, 1.0))
            painter.drawLine(QPointF(x, layout.plot.top()), QPointF(x, layout.plot.bottom() + 4))

    def _paint_texts(self, painter: QPainter, scene: Scene, layout: Layout, box: Box, view: PenView) -> None:
        plot = layout.plot
        span = f"{view.spec.unit}  {SPAN_NAMES['1h'].get(scene.language)}".strip()
        wide = draw_text(painter, plot.right(), 15, span, size=theme.CAPTION, colour=theme.TEXT_DIM, align="right")
        name = elided(view.name, plot.right() - 2 - wide - 12, theme.CAPTION, 600)
        draw_text(painter, 2, 15, name, size=theme.CAPTION, weight=600)
        for value in box.axis.ticks if box.axis is not None else ():
            y = min(max(box.y(value) + 4.5, plot.top() + 9), plot.bottom())
            text = box.axis.text(value) if box.axis is not None else ""
            draw_text(
                painter, plot.left() - 6, y, text, size=theme.CAPTION, colour=theme.TEXT_DIM, align="right",
                tabular=True,
            )  # fmt: skip
        for at, x, align in ((scene.start_ms, plot.left(), "left"), (scene.now_ms, plot.right(), "right")):
            text = time_text(at, scene.timezone, seconds=False)
            draw_text(
                painter, x, self.height() - 4, text, size=theme.CAPTION, colour=theme.TEXT_DIM, align=align,
                tabular=True,
            )  # fmt: skip

    def _tag_at(self, _at: object) -> tuple[str, ...]:
        return (self._path,) if self._path else ()

    @Slot()
    def _go(self) -> None:
        if self._path:
            self._room.navigate.emit("trends", self._path)

    @Slot()
    def _jumped(self) -> None:
        """Another instant, or another site, is shown."""
        self._reads.forget()
        self._follower.skip()
        self._drawn_s = -1e9
        path, self._path = self._path, ""
        self.set_tag(path, self._marked_ms)
