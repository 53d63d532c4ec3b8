"""The faceplate's head: name, path, station, state, mode, quality and age; pin and close."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.views import theme
from app.views.widgets.ink import draw_priority, draw_text, elided, pen
from app.views.widgets.key_focus import RoomButton
from app.views.widgets.marks import draw_chip, draw_hold
from app.views.widgets.row_ink import focus_frame
from app.views.widgets.sprites import Sprites

__all__ = ["FaceplateHead", "HeadContent", "IconButton"]


@dataclass(frozen=True, slots=True)
class HeadContent:
    """All that the head shows."""

    name: str
    where: str
    symbol: str
    filled: bool
    word: str
    tripped: bool
    chips: tuple[str, ...]
    strong: str
    """A chip that must not be overlooked (Local); "" for none."""
    quality: str
    doubtful: bool
    priority: int
    held: bool
    hold_letter: str


class IconButton(RoomButton):
    """A small square button with a painted sign: `pin` or `close`."""

    def __init__(self, sign: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = sign
        self.setCheckable(sign == "pin")
        self.setFixedSize(28, 28)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.isChecked():
            painter.setPen(pen(theme.BORDER, 1.0))
            painter.setBrush(theme.SCALE if self.isChecked() else theme.RAISED)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
        painter.setPen(pen(theme.TEXT, 1.6))
        if self._sign == "close":
            painter.drawLine(9, 9, 19, 19)
            painter.drawLine(9, 19, 19, 9)
        else:
            painter.setBrush(theme.TEXT if self.isChecked() else Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(10.5, 7.5, 7, 8))
            painter.drawLine(8, 16, 20, 16)
            painter.drawLine(14, 16, 14, 22)
        focus_frame(self, painter)
        painter.end()


class _Title(QWidget):
    """Painted part of the head."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.content: HeadContent | None = None
        self._sprites = Sprites()
        self.setFixedHeight(84)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(280, 84)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self.content
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if c is not None:
            self._paint(painter, c)
        painter.end()

    def _paint(self, painter: QPainter, c: HeadContent) -> None:
        self._sprites.draw(painter, c.symbol, 28, 26, 18, filled=c.filled)
        room = self.width() - 58 - 64
        draw_text(painter, 58, 22, elided(c.name, room, theme.TITLE, 700), size=theme.TITLE, weight=700)
        draw_text(
            painter,
            58,
            42,
            elided(c.where, self.width() - 60, theme.CAPTION),
            size=theme.CAPTION,
            colour=theme.TEXT_DIM,
        )
        x = 10.0
        if c.priority:
            draw_priority(painter, x + 9, 68, c.priority, size=18)
            x += 28
        if c.held:
            draw_hold(painter, x + 9, 68, c.hold_letter)
            x += 28
        colour = theme.TEXT_TRIP if c.tripped else theme.TEXT
        if c.word:
            x += draw_text(painter, x, 74, c.word, size=theme.HEADING, weight=600, colour=colour) + 10
        for chip in c.chips:
            x += draw_chip(painter, x, 68, chip) + 6
        if c.strong:
            x += draw_chip(painter, x, 68, c.strong, strong=True) + 6
        ink = theme.TEXT_BAD if c.doubtful else theme.TEXT_DIM
        quality = elided(c.quality, self.width() - x - 6, theme.CAPTION, tabular=True)
        draw_text(painter, self.width() - 4, 73, quality, size=theme.CAPTION, colour=ink, align="right", tabular=True)


class FaceplateHead(QWidget):
    """Title with its two buttons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = _Title(self)
        self.pin = IconButton("pin", self)
        self.close_button = IconButton("close", self)
        self.pin.setObjectName("pin")
        self.close_button.setObjectName("close")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._title)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The buttons stand over the title's upper right corner, which leaves them free."""
        self.close_button.move(self.width() - 28, 0)
        self.pin.move(self.width() - 58, 0)
        self.pin.raise_()
        self.close_button.raise_()

    @property
    def content(self) -> HeadContent | None:
        """What is on screen now."""
        return self._title.content

    def set_content(self, content: HeadContent) -> None:
        """Show a content; repaints when it differs."""
        if content != self._title.content:
            self._title.content = content
            self.setAccessibleName(f"{content.name} {content.word} {content.quality}")
            self._title.update()
