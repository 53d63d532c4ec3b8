"""Keeps the room live: one thread follows the store, the GUI thread applies.

    bell → rows → decode → bounded queue → the room's beat (GUI thread, 10 Hz) → Room

Overflow of the queue (a GUI that stood still) drops everything waiting and starts anew from the newest keyframe;
results are never dropped. The engine's silence is judged by this room's own monotonic clock alone.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Final

from PySide6.QtCore import QObject

from app.clock import Clock
from app.errors import QianliyanError
from app.model.alarms.status import AlarmStatus
from app.model.records import Result
from app.views.feed_stats import FeedStats
from app.views.gateway.door import RoomStore
from app.views.gateway.follower import Delivery, Follower
from app.views.room import Room
from app.views.state.silence import Silence

__all__ = ["ALARMS_EACH", "QUEUE_LIMIT", "Feed"]

_log = logging.getLogger(__name__)
QUEUE_LIMIT: Final = 64
ALARMS_EACH: Final = 120
"""Alarm rows taken in one beat: more than a tick of the engine brings at 500 changes a second, so that no backlog forms
behind acknowledgements (benchmarks/alarm_flood.py)."""
_BELL_S: Final = 0.25
_RETRY_S: Final = 1.0


class Feed(QObject):
    """One per room. `start` once; `tick` and `drain` at 10 Hz from the GUI thread; `close` ends the thread."""

    def __init__(self, room: Room, open_store: Callable[[], RoomStore], *, clock: Clock) -> None:
        super().__init__(room)
        self.stats = FeedStats()
        self.trouble = ""
        """Why the store cannot be followed now, "" when it can."""
        self._room = room
        self._open = open_store
        self._clock = clock
        self._silence = Silence(clock.monotonic())
        self._lock = threading.Lock()
        self._queue: deque[Delivery] = deque()
        self._kept: list[Result] = []
        self._alarms: dict[str, AlarmStatus] = {}
        """Rows that came and were not taken yet; used by the GUI thread alone."""
        self._reload = False
        self._result_id = -1
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="room-feed", daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Return how many deliveries wait for the GUI thread: the gauge of this queue."""
        return len(self._queue)

    @property
    def alarms_waiting(self) -> int:
        """Return how many alarm rows wait for their beat: one for each alarm at most."""
        return len(self._alarms)

    @property
    def lost(self) -> bool:
        """True when the silence is a loss that must be heard."""
        return self._silence.lost(self._clock.monotonic())

    @property
    def silent_for_s(self) -> float:
        """Return for how long no new frame has come."""
        return self._silence.silent_for_s(self._clock.monotonic())

    def tick(self) -> None:
        """Judge silence."""
        self._room.take_silence(self._silence.silent(self._clock.monotonic()))

    def drain(self) -> None:
        """Apply everything that waits. Called by the beat alone: values change once for all that is on screen."""
        with self._lock:
            waiting, kept = list(self._queue), self._kept
            self._queue.clear()
            self._kept = []
        started = self._clock.monotonic()
        self._room.take_results(kept)
        for delivery in waiting:
            self._apply(delivery)
        self._take_alarms(waiting)
        if waiting:
            self.tick()
            self.stats.apply_ms.append((self._clock.monotonic() - started) * 1000)

    def close(self) -> None:
        """Stop following. Idempotent."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _apply(self, delivery: Delivery) -> None:
        if delivery.reload and delivery.applied != self._room.present.applied:
            self._room.take_site(delivery.applied)
        if self._room.present.live is not None:
            for frame in delivery.frames:
                for batch in frame.batches:
                    self._room.present.live.apply(batch)
        self._room.take_equipment(delivery.equipment)
        self._room.take_substitutes(delivery.substitutes)
        self._room.take_results(delivery.results)

    def _take_alarms(self, waiting: list[Delivery]) -> None:
        """Take the last row of each alarm. What comes in one commit is taken in parts, so that a storm does not stop
        the GUI thread: a part each beat, half of what waits if that is more."""
        whole = False
        for delivery in waiting:
            if delivery.reload:
                whole = True
                self._alarms.clear()
            self._alarms.update((a.path, a) for a in delivery.alarms)
        if whole:
            self._room.take_alarms(tuple(self._alarms.values()), whole=True)
            self._alarms.clear()
        elif self._alarms:
            part = list(islice(self._alarms, max(ALARMS_EACH, len(self._alarms) // 2)))
            self._room.take_alarms(tuple(self._alarms.pop(path) for path in part))

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._follow()
            except QianliyanError as error:
                if str(error) != self.trouble:
                    _log.warning("the store cannot be followed: %s", error)
                self.trouble = str(error)
            except Exception as error:  # noqa: BLE001 - see below
                # A dead feed would be a grey room for ever: say what happened, then begin anew.
                _log.exception("the feed failed")
                self.trouble = f"{type(error).__name__}: {error}"
            self._closing.wait(_RETRY_S)

    def _follow(self) -> None:
        store = self._open()
        try:
            follower = Follower(store, result_id=self._result_id)
            self._put(follower.load())
            if self.trouble:
                _log.info("the store is followed again")
                self.trouble = ""
            while not self._closing.is_set():
                follower.wait(_BELL_S)
                reload, self._reload = self._reload, False
                self._put(follower.load() if reload else follower.step())
                self._result_id = follower.result_id
        finally:
            store.close()

    def _put(self, delivery: Delivery) -> None:
        if delivery.fresh:
            now = self._clock.monotonic()
            self._silence.frame(now)
            fresh = delivery.frames[-delivery.fresh :]
            self.stats.took(() if delivery.reload else fresh, now_ms=self._clock.now_ms(), monotonic=now)
        if delivery.empty:
            return
        with self._lock:
            if len(self._queue) >= QUEUE_LIMIT:
                self._kept += [r for d in self._queue for r in d.results] + list(delivery.results)
                self._queue.clear()
                self._reload = True
                self.stats.overflows += 1
                return
            self._queue.append(delivery)
