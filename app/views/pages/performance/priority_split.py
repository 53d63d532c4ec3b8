"""How many of the alarms had which priority, each beside the share it should have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.model.alarms.performance import PriorityShare
from app.model.alarms.targets import FEWEST, TARGETS
from app.views import theme
from app.views.widgets.ink import draw_priority, draw_text, pen

__all__ = ["PrioritySplit"]

_LEFT: Final = 44.0
_RIGHT: Final = 128.0
_LIMITS: Final = {int(t.figure[-1]): t.value for t in TARGETS if t.figure.startswith("priority_")}


class PrioritySplit(QWidget):
    """One bar for each priority; the stroke is the most it should be. A bar is told to be over it only where there were
    enough alarms for a share to be a finding."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shares: tuple[PriorityShare, ...] = ()
        self.setMinimumHeight(150)

    def show_shares(self, shares: Sequence[PriorityShare]) -> None:
        """Show shares."""
        self.shares = tuple(shares)
        self.setAccessibleDescription("\n".join(f"{s.priority}: {s.count}, {100 * s.share:.1f} %" for s in shares))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        each = self.height() / 4
        for i, share in enumerate(self.shares):
            self._bar(painter, share, (i + 0.5) * each, min(22.0, each * 0.45))
        painter.end()

    def _bar(self, painter: QPainter, share: PriorityShare, cy: float, high: float) -> None:
        left, wide = _LEFT, self.width() - _LEFT - _RIGHT
        limit = _LIMITS.get(share.priority)
        enough = sum(s.count for s in self.shares) >= FEWEST
        outside = enough and limit is not None and 100 * share.share > limit
        draw_priority(painter, 24, cy, share.priority, size=18, calm=True)
        painter.fillRect(QRectF(left, cy - high / 2, wide, high), theme.SCALE)
        painter.fillRect(
            QRectF(left, cy - high / 2, wide * share.share, high), theme.OUTSIDE if outside else theme.STOPPED
        )
        right = self.width() - 14.0
        said = f"{100 * share.share:.1f} %"
        ink = theme.OUTSIDE if outside else theme.TEXT
        draw_text(painter, right, cy - 1, said, size=theme.STRONG, weight=600, colour=ink, tabular=True, align="right")
        note = f"{share.count}" + (f"  ≤ {limit:g} %" if limit is not None else "")
        draw_text(painter, right, cy + 14, note, size=theme.CAPTION, colour=theme.TEXT_DIM, tabular=True, align="right")
        if limit is not None:
            x = left + wide * limit / 100
            painter.setPen(pen(theme.TEXT, 1.6))
            painter.drawLine(QPointF(x, cy - high / 2 - 4), QPointF(x, cy + high / 2 + 4))
