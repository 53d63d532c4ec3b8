"""One thread with one resource of its own: jobs go in bounded, answers come back on the GUI thread."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.errors import QianliyanError

__all__ = ["Worker"]

_log = logging.getLogger(__name__)
LIMIT: Final = 64
"""Jobs that may wait. Overflow: the new job fails at once, the asker is told."""


class _Closable(Protocol):
    def close(self) -> None: ...


R = TypeVar("R", bound=_Closable)
Job = Callable[[R], object]
Answer = Callable[[object], None]
Failure = Callable[[str], None]


class _Return(QObject):
    """Carries answers over the thread border by one queued signal."""

    ready = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.ready.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @Slot(object, object)
    def _deliver(self, callback: Callable[[object], None], answer: object) -> None:
        callback(answer)


class Worker(Generic[R]):
    """Opens its resource on first use, in its own thread; after a failure it opens it anew for the next job."""

    def __init__(self, name: str, open_: Callable[[], R]) -> None:
        self._open = open_
        self._resource: R | None = None
        self._jobs: queue.Queue[tuple[Job[R], Answer, Failure | None] | None] = queue.Queue(LIMIT)
        self._return = _Return()
        self._closing = threading.Event()
        self._last: Job[R] | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Return how many jobs wait: the gauge of this queue."""
        return self._jobs.qsize()

    def put(self, job: Job[R], done: Answer, failed: Failure | None = None) -> None:
        """Queue a job. `done` or `failed` (with a sentence) is called on the GUI thread."""
        try:
            self._jobs.put_nowait((job, done, failed))
        except queue.Full:
            # Later, like every answer: the asker does not know its own request yet.
            self._send(failed, f"{self._thread.name}: {LIMIT} jobs are waiting already")

    def close(self, last: Job[R] | None = None) -> None:
        """Drop what waits, end the thread and wait for it. Answers under way are not delivered. Idempotent. `last` is
        done before the thread ends, if the resource was ever opened; its failure is said in the log."""
        if self._closing.is_set():
            return
        self._last = last
        self._closing.set()
        while True:
            try:
                self._jobs.put_nowait(None)
                break
            except queue.Full:
                self._jobs.get_nowait()
        self._thread.join(timeout=10)
        self._return.ready.disconnect()
        self._return.deleteLater()

    def _run(self) -> None:
        while (item := self._jobs.get()) is not None and not self._closing.is_set():
            self._one(*item)
        if self._last is not None and self._resource is not None:
            self._one(self._last, _nothing, None)
        self._drop()

    def _one(self, job: Job[R], done: Answer, failed: Failure | None) -> None:
        try:
            if self._resource is None:
                self._resource = self._open()
            answer = job(self._resource)
        except QianliyanError as error:
            _log.warning("%s: %s", self._thread.name, error)
            self._drop()
            self._send(failed, str(error))
        except Exception as error:  # noqa: BLE001 - a defect in one job must neither end the thread nor stay unseen
            _log.exception("%s: a job failed", self._thread.name)
            self._send(failed, f"{type(error).__name__}: {error}")
        else:
            self._send(done, answer)

    def _send(self, callback: Callable[[object], None] | Failure | None, answer: object) -> None:
        if callback is not None and not self._closing.is_set():
            self._return.ready.emit(callback, answer)

    def _drop(self) -> None:
        resource, self._resource = self._resource, None
        if resource is not None:
            resource.close()


def _nothing(_answer: object) -> None:
    """The thread ends: nobody waits for the answer."""
