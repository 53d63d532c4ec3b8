"""Lists painted at once inside a faceplate: conditions with live value and limit, facts, and reasons in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views import theme
from app.views.state.values import Shown
from app.views.widgets.ink import draw_text, elided, face, pen
from app.views.widgets.quality_ink import draw_value, value_width

__all__ = ["ConditionList", "ConditionRow", "ReasonLine", "ReasonList", "Verdict", "draw_verdict"]

_ROW = 25


class Verdict(StrEnum):
    """How a condition or a reason stands."""

    MET = "met"
    FAILS = "fails"
    UNKNOWN = "unknown"
    WARNS = "warns"
    PLAIN = "plain"
    """A fact without a judgement."""


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One line: what is asked, the live value, and the limit behind it."""

    label: str
    shown: Shown
    limit: str = ""
    verdict: Verdict = Verdict.PLAIN


def draw_verdict(painter: QPainter, cx: float, cy: float, verdict: Verdict) -> None:
    """Draw a tick, a cross, a question mark or an exclamation mark: form before colour."""
    if verdict is Verdict.PLAIN:
        return
    if verdict is Verdict.MET:
        painter.setPen(pen(theme.PIPE, 1.8))
        painter.drawPolyline(QPolygonF([QPointF(cx - 5, cy), QPointF(cx - 1.5, cy + 4), QPointF(cx + 5, cy - 4.5)]))
        return
    ground = {Verdict.FAILS: theme.TEXT_TRIP, Verdict.UNKNOWN: theme.BAD, Verdict.WARNS: theme.PRIORITY[3]}[verdict]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(QRectF(cx - 8, cy - 8, 16, 16), 2, 2)
    if verdict is Verdict.FAILS:
        painter.setPen(pen(theme.RUNNING, 1.8))
        painter.drawLine(QPointF(cx - 3.6, cy - 3.6), QPointF(cx + 3.6, cy + 3.6))
        painter.drawLine(QPointF(cx - 3.6, cy + 3.6), QPointF(cx + 3.6, cy - 3.6))
        return
    painter.setFont(face(theme.CAPTION, 700))
    painter.setPen(theme.TEXT if verdict is Verdict.WARNS else theme.RUNNING)
    text = "!" if verdict is Verdict.WARNS else "?"
    painter.drawText(QRectF(cx - 8, cy - 8, 16, 16), Qt.AlignmentFlag.AlignCenter, text)


class ConditionList(QWidget):
    """A heading and rows. Takes no height when it has no rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self._rows: tuple[ConditionRow, ...] = ()
        self.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def rows(self) -> tuple[ConditionRow, ...]:
        """What is listed now."""
        return self._rows

    def set_title(self, title: str) -> None:
        """Name the list."""
        self._title = title
        self.setAccessibleName(title)
        self.update()

    def set_rows(self, rows: tuple[ConditionRow, ...]) -> bool:
        """List these; return True when that changed what is painted."""
        if rows == self._rows:
            return False
        resized = len(rows) != len(self._rows)
        self._rows = rows
        if resized:
            self.setVisible(bool(rows))
            self.updateGeometry()
        self.update()
        return True

    def row_at(self, y: float) -> int:
        """Return the row at a height, −1 for none."""
        row = int((y - (24 if self._title else 0)) // _ROW)
        return row if 0 <= row < len(self._rows) else -1

    def sizeHint(self) -> QSize:
        return QSize(300, (24 if self._title else 0) + _ROW * len(self._rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y = 0.0
        if self._title:
            draw_text(painter, 2, 16, self._title, size=theme.CAPTION, weight=600, colour=theme.TEXT_DIM)
            y = 24.0
        for row in self._rows:
            self._paint_row(painter, row, y)
            y += _ROW
        painter.end()

    def _paint_row(self, painter: QPainter, row: ConditionRow, y: float) -> None:
        painter.fillRect(QRectF(0, y, self.width(), 1), theme.SCALE)
        left = 26.0 if any(r.verdict is not Verdict.PLAIN for r in self._rows) else 4.0
        draw_verdict(painter, 11, y + 13, row.verdict)
        right = self.width() - 4.0
        limit = f" {row.limit}" if row.limit else ""
        if limit:
            right -= draw_text(
                painter, right, y + 17.5, limit, size=theme.CAPTION, colour=theme.TEXT_DIM, align="right", tabular=True
            )  # fmt: skip
        value = value_width(row.shown, size=theme.BODY)
        draw_value(painter, right - 2, y + 17.5, row.shown, size=theme.BODY, align="right")
        bad = row.verdict in (Verdict.FAILS, Verdict.UNKNOWN)
        label = elided(row.label, right - value - left - 10, theme.BODY, 600 if bad else 400)
        draw_text(painter, left, y + 17.5, label, size=theme.BODY, weight=600 if bad else 400)


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """One reason in words."""

    text: str
    verdict: Verdict


class ReasonList(QWidget):
    """Sentences with their verdict, wrapped: none is cut, since each may be why somebody acts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[ReasonLine, ...] = ()
        self.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def lines(self) -> tuple[ReasonLine, ...]:
        """What is said now."""
        return self._lines

    def set_lines(self, lines: tuple[ReasonLine, ...]) -> None:
        """Say these."""
        if lines != self._lines:
            self._lines = lines
            self.setAccessibleName("; ".join(line.text for line in lines))
            self.setVisible(bool(lines))
            self.updateGeometry()
            self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return sum(self._height(line, width) for line in self._lines)

    def sizeHint(self) -> QSize:
        width = self.width() if self.width() > 100 else 320
        return QSize(width, self.heightForWidth(width))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y = 0
        for line in self._lines:
            height = self._height(line, self.width())
            draw_verdict(painter, 11, y + 13, line.verdict)
            painter.setFont(face(theme.BODY, 400))
            painter.setPen(theme.TEXT)
            box = QRectF(26, y + 4, self.width() - 30, height - 4)
            painter.drawText(box, int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop), line.text)
            y += height
        painter.end()

    def _height(self, line: ReasonLine, width: int) -> int:
        metrics = QFontMetrics(face(theme.BODY, 400))
        box = metrics.boundingRect(QRect(0, 0, max(60, width - 30), 1000), int(Qt.TextFlag.TextWordWrap), line.text)
        return int(box.height()) + 8
