"""Garbage of a room goes in the GUI thread alone."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.views.collecting import Collector


class Ring:
    """Refers to itself: only the collector can take it."""

    def __init__(self, ended: list[int]) -> None:
        self.me = self
        self.held = QObject()
        weakref.finalize(self, lambda: ended.append(threading.get_ident()))


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    collector = Collector()
    collector.start()
    yield collector
    collector.close()
    collector.close()
    assert gc.isenabled() and gc.get_freeze_count() == 0


def _make(ended: list[int]) -> None:
    Ring(ended)
    for _ in range(20_000):  # far beyond the interpreter's own threshold
        ring: list[object] = []
        ring.append(ring)


def test_a_worker_that_makes_objects_destroys_none(collector: Collector) -> None:
    """a thread makes garbage with a Qt object, and much more → it still lives → the GUI thread's look takes it."""
    ended: list[int] = []
    worker = threading.Thread(target=_make, args=(ended,))
    worker.start()
    worker.join()
    assert ended == []
    collector.look()
    assert ended == [threading.get_ident()]


def test_nothing_is_looked_at_while_little_was_made(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look right after a collection does nothing."""
    gc.collect()
    asked: list[int] = []
    monkeypatch.setattr(gc, "collect", asked.append)
    collector.look()
    assert asked == []
