"""Finds what a test leaves behind: threads, child processes, tasks, unexpected log records."""

from __future__ import annotations

import asyncio
import inspect
import logging
import re
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import psutil
import pytest
import pytest_asyncio

__all__ = ["LeftoverWatch", "wants_task_watch", "watch_tasks"]

GRACE_S = 2.0
"""How long things that were told to end may take to do so."""

WATCHED_LOGGERS = ("app", "asyncio")
"""Ours, and asyncio's for exceptions that nobody fetched. Libraries' own records are mapped at our doors."""


class _Records(logging.Handler):
    """Keeps records of WARNING and above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.kept: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.split(".")[0] in WATCHED_LOGGERS:
            self.kept.append(f"{record.levelname} {record.name}: {record.getMessage()}")


class LeftoverWatch:
    """Compares threads and children before a test with those after it, and listens to the log between."""

    def __init__(self) -> None:
        self._records = _Records()
        self._threads: set[threading.Thread] = set()
        self._children: set[psutil.Process] = set()
        self._level = logging.WARNING
        self._handlers: list[logging.Handler] = []

    def begin(self) -> None:
        """Note what exists now and begin to listen."""
        self._threads = set(threading.enumerate())
        self._children = _children()
        root = logging.getLogger()
        self._level, self._handlers = root.level, list(root.handlers)
        root.addHandler(self._records)

    @contextmanager
    def allowing(self) -> Iterator[None]:
        """Take everything that starts meanwhile as given."""
        threads, children = set(threading.enumerate()), _children()
        try:
            yield
        finally:
            self._threads |= set(threading.enumerate()) - threads
            self._children |= _children() - children

    def end(self, item: pytest.Item) -> list[str]:
        """Return one sentence for each thing that the test left and should not have."""
        self._give_logging_back()
        meant = [p for mark in item.iter_markers("logs") for p in mark.args]
        faults = _unexpected(self._records.kept, item, meant)
        if item.get_closest_marker("leaves") is None:
            faults += self._left_behind()
        return faults

    def _give_logging_back(self) -> None:
        """Undo what a command line run inside a test did: composition roots set the level and replace handlers."""
        root = logging.getLogger()
        root.removeHandler(self._records)
        root.setLevel(self._level)
        for handler in [h for h in root.handlers if type(h) is logging.StreamHandler and h not in self._handlers]:
            root.removeHandler(handler)

    def _left_behind(self) -> list[str]:
        """Wait a little for things that are ending, then name the rest."""
        deadline = time.monotonic() + GRACE_S
        while (left := self._now_left()) and time.monotonic() < deadline:
            time.sleep(0.01)
        return left

    def _now_left(self) -> list[str]:
        threads = [t for t in threading.enumerate() if t not in self._threads and t.is_alive()]
        return [f"the test left the thread {t.name!r}" for t in threads] + [
            f"the test left the child process {_name(c)}" for c in _children() - self._children
        ]


def _unexpected(records: list[str], item: pytest.Item, meant: list[str]) -> list[str]:
    """Return the records nobody expected. A test that takes `caplog` judges the log itself."""
    if "caplog" in getattr(item, "fixturenames", ()):
        return []
    return [f"unexpected log record: {r}" for r in records if not any(re.search(p, r) for p in meant)]


def _children() -> set[psutil.Process]:
    """Return living children; a zombie that nobody waited for counts, an ended one does not."""
    return set(psutil.Process().children(recursive=True))


def _name(process: psutil.Process) -> str:
    try:
        return f"{process.pid} {' '.join(process.cmdline())}"
    except psutil.Error:
        return str(process.pid)


def wants_task_watch(item: pytest.Item) -> bool:
    """Return True for a coroutine test that may not leave tasks on its loop."""
    function = getattr(item, "obj", None)
    return inspect.iscoroutinefunction(function) and item.get_closest_marker("leaves") is None


@pytest_asyncio.fixture
async def watch_tasks() -> AsyncIterator[None]:
    """Fail a coroutine test whose loop still has tasks when all of its fixtures are gone."""
    before = asyncio.all_tasks()
    yield
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    if left:
        _, left = await asyncio.wait(left, timeout=GRACE_S)
    if left:
        pytest.fail("the test left tasks: " + ", ".join(repr(t.get_coro()) for t in left), pytrace=False)
