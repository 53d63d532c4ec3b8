"""Tags dragged from where their values stand to where they are drawn. Within the room's windows only, and without the
nested event loop that the system's own drag needs: while a hand drags, everything goes on.

A widget takes tags if it has `take_tags(paths)`; the nearest one under the hand, looked for upwards, is meant.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol, cast

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.views import theme
from app.views.widgets.ink import draw_text, pen, text_width

__all__ = ["TagDrag", "taker_at"]

PathsAt = Callable[[QPoint], tuple[str, ...]]
_HIGH: Final = 26
_ASIDE: Final = QPoint(14, 10)


class _Taker(Protocol):
    def take_tags(self, paths: tuple[str, ...]) -> None: ...


def taker_at(at: QPoint, window: QWidget) -> _Taker | None:
    """Return who takes tags at a place of the screen: in this window, else in the one that is there."""
    inside = window.mapFromGlobal(at)
    widget: QWidget | None = window.childAt(inside) if window.rect().contains(inside) else QApplication.widgetAt(at)
    while widget is not None and not hasattr(widget, "take_tags"):
        widget = widget.parentWidget()
    return cast("_Taker | None", widget)


class TagDrag(QObject):
    """Watches one widget; `paths_at` says which tags stand at a point of it, () for none. Escape gives up."""

    def __init__(self, widget: QWidget, paths_at: PathsAt, name_of: Callable[[str], str]) -> None:
        super().__init__(widget)
        self._widget = widget
        self._paths_at = paths_at
        self._name_of = name_of
        self._pressed: QPoint | None = None
        self._paths: tuple[str, ...] = ()
        self._ghost: _Ghost | None = None
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyPress and self._ghost is not None and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self._end()
            return True
        if watched is self._widget and isinstance(event, QMouseEvent):
            return self._mouse(kind, event)
        return False

    def _mouse(self, kind: QEvent.Type, event: QMouseEvent) -> bool:
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
        elif kind == QEvent.Type.MouseMove and event.buttons() & Qt.MouseButton.LeftButton:
            return self._moved(event)
        elif kind == QEvent.Type.MouseButtonRelease and self._pressed is not None:
            self._pressed = None
            if self._ghost is not None:
                self._drop(event.globalPosition().toPoint())
                return True
        return False

    def _moved(self, event: QMouseEvent) -> bool:
        here = event.position().toPoint()
        if self._ghost is None:
            if self._pressed is None or (here - self._pressed).manhattanLength() < QApplication.startDragDistance():
                return False
            self._paths = self._paths_at(self._pressed)
            if not self._paths:
                self._pressed = None
                return False
            self._begin()
        assert self._ghost is not None
        at = event.globalPosition().toPoint()
        self._ghost.follow(at, welcome=taker_at(at, self._widget.window()) is not None)
        return True

    def _begin(self) -> None:
        names = [self._name_of(p) or p for p in self._paths]
        text = names[0] if len(names) == 1 else f"{names[0]}  + {len(names) - 1}"
        self._ghost = _Ghost(text, self._widget.window())
        _application().installEventFilter(self)

    def _drop(self, at: QPoint) -> None:
        paths = self._paths
        self._end()
        taker = taker_at(at, self._widget.window())
        if taker is not None:
            taker.take_tags(paths)

    def _end(self) -> None:
        ghost, self._ghost, self._pressed, self._paths = self._ghost, None, None, ()
        _application().removeEventFilter(self)
        if ghost is not None:
            ghost.hide()
            ghost.deleteLater()


def _application() -> QObject:
    application = QApplication.instance()
    assert application is not None
    return application


class _Ghost(QWidget):
    """What the hand carries: the name of a tag, with a plus where it may be let go."""

    def __init__(self, text: str, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._text = text
        self._welcome = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.resize(int(text_width(text, theme.BODY, 600)) + 40, _HIGH)
        self.show()
        self.raise_()

    def follow(self, at: QPoint, *, welcome: bool) -> None:
        """Go where the hand is."""
        self.move(self._window.mapFromGlobal(at) + _ASIDE)
        if welcome != self._welcome:
            self._welcome = welcome
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(theme.OUTLINE, 1.0))
        painter.setBrush(theme.NAV if self._welcome else theme.RAISED)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
        ink = theme.NAV_TEXT if self._welcome else theme.TEXT
        draw_text(painter, 10, 17.5, "+" if self._welcome else "·", size=theme.BODY, weight=700, colour=ink)
        draw_text(painter, 26, 17.5, self._text, size=theme.BODY, weight=600, colour=ink)
        painter.end()
