"""The key figures on top of the overview: each a card with name, number, note, and a small trend or bar."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.views import theme
from app.views.pages.tag_drags import drag_from
from app.views.room import Room
from app.views.state.figures import Figure
from app.views.widgets.ink import draw_text, elided, pen, text_width
from app.views.widgets.quality_ink import draw_value, value_width
from app.views.widgets.sparkline import Spark, draw_spark

__all__ = ["FigureRow"]

HEIGHT = 92
_SHARES = {"normal": 3, "outflow": 5, "rain": 5, "river": 5, "fill": 5, "devices": 3}
"""Width of a card beside the others: those with a small trend or a bar need more."""


class FigureRow(QWidget):
    """Cards side by side, made once; `set_figures` repaints those that differ. What a figure is made of can be dragged
    onto trends."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self.setObjectName("figures")
        self.setFixedHeight(HEIGHT)
        self._cards: dict[str, FigureCard] = {}
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(theme.GAP_M)

    def set_figures(
        self, figures: tuple[Figure, ...], names: dict[str, str], sparks: dict[str, Spark], span: str
    ) -> None:
        """Show figures; `names` by key; `sparks` by key with their time span in words."""
        for figure in figures:
            card = self._cards.get(figure.key)
            if card is None:
                card = self._cards[figure.key] = FigureCard(self)
                card.setObjectName(f"figure-{figure.key}")
                drag_from(self._room, card, card.tags_at)
                self._layout.addWidget(card, _SHARES.get(figure.key, 4))
            card.show_figure(figure, names[figure.key], sparks.get(figure.key), span)


class FigureCard(QWidget):
    """One figure."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figure: Figure | None = None
        self._name = ""
        self._spark: Spark | None = None
        self._span = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)

    def tags_at(self, _at: QPoint) -> tuple[str, ...]:
        """Return the tags that the figure is made of."""
        return self._figure.tags if self._figure is not None else ()

    def show_figure(self, figure: Figure, name: str, spark: Spark | None, span: str) -> None:
        """Show it; nothing is repainted when all of it is as before."""
        if (figure, name, spark, span) == (self._figure, self._name, self._spark, self._span):
            return
        self._figure, self._name, self._spark, self._span = figure, name, spark, span
        self.setAccessibleName(f"{name} {figure.shown.whole} {figure.note}")
        self.setToolTip(f"{name}\n{figure.shown.whole}\n{figure.note}".strip())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._figure is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(pen(theme.BORDER))
        painter.setBrush(theme.PANEL)
        painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        if self._figure.abnormal:
            painter.fillRect(QRectF(box.x(), box.y(), 4, box.height()), theme.TEXT)
        self._paint(painter, self._figure)
        painter.end()

    def _paint(self, painter: QPainter, figure: Figure) -> None:
        right = self.width() - 14.0
        spark = self._spark if self._spark and right - 14 - _width(figure) > 56 else None
        span = text_width(self._span, theme.CAPTION) + 8 if spark else 0
        name = elided(self._name, right - 14 - span, theme.BODY)
        draw_text(painter, 14, 24, name, size=theme.BODY, colour=theme.TEXT_DIM)
        weight = 700 if figure.abnormal else 600
        draw_value(painter, 14, 58, figure.shown, size=theme.FIGURE_LARGE, weight=weight, unit_size=theme.STRONG)
        width = _width(figure)
        note = elided(figure.note, right - 14, theme.CAPTION, tabular=True)
        draw_text(painter, 14, 80, note, size=theme.CAPTION, colour=theme.TEXT_DIM, tabular=True)
        if spark:
            wide = min(96.0, right - 14 - width - 12)
            draw_spark(painter, QRectF(right - wide, 36, wide - 2, 24), spark)
            draw_text(painter, right, 24, self._span, size=theme.CAPTION, colour=theme.TEXT_DIM, align="right")
        elif not math.isnan(figure.fraction):
            self._bar(painter, right, figure)

    @staticmethod
    def _bar(painter: QPainter, right: float, figure: Figure) -> None:
        wide = min(96.0, right - 14 - _width(figure) - 12)
        bar = QRectF(right - wide, 44, wide, 10)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.SCALE)
        painter.drawRect(bar)
        painter.setBrush(theme.PIPE)
        painter.drawRect(QRectF(bar.x(), bar.y(), bar.width() * figure.fraction, bar.height()))
        painter.setPen(pen(theme.OUTLINE, 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar)


def _width(figure: Figure) -> float:
    weight = 700 if figure.abnormal else 600
    return value_width(figure.shown, size=theme.FIGURE_LARGE, weight=weight, unit_size=theme.STRONG)
