"""Figures beside their targets: the verdict as a word and a mark, colour only outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from app.model.alarms.targets import Verdict
from app.views import theme
from app.views.state.performance_report import VERDICTS, KpiRow
from app.views.widgets.ink import draw_text, elided, pen

__all__ = ["KpiList"]

_ROW: Final = 30.0
_SIDE: Final = 14.0


class KpiList(QWidget):
    """Painted; one line for each figure."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[KpiRow, ...] = ()
        self._language = "zh"
        self._heads = ("", "", "")
        self.setMinimumHeight(int(_ROW * 14) + 6)

    def show_rows(self, rows: Sequence[KpiRow], language: str, heads: tuple[str, str, str]) -> None:
        """Show figures; `heads` name the columns figure, target and verdict."""
        self.rows, self._language, self._heads = tuple(rows), language, heads
        lines = [f"{r.target.label.get(language)}: {r.text} ({r.target_text}) {self._word(r)}" for r in rows]
        self.setAccessibleDescription("\n".join(lines))
        self.setToolTip("\n".join(f"{r.target.label.get(language)}: {r.target.source}" for r in rows))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(560, int(_ROW * 14) + 6)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = float(self.width())
        figure, target, verdict = width - 244, width - 130, width - 116
        for text, x, align in zip(self._heads, (figure, target, verdict), ("right", "right", "left"), strict=True):
            draw_text(painter, x, 19, text, size=theme.CAPTION, weight=600, colour=theme.TEXT_DIM, align=align)
        for i, row in enumerate(self.rows, 1):
            y = i * _ROW
            painter.fillRect(QRectF(_SIDE, y, width - 2 * _SIDE, 1), theme.SCALE)
            outside = row.verdict is Verdict.MISSED
            name = elided(row.target.label.get(self._language), figure - 76 - _SIDE, theme.BODY)
            draw_text(painter, _SIDE, y + 20, name, size=theme.BODY)
            ink = theme.OUTSIDE if outside else theme.TEXT
            said = theme.TEXT_DIM if row.verdict is Verdict.FEW else ink
            draw_text(
                painter, figure, y + 20, row.text, size=theme.STRONG, weight=700 if outside else 600, colour=ink,
                tabular=True, align="right",
            )  # fmt: skip
            draw_text(
                painter, target, y + 20, row.target_text, size=theme.BODY, colour=theme.TEXT_DIM, tabular=True,
                align="right",
            )  # fmt: skip
            self._mark(painter, verdict + 5, y + 15.5, row.verdict)
            weight = 600 if outside else 400
            word = elided(self._word(row), width - verdict - 24, theme.BODY, weight)
            draw_text(painter, verdict + 18, y + 20, word, size=theme.BODY, weight=weight, colour=said)
        painter.end()

    def _word(self, row: KpiRow) -> str:
        return VERDICTS[row.verdict].get(self._language)

    @staticmethod
    def _mark(painter: QPainter, cx: float, cy: float, verdict: Verdict) -> None:
        """A tick within, a bar in between, a filled triangle outside, nothing without a finding."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(theme.PIPE, 1.8))
        if verdict is Verdict.MET:
            painter.drawPolyline(QPolygonF([QPointF(cx - 5, cy), QPointF(cx - 1.5, cy + 4), QPointF(cx + 5, cy - 4)]))
        elif verdict is Verdict.NEAR:
            painter.drawLine(QPointF(cx - 5, cy), QPointF(cx + 5, cy))
        elif verdict is Verdict.MISSED:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.OUTSIDE)
            painter.drawPolygon(QPolygonF([QPointF(cx, cy - 5.5), QPointF(cx + 6, cy + 5), QPointF(cx - 6, cy + 5)]))
