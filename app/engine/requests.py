"""Follows the desk in a thread of its own: new requests, who really asks them, sessions that ended, and what people did
besides."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from app.clock import Clock
from app.engine.outbox import Asked
from app.errors import QianliyanError, StoreUnavailable
from app.model.people import Act
from app.model.records import Request
from app.storage.contract import DeskStore
from app.storage.desk_contract import Vouched

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
        self._known: dict[str, float] = {}
        self._told = False
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
        while not self._stop.is_set():
            try:
                desk = self._open_desk()
            except QianliyanError as error:
                self._tell_outage(error)
                self._stop.wait(RETRY_S)
                continue
            try:
                self._follow(desk)
            except StoreUnavailable as error:
                self._tell_outage(error)
                self._stop.wait(RETRY_S)
            except Exception:  # noqa: BLE001 - a defect with one request must not leave all others unheard
                _log.exception("following the desk met a defect; it is opened again")
                self._stop.wait(RETRY_S)
            finally:
                desk.close()

    def _follow(self, desk: DeskStore) -> None:
        more = False
        while not self._stop.is_set():
            rang = more or desk.wait_bell(BELL_S)
            now = time.monotonic()
            if rang or now - self._looked >= LOOK_ANYWAY_S:
                self._looked = now
                # What is many comes in portions: a command asked for in the meantime does not wait for all of them.
                more = self._look(desk)
                more = self._look_at_acts(desk) or more
                self._look_at_sessions(desk)
                self._told = False

    def _look(self, desk: DeskStore) -> bool:
        """Tell the requests that are new; return whether there may be more."""
        self._forget()
        requests = desk.recent(WINDOW_S, tuple(self._known))
        found = tuple(self._asked(desk, request) for request in requests)
        # Only now: had the store gone in between, all of them would have to be asked for again.
        self._known.update(dict.fromkeys((r.id for r in requests), time.monotonic()))
        if found:
            self._tell(self._on_asked, found)
        return bool(found)

    def _asked(self, desk: DeskStore, request: Request) -> Asked:
        """Return a request with who stands behind it. One whose row trips up the check itself is nobody's, and keeps
        no other from being heard."""
        at = self._clock.monotonic()
        try:
            who = desk.vouch(request)
        except QianliyanError:
            raise
        except Exception:  # noqa: BLE001 - a row is anybody's words
            _log.exception("the check of request %s met a defect and counts as forged", request.id)
            who = Vouched(None, forged=True)
        return Asked(request, who.person, desk.age_s(request), at, second=who.second, forged=who.forged)

    def _forget(self) -> None:
        """Drop ids that can no longer be among the recent ones; twice the window, for clocks that differ. By when they
        were found: a row may claim any time for itself."""
        oldest = time.monotonic() - 2 * WINDOW_S
        while self._known and (first := next(iter(self._known))) and self._known[first] < oldest:
            del self._known[first]

    def _look_at_acts(self, desk: DeskStore) -> bool:
        """Tell a portion of the acts that are new, oldest first; return whether there may be more. A lower id may
        commit later, so the last minute is looked at again. A store's clock that was set back says nothing of where we
        were: all are told anew, and whoever takes them knows which he has."""
        now_ms = desk.now_ms()
        earliest = now_ms - ACTS_BACK_MS
        since = earliest if self._acts_since_ms > now_ms else max(self._acts_since_ms, earliest)
        acts = desk.acts(since, tuple(self._known_acts), ACTS_AT_ONCE)
        # An act may stand in what is the future now: we must not wait until it has come.
        newest = min(acts[-1].at_ms, now_ms) if acts else 0
        self._acts_since_ms = max(since, newest - int(1_000 * WINDOW_S))
        self._known_acts.update((act.id, act.at_ms) for act in acts)
        self._known_acts = {i: at for i, at in self._known_acts.items() if at >= self._acts_since_ms}
        if acts:
            self._tell(self._on_acts, acts)
        return len(acts) >= ACTS_AT_ONCE

    def _look_at_sessions(self, desk: DeskStore) -> None:
        for session in self._held():
            if desk.session(session) is None:
                self._tell(self._on_ended, session)

    def _tell_outage(self, error: QianliyanError) -> None:
        """Say an outage once, however often we try."""
        if not self._told:
            self._told = True
            _log.warning("requests cannot be read now: %s", error)

    def _tell(self, call: Callable[..., None], argument: object) -> None:
        assert self._loop is not None
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, argument)
