"""The room's composition root: everything is made here and handed what it needs; everything is closed here, in order.

Start: Qt → theme → room, feed and windows on screen → workers → loop. The window stands before the store answers.
End: a window (or a signal) sets the stop event → loop ends → timer → feed → door → player.
"""

from __future__ import annotations

import logging
import os
import platform
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from app.clock import Clock, SystemClock
from app.model.records import Person
from app.views.beat import Beat
from app.views.collecting import Collector
from app.views.engine_keeper import EngineKeeper
from app.views.faults import Faults
from app.views.feed import Feed
from app.views.freeze import FreezeMonitor
from app.views.gateway.reading import room_store_opener
from app.views.gateway.store_door import StoreDoor
from app.views.i18n import Translations
from app.views.insight import Insight
from app.views.loop import Stopper, run_until_stopped
from app.views.pages.base import Page
from app.views.pages.overview.page import OverviewPage
from app.views.parts import Parts
from app.views.preferences import Preferences
from app.views.room import Room
from app.views.shell.window import PageMaker, Window
from app.views.signing_in import SigningIn
from app.views.sound import PlayerSounder
from app.views.theme import apply_theme

__all__ = ["Options", "run_room"]

_log = logging.getLogger(__name__)
_REST_AFTER_MS: Final = 1_500
"""First the values, then the pages that nobody looks at yet."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says. `tour` is the folder for pictures, or None for a room with people in front."""

    store: str
    language: str = "zh"
    windows: int = 1
    tour: Path | None = None
    preferences: Path | None = None
    """File of what people set at this workstation; None: nothing is kept."""
    engine_private: Path | None = None
    """This workstation's private folder, for an engine to be kept running beside the room; None: keep none."""


class _Director(QObject):
    """What stands between windows: which is in front, where "go there" goes, and when to end."""

    def __init__(self, parts: Parts, stopper: Stopper) -> None:
        super().__init__(parts.room)
        self._windows = parts.windows
        self._front = parts.windows[0]
        self._stopper = stopper
        for window in parts.windows:
            window.activated.connect(self._activated)
            window.closing.connect(self._closing)
        parts.room.navigate.connect(self._navigate)

    @Slot()
    def _activated(self) -> None:
        sender = self.sender()
        if isinstance(sender, Window):
            self._front = sender

    @Slot(str, str)
    def _navigate(self, page_id: str, target: str) -> None:
        self._front.go(page_id, target)

    @Slot()
    def _closing(self) -> None:
        """A closed window goes away; the last one ends the room. Acquisition goes on in the engine."""
        window = self.sender()
        if isinstance(window, Window) and sum(w.isVisible() for w in self._windows) > 1:
            window.hide()
        else:
            self._stopper.stop()


def run_room(options: Options, *, tour: Callable[[Parts, Path], Coroutine[Any, Any, int]] | None = None) -> int:
    """Run a room until it is closed and return the exit code. `tour` drives it when options.tour is set."""
    if options.tour is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    # The GUI thread asks for the interpreter often and for little; whoever decodes must not keep it for 5 ms at a time.
    sys.setswitchinterval(0.001)
    app = QApplication([sys.argv[0]])
    app.setApplicationName("qianliyan")
    app.setQuitOnLastWindowClosed(False)
    apply_theme(app)
    faults = Faults()
    faults.install()
    stopper = Stopper()
    parts = _make(app, options, faults, SystemClock())
    faults.happened.connect(parts.windows[0].show_fault)
    director = _Director(parts, stopper)
    collector = Collector()
    _stop_on_signals(stopper)
    try:
        _start(parts, options)
        collector.start()
        beside = partial(tour, parts, options.tour) if tour is not None and options.tour is not None else None
        return run_until_stopped(app, stopper, beside=beside)
    finally:
        collector.close()
        parts.close()
        faults.uninstall()
        director.deleteLater()
        app.processEvents()


