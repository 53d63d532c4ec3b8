"""A sparkline: the last minutes of one value, with its normal band, in a few strokes of a plain painter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from app.views import theme
from app.views.widgets.ink import pen

__all__ = ["Spark", "draw_spark", "spark_of"]

Spark = tuple[tuple[tuple[float, float], ...], ...]
"""Runs of points; 0–1 across and 0–1 up. A gap in the values ends a run."""

_BUCKETS = 60


def spark_of(
    times_ms: NDArray[np.int64], values: NDArray[np.float64], *, now_ms: int, seconds: float, least: float
) -> Spark:
    """Reduce a series to at most 60 points over the last `seconds`, held between changes.

    `least` is the smallest span of values that fills the height, so that noise stays flat.
    """
    if len(times_ms) == 0:
        return ()
    start = now_ms - seconds * 1000.0
    grid = start + (np.arange(_BUCKETS) + 1.0) * (seconds * 1000.0 / _BUCKETS)
    at = np.searchsorted(times_ms, grid, side="right") - 1
    held = np.where(at >= 0, values[np.clip(at, 0, None)], np.nan)
    good = held[~np.isnan(held)]
    if len(good) == 0:
        return ()
    low, high = float(good.min()), float(good.max())
    span = max(high - low, least, 1e-9)
    base = (low + high) / 2 - span / 2
    return _runs([(k / (_BUCKETS - 1.0), float((v - base) / span)) for k, v in enumerate(held)])


def draw_spark(painter: QPainter, box: QRectF, spark: Spark) -> None:
    """Paint it into `box`."""
    painter.setPen(pen(theme.OUTLINE, 1.3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for run in spark:
        points = [QPointF(box.x() + x * box.width(), box.bottom() - y * box.height()) for x, y in run]
        if len(points) > 1:
            painter.drawPolyline(QPolygonF(points))
    if spark and spark[-1] and spark[-1][-1][0] >= 1.0:
        x, y = spark[-1][-1]
        painter.setBrush(theme.TEXT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QPointF(box.x() + x * box.width(), box.bottom() - y * box.height()), 2.2, 2.2)


def _runs(points: list[tuple[float, float]]) -> Spark:
    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in points:
        if y != y:
            runs.append([])
        else:
            runs[-1].append((x, round(y, 3)))
    return tuple(tuple(r) for r in runs if r)
