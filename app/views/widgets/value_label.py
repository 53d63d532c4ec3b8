"""A label that shows one value with the mark of its quality, and repaints only when it looks different."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views import theme
from app.views.state.values import Shown
from app.views.widgets.quality_ink import draw_value

__all__ = ["ValueLabel"]


class ValueLabel(QWidget):
    """One value. `caption` is what a screen reader says before it."""

    def __init__(
        self, *, size: int = theme.STRONG, weight: int = 600, align: str = "left", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._size = size
        self._weight = weight
        self._align = align
        self._caption = ""
        self._shown: Shown | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def shown(self) -> Shown | None:
        """What is on screen now."""
        return self._shown

    def set_caption(self, caption: str) -> None:
        """Name the value for screen readers and the tool tip."""
        self._caption = caption
        self._describe()

    def set_shown(self, shown: Shown) -> bool:
        """Show a value; return True when that changed what is painted."""
        if shown == self._shown:
            return False
        self._shown = shown
        self._describe()
        self.update()
        return True

    def sizeHint(self) -> QSize:
        return QSize(int(self._size * 6), int(self._size * 1.7))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._shown is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = {"left": 5.0, "middle": self.width() / 2, "right": self.width() - 5.0}[self._align]
        baseline = self.height() / 2 + self._size * 0.36
        draw_value(painter, x, baseline, self._shown, size=self._size, weight=self._weight, align=self._align)
        painter.end()

    def _describe(self) -> None:
        text = "" if self._shown is None else self._shown.whole
        self.setAccessibleName(f"{self._caption} {text}".strip())
        self.setToolTip(self._caption)
        self.setAttribute(Qt.WidgetAttribute.WA_AlwaysShowToolTips)
