"""The core table, edge by edge, and its stories through a whole alarm: each first line tells the sequence."""

from __future__ import annotations

import pytest

from app.model.alarms.machine import Event as On
from app.model.alarms.machine import reset_refusal, step
from app.model.alarms.status import AlarmChange as C
from app.model.alarms.status import AlarmState as S
from app.model.alarms.status import Override
from tests.helpers.alarm_bench import PATH, T0, AlarmBench

# (from, event) -> (to, change, annunciated), written a second time from docs/alarm-states.md.
EDGES = {
    (S.NORM, On.TRUE): (S.UNACK, C.RAISED, True),
    (S.UNACK, On.ACK): (S.ACKED, C.ACKNOWLEDGED, False),
    (S.UNACK, On.FALSE): (S.RTN_UNACK, C.RETURNED, False),
    (S.ACKED, On.FALSE): (S.NORM, C.RETURNED, False),
    (S.ACKED, On.AGAIN): (S.UNACK, C.REALARMED, True),
    (S.ACKED, On.GAP): (S.UNACK, C.AFTER_GAP, True),
    (S.RTN_UNACK, On.ACK): (S.NORM, C.ACKNOWLEDGED, False),
    (S.RTN_UNACK, On.TRUE): (S.UNACK, C.REALARMED, True),
    (S.LATCH_UNACK, On.ACK): (S.LATCH_ACK, C.ACKNOWLEDGED, False),
    (S.LATCH_UNACK, On.TRUE): (S.UNACK, C.REALARMED, True),
    (S.LATCH_ACK, On.RESET): (S.NORM, C.RESET, False),
    (S.LATCH_ACK, On.TRUE): (S.UNACK, C.REALARMED, True),
}
OTHERWISE = {
    "plain": {},
    "latching": {
        (S.UNACK, On.FALSE): (S.LATCH_UNACK, C.RETURNED, False),
        (S.ACKED, On.FALSE): (S.LATCH_ACK, C.RETURNED, False),
    },
    "ack optional": {(S.UNACK, On.FALSE): (S.NORM, C.RETURNED, False)},
    "latching, ack optional": {
        (S.UNACK, On.FALSE): (S.LATCH_ACK, C.RETURNED, False),
        (S.ACKED, On.FALSE): (S.LATCH_ACK, C.RETURNED, False),
    },
}


@pytest.mark.parametrize("kind", OTHERWISE)
@pytest.mark.parametrize("event", On)
@pytest.mark.parametrize("state", S)
def test_every_cell_of_the_table(kind: str, event: On, state: S) -> None:
    """Every state under every event goes where the table says, and stays where it says nothing."""
    edge = step(state, event, latching="latching" in kind, ack_required="optional" not in kind)
    found = None if edge is None else (edge.state, edge.change, edge.annunciate)
    assert found == (EDGES | OTHERWISE[kind]).get((state, event))


def test_normal_true_is_raised() -> None:
    """NORM → true: UNACK, a new occurrence, annunciated; more of it changes nothing."""
    bench = AlarmBench()
    bench.did(bench.value(4.9))
    raised = {
        "state": S.UNACK, "occurrence": f"{PATH}@{T0 + 2000}", "count": 1, "raised_ms": T0 + 2000,
        "since_ms": T0 + 2000, "annunciated_ms": T0 + 2000, "unacked_ms": T0 + 2000, "source_ms": T0 + 1900,
        "value": 5.5,
    }  # fmt: skip
    bench.did(bench.value(5.5, source_ms=T0 + 1900), C.RAISED, **raised)
    bench.did(bench.value(5.7))
    bench.did(bench.tick(3600.0))


def test_unacknowledged_is_acknowledged() -> None:
    """UNACK → ack: ACKED with person, time and note; a second ack of it, one of another, or of none does nothing."""
    bench = AlarmBench()
    bench.bring_to()
    bench.did(bench.ack(occurrence=f"{PATH}@1"))
    bench.did(bench.ack(occurrence=""))
    acked = {"state": S.ACKED, "ack_by": "li", "ack_note": "seen", "unacked_ms": 0}
    bench.did(bench.ack(note="seen"), C.ACKNOWLEDGED, **acked, ack_ms=bench.now_ms, since_ms=bench.now_ms)
    bench.did(bench.ack("wang", "me too"))


