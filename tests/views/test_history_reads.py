"""The past is read on a thread of its own, in order, bounded, and what nobody wants any more is not read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.errors import StoreUnavailable
from app.storage.history_contract import HistoryReader, Stop
from app.views.gateway.history import LIMIT, HistoryReads
from tests.helpers.fake_history import FakeHistory, samples


class Opener:
    """Opens fakes, and can be without any."""

    def __init__(self) -> None:
        self.made: list[FakeHistory] = []
        self.away = False

    def __call__(self) -> HistoryReader:
        if self.away:
            raise StoreUnavailable("the history is elsewhere")
        self.made.append(FakeHistory({1: samples([1000, 2000], [1.0, 2.0])}, now_ms=3000))
        return self.made[-1]


@pytest.fixture
def opener() -> Opener:
    return Opener()


@pytest.fixture
def reads(qtbot: QtBot, opener: Opener) -> Iterator[HistoryReads]:
    made = HistoryReads(opener)
    yield made
    made.close()


def a_curve(reader: HistoryReader, stop: Stop) -> int:
    return len(reader.curves([1], 0, 3000, 10, stop=stop).curves[0])


class Slow:
    """A job that runs until it is let go, or told to stop."""

    def __init__(self) -> None:
        self.begun, self.go, self.told = threading.Event(), threading.Event(), threading.Event()

    def __call__(self, reader: HistoryReader, stop: Stop) -> int:
        self.begun.set()
        while not self.go.wait(0.005):
            if stop():
                self.told.set()
                break
        return a_curve(reader, stop)


def test_answers_come_in_order_in_the_asking_thread(qtbot: QtBot, reads: HistoryReads, opener: Opener) -> None:
    """Three questions, one reader, and the callbacks run where they were asked."""
    answers: list[Any] = []
    threads: list[int] = []

    def done(answer: int) -> None:
        answers.append(answer)
        threads.append(threading.get_ident())

    for i in range(3):
        reads.ask(lambda reader, stop, i=i: (i, a_curve(reader, stop)), done)  # type: ignore[misc]
    qtbot.waitUntil(lambda: len(answers) == 3)
    assert answers == [(0, 2), (1, 2), (2, 2)] and set(threads) == {threading.get_ident()}
    assert len(opener.made) == 1


def test_a_cancelled_job_that_waits_is_dropped_and_one_that_runs_is_told(qtbot: QtBot, reads: HistoryReads) -> None:
    """First runs, second waits, third is wanted: only the third answers, and the second was never begun."""
    slow, never, answers = Slow(), Slow(), list[Any]()
    first = reads.ask(slow, answers.append)
    second = reads.ask(never, answers.append)
    reads.ask(a_curve, answers.append)
    assert slow.begun.wait(10) and reads.waiting == 2
    second.cancel()
    assert reads.waiting == 1
    first.cancel()
    assert slow.told.wait(10)
    qtbot.waitUntil(lambda: answers == [2])
    assert not never.begun.is_set()


def test_nobody_is_called_after_a_cancel(qtbot: QtBot, reads: HistoryReads) -> None:
    """The answer is under way already when it is cancelled."""
    said, answers = list[Any](), list[Any]()
    over = threading.Event()

    def quick(reader: HistoryReader, stop: Stop) -> int:
        over.set()
        return a_curve(reader, stop)

    ticket = reads.ask(quick, said.append, said.append)
    assert over.wait(10)
    ticket.cancel()
    ticket.cancel()
    reads.ask(a_curve, answers.append)
    qtbot.waitUntil(lambda: answers == [2])
    assert said == []


def test_one_too_many_fails_at_once(qtbot: QtBot, reads: HistoryReads) -> None:
    """Behind a slow one LIMIT may wait; the next is refused with a sentence, the others are answered."""
    slow, answers, failures = Slow(), list[Any](), list[str]()
    reads.ask(slow, answers.append)
    assert slow.begun.wait(10)
    for _ in range(LIMIT + 1):
        reads.ask(a_curve, answers.append, failures.append)
    assert reads.waiting == LIMIT
    slow.go.set()
    qtbot.waitUntil(lambda: len(answers) == LIMIT + 1 and len(failures) == 1)
    assert f"{LIMIT} questions" in failures[0]


@pytest.mark.logs("the history is elsewhere")
def test_a_store_that_is_away_fails_one_question_and_is_tried_anew(
    qtbot: QtBot, reads: HistoryReads, opener: Opener
) -> None:
    """The asker hears why; the next question opens the reader again."""
    answers, failures = list[Any](), list[str]()
    opener.away = True
    reads.ask(a_curve, answers.append, failures.append)
    qtbot.waitUntil(lambda: failures == ["the history is elsewhere"])
    opener.away = False
    reads.ask(a_curve, answers.append, failures.append)
    qtbot.waitUntil(lambda: answers == [2])


def test_closing_stops_what_runs_and_drops_what_waits(qtbot: QtBot, reads: HistoryReads, opener: Opener) -> None:
    """The one that runs is told, the reader is closed, and nobody is called."""
    slow, answers = Slow(), list[Any]()
    reads.ask(slow, answers.append)
    reads.ask(a_curve, answers.append)
    assert slow.begun.wait(10)
    reads.close()
    reads.close()
    assert slow.told.is_set() and opener.made[0].closed
    reads.ask(a_curve, answers.append).cancel()
    assert answers == []
