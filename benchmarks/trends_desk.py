"""A desk for the trends' benchmarks: the product's page in a room whose clock the benchmark moves."""

from __future__ import annotations

import time
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.model.quality import Quality
from app.model.spec import Label, Site, TagKind, TagSpec
from app.model.trends import Pen, TrendGroup
from app.series.batch import SampleBatch
from app.views.gateway.door import Door
from tests.helpers.room import RoomClock, make_room

__all__ = ["HEIGHT", "WIDTH", "Desk", "site_of"]

WIDTH, HEIGHT = 1640, 960
TICK_S: Final = 0.1
"""The room's own beat."""
_UNITS: Final = ("m", "kW", "m³/h", "A")


def site_of(pens: int) -> Site:
    """Return a site of so many measurements in four units, with the numbers that a new store gives them."""
    tags = tuple(
        TagSpec(
            f"b/t{i:02d}", Label(f"测点 {i}", f"Value {i}"), TagKind.ANALOG, number=i + 1,
            unit=_UNITS[i % len(_UNITS)], low=0.0, high=100.0, marks=(("H", 90.0),), decimals=1,
        )
        for i in range(pens)
    )  # fmt: skip
    return Site("bench", Label("曲线", "Trends"), "Asia/Shanghai", demo=True, tags=tags)


class Desk:
    """The trends page with every tag of a site, behind a door."""

    def __init__(self, site: Site, door: Door, now_ms: int, span_ms: int) -> None:
        from PySide6.QtWidgets import QApplication

        from app.views.pages.trends.page import TrendsPage

        self.events = QApplication.processEvents
        self.clock = RoomClock(now_ms)
        self.room = make_room(site, clock=self.clock)
        self.door = self.room._door = door
        self._ticked = time.perf_counter()
        self.page = TrendsPage(self.room)
        self.page.resize(WIDTH, HEIGHT)
        paths = [tag.path for tag in site.tags]
        self.page.pens.replace([Pen(path) for path in paths], set(paths))
        self.page.group = TrendGroup("bench", self.page.pens.pens, span_ms)
        self.page.show()
        self.page.show_span(span_ms)
        self.settle()

    @property
    def settled(self) -> bool:
        """Return whether all that was asked is there and on the screen."""
        page = self.page
        known = all(line.known for line in page.scenes.lines)
        return page.reads.idle and known and not page._stale and page.canvas._fresh

    def beat(self) -> None:
        """Do what came to the page, and a tick if one is due by the machine's own time; then the room's clock is on."""
        self.events()
        passed = time.perf_counter() - self._ticked
        if passed >= TICK_S:
            self._ticked += passed
            self.clock.advance(passed)
            self.page.tick()
            self.events()

    def settle(self) -> None:
        """Let everything that was asked arrive and be painted."""
        deadline = time.monotonic() + 30
        while not self.settled:
            self.beat()
            if time.monotonic() > deadline:
                raise TimeoutError(f"the page never came to rest: {self.page.reads.trouble}")
            time.sleep(0.001)

    def feed(self, values: NDArray[np.float64]) -> None:
        """One frame of all pens."""
        live = self.room.live
        assert live is not None
        n, now = len(values), self.clock.ms
        numbers, codes = np.arange(1, n + 1, dtype=np.int32), np.full(n, Quality.GOOD, np.uint16)
        live.apply(SampleBatch(numbers, values, codes, np.full(n, now, np.int64), now))

    def close(self) -> None:
        """End the page and its threads."""
        self.page.hide()
        self.door.close()
        self.page.deleteLater()
        self.events()
