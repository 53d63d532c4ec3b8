"""Starts the engine beside a room on one workstation, detached: closing or killing the room never stops acquisition.
And ends one that stands still, since on a folder store nothing else could take its place."""

from __future__ import annotations

import logging
import os
import platform
from pathlib import Path

from app.clock import Clock
from app.errors import LeaseHeld
from app.launcher import YOUNG_S, ProcessMark, doubt_of, has_ended, kill_process, mark_of, start_detached
from app.storage.contract import RoomStore
from app.storage.engine_life import Replacement, SignOfLife, leave_note, note_of, sign_of_life
from app.storage.lock_file import ENGINE_LOCK, LockFile
from app.views.state.standstill import PAUSE_S, next_pause_s, waits_s

__all__ = ["EngineHand", "SignOfLife"]

_log = logging.getLogger(__name__)


class EngineHand:
    """Acts on the engine of one store for the room that keeps it. Everything runs in the thread that reads.

    A server's store has engines of its own, on the workstations or as services: nothing is started or ended there.
    """

    def __init__(self, store: str, *, private: Path, clock: Clock) -> None:
        self._store = store
        self._private = private
        self._clock = clock
        self._started: ProcessMark | None = None
        self._started_s = 0.0

    def tend(self, reader: RoomStore) -> SignOfLife:
        """Start an engine if none holds the store's lock, and return the sign of life of now.

        A second engine that comes in between ends by itself, naming the holder. Raises StoreUnavailable when there is
        no store, EnvironmentFault when the process cannot be started.
        """
        sign = sign_of_life(self._store, reader.lease())
        if not sign.held and "://" not in self._store:
            self._start()
        return sign

    def replace(self, reader: RoomStore, sign: SignOfLife, silent_s: float) -> str:
        """Kill the engine that has shown nothing but `sign` for `silent_s`, and start another. Return why it was left
        alone, "" when it was not. Raises as `tend`."""
        lock = LockFile(Path(self._store) / "keeper.lock")
        try:
            lock.take("a room that replaces the engine")
        except LeaseHeld:
            return "another room sees to it"
        try:
            return self._replace(reader, sign, silent_s)
        finally:
            lock.release()

    def _replace(self, reader: RoomStore, sign: SignOfLife, silent_s: float) -> str:
        if sign.holder is None or not sign.holder.here:
            return "it did not name itself as a process of this machine"
        mark, last = sign.holder.process, note_of(self._store)
        if last is not None and waits_s(last.at_boot, last.pause_s, boot=self._clock.boot()):
            return f"another one was killed less than {last.pause_s:.0f} s before"
        if doubt := doubt_of(mark, "engine", holding=Path(self._store) / ENGINE_LOCK):
            return doubt
        if sign_of_life(self._store, reader.lease()) != sign:
            return "it gave a sign of life in the last moment"
        # First the note: a folder that takes none takes no frame either, and then the engine is not to blame.
        leave_note(self._store, self._note(sign, last, silent_s))
        _log.warning("%s has given no sign of life for %.0f s: it is killed", sign.holder, silent_s)
        if trouble := kill_process(mark):
            leave_note(self._store, last)
            return trouble
        self._started = None
        self._start()
        return ""

    def _note(self, sign: SignOfLife, last: Replacement | None, silent_s: float) -> Replacement:
        boot = self._clock.boot()
        return Replacement(
            holder="" if sign.holder is None else sign.holder.name,
            by=f"{platform.node()} process {os.getpid()}",
            silent_s=round(silent_s, 1),
            at_boot=boot,
            pause_s=PAUSE_S if last is None else next_pause_s(last.at_boot, last.pause_s, boot=boot),
        )

    def _start(self) -> None:
        """Start one, unless the one that we started is still on its way to the lock."""
        now, started = self._clock.monotonic(), self._started
        if started is not None and not has_ended(started) and now - self._started_s < YOUNG_S:
            return
        log = self._private / "engine.log"
        self._private.mkdir(parents=True, exist_ok=True)
        pid = start_detached("engine", "--store", self._store, "--private", str(self._private), log=log)
        self._started, self._started_s = mark_of(pid), now
        _log.info("the engine was started; it writes to %s", log)
