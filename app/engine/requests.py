"""Follows the desk in a thread of its own: new requests, who really asks them, sessions that ended, and what people did
besides."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from app.clock import Clock
from app.engine.outbox import Asked
from app.errors import QianliyanError, StoreUnavailable
from app.model.people import Act
from app.storage.contract import DeskStore

__all__ = ["ACTS_BACK_MS", "RequestFollower"]

WINDOW_S: Final = 60.0
"""How far back requests are looked for, by the store's clock."""

ACTS_BACK_MS: Final = 30 * 24 * 3600 * 1000
"""How far back acts are looked for after an absence, at most."""
ACTS_AT_ONCE: Final = 500

BELL_S: Final = 0.25
LOOK_ANYWAY_S: Final = 1.0
RETRY_S: Final = 0.5

_log: Final = logging.getLogger(__name__)


class RequestFollower:
    """Calls `on_asked`, `on_acts` and `on_ended` on the loop. `held` returns the sessions that hold selections.
    `acts_since_ms` is the store's time up to which an engine before us surely looked at acts."""

    def __init__(
        self,
        open_desk: Callable[[], DeskStore],
        *,
        clock: Clock,
        on_asked: Callable[[tuple[Asked, ...]], None],
        on_acts: Callable[[tuple[Act, ...]], None],
        on_ended: Callable[[str], None],
        held: Callable[[], frozenset[str]],
        acts_since_ms: int = 0,
    ) -> None:
        self._open_desk = open_desk
        self._clock = clock
        self._on_asked = on_asked
        self._on_acts = on_acts
        self._on_ended = on_ended
        self._held = held
        self._acts_since_ms = acts_since_ms
        self._known_acts: dict[str, int] = {}
        self._stop = threading.Event()
        self._known: deque[tuple[str, int]] = deque()
        self._looked = float("-inf")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to follow. Call on the loop."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="engine-desk")
        self._thread.start()

    async def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        if self._thread is not None:
            await asyncio.get_running_loop().run_in_executor(None, self._thread.join)
            self._thread = None

    def _run(self) -> None:
        told = False
        while not self._stop.is_set():
            try:
                desk = self._open_desk()
            except QianliyanError as error:
                told = told or _tell(error)
                self._stop.wait(RETRY_S)
                continue
            try:
                self._follow(desk)
            except StoreUnavailable as error:
                told = told or _tell(error)
                self._stop.wait(RETRY_S)
            except Exception:  # noqa: BLE001 - a defect with one request must not leave all others unheard
                _log.exception("following the desk met a defect; it is opened again")
                self._stop.wait(RETRY_S)
            else:
                told = False
            finally:
                desk.close()

    def _follow(self, desk: DeskStore) -> None:
        while not self._stop.is_set():
            rang = desk.wait_bell(BELL_S)
            now = time.monotonic()
            if rang or now - self._looked >= LOOK_ANYWAY_S:
                self._looked = now
                self._look(desk)
                self._look_at_acts(desk)
                self._look_at_sessions(desk)

    def _look(self, desk: DeskStore) -> None:
        requests = desk.recent(WINDOW_S, [i for i, _ in self._known])
        if not requests:
            return
        found = []
        for request in requests:
            at = self._clock.monotonic()
            who = desk.vouch(request)
            age_s = desk.age_s(request)
            found.append(Asked(request, who.person, age_s, at, second=who.second, forged=who.forged))
        # Only now: had the store gone in between, all of them would have to be asked for again.
        self._known.extend((r.id, r.at_ms) for r in requests)
        self._forget(max(r.at_ms for r in requests))
        self._tell(self._on_asked, tuple(found))

    def _forget(self, newest_ms: int) -> None:
        """Drop ids that can no longer be among the recent ones; twice the window, for clocks that differ."""
        while self._known and self._known[0][1] < newest_ms - 2_000 * WINDOW_S:
            self._known.popleft()

    def _look_at_acts(self, desk: DeskStore) -> None:
        """Tell each act once; those of an absence in portions, oldest first. A lower id may commit later, so the last
        minute is looked at again. A store's clock that was set back says nothing of where we were: all are told anew,
        and whoever takes them knows which he has."""
        earliest = desk.now_ms() - ACTS_BACK_MS
        if self._acts_since_ms > earliest + ACTS_BACK_MS:
            self._acts_since_ms = earliest
        since = max(self._acts_since_ms, earliest)
        while acts := desk.acts(since, tuple(self._known_acts), ACTS_AT_ONCE):
            self._known_acts.update((act.id, act.at_ms) for act in acts)
            since = self._acts_since_ms = max(since, acts[-1].at_ms - int(1_000 * WINDOW_S))
            self._known_acts = {i: at for i, at in self._known_acts.items() if at >= since}
            self._tell(self._on_acts, acts)
            if len(acts) < ACTS_AT_ONCE:
                return

    def _look_at_sessions(self, desk: DeskStore) -> None:
        for session in self._held():
            if desk.session(session) is None:
                self._tell(self._on_ended, session)

    def _tell(self, call: Callable[..., None], argument: object) -> None:
        assert self._loop is not None
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, argument)


def _tell(error: QianliyanError) -> bool:
    _log.warning("requests cannot be read now: %s", error)
    return True
