"""A year on eight pens under a hand: the product's page on a real store, and pyqtgraph used plainly on its samples.

The store holds two years and a half of a sample a minute, written through the historian's own packing and rolled up by
it, in files of SQLite (benchmarks/history_year.py). The page asks for them as in the room: by the door's tickets, on
its thread of the past, by the product's reader. A hand drags the picture of a year to and fro, each time so far that it
leaves what was read, and turns the wheel from a year to a day and back; where it rests, the clock runs until the curves
of that place, of the right level, are on the screen.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from app.views.gateway.store_door import StoreDoor
from benchmarks.history_reads import build
from benchmarks.history_year import DAY_MS, Year
from benchmarks.trends_desk import HEIGHT, WIDTH, Desk, site_of

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent

__all__ = ["Moved", "Plain", "PlainYear", "YearStore", "move"]

PENS: Final = 8
SPAN_MS: Final = 365 * DAY_MS
DAYS: Final = 912
STROKES: Final = 24
STEP_PX: Final = 12.0
"""From one event of the mouse to the next: a hand that crosses the picture in two seconds, 60 events in each."""
WAY: Final = (0.75, 1.45, 0.75, 0.05)
"""Where the strokes of the hand bring the picture's end, in pictures before the end of the record, again and again.
Half a picture is read on each side, so that every stroke leaves what was read."""
JITTER: Final = 0.05
NOTCHES: Final = 9
"""Of the wheel at a time: a year, seven weeks, a week, a day. Each has rollups of another width, the last samples."""


class YearStore:
    """The store in a folder, made anew."""

    def __init__(self, folder: Path) -> None:
        self.address = str(folder / "store")
        site = site_of(PENS)
        year = Year(DAYS, tags=[tag.number for tag in site.tags], period_ms=60_000, crowded=False)
        began = time.perf_counter()
        self.site = build(Path(self.address), year, site).site
        self.made_s = time.perf_counter() - began
        self.samples, self.end_ms = year.samples, year.end_ms
        if [tag.number for tag in self.site.tags] != year.tags.tolist():
            raise RuntimeError("the store gave the tags other numbers")
        self.times: NDArray[np.int64] = np.concatenate([times for times, _ in year.kept])
        self.values: NDArray[np.float64] = np.concatenate([values for _, values in year.kept])


@dataclass(slots=True)
class Moved:
    """`frames_s`: how long each took, from the mouse's event to what was painted for it · `cpu_s`: our CPU time in all
    of them, with the reads that ran meanwhile · `rest_s`: from the hand's rest to its curves on the screen ·
    `questions` that were asked of the past."""

    frames_s: list[float] = field(default_factory=list)
    cpu_s: float = 0.0
    rest_s: list[float] = field(default_factory=list)
    questions: int = 0

    @property
    def fps(self) -> float:
        """Return frames a second of the time in which the hand moved."""
        return len(self.frames_s) / sum(self.frames_s)

    @property
    def cpu_ms(self) -> float:
        """Return our CPU time of a frame."""
        return 1000.0 * self.cpu_s / len(self.frames_s)

    def rest_ms(self, percent: float) -> float:
        """Return the time to the right curves that so many of the rests kept."""
        return 1000.0 * float(np.percentile(self.rest_s, percent))


def move(store: YearStore) -> tuple[Moved, Moved]:
    """Drag the picture to and fro, then turn the wheel: what was seen of the one, and of the other."""
    desk = Desk(store.site, StoreDoor(store.address), store.end_ms, SPAN_MS)
    panned, zoomed = _counting(desk, _pan), _counting(desk, _zoom)
    desk.close()
    return panned, zoomed


def _counting(desk: Desk, hand: Callable[[Desk, Moved], None]) -> Moved:
    """Let a hand do its work, and count the questions."""
    found = Moved()

    def began(_wanted: object) -> None:
        found.questions += 1

    desk.page.reads.began.connect(began)
    hand(desk, found)
    desk.page.reads.began.disconnect(began)
    return found


def _pan(desk: Desk, found: Moved) -> None:
    chance = np.random.default_rng(11)
    for stroke in range(STROKES):
        there = WAY[stroke % len(WAY)] + chance.uniform(-JITTER, JITTER)
        _drag(desk, found, there - desk.page.window_.behind_ms(desk.clock.ms) / SPAN_MS)
        found.rest_s.append(_rest(desk))


def _zoom(desk: Desk, found: Moved) -> None:
    for turn in (1, 1, 1, -1, -1, -1) * 4:
        for _ in range(NOTCHES):
            _wheel(desk, turn)
            desk.page.canvas.repaint()
            desk.beat()
        found.rest_s.append(_rest(desk))


def _rest(desk: Desk) -> float:
    """Return how long it takes until the curves of the place where the hand rests are on the screen, s."""
    began = time.perf_counter()
    desk.settle()
    return time.perf_counter() - began


def _drag(desk: Desk, found: Moved, share: float) -> None:
    """Move the picture by a share of its width; positive: the hand goes right, to earlier times."""
    from PySide6.QtCore import QEvent, Qt

    canvas = desk.page.canvas
    assert canvas.layout_ is not None
    plot = canvas.layout_.plot
    x, y = plot.left() + plot.width() * (0.1 if share > 0 else 0.9), plot.center().y()
    steps = round(abs(share) * plot.width() / STEP_PX)
    _mouse(desk, QEvent.Type.MouseButtonPress, x, y, Qt.MouseButton.LeftButton)
    for _ in range(steps):
        x += STEP_PX if share > 0 else -STEP_PX
        painted, began, cpu = canvas.paints, time.perf_counter(), time.process_time()
        _mouse(desk, QEvent.Type.MouseMove, x, y, Qt.MouseButton.NoButton)
        canvas.repaint()
        desk.beat()
        found.frames_s.append(time.perf_counter() - began)
        found.cpu_s += time.process_time() - cpu
        if canvas.paints == painted:
            raise RuntimeError("the hand moved and nothing was painted")
    _mouse(desk, QEvent.Type.MouseButtonRelease, x, y, Qt.MouseButton.LeftButton)


def _mouse(desk: Desk, what: QEvent.Type, x: float, y: float, button: Any) -> None:
    from PySide6.QtCore import QEvent, QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    held = Qt.MouseButton.NoButton if what == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
    canvas, at = desk.page.canvas, QPointF(x, y)
    event = QMouseEvent(what, at, QPointF(canvas.mapToGlobal(at)), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, event)


def _wheel(desk: Desk, turn: int) -> None:
    from PySide6.QtCore import QPoint, QPointF, Qt
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    canvas = desk.page.canvas
    at = QPointF(canvas.width() * 0.6, canvas.height() * 0.4)
    event = QWheelEvent(
        at, QPointF(canvas.mapToGlobal(at)), QPoint(), QPoint(0, 120 * turn), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


@dataclass(frozen=True, slots=True)
class Plain:
    """A plain plot's frames a second, its slowest frame and our CPU time of one, in ms."""

    fps: float
    slowest_ms: float
    cpu_ms: float


