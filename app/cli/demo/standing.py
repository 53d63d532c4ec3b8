"""Ends the demo's own engine when it stands still: on a folder store nothing else could take its place."""

from __future__ import annotations

import logging
import os
import platform
from typing import Final, Protocol

from app.clock import Clock
from app.model.records import Lease
from app.storage.engine_life import Replacement, leave_note, sign_of_life
from app.views.state.standstill import PAUSE_S, Standstill, next_pause_s, waits_s

__all__ = ["StandingEngine"]

_log: Final = logging.getLogger(__name__)
_LOOK_S: Final = 1.0


class _Engine(Protocol):
    @property
    def pid(self) -> int: ...

    def kill(self) -> None: ...


class StandingEngine:
    """Looks at our child once a second. One that has not shown any life yet may be starting, and is left alone; after a
    kill the next one has a minute at least, and longer each time."""

    def __init__(self, store: str, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._still = Standstill()
        self._sign: object = None
        self._pid = 0
        self._lived = False
        self._looked_s = float("-inf")
        self._killed_boot, self._pause_s = float("-inf"), 0.0

    def look(self, engine: _Engine, lease: Lease | None) -> bool:
        """Kill the engine if it stands still, and leave a note for the next; `lease` is what the store has now. Returns
        whether it was killed. Raises StoreUnavailable; then the store is away, and no engine to blame."""
        now, boot = self._clock.monotonic(), self._clock.boot()
        if now - self._looked_s < _LOOK_S:
            return False
        self._looked_s = now
        sign = sign_of_life(self._store, lease)
        if engine.pid != self._pid:
            self._pid, self._lived = engine.pid, False
        elif sign != self._sign:
            self._lived = True
        self._sign = sign
        self._still.look((engine.pid, sign), monotonic=now, boot=boot)
        if not (self._lived and self._still.stands) or waits_s(self._killed_boot, self._pause_s, boot=boot):
            return False
        self._kill(engine, lease, boot)
        return True

    def _kill(self, engine: _Engine, lease: Lease | None, boot: float) -> None:
        silent_s = round(self._still.silent_s, 1)
        self._pause_s = next_pause_s(self._killed_boot, self._pause_s, boot=boot) if self._pause_s else PAUSE_S
        self._killed_boot = boot
        if "://" not in self._store:
            holder = "" if lease is None else lease.holder
            by = f"{platform.node()} process {os.getpid()}"
            leave_note(self._store, Replacement(holder, by, silent_s, boot, self._pause_s))
        _log.warning("the engine, process %d, has given no sign of life for %.0f s: it is killed", engine.pid, silent_s)
        engine.kill()
        self._still = Standstill()
