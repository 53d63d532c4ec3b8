"""A whole room on the demo site whose past a test writes: a history in memory, and a clock by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from app.model.alarms.status import AlarmState, AlarmStatus
from app.model.records import AppliedSite
from app.model.spec import Site
from app.series.samples import Gap, Samples
from app.views.beat import Beat
from app.views.feed import Feed
from app.views.i18n import Translations
from app.views.pages.alarms.page import AlarmsPage
from app.views.pages.base import Page
from app.views.pages.journal.page import JournalPage
from app.views.pages.overview.page import OverviewPage
from app.views.pages.station import StationPage
from app.views.room import Room
from app.views.shell.window import PageMaker, Window
from tests.helpers.alarms import raised
from tests.helpers.archive import Archive
from tests.helpers.fake_history import FakeHistory
from tests.helpers.room import FakeDoor, RoomClock, make_room, set_values
from tests.helpers.xiasha import calm_values, xiasha

__all__ = ["FRAMES", "STEP_MS", "PastDesk", "Recorder"]

FRAMES = 3_000
STEP_MS = 200
"""Frames of the past: ten minutes, the last one a second before now."""


class Recorder:
    """A sounder that keeps what was asked of it."""

    def __init__(self) -> None:
        self.played: list[str] = []
        self.trouble = ""

    def play(self, name: str) -> None:
        self.played.append(name)


class PastDesk:
    """`level` is a tag that was i / 1000 at frame i; all others stood at their values of now. Alarms of the past are
    put by `stood`."""

    def __init__(self, app: QApplication) -> None:
        self.clock = RoomClock()
        self.site = xiasha()
        self.room: Room = make_room(self.site, clock=self.clock, store=Archive())
        door = self.room._door
        assert isinstance(door, FakeDoor)
        self.door = door
        self.translations = Translations(app)
        self.room._translate = self.translations.use
        self.feed = Feed(self.room, pytest.fail, clock=self.clock)
        self.sounder = Recorder()
        self.beat = Beat(self.room, self.feed, self.sounder, clock=self.clock)
        calm = calm_values(self.site, now_ms=self.clock.now_ms())
        self.feed._silence.frame(self.clock.monotonic())
        self.beat.beat()
        set_values(self.room, calm)
        self.first_ms = self.clock.now_ms() - FRAMES * STEP_MS
        self.history = self._history(self.site, calm)
        self.door.reader = self.history
        self.windows: list[Window] = []

    @property
    def level(self) -> str:
        """Return the path of the tag that moves."""
        path = self.site.facilities[0].level
        assert path is not None
        return path

    def window(self) -> Window:
        """Open another window."""
        makers: dict[str, PageMaker] = {
            "overview": OverviewPage, "alarms": AlarmsPage, "station": StationPage, "events": JournalPage,
        }  # fmt: skip
        made = Window(self.room, self.feed, self.beat, pages=makers, sounder=self.sounder)
        self.room.navigate.connect(made.go)
        made.resize(1920, 1080)
        made.show()
        made.activateWindow()
        QCoreApplication.processEvents()
        self.windows.append(made)
        return made

    def page(self, window: Window, page_id: str) -> Page:
        """Go to a page."""
        window.go(page_id, "")
        return window.page

    def stood(self, frame: int, *paths: str, state: AlarmState = AlarmState.UNACK) -> None:
        """Let these alarms, and no others, stand from a frame on."""
        specs = {a.path: a for a in self.site.alarms}
        at = self.ms(frame)
        rows = tuple(replace(raised(specs[p], state), raised_ms=at, since_ms=at, revision=0) for p in paths)
        self.history.alarms = {**self.history.alarms, frame: rows}

    def stands(self, *paths: str, state: AlarmState = AlarmState.UNACK) -> None:
        """Let alarms stand now."""
        specs = {a.path: a for a in self.site.alarms}
        self.room.take_alarms([raised(specs[p], state) for p in paths])
        self.beats(1)

    def ms(self, frame: int) -> int:
        """Return the time of a frame."""
        return self.first_ms + (frame - 1) * STEP_MS

    def beats(self, count: int, *, seconds: float = 0.1) -> None:
        """Let the room beat, with frames of now arriving."""
        for _ in range(count):
            self.clock.advance(seconds)
            self.feed._silence.frame(self.clock.monotonic())
            self.beat.beat()
        QCoreApplication.processEvents()

    def status(self, path: str) -> AlarmStatus:
        """Return how an alarm is shown."""
        return self.room.book.status(path)

    def close(self) -> None:
        """Close windows and the feed."""
        self.feed.close()
        self.room.machine.leave()
        for window in self.windows:
            window.hide()
            window.deleteLater()
        self.room.deleteLater()

    def _history(self, site: Site, calm: dict[str, float]) -> FakeHistory:
        numbers = {t.path: t.number for t in site.tags}
        tags: dict[int, Samples] = {}
        for path, value in calm.items():
            one = np.array([self.first_ms]), np.array([value]), np.zeros(1, np.uint16), np.array([1])
            tags[numbers[path]] = Samples(*one)
        seq = np.arange(1, FRAMES + 1)
        times = self.first_ms + (seq - 1) * STEP_MS
        tags[numbers[self.level]] = Samples(times, seq / 1000, np.zeros(FRAMES, np.uint16), seq)
        applied = AppliedSite(1, "hash", self.first_ms, "demo", "first", site)
        return FakeHistory(tags, self.clock.now_ms(), holes=(Gap(0, self.first_ms),), sites={1: applied})
