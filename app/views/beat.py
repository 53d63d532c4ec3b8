"""The room's one timer: 10 Hz for values, 1 Hz flashing, silence, sound; measures itself."""

from __future__ import annotations

import logging
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.clock import Clock
from app.views.feed import Feed
from app.views.room import Room
from app.views.sound import Sounder
from app.views.state.horn import SOUNDS, Horn
from app.views.state.own_alarms import OwnKind

__all__ = ["Beat"]

_log = logging.getLogger(__name__)
PERIOD_MS: Final = 100


class Beat(QObject):
    """`tick` goes to every window after the room itself was brought up to date. Close the feed before this dies.

    What came from the store is applied here and nowhere else: between two beats no value changes, so everything that is
    on screen, in all windows, was drawn from the same values.
    """

    tick = Signal()
    horn_changed = Signal()
    """Sounding began, ended or was silenced."""

    def __init__(self, room: Room, feed: Feed, sounder: Sounder, *, clock: Clock) -> None:
        super().__init__(room)
        self.horn = Horn()
        self.last_s = clock.monotonic()
        """When the GUI thread last came round; read by the freeze monitor's thread."""
        self._room = room
        self._feed = feed
        self._sounder = sounder
        self._clock = clock
        self._was_sounding = False
        self._was_lost = False
        self._own: object = ()
        self._tested = -1
        room.present_alarms_changed.connect(self._alarms_changed)
        room.sound_test_asked.connect(self._test_sound)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(PERIOD_MS)
        self._timer.timeout.connect(self.beat)

    def start(self) -> None:
        """Begin to beat."""
        self._timer.start()

    def stop(self) -> None:
        """Beat no more."""
        self._timer.stop()

    def silence(self) -> None:
        """A person silences what sounds now. That acknowledges nothing, and is noted."""
        if sound := self.horn.sound:
            self._room.note_act("silenced", sound)
        self.horn.silence()
        self._tell_horn()

    @Slot()
    def beat(self) -> None:
        """One tick of everything."""
        started = self._clock.monotonic()
        self.last_s = started
        self._feed.tick()
        self._feed.drain()
        self._room.machine.beat(started)
        self._room.present.watch.look()
        if self._room.past is not None:
            self._room.watch.look()
        self._room.flash.beat(started)
        self._look_at_losses()
        self._sound(started)
        self.tick.emit()
        self._feed.stats.tick_ms.append((self._clock.monotonic() - started) * 1000)

    def _look_at_losses(self) -> None:
        """What nobody else could tell: engine, store, sound."""
        lost, trouble, own = self._feed.lost, self._feed.trouble, self._room.own
        if lost != self._was_lost:
            self._was_lost = lost
            _log.info("the engine is silent" if lost else "the engine speaks again")
        losses = (
            (OwnKind.STORE, lost and bool(trouble), trouble),
            (OwnKind.ENGINE, lost and not trouble, ""),
            (OwnKind.AUDIO, bool(self._sounder.trouble), self._sounder.trouble),
        )
        now = self._room.now_ms()
        for kind, stands, detail in losses:
            own.set(kind, stands, now_ms=now, detail=detail)
        if own.rows != self._own:
            self._own = own.rows
            self._room.own_alarms_changed.emit()

    @Slot()
    def _test_sound(self) -> None:
        """Play the next sound, whatever stands."""
        self._tested = (self._tested + 1) % len(SOUNDS)
        self._sounder.play(SOUNDS[self._tested])

    @Slot(object)
    def _alarms_changed(self, paths: tuple[str, ...]) -> None:
        self.horn.alarms.apply(paths, self._room.present.book.statuses)

    def _sound(self, now_s: float) -> None:
        for kind in (OwnKind.ENGINE, OwnKind.STORE):
            self.horn.set(kind, self._room.own.sounds(kind))
        if sound := self.horn.due(now_s):
            self._sounder.play(sound)
        self._tell_horn()

    def _tell_horn(self) -> None:
        if self.horn.sounding != self._was_sounding:
            self._was_sounding = self.horn.sounding
            self.horn_changed.emit()
