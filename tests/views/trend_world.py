"""A room with a past: the Xiasha site, a history in memory, a journal, and the trends page on it."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.model.alarms.status import AlarmChange
from app.model.people import Note
from app.model.quality import Quality
from app.model.records import Journal, JournalEntry
from app.series.samples import Gap, Samples
from app.storage.contract import JournalQuery
from app.views.pages.trends.page import TrendsPage
from app.views.room import Room
from tests.helpers.fake_history import FakeHistory, samples
from tests.helpers.room import FakeDoor, RoomClock, make_room, set_values
from tests.helpers.xiasha import xiasha

__all__ = ["HOUR", "INFLOW", "LEVEL", "NOW", "RUN", "TrendWorld"]

HOUR = 3_600_000
NOW = 1_790_000_000_000
LEVEL, INFLOW, RUN = "ps01/well/level", "ps01/well/inflow", "ps01/pump1/run"
HOLE = Gap(NOW - 30 * 60_000, NOW - 25 * 60_000)


class _Store:
    """Answers questions to the journals."""

    def __init__(self, entries: Sequence[JournalEntry]) -> None:
        self.entries = entries

    def journal_query(self, query: JournalQuery) -> tuple[JournalEntry, ...]:
        found = [e for e in self.entries if e.journal in query.journals and query.start_ms <= e.at_ms < query.end_ms]
        return tuple(reversed(found))[: query.limit]

    def frames_between(self, start_ms: int, end_ms: int) -> tuple[Any, ...]:
        return ()


class TrendWorld:
    """`page` stands on a room whose history covers a day of station ps01."""

    def __init__(self, *, language: str = "en", show: bool = True) -> None:
        site = xiasha()
        tags = {t.number: _past(t.path, t.number) for t in site.tags if t.path.startswith("ps01/")}
        self.reader = FakeHistory(tags, NOW, (HOLE,))
        self.clock = RoomClock(NOW)
        self.store = _Store(
            [
                JournalEntry(Journal.ALARMS, str(AlarmChange.RAISED), NOW - 40 * 60_000, f"{LEVEL}:HH", priority=1),
                JournalEntry(Journal.COMMANDS, "done", NOW - 10 * 60_000, "ps01/pump1", "li", detail={"verb": "start"}),
            ]
        )
        self.room: Room = make_room(site, language=language, store=self.store, clock=self.clock)
        self.door = cast(FakeDoor, self.room._door)
        self.door.reader = self.reader
        self.notes = (Note("n1", NOW - 50 * 60_000, "wang", "ws", "rack cleaned"),)
        book = SimpleNamespace(notes=lambda start, end, link="": self.notes, pinned=lambda: ())
        groups = SimpleNamespace(groups=lambda person: ())
        self.door.people = SimpleNamespace(log_book=book, trends=groups)
        self.set({LEVEL: 2.5, INFLOW: 800.0, RUN: 1.0})
        self.page = TrendsPage(self.room)
        self.page.resize(1640, 960)
        if show:
            self.page.show()
            self.settle()

    def set(self, values: dict[str, float], **more: Any) -> None:
        """One frame of now."""
        set_values(self.room, values, **{"age_s": 0.0, **more})

    def settle(self, ticks: int = 3) -> None:
        """Let the page come up to date."""
        for _ in range(ticks):
            self.page.tick()
            QCoreApplication.processEvents()

    def later(self, seconds: float) -> None:
        """Let time pass, with a tick at its end."""
        self.clock.advance(seconds)
        self.reader.now_ms = self.clock.ms
        self.page.tick()

    def row(self, path: str, shift_ms: int = 0) -> Any:
        """Return the legend's row of a pen."""
        place = [(p.tag, p.shift_ms) for p in self.page.pens.pens].index((path, shift_ms))
        return self.page.table.rows[place]


def _past(path: str, number: int) -> Samples:
    times = np.arange(NOW - 24 * HOUR, NOW + 1, 5000)
    times = times[(times < HOLE.start_ms) | (times >= HOLE.end_ms)]
    values = 2.0 + np.sin(times / 2e6 + number)
    if path == RUN:
        values = (np.sin(times / 1e6) > 0).astype(np.float64)
    quality = np.zeros(len(times), int)
    if path == INFLOW:
        quality[(times > NOW - 50 * 60_000) & (times < NOW - 45 * 60_000)] = Quality.SENSOR_FAULT
    return samples(times, values, quality)
