"""Trends on screen: 32 pens live, and a year on 8 pens under a hand, beside pyqtgraph used plainly.

`python -m benchmarks.trends`. Both draw the same values at the same size in one process, one after the other; the
page is the product's own, with its table, its lane and its reads on a thread. Without a screen (offscreen), so that
what is measured is the room's own work and not a display's. The year stands in a store (benchmarks/trends_year.py).
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from app.series.samples import Samples
from app.storage.history_contract import HistoryReader
from app.views.gateway.history import HistoryReads
from benchmarks.figures import Figure, show
from benchmarks.trends_desk import HEIGHT, WIDTH, Desk, site_of
from benchmarks.trends_year import Moved, PlainYear, YearStore, move
from tests.helpers.fake_history import FakeHistory, samples
from tests.helpers.room import FakeDoor
from tests.helpers.sources import ROOT

__all__ = ["run"]

PENS, HZ = 32, 4
HOUR: Final = 3_600_000
NOW: Final = 1_790_000_000_000
MOST_CPU, LEAST_FPS = 35.0, 30.0
Floats = NDArray[np.float64]


def _walk(count: int, seed: int) -> Floats:
    made: Floats = 50.0 + np.cumsum(np.random.default_rng(seed).normal(size=count)) * 30.0 / np.sqrt(count)
    return made


class BenchDoor(FakeDoor):
    """Reads the past on the product's own thread."""

    def __init__(self, reader: FakeHistory) -> None:
        super().__init__()
        self._reads = HistoryReads(lambda: cast(HistoryReader, reader))

    def history(self, work: Any, done: Any, failed: Any = None, *, beside: bool = False) -> Any:
        return self._reads.ask(work, done, failed)

    def close(self) -> None:
        self._reads.close()


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
    desk = Desk(site_of(PENS), BenchDoor(FakeHistory(history, NOW)), NOW, span_ms)
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


def _live_figures(seconds: float) -> Iterator[Figure]:
    for name, span in (("5 min", 300_000), ("1 h", HOUR)):
        plain = _live_plain(span, seconds)
        cost, painted = _live(span, seconds)
        what = f"trends: {PENS} pens live at {HZ} Hz, {name} ({painted / seconds:.1f} pictures/s)"
        yield Figure(what, cost, "% of a core", MOST_CPU, reference=plain, reference_name="pyqtgraph plainly")


def _year_figures(place: Path) -> Iterator[Figure]:
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        store = YearStore(Path(folder))
        yield Figure(f"trends: {store.samples / 1e6:.1f} million samples of 8 tags: made in", store.made_s, "s")
        panned, zoomed = move(store)
        year = PlainYear(store)
    plain, reduced = year.pan(4, reduced=False), year.pan(60, reduced=True)
    what = f"trends: a year on 8 pens dragged by a hand ({panned.questions} reads)"
    yield Figure(what, panned.fps, "frames/s", LEAST_FPS, True, plain.fps, "pyqtgraph plainly")
    with_its = f"pyqtgraph with its downsampling ({reduced.fps:.3g} frames/s)"
    yield Figure("trends: slowest of these frames", 1000.0 * max(panned.frames_s), "ms", None, False,
                 reduced.slowest_ms, with_its)  # fmt: skip
    yield Figure("trends: one of these frames, CPU", panned.cpu_ms, "ms", None, False, reduced.cpu_ms, with_its)
    yield from _rests("dragged", panned)
    yield from _rests("zoomed between a year and a day", zoomed)


def _rests(what: str, moved: Moved) -> Iterator[Figure]:
    """Yield how long the right curves take."""
    for percent in (50, 95):
        name = f"trends: {what}, from the hand's rest to the right curves, p{percent} of {len(moved.rest_s)}"
        yield Figure(name, moved.rest_ms(percent), "ms")


def run(seconds: float = 8.0, place: Path | None = None) -> list[Figure]:
    """Measure and return the figures."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    from app.views.theme import apply_theme

    application = QApplication.instance() or QApplication([])
    apply_theme(cast(QApplication, application))
    return [*_live_figures(seconds), *_year_figures(place or ROOT / "var")]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0, help="of each live case")
    raise SystemExit(0 if show(run(parser.parse_args().seconds)) else 1)