def test_unacknowledged_returns() -> None:
    """UNACK → false: RTN_UNACK, silently, and somebody must still acknowledge."""
    bench = AlarmBench()
    bench.bring_to()
    returned = {"state": S.RTN_UNACK, "value": 4.0}
    bench.did(bench.value(4.0), C.RETURNED, **returned, since_ms=bench.now_ms, source_ms=bench.now_ms)
    bench.did(bench.value(4.0))


def test_returned_is_acknowledged() -> None:
    """RTN_UNACK → ack: NORM, and nothing of the episode is left."""
    bench = AlarmBench()
    bench.bring_to(returned=True)
    over = {"state": S.NORM, "occurrence": "", "count": 0, "raised_ms": 0, "annunciated_ms": 0, "unacked_ms": 0}
    told = bench.ack(note="was cleaning")
    bench.did(told, C.ACKNOWLEDGED, **over, since_ms=bench.now_ms)
    assert (told[0].person, told[0].note) == ("li", "was cleaning")
    bench.did(bench.ack(occurrence=told[0].detail["occurrence"]))


def test_returned_comes_again() -> None:
    """RTN_UNACK → true: UNACK, the same occurrence, annunciated a second time, unacknowledged since the first."""
    bench = AlarmBench()
    bench.bring_to(returned=True)
    told = bench.value(5.1)
    again = {"state": S.UNACK, "count": 2, "value": 5.1, "source_ms": bench.now_ms}
    bench.did(told, C.REALARMED, **again, annunciated_ms=bench.now_ms, since_ms=bench.now_ms)
    assert told[0].detail["cause"] == "again"


def test_acknowledged_returns_to_normal_without_a_sound() -> None:
    """ACKED → false: NORM, not annunciated; the next time is a new occurrence."""
    bench = AlarmBench()
    bench.bring_to(acked=True)
    first = bench.status.occurrence
    over = {
        "state": S.NORM, "occurrence": "", "count": 0, "raised_ms": 0, "annunciated_ms": 0, "ack_by": "", "ack_ms": 0,
        "value": 4.0,
    }  # fmt: skip
    bench.did(bench.value(4.0), C.RETURNED, **over, since_ms=bench.now_ms, source_ms=bench.now_ms)
    bench.value(5.5)
    assert bench.status.occurrence not in ("", first) and bench.status.count == 1


def test_acknowledged_comes_back_when_its_time_is_over() -> None:
    """ACKED → re-alarm time over: UNACK, count 2, the acknowledgement is gone; after the next ack it runs anew."""
    bench = AlarmBench(re_alarm_s=600.0)
    bench.bring_to(acked=True)
    assert bench.alarm.due == bench.now + 600.0
    bench.did(bench.tick(599.9))
    told = bench.tick(0.1)
    back = {"state": S.UNACK, "count": 2, "ack_by": "", "ack_ms": 0}
    stamps = dict.fromkeys(("since_ms", "annunciated_ms", "unacked_ms"), bench.now_ms)
    bench.did(told, C.REALARMED, **back, **stamps)
    assert told[0].detail["cause"] == "timer"
    bench.did(bench.tick(6000.0))
    bench.ack()
    assert bench.alarm.due == bench.now + 600.0


def test_latching_returns_unacknowledged() -> None:
    """UNACK → false, latching: LATCH_UNACK → reset is refused → ack: LATCH_ACK → reset: NORM."""
    bench = AlarmBench(latching=True)
    bench.bring_to()
    held = {"state": S.LATCH_UNACK, "value": 4.0}
    bench.did(bench.value(4.0), C.RETURNED, **held, since_ms=bench.now_ms, source_ms=bench.now_ms)
    bench.refused(bench.reset(), "unacknowledged")
    acked = {"state": S.LATCH_ACK, "ack_by": "li", "unacked_ms": 0}
    bench.did(bench.ack(), C.ACKNOWLEDGED, **acked, ack_ms=bench.now_ms, since_ms=bench.now_ms)
    occurrence = bench.status.occurrence
    assert bench.alarm.reset("another", person="li", note="", **bench.at()) == ()
    assert bench.alarm.status.state is S.LATCH_ACK
    done = bench.reset()
    assert isinstance(done, tuple)
    over = {"state": S.NORM, "occurrence": "", "count": 0, "raised_ms": 0, "annunciated_ms": 0, "ack_by": ""}
    bench.did(done, C.RESET, **over, ack_ms=0, since_ms=bench.now_ms)
    assert done[0].detail["occurrence"] == occurrence
    assert bench.reset() == ()


