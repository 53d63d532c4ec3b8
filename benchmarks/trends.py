"""Trends on screen: 32 pens live, and a year on 8 pens under a hand that pans, beside pyqtgraph used plainly.

`python -m benchmarks.trends`. Both draw the same values at the same size in one process, one after the other; the
page is the product's own, with its table, its lane and its reads on a thread. Without a screen (offscreen), so that
what is measured is the room's own work and not a display's.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from app.model.quality import Quality
from app.model.spec import Label, Site, TagKind, TagSpec
from app.model.trends import Pen, TrendGroup
from app.series.batch import SampleBatch
from app.series.samples import Curve, Samples
from app.storage.history_contract import Curves, HistoryReader, Stop, never
from app.views.gateway.history import HistoryReads
from benchmarks.figures import Figure, show
from tests.helpers.fake_history import FakeHistory, samples
from tests.helpers.room import FakeDoor, RoomClock, make_room
from tests.helpers.xiasha import xiasha

__all__ = ["run"]

PENS, HZ, WIDTH, HEIGHT = 32, 4, 1640, 960
UNITS: Final = ("m", "kW", "m³/h", "A")
DAY, HOUR, YEAR_DAYS = 86_400_000, 3_600_000, 365
NOW = 1_790_000_000_000
PANS: Final = 240
MOST_CPU, LEAST_FPS = 35.0, 30.0
Floats = NDArray[np.float64]


def _site() -> Site:
    """Return a site of 32 measurements in four units."""
    tags = tuple(
        TagSpec(
            f"b/t{i:02d}", Label(f"测点 {i}", f"Value {i}"), TagKind.ANALOG, number=i + 1, unit=UNITS[i % len(UNITS)],
            low=0.0, high=100.0, marks=(("H", 90.0),), decimals=1,
        )
        for i in range(PENS)
    )  # fmt: skip
    return replace(xiasha(), tags=tags, alarms=(), equipment=(), facilities=())


def _walk(count: int, seed: int) -> Floats:
    made: Floats = 50.0 + np.cumsum(np.random.default_rng(seed).normal(size=count)) * 30.0 / np.sqrt(count)
    return made


class Year(FakeHistory):
    """Two years of hourly low, high and mean, as rollups answer it: any range in as many buckets as were asked."""

    def __init__(self, pens: int) -> None:
        super().__init__({}, NOW)
        hours = 2 * YEAR_DAYS * 24
        self._start = NOW - hours * HOUR + np.arange(hours, dtype=np.int64) * HOUR
        self._mean = [_walk(hours, i) for i in range(pens)]
        self._reach = [np.abs(np.random.default_rng(90 + i).normal(size=hours)) * 2.0 for i in range(pens)]

    def curves(
        self, tags: Sequence[int], start_ms: int, end_ms: int, points: int, *, limit_s: float = 10.0, stop: Stop = never
    ) -> Curves:
        self._begin(stop)
        return Curves(tuple(self._buckets(tag, start_ms, end_ms, points) for tag in tags), ())

    def _buckets(self, tag: int, start_ms: int, end_ms: int, points: int) -> Curve:
        part = slice(*np.searchsorted(self._start, [start_ms, end_ms]))
        start, mean, reach = self._start[part], self._mean[tag - 1][part], self._reach[tag - 1][part]
        each = max(1, len(start) // points)
        first = np.arange(0, len(start), each)
        if not len(first):
            return Curve(tag, False, start, start, mean, mean, mean, mean.astype(np.float32), *_codes(0))
        low, high = np.minimum.reduceat(mean - reach, first), np.maximum.reduceat(mean + reach, first)
        count = np.diff(np.append(first, len(start)))
        means = np.add.reduceat(mean, first) / count
        end = np.append(start[first][1:], start[-1] + HOUR)
        return Curve(
            tag, False, start[first], end, low, high, means, np.ones(len(first), np.float32), *_codes(len(first))
        )


def _codes(count: int) -> tuple[NDArray[np.uint16], NDArray[np.int32]]:
    return np.zeros(count, np.uint16), np.ones(count, np.int32)


class BenchDoor(FakeDoor):
    """Reads the past on the product's own thread."""

    def __init__(self, reader: FakeHistory) -> None:
        super().__init__()
        self._reads = HistoryReads(lambda: cast(HistoryReader, reader))

    def history(self, work: Any, done: Any, failed: Any = None, *, beside: bool = False) -> Any:
        return self._reads.ask(work, done, failed)

    def close(self) -> None:
        self._reads.close()


