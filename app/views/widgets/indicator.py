"""An analog indicator as a widget: caption, vertical bar, digital value below."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.model.spec import TagSpec
from app.views import theme
from app.views.state.scale import Scale, scale_of, zone_of
from app.views.state.values import Mark, Shown
from app.views.widgets.indicator_ink import BAR, draw_pointer, draw_scale, draw_setpoint
from app.views.widgets.ink import draw_text, elided, text_width
from app.views.widgets.quality_ink import draw_value

__all__ = ["AnalogIndicator", "draw_indicator", "draw_moving", "draw_still"]

_STALE = Mark.STALE


def draw_indicator(
    painter: QPainter,
    box: QRectF,
    spec: TagSpec,
    caption: str,
    shown: Shown,
    *,
    language: str,
    priority: int = 0,
    setpoint: float = math.nan,
    lines: int = 1,
) -> None:
    """Paint caption (on `lines` lines), bar and value of a measurement into `box`. `priority` is that of
    its alarm, 0 for none."""
    scale = scale_of(spec)
    zone = zone_of(shown.value, spec) if shown.mark.usable else ""
    draw_still(painter, box, scale, caption, zone=zone, priority=priority, language=language, lines=lines)
    if not math.isnan(setpoint):
        draw_setpoint(painter, _bar(box, lines), scale, setpoint)
    draw_moving(painter, box, scale, shown, lines=lines)


def draw_still(
    painter: QPainter,
    box: QRectF,
    scale: Scale,
    caption: str,
    *,
    zone: str,
    priority: int,
    language: str,
    lines: int = 1,
) -> None:
    """Paint what does not move with the value: caption and scale."""
    middle = box.center().x()
    for k, text in enumerate(_broken(caption, box.width() - 4, lines)):
        draw_text(
            painter, middle, box.y() + 13 + 15 * k, text, size=theme.CAPTION, colour=theme.TEXT_DIM, align="middle"
        )
    draw_scale(painter, _bar(box, lines), scale, zone=zone, priority=priority, language=language)


def draw_moving(painter: QPainter, box: QRectF, scale: Scale, shown: Shown, *, lines: int = 1) -> None:
    """Paint what moves: the pointer, the value below the bar, and the age of a stale value."""
    middle = box.center().x()
    draw_pointer(painter, _bar(box, lines), scale, shown)
    draw_value(painter, middle, box.bottom() - 18, shown, size=theme.STRONG, align="middle", compact=True)
    if shown.mark is _STALE:
        draw_text(painter, middle, box.bottom() - 2, shown.note, size=theme.CAPTION, align="middle", tabular=True)


def _bar(box: QRectF, lines: int) -> QRectF:
    head = 13.0 + 15.0 * (lines - 1)
    return QRectF(box.center().x() - BAR / 2 + 10, box.y() + head + 14, BAR, box.height() - head - 14 - 42)


def _broken(caption: str, width: float, lines: int) -> list[str]:
    """Break a caption at a space if it is too wide and may take two lines."""
    first, space, rest = caption.partition(" ")
    if lines < 2 or not space or text_width(caption, theme.CAPTION) <= width:
        return [elided(caption, width, theme.CAPTION)]
    return [elided(first, width, theme.CAPTION), elided(rest, width, theme.CAPTION)]


class AnalogIndicator(QWidget):
    """One measurement on its scale. Repaints only when the shown value or the set-point changes."""

    def __init__(self, spec: TagSpec, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = spec
        self._caption = caption
        self._shown: Shown | None = None
        self._setpoint = math.nan
        self._priority = 0
        self._language = "en"
        self._lines = 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(150)

    @property
    def shown(self) -> Shown | None:
        """What is on screen now."""
        return self._shown

    def set_caption(self, caption: str, language: str) -> None:
        """Name the measurement in the room's language."""
        self._caption, self._language = caption, language
        self._describe()
        self.update()

    def needs_lines(self, width: float) -> int:
        """Return how many lines the caption takes at a width in px."""
        return len(_broken(self._caption, width - 4, 2))

    def set_lines(self, lines: int) -> None:
        """Leave room for that many lines of caption: neighbours keep their bars level with each other."""
        self._lines = lines
        self.update()

    def set_shown(self, shown: Shown, *, setpoint: float = math.nan, priority: int = 0) -> bool:
        """Show a value and the priority of its alarm (0: none); return True when that changed what is painted."""
        same = setpoint == self._setpoint or (math.isnan(setpoint) and math.isnan(self._setpoint))
        if shown == self._shown and same and priority == self._priority:
            return False
        self._shown, self._setpoint, self._priority = shown, setpoint, priority
        self._describe()
        self.update()
        return True

    def sizeHint(self) -> QSize:
        return QSize(88, 176)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._shown is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        draw_indicator(
            painter,
            box,
            self._spec,
            self._caption,
            self._shown,
            language=self._language,
            priority=self._priority,
            setpoint=self._setpoint,
            lines=self._lines,
        )
        painter.end()

    def _describe(self) -> None:
        value = "" if self._shown is None else self._shown.whole
        self.setAccessibleName(f"{self._caption} {value}".strip())
        self.setToolTip(self._caption)