class PlainYear:
    """The newest two years of the same samples, in memory, in one plain plot of pyqtgraph."""

    def __init__(self, store: YearStore) -> None:
        kept = store.times >= store.end_ms - 2 * SPAN_MS
        self._times = store.times[kept] / 1000.0
        self._rows = [np.ascontiguousarray(column) for column in store.values[kept].T]

    def pan(self, frames: int, *, reduced: bool) -> Plain:
        """Move it as the hand does. `reduced`: with pyqtgraph's own downsampling and clipping."""
        import pyqtgraph as pg
        from PySide6.QtWidgets import QApplication

        plot = pg.PlotWidget(axisItems={"bottom": pg.DateAxisItem()})
        plot.resize(WIDTH, HEIGHT)
        plot.showGrid(x=True, y=True)
        if reduced:
            plot.setDownsampling(auto=True, mode="peak")
            plot.setClipToView(True)
        for i, row in enumerate(self._rows):
            plot.plot(self._times, row, pen=pg.intColor(i, PENS))
        span = SPAN_MS / 1000.0
        end, each, took = float(self._times[-1]), span * STEP_PX / WIDTH, list[float]()
        plot.setXRange(end - span, end, padding=0)
        plot.show()
        QApplication.processEvents()
        cpu = time.process_time()
        for _ in range(frames):
            end -= each
            began = time.perf_counter()
            plot.setXRange(end - span, end, padding=0)
            plot.repaint()
            QApplication.processEvents()
            took.append(time.perf_counter() - began)
        cpu = time.process_time() - cpu
        plot.close()
        plot.deleteLater()
        QApplication.processEvents()
        return Plain(frames / sum(took), 1000.0 * max(took), 1000.0 * cpu / frames)