class Desk:
    """The trends page of a room whose clock the benchmark moves."""

    def __init__(self, reader: FakeHistory, pens: int, span_ms: int) -> None:
        from PySide6.QtWidgets import QApplication

        from app.views.pages.trends.page import TrendsPage

        self.events = QApplication.processEvents
        self.clock = RoomClock(NOW)
        self.room = make_room(_site(), clock=self.clock)
        self.door = BenchDoor(reader)
        self.room._door = self.door
        self.page = TrendsPage(self.room)
        self.page.resize(WIDTH, HEIGHT)
        self.page.pens.replace([Pen(f"b/t{i:02d}") for i in range(pens)], {f"b/t{i:02d}" for i in range(pens)})
        self.page.group = TrendGroup("bench", self.page.pens.pens, span_ms)
        self.page.show()
        self.page.show_span(span_ms)
        self.settle()

    def settle(self) -> None:
        """Let everything that was asked arrive."""
        deadline = time.monotonic() + 30
        while not (self.page.reads.idle and all(line.known for line in self.page.scenes.lines)):
            self.events()
            self.page.tick()
            if time.monotonic() > deadline:
                raise TimeoutError("the page never came to rest")
            time.sleep(0.002)
        self.events()

    def feed(self, values: Floats) -> None:
        """One frame of all pens."""
        live = self.room.live
        assert live is not None
        n, now = len(values), self.clock.ms
        numbers, codes = np.arange(1, n + 1, dtype=np.int32), np.full(n, Quality.GOOD, np.uint16)
        live.apply(SampleBatch(numbers, values, codes, np.full(n, now, np.int64), now))

    def close(self) -> None:
        """End the page and its thread."""
        self.page.hide()
        self.door.close()
        self.page.deleteLater()
        self.events()


def _at_pace(step: Callable[[int], None], hz: float, seconds: float) -> float:
    """Call a step at a pace; return how much of a core that took, in %."""
    begun, cpu = time.perf_counter(), time.process_time()
    for i in range(int(hz * seconds)):
        step(i)
        time.sleep(max(0.0, begun + (i + 1) / hz - time.perf_counter()))
    return 100.0 * (time.process_time() - cpu) / (time.perf_counter() - begun)


