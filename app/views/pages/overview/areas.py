"""Roll-ups: one line per area with stations normal, pumps running and outflow."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.views import theme
from app.views.state.figures import AreaView
from app.views.widgets.ink import draw_priority, draw_text, elided, pen
from app.views.widgets.quality_ink import draw_value

__all__ = ["AreaTable"]

_ROW = 34
_HEAD = 30


class AreaTable(QWidget):
    """A small table, painted: it has few rows and no selection."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._areas: tuple[AreaView, ...] = ()
        self._heads: tuple[str, ...] = ()
        self.setObjectName("areas")
        self.retranslate()

    def set_areas(self, areas: tuple[AreaView, ...]) -> None:
        """Show areas."""
        if areas != self._areas:
            if len(areas) != len(self._areas):
                self.setFixedHeight(_HEAD + _ROW * max(1, len(areas)))
            self._areas = areas
            self.update()

    def retranslate(self) -> None:
        """Take the room's language."""
        self._heads = (self.tr("Area"), self.tr("Stations normal"), self.tr("Pumps running"), self.tr("Outflow"))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        w = float(self.width())
        ends = (16.0, w * 0.5, w * 0.74, w - 16)
        for i, head in enumerate(self._heads):
            align = "left" if i == 0 else "right"
            draw_text(painter, ends[i], 20, head, size=theme.CAPTION, colour=theme.TEXT_DIM, align=align)
        for i, area in enumerate(self._areas):
            y = _HEAD + i * _ROW
            painter.setPen(pen(theme.BORDER))
            painter.drawLine(QPointF(12, y + 0.5), QPointF(w - 12, y + 0.5))
            self._row(painter, area, y + 22.0, ends)
        painter.end()

    @staticmethod
    def _row(painter: QPainter, area: AreaView, y: float, ends: tuple[float, ...]) -> None:
        x = ends[0]
        if area.priority:
            draw_priority(painter, x + 8, y - 4.5, area.priority, size=15)
            x += 24
        draw_text(painter, x, y, elided(area.name, ends[1] - x - 80, theme.BODY, 600), size=theme.BODY, weight=600)
        weight = 700 if area.abnormal else 500
        draw_value(painter, ends[1], y, area.normal, size=theme.BODY, weight=weight, align="right")
        draw_value(painter, ends[2], y, area.pumps, size=theme.BODY, weight=500, align="right")
        draw_value(painter, ends[3], y, area.outflow, size=theme.BODY, weight=500, align="right")
