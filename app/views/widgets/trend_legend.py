"""The legend of a trend: one short line of pen, name and present value for each curve, in the panel's heading."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.views import theme
from app.views.state.values import Shown
from app.views.widgets.ink import draw_text, pen, text_width
from app.views.widgets.panel import Panel
from app.views.widgets.quality_ink import draw_value, value_width

__all__ = ["LegendItem", "TrendLegend"]


@dataclass(frozen=True, slots=True)
class LegendItem:
    """One curve: index of its pen, name and value now."""

    pen: int
    name: str
    shown: Shown


class TrendLegend(QWidget):
    """Items from the right end of a panel's heading."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: tuple[LegendItem, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def place(self, panel: Panel) -> None:
        """Take the free part of the panel's heading."""
        left = int(panel.title_end()) + theme.GAP
        self.setGeometry(left, 4, max(0, panel.width() - left - theme.GAP), 28)
        self.show()

    def set_items(self, items: tuple[LegendItem, ...]) -> None:
        """Show these; repaints when they differ."""
        if items != self._items:
            self._items = items
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = self.width() - 4.0
        for item in reversed(self._items):
            width = 26 + text_width(item.name, theme.BODY) + 8 + value_width(item.shown, size=theme.BODY)
            x -= width
            if x < 0:
                break
            painter.setPen(pen(theme.TREND[item.pen], 2.0))
            painter.drawLine(QPointF(x, 14), QPointF(x + 18, 14))
            at = x + 24 + draw_text(painter, x + 24, 19, item.name, size=theme.BODY, colour=theme.TEXT_DIM) + 8
            draw_value(painter, at, 19, item.shown, size=theme.BODY)
            x -= 20
        painter.end()
