"""When an engine counts as standing still, and how long after a kill the next one may be killed."""

from __future__ import annotations

import pytest

from app.views.state.standstill import (
    LATE_S,
    LONGEST_PAUSE_S,
    PAUSE_S,
    STANDS_AFTER_S,
    Standstill,
    next_pause_s,
    waits_s,
)


class Looking:
    """Looks each second; both clocks go together unless a test says otherwise."""

    def __init__(self) -> None:
        self.still = Standstill()
        self.monotonic = 100.0
        self.boot = 5000.0

    def look(self, sign: object, *, times: int = 1, after: float = 1.0, suspended: float = 0.0) -> None:
        for _ in range(times):
            self.monotonic += after
            self.boot += after + suspended
            self.still.look(sign, monotonic=self.monotonic, boot=self.boot)


def test_the_same_sign_for_ten_seconds_is_a_standstill() -> None:
    """The first look counts for nothing, each later one for the time since the one before."""
    looking = Looking()
    looking.look("a", times=int(STANDS_AFTER_S))
    assert not looking.still.stands and looking.still.silent_s == STANDS_AFTER_S - 1
    looking.look("a")
    assert looking.still.stands


def test_another_sign_begins_anew() -> None:
    """A commit in the last moment, or another engine: the count starts from there."""
    looking = Looking()
    looking.look("a", times=10)
    looking.look("b")
    assert looking.still.silent_s == 0.0
    looking.look("b", times=9)
    assert not looking.still.stands


@pytest.mark.parametrize(("after", "suspended"), [(LATE_S + 0.1, 0.0), (1.0, LATE_S)])
def test_time_that_the_watcher_slept_through_does_not_count(after: float, suspended: float) -> None:
    """A room that was stopped, or a machine that was suspended, has seen nothing: the count starts anew."""
    looking = Looking()
    looking.look("a", times=10)
    looking.look("a", after=after, suspended=suspended)
    assert looking.still.silent_s == 0.0 and not looking.still.stands


def test_a_look_that_failed_begins_anew() -> None:
    """While the store was away nothing can be said of its engine."""
    looking = Looking()
    looking.look("a", times=10)
    looking.still.forget()
    looking.look("a")
    assert looking.still.silent_s == 0.0


def test_pauses_double_while_kills_follow_each_other_and_start_anew_after_a_sound_time() -> None:
    """60 s, 120 s … an hour at most; after ten pauses without a kill 60 s again."""
    assert waits_s(1000.0, PAUSE_S, boot=1001.0) == PAUSE_S - 1
    assert waits_s(1000.0, PAUSE_S, boot=1000.0 + PAUSE_S) == 0.0
    assert next_pause_s(1000.0, PAUSE_S, boot=1070.0) == 2 * PAUSE_S
    assert next_pause_s(1000.0, LONGEST_PAUSE_S, boot=5000.0) == LONGEST_PAUSE_S
    assert next_pause_s(1000.0, 4 * PAUSE_S, boot=1000.0 + 40 * PAUSE_S) == PAUSE_S


def test_a_kill_before_the_machine_was_started_again_holds_nothing_up() -> None:
    """The boot clock begins anew with the machine: what lies ahead of it is of an earlier time."""
    assert waits_s(9000.0, PAUSE_S, boot=20.0) == 0.0
    assert next_pause_s(9000.0, 8 * PAUSE_S, boot=20.0) == PAUSE_S
