"""The trend of a station: level on the left axis, outflow on the right one, over the last minutes.

Rules that were measured: pens of one pixel without antialiasing, one opaque level of grid, gaps for NaN, one update
once a second. Time is drawn as seconds before now: the range of the view stands while the curves run through it, since
a new range makes every item of the scene reckon anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.views import theme
from app.views.state.zone_time import time_text

__all__ = ["StationTrend", "columns_of"]

Series = tuple[NDArray[np.int64], NDArray[np.float64]]
_LINE_PX: Final = 18.0
"""Height that the name of a limit takes, with its margin, px."""
_FIRST: Final = 0.01
"""Where the first column of names begins, as a part of the width."""


def columns_of(heights: Sequence[float], line: float = _LINE_PX) -> list[int]:
    """Return the column of each name so that no two stand on each other: each goes to the first column in which
    nothing is nearer than `line` (the same unit as `heights`)."""
    placed: list[tuple[float, int]] = []
    for height in heights:
        taken = {column for other, column in placed if abs(other - height) < line}
        placed.append((height, next(c for c in range(len(heights)) if c not in taken)))
    return [column for _, column in placed]


class _TimeAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph ships no types
    """Times of day in the site's zone, along an axis of seconds before `now_s` (UTC)."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.timezone = "UTC"
        self._now_s = 0.0
        self.set_window(900.0)

    def set_window(self, seconds: float) -> None:
        """Give about five ticks to a window, on whole minutes."""
        step = max(60.0, 60.0 * round(seconds / 5.0 / 60.0))
        self.setTickSpacing(major=step, minor=step)

    def set_now(self, now_s: float) -> None:
        """Move the ticks to where whole minutes stand now."""
        self._now_s = now_s
        self.picture = None
        self.update()

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        levels = super().tickValues(low + self._now_s, high + self._now_s, size)
        return [(spacing, [v - self._now_s for v in values]) for spacing, values in levels]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        # Half a second in the middle: a whole minute that was moved to and fro may have become a little less than one.
        return [time_text(int((v + self._now_s + 0.5) * 1000), self.timezone, seconds=False) for v in values]


class StationTrend(QWidget):
    """Two pens, two axes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axis = _TimeAxis()
        self._plot = pg.PlotWidget(self, background=theme.RAISED, axisItems={"bottom": self._axis})
        self._item = self._plot.getPlotItem()
        self._second = pg.ViewBox(enableMenu=False)
        self._level = pg.PlotDataItem(pen=_pen(theme.TREND[0]), connect="finite", antialias=False)
        self._flow = pg.PlotDataItem(pen=_pen(theme.TREND[1]), connect="finite", antialias=False)
        self._lines: list[Any] = []
        """Lines are kept for the next station, never destroyed: one that goes while its scene is painted ends the
        program."""
        self._limits: list[Any] = []
        self._window = 900.0
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self.setMinimumSize(300, 140)
        self._dress()
        self._show_window(self._window)

    def set_station(
        self, *, timezone: str, level_range: tuple[float, float], flow_range: tuple[float, float] | None,
        limits: tuple[tuple[str, float], ...],
    ) -> None:  # fmt: skip
        """Take ranges (in the tags' units) and the limits of the level that are drawn as thin lines."""
        self._axis.timezone = timezone
        self._item.setYRange(*level_range, padding=0.02)
        self._item.getAxis("right").setVisible(flow_range is not None)
        if flow_range is not None:
            self._second.setYRange(*flow_range, padding=0.02)
        while len(self._lines) < len(limits):
            line = _limit()
            self._lines.append(line)
            self._item.addItem(line)
        for line, (name, value) in zip(self._lines, limits, strict=False):
            line.setValue(value)
            line.label.setFormat(name)
        self._limits = self._lines[: len(limits)]
        for i, line in enumerate(self._lines):
            line.setVisible(i < len(limits))
        self._place_names()

    def set_data(self, level: Series, flow: Series, *, now_ms: int, seconds: float) -> None:
        """Draw the newest window."""
        now_s = now_ms / 1000.0
        self._axis.set_now(now_s)
        self._level.setData(level[0] / 1000.0 - now_s, level[1])
        self._flow.setData(flow[0] / 1000.0 - now_s, flow[1])
        if seconds != self._window:
            self._show_window(seconds)

    def _show_window(self, seconds: float) -> None:
        self._window = seconds
        self._axis.set_window(seconds)
        self._item.setXRange(-seconds, 0.0, padding=0)

    def _dress(self) -> None:
        item = self._item
        item.setMenuEnabled(False)
        item.hideButtons()
        item.setMouseEnabled(x=False, y=False)
        self._plot.setFrameShape(self._plot.Shape.NoFrame)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        item.showAxis("right")
        for name in ("left", "right", "bottom"):
            axis = item.getAxis(name)
            axis.setStyle(maxTickLevel=0, tickLength=-4 if name == "right" else 0, tickFont=theme.font(theme.CAPTION))
            axis.setZValue(-10)
            axis.setPen(QPen(theme.SCALE))
            axis.setTextPen(QPen(theme.TEXT_DIM))
            axis.setGrid(255 if name != "right" else False)
        item.getAxis("left").setWidth(44)
        item.getAxis("right").setWidth(48)
        item.addItem(self._level)
        item.scene().addItem(self._second)
        item.getAxis("right").linkToView(self._second)
        self._second.setXLink(item)
        self._second.setMouseEnabled(x=False, y=False)
        self._second.addItem(self._flow)
        item.vb.sigResized.connect(self._follow)

    @Slot()
    def _follow(self) -> None:
        """Keep the second view over the first."""
        self._second.setGeometry(QRectF(self._item.vb.sceneBoundingRect()))
        self._second.linkedViewChanged(self._item.vb, self._second.XAxis)
        self._place_names()

    def _place_names(self) -> None:
        """Move the names of limits that are near each other apart, along their lines."""
        view, (low, high) = self._item.vb, self._item.vb.viewRange()[1]
        if not self._limits or view.width() <= 0 or high <= low:
            return
        heights = [line.value() / (high - low) * view.height() for line in self._limits]
        wide = max(line.label.boundingRect().width() for line in self._limits) / view.width()
        for line, column in zip(self._limits, columns_of(heights), strict=True):
            line.label.setPosition(_FIRST + column * (wide + _FIRST))


def _pen(colour: Any) -> QPen:
    made = QPen(colour)
    made.setWidth(1)
    made.setCosmetic(True)
    return made


def _limit() -> Any:
    pen = _pen(theme.PIPE_IDLE)
    pen.setStyle(Qt.PenStyle.DashLine)
    where = {"position": 0.01, "color": theme.TEXT_DIM, "fill": theme.RAISED, "anchors": [(0, 0.9), (0, 0.9)]}
    line = pg.InfiniteLine(0.0, angle=0, pen=pen, label="", labelOpts=where)
    line.label.setFont(theme.font(theme.CAPTION))
    line.label.textItem.document().setDocumentMargin(1)
    return line