def _make(app: QApplication, options: Options, faults: Faults, clock: Clock) -> Parts:
    translations = Translations(app)
    translations.use(options.language)
    door = StoreDoor(options.store)
    nobody = Person("", "", "", platform.node())
    room = Room(
        door,
        person=nobody,
        clock=clock,
        language=options.language,
        translate=translations.use,
        preferences=Preferences(options.preferences),
        parent=app,
    )
    feed = Feed(room, room_store_opener(options.store), clock=clock)
    sounder = PlayerSounder(app)
    beat = Beat(room, feed, sounder, clock=clock)
    freeze = FreezeMonitor(partial(getattr, beat, "last_s"), clock=clock)
    pages = _pages(Insight(feed, freeze, door))
    windows = [
        Window(room, feed, beat, pages=pages, sounder=sounder, number=i) for i in range(1, max(1, options.windows) + 1)
    ]
    signing_in = SigningIn(room, workstation=nobody.workstation)
    private = options.engine_private
    keeper = EngineKeeper(room, door, private=private, clock=clock, faults=faults) if private is not None else None
    return Parts(room, feed, beat, freeze, door, signing_in, keeper, sounder, windows, faults, clock)


def _pages(insight: Insight) -> Mapping[str, PageMaker]:
    """Return the makers of every page, in the rail's order. Only the first is imported before the window stands."""
    return {
        "overview": OverviewPage,
        "alarms": _make_alarms,
        "station": _make_station,
        "trends": _make_trends,
        "shift": _make_shift,
        "events": _make_events,
        "performance": _make_performance,
        "audit": _make_audit,
        "system": partial(_make_system, insight=insight),
        "people": _make_people,
    }


def _make_alarms(room: Room, parent: QWidget) -> Page:
    from app.views.pages.alarms.page import AlarmsPage

    return AlarmsPage(room, parent)


def _make_station(room: Room, parent: QWidget) -> Page:
    from app.views.pages.station import StationPage

    return StationPage(room, parent)


def _make_trends(room: Room, parent: QWidget) -> Page:
    from app.views.pages.trends.page import TrendsPage

    return TrendsPage(room, parent)


def _make_shift(room: Room, parent: QWidget) -> Page:
    from app.views.pages.shift.page import ShiftPage

    return ShiftPage(room, parent)


def _make_events(room: Room, parent: QWidget) -> Page:
    from app.views.pages.journal.page import JournalPage

    return JournalPage(room, parent)


def _make_audit(room: Room, parent: QWidget) -> Page:
    from app.views.pages.audit.page import AuditPage

    return AuditPage(room, parent)


def _make_people(room: Room, parent: QWidget) -> Page:
    from app.views.pages.people.page import PeoplePage

    return PeoplePage(room, parent)


def _make_performance(room: Room, parent: QWidget) -> Page:
    from app.views.pages.performance.page import PerformancePage

    return PerformancePage(room, parent)


def _make_system(room: Room, parent: QWidget, *, insight: Insight) -> Page:
    from app.views.pages.system.page import SystemPage

    return SystemPage(room, parent, insight=insight)


def _start(parts: Parts, options: Options) -> None:
    """Show the windows, one on each screen, then begin to follow and to beat."""
    screens = QGuiApplication.screens()
    for i, window in enumerate(parts.windows):
        if options.tour is not None:
            window.resize(1920, 1080)
            window.show()
            continue
        area = screens[i % len(screens)].availableGeometry()
        window.setGeometry(area.adjusted(40 * (i // len(screens)), 40 * (i // len(screens)), 0, 0))
        window.showMaximized()
    parts.feed.start()
    parts.beat.start()
    if parts.engine_keeper is not None:
        parts.engine_keeper.look()
    QApplication.processEvents()
    _log.info("the room is open with %d windows", len(parts.windows))
    parts.signing_in.start()
    for window in parts.windows:
        if (handle := window.windowHandle()) is not None:
            parts.signing_in.watch(handle)
    # The first window's: that also loads what the other windows' pages need, which make theirs when visited.
    QTimer.singleShot(_REST_AFTER_MS, parts.windows[0], parts.windows[0].build_rest)
    parts.freeze.start()


def _stop_on_signals(stopper: Stopper) -> None:
    """End in order on Ctrl-C and on a supervisor's request. Python runs the handler at the next tick of the beat."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        stopper.stop()

    signal.signal(signal.SIGINT, ask)
    signal.signal(signal.SIGTERM, ask)