def _live(span_ms: int, seconds: float) -> tuple[float, int]:
    """Return the cost of 32 live pens in % of a core, and how many pictures were made."""
    times = np.arange(NOW - 2 * span_ms, NOW + 1, max(250, span_ms // 3600), dtype=np.int64)
    history: dict[int, Samples] = {i + 1: samples(times, _walk(len(times), i)) for i in range(PENS)}
    desk = Desk(FakeHistory(history, NOW), PENS, span_ms)
    chance = np.random.default_rng(5)
    before = desk.page.canvas.paints

    def step(i: int) -> None:
        """A tick of the room: ten a second, new values in four of them."""
        desk.clock.advance(0.1)
        if i * HZ % 10 < HZ:
            desk.feed(50.0 + chance.normal(size=PENS))
        desk.page.tick()
        desk.events()

    cost = _at_pace(step, 10.0, seconds)
    painted = desk.page.canvas.paints - before
    desk.close()
    return cost, painted


def _live_plain(span_ms: int, seconds: float) -> float:
    """Return the cost of the same values in one plain plot of pyqtgraph."""
    import pyqtgraph as pg
    from PySide6.QtWidgets import QApplication

    plot = pg.PlotWidget(axisItems={"bottom": pg.DateAxisItem()})
    plot.resize(WIDTH, HEIGHT)
    plot.showGrid(x=True, y=True)
    count = span_ms // max(250, span_ms // 3600)
    times = NOW / 1000.0 - np.arange(count, 0, -1) * span_ms / count / 1000.0
    rows = [_walk(count, i) for i in range(PENS)]
    curves = [plot.plot(times, row, pen=pg.intColor(i, PENS)) for i, row in enumerate(rows)]
    plot.show()
    QApplication.processEvents()
    chance = np.random.default_rng(5)

    def step(i: int) -> None:
        nonlocal times
        if i * HZ % 10 < HZ:
            times = np.append(times[1:], times[-1] + 0.25)
            for k, curve in enumerate(curves):
                rows[k] = np.append(rows[k][1:], 50.0 + chance.normal())
                curve.setData(times, rows[k])
        QApplication.processEvents()

    cost = _at_pace(step, 10.0, seconds)
    plot.close()
    plot.deleteLater()
    QApplication.processEvents()
    return cost


def _pan(pens: int) -> tuple[float, float]:
    """Return frames per second while a hand pans through a year, and the slowest frame in ms."""
    span = YEAR_DAYS * DAY
    desk = Desk(Year(pens), pens, span)
    page, took = desk.page, list[float]()
    page._pan(-span // 4)
    desk.settle()
    for i in range(PANS):
        begun = time.perf_counter()
        page._pan(span // 1200 * (1 if i // 60 % 2 else -1))
        page.canvas.repaint()
        desk.events()
        took.append(time.perf_counter() - begun)
        desk.clock.advance(took[-1])
    desk.settle()
    desk.close()
    return len(took) / sum(took), max(took) * 1000.0


def _pan_plain(pens: int, *, reduced: bool) -> float:
    """Return frames per second of a plain plot of the same year by the minute; `reduced`: with pyqtgraph's own
    downsampling and clipping."""
    import pyqtgraph as pg
    from PySide6.QtWidgets import QApplication

    count = 2 * YEAR_DAYS * 24 * 60
    times = (NOW - count * 60_000 + np.arange(count) * 60_000.0) / 1000.0
    plot = pg.PlotWidget(axisItems={"bottom": pg.DateAxisItem()})
    plot.resize(WIDTH, HEIGHT)
    plot.showGrid(x=True, y=True)
    if reduced:
        plot.setDownsampling(auto=True, mode="peak")
        plot.setClipToView(True)
    for i in range(pens):
        plot.plot(times, _walk(count, i), pen=pg.intColor(i, pens))
    year = YEAR_DAYS * 86_400.0
    start = times[0] + year * 0.5
    plot.setXRange(start, start + year, padding=0)
    plot.show()
    QApplication.processEvents()
    frames = 60 if reduced else 4
    begun = time.perf_counter()
    for i in range(frames):
        start += year / 600.0 * (1 if i // 30 % 2 else -1)
        plot.setXRange(start, start + year, padding=0)
        plot.repaint()
        QApplication.processEvents()
    took = time.perf_counter() - begun
    plot.close()
    plot.deleteLater()
    QApplication.processEvents()
    return frames / took


def run(seconds: float = 12.0) -> list[Figure]:
    """Measure and return the figures."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    from app.views.theme import apply_theme

    application = QApplication.instance() or QApplication([])
    apply_theme(cast(QApplication, application))
    figures = []
    for name, span in (("5 min", 300_000), ("1 h", HOUR)):
        plain = _live_plain(span, seconds)
        cost, painted = _live(span, seconds)
        what = f"trends: {PENS} pens live at {HZ} Hz, {name} ({painted / seconds:.1f} pictures/s)"
        figures.append(Figure(what, cost, "% of a core", MOST_CPU, reference=plain, reference_name="pyqtgraph plainly"))
    fps, slowest = _pan(8)
    figures += [
        Figure(
            "trends: a year on 8 pens, panned by a hand", fps, "frames/s", LEAST_FPS, at_least=True,
            reference=_pan_plain(8, reduced=False), reference_name="pyqtgraph plainly, by the minute",
        ),
        Figure(
            "trends: slowest of these frames", slowest, "ms", None,
            reference=1000.0 / _pan_plain(8, reduced=True), reference_name="a frame of pyqtgraph with its downsampling",
        ),
    ]  # fmt: skip
    return figures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=12.0, help="of each live case")
    raise SystemExit(0 if show(run(parser.parse_args().seconds)) else 1)
