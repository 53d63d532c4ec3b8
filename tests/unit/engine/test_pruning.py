"""Which frames may go, as the mark of history moves or stands."""

from __future__ import annotations

from app.engine.historian.work import HistorianStatus
from app.engine.outbox import Outbox
from app.engine.pruning import FRAMES_KEPT_MS, FRAMES_STAY_MS, Pruning
from tests.helpers.clock import FakeClock


def _told(outbox: Outbox) -> list[str]:
    return [line.kind for line in outbox.take(()).journal]


def test_frames_that_history_has_stay_for_half_an_hour() -> None:
    """The mark is five minutes old: frames older than half an hour go. It is an hour old: those above it stay."""
    clock = FakeClock()
    outbox, history, now = Outbox(clock), HistorianStatus(), clock.now_ms()
    pruning = Pruning(outbox, history, now)
    history.mark_ms = now - 300_000
    assert pruning.before(now) == now - FRAMES_STAY_MS
    history.mark_ms = now - 3_600_000
    assert pruning.before(now) == now - 3_600_000
    assert _told(outbox) == []


def test_beyond_a_day_the_oldest_go_and_the_journal_tells_it_once() -> None:
    """The mark stands still for more than a day: from then on a day of frames is kept; it moves on, and that is told
    too."""
    clock = FakeClock()
    outbox, history, now = Outbox(clock), HistorianStatus(mark_seq=7), clock.now_ms()
    pruning = Pruning(outbox, history, now)
    history.mark_ms = now
    assert pruning.before(now + FRAMES_KEPT_MS) == now and _told(outbox) == []
    for later in (1, 2):
        assert pruning.before(now + FRAMES_KEPT_MS + later) == now + later
    assert _told(outbox) == ["frames-dropped-unkept"]
    history.mark_ms = now + FRAMES_KEPT_MS
    assert pruning.before(now + FRAMES_KEPT_MS + 3) == now + FRAMES_KEPT_MS + 3 - FRAMES_STAY_MS
    assert _told(outbox) == ["frames-kept-again"]


def test_a_clock_that_is_set_forward_by_days_loses_nothing() -> None:
    """The mark is of before, what history does not have yet of after: nobody is told of a loss."""
    clock = FakeClock()
    outbox, now = Outbox(clock), clock.now_ms()
    pruning = Pruning(outbox, HistorianStatus(mark_ms=now, waits_ms=now + 3 * FRAMES_KEPT_MS), now)
    pruning.before(now + 3 * FRAMES_KEPT_MS + 1_000)
    assert _told(outbox) == []
    pruning.before(now + 4 * FRAMES_KEPT_MS + 1_000)
    assert _told(outbox) == ["frames-dropped-unkept"]


def test_before_the_first_window_nothing_goes_for_a_day() -> None:
    """A new store whose history takes nothing: frames are kept from the beginning, and their loss is told as well."""
    clock = FakeClock()
    outbox, now = Outbox(clock), clock.now_ms()
    pruning = Pruning(outbox, HistorianStatus(), now)
    assert pruning.before(now + 3_600_000) == now + 3_600_000 - FRAMES_KEPT_MS
    assert _told(outbox) == []
    assert pruning.before(now + FRAMES_KEPT_MS + 1) == now + 1
    assert _told(outbox) == ["frames-dropped-unkept"]


def test_what_was_left_when_no_engine_ran_for_days_is_taken_first() -> None:
    """An engine begins after a long weekend: history does not have the last minutes before it. They stay, and nobody is
    told that they are lost; not for ever, should history take nothing."""
    clock = FakeClock()
    outbox, now = Outbox(clock), clock.now_ms()
    friday = now - 3 * FRAMES_KEPT_MS
    pruning = Pruning(outbox, HistorianStatus(mark_ms=friday), now)
    assert pruning.before(now + 1_000) == friday
    assert _told(outbox) == []
    assert pruning.before(now + FRAMES_STAY_MS) == now + FRAMES_STAY_MS - FRAMES_KEPT_MS
    assert _told(outbox) == ["frames-dropped-unkept"]


def test_without_a_historian_frames_go_after_a_day() -> None:
    """Nobody writes history: nothing is told."""
    clock = FakeClock()
    outbox, now = Outbox(clock), clock.now_ms()
    assert Pruning(outbox, None, now).before(now + 2 * FRAMES_KEPT_MS) == now + FRAMES_KEPT_MS
    assert _told(outbox) == []
