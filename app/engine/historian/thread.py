"""The thread in which the historian works, with store connections of its own."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from app.clock import Clock
from app.engine.historian.filling import FramesAfter, Tell
from app.engine.historian.plan import HistorianPlan
from app.engine.historian.work import Historian, HistorianStatus
from app.errors import ConfigurationFault, LeaseLost, StoreTooOld, StoreUnavailable
from app.model.spec import Site
from app.storage.history_contract import HistoryReader, HistoryStore

__all__ = ["HistorianParts", "HistorianThread"]

_LONGEST_REST_S: Final = 0.05
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HistorianParts:
    """What the historian works with, opened in its thread."""

    store: HistoryStore
    frames_after: FramesAfter
    reader: HistoryReader
    close: Callable[[], None]


class HistorianThread:
    """Runs a Historian until it is stopped. `epoch` tells the epoch of our lease now; `on_lost` is called on the loop,
    once, with LeaseLost when a newer engine writes history. `tell` is called on the loop too."""

    def __init__(
        self,
        open_parts: Callable[[], HistorianParts],
        *,
        clock: Clock,
        epoch: Callable[[], int],
        site: Callable[[], Site | None],
        on_lost: Callable[[BaseException], None],
        tell: Tell,
        plan: HistorianPlan | None = None,
    ) -> None:
        self.status: Final = HistorianStatus()
        self._open_parts = open_parts
        self._clock = clock
        self._epoch = epoch
        self._site = site
        self._on_lost = on_lost
        self._tell_on_loop = tell
        self._plan = plan or HistorianPlan()
        self._stopping = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._led: asyncio.Future[None] | None = None
        self._thread: threading.Thread | None = None

    # ---- used on the loop

    async def start(self) -> None:
        """Start the thread and wait until the fence of history stands at our epoch: before that no frame of ours may
        count. A store that is away is not waited for: nobody else can write it then either, and the fence is raised
        before anything of ours. Raises LeaseLost, StoreTooOld or ConfigurationFault."""
        self._loop = asyncio.get_running_loop()
        led = self._led = self._loop.create_future()
        self._thread = threading.Thread(target=self._run, name="engine-historian")
        self._thread.start()
        await led

    def ask_to_stop(self) -> None:
        """Let the thread end at its next small step."""
        self._stopping.set()

    async def stop(self) -> None:
        """End the thread at its next small step. What is not written is written by the next engine. Idempotent."""
        self.ask_to_stop()
        if self._thread is not None:
            await asyncio.get_running_loop().run_in_executor(None, self._thread.join)
            self._thread = None

    # ---- in the thread

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._live()
            except LeaseLost as lost:
                self._lost(lost)
                return
            except (StoreTooOld, ConfigurationFault) as error:
                if not self._answer(error):
                    self._failed(error)
                    self._stopping.wait(self._plan.mend_s)
                    continue
                return
            except StoreUnavailable as error:
                self._gone(error)
                self._stopping.wait(self._plan.retry_s)
            except Exception as defect:  # noqa: BLE001 - the engine goes on without history, and says so
                self._failed(defect)
                self._stopping.wait(self._plan.mend_s)

    def _live(self) -> None:
        """Open everything and work until stopped."""
        parts = self._open_parts()
        try:
            epoch = self._epoch()
            parts.store.lead(epoch)
            self._answer(None)
            historian = self._made(parts)
            while not self._stopping.is_set():
                if self._epoch() != epoch:
                    epoch = self._epoch()  # our lease ran out in an outage and was taken again
                    parts.store.lead(epoch)
                self._step(historian)
        finally:
            parts.close()

    def _step(self, historian: Historian) -> None:
        began, windows = time.monotonic(), self.status.windows
        pause = historian.step()
        self._back()
        if self.status.windows != windows and self.status.failed:
            self.status.failed = ""
            _log.warning("history goes on")
            self._tell("history-goes-on")
        if not pause and not historian.behind:
            # There is time: what reads devices and ticks gets more of it.
            pause = min(_LONGEST_REST_S, (time.monotonic() - began) * self._plan.rest)
        if pause > 0:
            self._stopping.wait(pause)

    def _made(self, parts: HistorianParts) -> Historian:
        return Historian(
            parts.store,
            parts.frames_after,
            parts.reader,
            clock=self._clock,
            plan=self._plan,
            site=self._site,
            status=self.status,
            tell=self._tell,
        )

    def _gone(self, error: StoreUnavailable) -> None:
        if not self.status.away:
            _log.error("history cannot be written, frames are kept: %s", error)
        self.status.away = True
        self._answer(None)

    def _back(self) -> None:
        if self.status.away:
            self.status.away = False
            _log.warning("history is written again")

    def _failed(self, defect: BaseException) -> None:
        if not self.status.failed:
            _log.error("the historian ended by a defect and is tried again, frames are kept", exc_info=defect)
            self._tell("history-failed", text=repr(defect)[:200])
        self.status.failed = repr(defect)[:200]
        self._answer(None)

    def _lost(self, lost: LeaseLost) -> None:
        if not self._answer(lost):
            self._call(self._on_lost, lost)

    def _answer(self, error: BaseException | None) -> bool:
        """Answer `start`, the first time; return whether this was it."""
        led, self._led = self._led, None
        if led is None:
            return False
        self._call(_settle, led, error)
        return True

    def _tell(self, kind: str, **detail: Any) -> None:
        self._call(_with_words, self._tell_on_loop, kind, detail)

    def _call(self, call: Callable[..., None], *args: Any) -> None:
        assert self._loop is not None
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, *args)


def _settle(future: asyncio.Future[None], error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)


def _with_words(tell: Tell, kind: str, detail: dict[str, Any]) -> None:
    tell(kind, **detail)
