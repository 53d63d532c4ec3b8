"""A list of names and figures in a panel; what deserves a look is strong and marked."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.views import theme
from app.views.widgets.ink import draw_text, elided, pen
from app.views.widgets.row_ink import draw_unknown

__all__ = ["Fact", "FactList"]

_ROW = 26


@dataclass(frozen=True, slots=True)
class Fact:
    """One line."""

    name: str
    text: str
    bad: bool = False
    note: str = ""
    """Said small behind the name, where there is room."""


class FactList(QWidget):
    """Repaints only when a text differs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: tuple[Fact, ...] = ()

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Return what is shown."""
        return self._facts

    def set_facts(self, facts: tuple[Fact, ...]) -> None:
        """Show facts."""
        if facts != self._facts:
            if len(facts) != len(self._facts):
                self.setFixedHeight(_ROW * len(facts) + 8)
            self._facts = facts
            self.setToolTip("\n".join(f"{f.name}: {f.text}  {f.note}".rstrip() for f in facts))
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        right = self.width() - 14.0
        for i, fact in enumerate(self._facts):
            y = i * _ROW
            if i:
                painter.setPen(pen(theme.SCALE))
                painter.drawLine(QPointF(14, y + 0.5), QPointF(right, y + 0.5))
            name = draw_text(painter, 14, y + 18, fact.name, size=theme.BODY, colour=theme.TEXT_DIM)
            room = right - 14 - name - 16 - (20 if fact.bad else 0)
            weight = 700 if fact.bad else 500
            text = elided(fact.text, room, theme.BODY, weight, tabular=True)
            width = draw_text(painter, right, y + 18, text, size=theme.BODY, weight=weight, tabular=True, align="right")
            if fact.bad:
                draw_unknown(painter, right - width - 14, y + 13, size=14)
            if fact.note:
                free = right - width - 12 - (20 if fact.bad else 0) - (14 + name + 8)
                note = elided(fact.note, free, theme.CAPTION)
                draw_text(painter, 14 + name + 8, y + 18, note, size=theme.CAPTION, colour=theme.TEXT_DIM)
        painter.end()
