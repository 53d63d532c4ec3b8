"""What the System page reads of store and machine, in one go on a worker."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import psutil

from app.model.records import CommLine, Journal, JournalEntry, JournalHead, Lease, RawMessage
from app.storage.contract import RoomStore, StoreFacts

__all__ = ["ProcessFacts", "SystemFacts", "system_facts"]


@dataclass(frozen=True, slots=True)
class ProcessFacts:
    """CPU in percent of one core since the last look, memory in MB, threads and open files of this process."""

    pid: int
    cpu: float
    memory_mb: float
    threads: int
    files: int


@dataclass(frozen=True, slots=True)
class SystemFacts:
    """One look. `comm` and `raw` are of the asked device, newest first."""

    store: StoreFacts
    lease: Lease | None
    heads: tuple[JournalHead, ...]
    comm: tuple[CommLine, ...]
    raw: tuple[RawMessage, ...]
    errors: Mapping[str, JournalEntry]
    """The newest failure of each device among the last events."""
    room: ProcessFacts


def system_facts(device: str, process: psutil.Process) -> Callable[[RoomStore], SystemFacts]:
    """Read everything for the page. `process` is kept by the page: CPU is measured between two looks."""

    def work(store: RoomStore) -> SystemFacts:
        with process.oneshot():
            room = ProcessFacts(
                os.getpid(),
                process.cpu_percent(None),
                process.memory_info().rss / 1e6,
                process.num_threads(),
                _files(process),
            )
        return SystemFacts(
            store.facts(), store.lease(), store.journal_heads(), store.comm_newest(device, 200),
            store.raw_newest(device, 50), _errors(store), room,
        )  # fmt: skip

    return work


def _errors(store: RoomStore) -> dict[str, JournalEntry]:
    newest: dict[str, JournalEntry] = {}
    for entry in store.journal_newest(Journal.EVENTS, 300):
        known = newest.get(entry.what)
        if entry.kind in ("device-failed", "device-refused", "device-defect") and (not known or entry.seq > known.seq):
            newest[entry.what] = entry
    return newest


def _files(process: psutil.Process) -> int:
    count = getattr(process, "num_handles", None) or process.num_fds  # Windows counts handles
    return int(count())