def test_latching_returns_acknowledged() -> None:
    """ACKED → false, latching: LATCH_ACK, silently, still acknowledged; its time and quality do not free it."""
    bench = AlarmBench(latching=True, re_alarm_s=60.0)
    bench.bring_to(acked=True)
    held = {"state": S.LATCH_ACK, "value": 4.0}
    bench.did(bench.value(4.0), C.RETURNED, **held, since_ms=bench.now_ms, source_ms=bench.now_ms)
    bench.did(bench.tick(3600.0))
    bench.did(bench.ack())


@pytest.mark.parametrize("acked", [False, True])
def test_latched_comes_again(acked: bool) -> None:
    """LATCH_UNACK or LATCH_ACK → true: UNACK, the same occurrence, annunciated again."""
    bench = AlarmBench(latching=True)
    bench.bring_to(acked=acked, returned=True)
    again = {"state": S.UNACK, "count": 2, "ack_by": "", "ack_ms": 0, "value": 6.0}
    told = bench.value(6.0)
    since_ms = bench.now_ms if acked else bench.status.raised_ms
    stamps = dict.fromkeys(("since_ms", "annunciated_ms", "source_ms"), bench.now_ms)
    bench.did(told, C.REALARMED, **again, **stamps, unacked_ms=since_ms)


def test_nobody_need_acknowledge() -> None:
    """Ack not required: UNACK → false: NORM at once; an ack is possible meanwhile."""
    bench = AlarmBench(ack_required=False)
    bench.bring_to()
    over = {"state": S.NORM, "occurrence": "", "count": 0, "raised_ms": 0, "annunciated_ms": 0, "unacked_ms": 0}
    bench.did(bench.value(4.0), C.RETURNED, **over, value=4.0, since_ms=bench.now_ms, source_ms=bench.now_ms)
    bench.value(5.5)
    assert [c.change for c in bench.ack()] == [C.ACKNOWLEDGED] and bench.status.state is S.ACKED


def test_reset_of_what_is_no_latch() -> None:
    """Reset while it stands, or where nothing is latched, is refused; of an occurrence that is gone it does nothing."""
    bench = AlarmBench()
    bench.bring_to()
    bench.refused(bench.reset(), "active")
    bench.bring_to(acked=True)
    bench.refused(bench.reset(), "active")
    bench = AlarmBench()
    bench.bring_to(returned=True)
    bench.refused(bench.reset(), "not_latched")
    assert bench.alarm.reset("another", person="li", note="", **bench.at()) == ()
    assert [s for s in S if reset_refusal(s) is None] == [S.NORM, S.LATCH_ACK]


def test_priority_rise() -> None:
    """ACKED → priority 2 becomes 1: changed, then UNACK; a fall leaves the acknowledgement, and UNACK stays silent."""
    bench = AlarmBench()
    bench.bring_to(acked=True)
    rise = Override(priority=1, person="zhao", reason="flood season", since_ms=bench.now_ms)
    told = bench.alarm.change(rise, person="zhao", reason="flood season", **bench.at())
    assert isinstance(told, tuple)
    back = {"state": S.UNACK, "count": 2, "ack_by": "", "ack_ms": 0, "priority": 1, "override": rise}
    stamps = dict.fromkeys(("since_ms", "annunciated_ms", "unacked_ms"), bench.now_ms)
    bench.did(told, C.CHANGED, C.REALARMED, **back, **stamps)
    assert told[0].detail["changed"] == {"priority": [2, 1]} and told[1].detail["cause"] == "priority"
    bench.ack()
    lower = Override(priority=3)
    done = bench.alarm.change(lower, person="zhao", reason="", **bench.at())
    assert isinstance(done, tuple) and [c.change for c in done] == [C.CHANGED] and bench.status.state is S.ACKED


def test_occurrences_are_never_the_same() -> None:
    """Raised, acknowledged, returned; the wall clock is set back to the same millisecond; raised: another id."""
    bench = AlarmBench()
    ids = set()
    for _ in range(3):
        bench.value(5.5)
        ids.add(bench.status.occurrence)
        bench.ack()
        bench.value(4.0)
        bench.set_wall(-3.0)
    assert len(ids) == 3
