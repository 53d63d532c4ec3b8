"""The two kinds of buttons of the left rail: a page, and one station below it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.views import theme
from app.views.shell.icons import draw_icon
from app.views.widgets.alarm_ink import draw_tally
from app.views.widgets.ink import draw_text, elided_name, pen, text_width
from app.views.widgets.key_focus import RoomButton
from app.views.widgets.row_ink import draw_outlook

__all__ = ["PageButton", "StationArea", "StationButton", "TakingButton"]

_LEAST_STATIONS = 102
"""px: three of them."""


class _RailButton(RoomButton):
    """Ground, hover and keyboard focus of the rail."""

    def __init__(self, height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._height = height
        self._hover = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(180, self._height)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hover = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = False
        self.update()
        super().leaveEvent(event)

    def paint_ground(self, painter: QPainter) -> None:
        """Draw what tells chosen, hovered and focused apart."""
        if self.isChecked():
            painter.fillRect(self.rect(), theme.NAV_SELECTED)
            painter.fillRect(QRectF(0, 0, 4, self.height()), theme.NAV_TEXT)
        elif self._hover:
            painter.fillRect(self.rect(), theme.NAV_SELECTED.darker(115))
        if self.ringed:
            painter.setPen(pen(theme.NAV_TEXT, 1.0, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(6.5, 2.5, -2.5, -2.5))


class PageButton(_RailButton):
    """Leads to a page; beside its name the worst that waits there, and how many."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(44, parent)
        self._icon = icon
        self._badge = (0, False, 0)

    def set_badge(self, priority: int, *, waits: bool, count: int) -> None:
        """Show the highest priority (0: none), whether somebody must acknowledge, and how many there are."""
        if (priority, waits, count) != self._badge:
            self._badge = (priority, waits, count)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint_ground(painter)
        colour = theme.NAV_TEXT if self.isChecked() else theme.NAV_DIM.lighter(112)
        draw_icon(painter, self._icon, 20, self.height() / 2 - 10, colour=colour)
        weight = 600 if self.isChecked() else 500
        draw_text(painter, 52, self.height() / 2 + 5, self.text(), size=theme.STRONG, weight=weight, colour=colour)
        priority, waits, count = self._badge
        if priority:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            x, cy = self.width() - 22.0, self.height() / 2
            draw_tally(painter, x, cy, priority, unack=waits, on=True, size=16, ring=theme.NAV_TEXT)
            draw_text(
                painter, x - 16, cy + 4.5, str(count), size=theme.BODY, weight=600, colour=colour, tabular=True,
                align="right",
            )  # fmt: skip
        painter.end()


class TakingButton(PageButton):
    """Leads to a page that takes tags which are dropped on it."""

    taken = Signal(object)
    """tuple[str, ...]: paths."""

    def take_tags(self, paths: tuple[str, ...]) -> None:
        """Hand on what was dropped here."""
        self.taken.emit(paths)


class StationArea(QScrollArea):
    """The list of stations, as high as they need; where a window is lower than that they are scrolled."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        inner = QWidget()
        self.list = QVBoxLayout(inner)
        self.list.setContentsMargins(0, 0, 0, 0)
        self.list.setSpacing(0)
        self.setWidget(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        for widget in (self.viewport(), inner):
            widget.setAutoFillBackground(False)
        self.verticalScrollBar().setStyleSheet(f"QScrollBar {{ background: {theme.NAV.name()}; }}")

        self._shown: QWidget | None = None
        self.verticalScrollBar().rangeChanged.connect(self._scroll)

    def keep_in_sight(self, station: QWidget | None) -> None:
        """Scroll to a station, and again whenever the room for the list changes; None for no station."""
        self._shown = station
        self._scroll()

    @Slot()
    def _scroll(self) -> None:
        if self._shown is not None:
            self.ensureWidgetVisible(self._shown, 0, 0)

    def sizeHint(self) -> QSize:
        return QSize(180, self.list.totalSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(self.sizeHint().height(), _LEAST_STATIONS))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()  # the list is another one
        return super().eventFilter(watched, event)


class StationButton(_RailButton):
    """Leads to one station and shows how it is: nothing when normal, its worst priority, the clock of a well that will
    spill, or a broken line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(34, parent)
        self._state = (0, False, False, False)

    @property
    def marks(self) -> int:
        """Return how many marks stand at its end; the clock stands before the name."""
        priority, dark, *_ = self._state
        return (priority > 0) + dark

    def set_state(self, priority: int, *, dark: bool, waits: bool = False, spills: bool = False) -> None:
        """Show the highest priority (0: normal) and whether somebody must acknowledge; `dark` means that nothing is
        known of it, `spills` that its well will spill at its present rise."""
        if (priority, dark, waits, spills) != self._state:
            self._state = (priority, dark, waits, spills)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_ground(painter)
        priority, dark, waits, spills = self._state
        cy, marks = self.height() / 2, self.marks
        told = bool(marks or spills)
        colour = theme.NAV_TEXT if self.isChecked() or told else theme.NAV_DIM
        room = self.width() - 44 - (10 + 26 * marks if marks else 12)
        size = theme.BODY if text_width(self.text(), theme.BODY, 500) <= room else theme.CAPTION
        name = elided_name(self.text(), room, size, 500)
        draw_text(painter, 44, cy + 4.5, name, size=size, weight=500 if told else 400, colour=colour)
        right = self.width() - 22.0
        if priority:
            draw_tally(painter, right, cy, priority, unack=waits, on=True, size=15, ring=theme.NAV_TEXT)
            right -= 26
        if spills:
            draw_outlook(painter, 28, cy, size=14)
        if dark:
            painter.setPen(pen(theme.NAV_TEXT, 1.6))
            for x in (-4.0, 4.0):
                painter.drawLine(QPointF(right - x, cy - 4), QPointF(right + x, cy + 4))
        painter.end()
