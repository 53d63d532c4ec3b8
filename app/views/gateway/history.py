"""Reads of the past on a thread of their own: bounded, one after the other, each to be cancelled by whoever asked.

All bookkeeping happens in the GUI thread, which hands the thread one job at a time. So a job that waits can be dropped
without a trace, and a person who pans through a year never waits for the pictures he did not stop at.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from app.errors import Cancelled
from app.storage.history_contract import HistoryReader, Stop
from app.views.gateway.worker import Worker

__all__ = ["LIMIT", "HistoryReads", "HistoryWork", "Ticket"]

T = TypeVar("T")
HistoryWork = Callable[[HistoryReader, Stop], T]
"""Runs on the thread, with its reader; hands its second argument to every long read."""
LIMIT: Final = 64
"""Jobs that may wait. Overflow: the new one fails at once, and says so."""


class Ticket(Protocol):
    """What an asker holds while he waits for an answer."""

    def cancel(self) -> None:
        """Want no answer any more: what waits is dropped, what runs is told to stop, nobody is called. Idempotent; a
        job that is done already is not undone."""


class _Job:
    """One question."""

    def __init__(
        self,
        reads: HistoryReads,
        work: HistoryWork[Any],
        done: Callable[[Any], None],
        failed: Callable[[str], None] | None,
    ) -> None:
        self._reads = reads
        self.work, self.done, self.failed = work, done, failed
        self.gone = threading.Event()

    def cancel(self) -> None:
        self.gone.set()
        self._reads.forget(self)


class _Nothing:
    """The answer of a job that ended early."""


class HistoryReads:
    """Lives in the GUI thread. The reader is opened by the first question, anew after a failure."""

    def __init__(self, open_: Callable[[], HistoryReader], name: str = "room-history") -> None:
        self._name = name
        self._worker: Worker[HistoryReader] = Worker(name, open_)
        self._waiting: deque[_Job] = deque()
        self._running: _Job | None = None
        self._closed = False

    @property
    def waiting(self) -> int:
        """Return how many questions wait: the gauge of this queue."""
        return len(self._waiting)

    def ask(
        self, work: HistoryWork[T], done: Callable[[T], None], failed: Callable[[str], None] | None = None
    ) -> Ticket:
        """Queue a question. `done` or `failed` (with a sentence) is called in the GUI thread, unless it was cancelled
        or the reads are closed before."""
        job = _Job(self, work, done, failed)
        if self._closed:
            return job
        if len(self._waiting) >= LIMIT:
            # As a job, so that it fails later like every other: the asker has no ticket yet.
            refuse = partial(self._refuse, job)
            self._worker.put(_nothing, refuse, refuse)
            return job
        self._waiting.append(job)
        self._next()
        return job

    def forget(self, job: _Job) -> None:
        """Drop a job that waits."""
        if job in self._waiting:
            self._waiting.remove(job)

    def close(self) -> None:
        """Drop what waits, stop what runs, end the thread. Idempotent."""
        self._closed = True
        self._waiting.clear()
        if self._running is not None:
            self._running.gone.set()
        self._worker.close()

    def _next(self) -> None:
        if self._running is None and self._waiting:
            job = self._running = self._waiting.popleft()
            self._worker.put(partial(_run, job), partial(self._answered, job), partial(self._failed, job))

    def _answered(self, job: _Job, answer: object) -> None:
        self._running = None
        self._next()
        if not job.gone.is_set() and not isinstance(answer, _Nothing):
            job.done(answer)

    def _failed(self, job: _Job, sentence: str) -> None:
        self._running = None
        self._next()
        if not job.gone.is_set() and job.failed is not None:
            job.failed(sentence)

    def _refuse(self, job: _Job, _answer: object) -> None:
        if not job.gone.is_set() and job.failed is not None:
            job.failed(f"{self._name}: {LIMIT} questions are waiting already")


def _run(job: _Job, reader: HistoryReader) -> object:
    """Run in the thread. A job that stopped as it was told is nothing to open the reader anew for."""
    if job.gone.is_set():
        return _Nothing()
    try:
        return job.work(reader, job.gone.is_set)
    except Cancelled:
        return _Nothing()


def _nothing(_reader: HistoryReader) -> object:
    return _Nothing()
