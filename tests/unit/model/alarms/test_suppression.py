"""Stories of the suppression layer: shelved, suppressed by design, out of service. First lines tell the sequences."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest

from app.model.alarms.alarm import Changes
from app.model.alarms.spec import EscalationStep
from app.model.alarms.status import AlarmChange as C
from app.model.alarms.status import AlarmState as S
from app.model.alarms.status import OutOfService, Shelf
from app.model.records import Reason
from tests.helpers.alarm_bench import AlarmBench

RULE = "泵已停|Pump stopped"
OVER = {"state": S.NORM, "occurrence": "", "count": 0, "raised_ms": 0, "annunciated_ms": 0, "ack_by": "", "ack_ms": 0}


def _suppress(bench: AlarmBench) -> Changes:
    return bench.alarm.suppress(RULE, **bench.at())


def _unsuppress(bench: AlarmBench) -> Changes:
    return bench.alarm.unsuppress(**bench.at())


def _take_out(bench: AlarmBench) -> Changes:
    done = bench.alarm.take_out(person="zhao", reason="new sensor", work_order="W-17", **bench.at())
    assert not isinstance(done, Reason)
    return done


def _put_back(bench: AlarmBench) -> Changes:
    done = bench.alarm.put_back(person="zhao", reason="tested", **bench.at())
    assert not isinstance(done, Reason)
    return done


def _shelve(bench: AlarmBench) -> Changes:
    return bench.shelve(after=0.0)


def _unshelve(bench: AlarmBench) -> Changes:
    return bench.alarm.unshelve(person="li", reason="", **bench.at())


Act = Callable[[AlarmBench], Changes]
FLAGS = {
    "shelved": (_shelve, C.SHELVED, _unshelve, C.UNSHELVED),
    "suppressed": (_suppress, C.SUPPRESSED, _unsuppress, C.UNSUPPRESSED),
    "out_of_service": (_take_out, C.OUT_OF_SERVICE, _put_back, C.IN_SERVICE),
}
every_flag = pytest.mark.parametrize(("flag", "into", "out"), [(k, v[:2], v[2:]) for k, v in FLAGS.items()], ids=FLAGS)
Way = tuple[Act, C]


def _fields(bench: AlarmBench, flag: str) -> dict[str, object]:
    """What the flag is in a status, as set now."""
    at = bench.now_ms
    if flag == "suppressed":
        return {"suppressed": RULE, "suppressed_ms": at}
    if flag == "out_of_service":
        return {"out_of_service": OutOfService("zhao", "new sensor", "W-17", at)}
    shelf = Shelf("li", "float stuck", at, at + 900_000, False, "wang", bench.boot + 900.0, bench.boot_id)
    return {"shelf": shelf}


OFF = {
    "shelved": {"shelf": None},
    "suppressed": {"suppressed": "", "suppressed_ms": 0},
    "out_of_service": {"out_of_service": None},
}


@every_flag
def test_set_aside_while_it_stands(flag: str, into: Way, out: Way) -> None:
    """UNACK → flag: stays UNACK, out of the list, nobody need acknowledge → flag off: UNACK, annunciated anew."""
    bench = AlarmBench()
    bench.bring_to()
    told = into[0](bench)
    bench.did(told, into[1], **_fields(bench, flag), unacked_ms=0)
    assert bench.status.aside and not bench.status.listed and told[0].detail["flags"] == [flag]
    bench.wait(60.0)
    told = out[0](bench)
    stamps = dict.fromkeys(("since_ms", "annunciated_ms", "unacked_ms"), bench.now_ms)
    bench.did(told, out[1], C.REALARMED, **OFF[flag], count=2, **stamps)
    assert bench.status.listed and told[1].detail["cause"] == "released" and told[0].detail["flags"] == []


@every_flag
def test_an_acknowledged_one_comes_back_unacknowledged(flag: str, into: Way, out: Way) -> None:
    """ACKED → flag → flag off: UNACK, annunciated anew, the acknowledgement is gone."""
    bench = AlarmBench()
    bench.bring_to(acked=True)
    told = into[0](bench)
    bench.did(told, into[1], **_fields(bench, flag))
    bench.wait(60.0)
    told = out[0](bench)
    back = {"state": S.UNACK, "count": 2, "ack_by": "", "ack_ms": 0}
    stamps = dict.fromkeys(("since_ms", "annunciated_ms", "unacked_ms"), bench.now_ms)
    bench.did(told, out[1], C.REALARMED, **OFF[flag], **back, **stamps)


@every_flag
def test_one_that_has_returned_is_normal_when_the_flag_goes(flag: str, into: Way, out: Way) -> None:
    """NORM → flag → true: UNACK, journaled and silent → false: RTN_UNACK → flag off: NORM in the same line."""
    bench = AlarmBench()
    bench.value(3.0)
    told = into[0](bench)
    bench.did(told, into[1], **_fields(bench, flag))
    told = bench.value(5.5)
    raised = {"state": S.UNACK, "occurrence": told[0].detail["occurrence"], "value": 5.5}
    stamps = dict.fromkeys(("since_ms", "raised_ms", "source_ms"), bench.now_ms)
    bench.did(told, C.RAISED, quietly=True, **raised, **stamps)
    told = bench.value(3.0)
    bench.did(told, C.RETURNED, state=S.RTN_UNACK, value=3.0, since_ms=bench.now_ms, source_ms=bench.now_ms)
    told = out[0](bench)
    bench.did(told, out[1], **OFF[flag], **OVER, since_ms=bench.now_ms)
    assert (told[0].detail["from"], told[0].detail["state"]) == ("rtn_unack", "norm")


@every_flag
def test_raised_while_aside_is_annunciated_when_the_flag_goes(flag: str, into: Way, out: Way) -> None:
    """NORM → flag → true (silent) → flag off: UNACK, annunciated for the first time, the same occurrence."""
    bench = AlarmBench()
    into[0](bench)
    bench.value(5.5)
    occurrence = bench.status.occurrence
    told = out[0](bench)
    assert [(c.change, c.annunciated) for c in told] == [(out[1], False), (C.REALARMED, True)]
    assert (bench.status.occurrence, bench.status.count) == (occurrence, 1)


@every_flag
def test_normal_stays_normal(flag: str, into: Way, out: Way) -> None:
    """NORM → flag → flag off: NORM, nothing is annunciated."""
    bench = AlarmBench()
    bench.value(3.0)
    told = into[0](bench)
    bench.did(told, into[1], **_fields(bench, flag))
    bench.did(out[0](bench), out[1], **OFF[flag])


@every_flag
@pytest.mark.parametrize("acked", [False, True])
def test_a_latch_is_held_through_a_flag(flag: str, into: Way, out: Way, acked: bool) -> None:
    """LATCH_UNACK or LATCH_ACK → flag → flag off: the latch is held, for a person to reset it."""
    bench = AlarmBench(latching=True)
    bench.bring_to(acked=acked, returned=True)
    state = bench.status.state
    into[0](bench)
    bench.wait(60.0)
    told = out[0](bench)
    assert [(c.change, c.annunciated) for c in told] == [(out[1], False)]
    assert bench.status.state is state and bench.status.listed
    assert bench.status.unacked_ms == (0 if acked else bench.now_ms)


@pytest.mark.parametrize(("first", "second"), list(permutations(FLAGS, 2)))
def test_only_the_last_flag_brings_it_back(first: str, second: str) -> None:
    """ACKED → two flags → one off: still aside and silent → the other off: UNACK, annunciated."""
    bench = AlarmBench()
    bench.bring_to(acked=True)
    FLAGS[first][0](bench)
    FLAGS[second][0](bench)
    assert [c.change for c in FLAGS[first][2](bench)] == [FLAGS[first][3]]
    assert bench.status.state is S.ACKED and bench.status.aside
    assert [c.annunciated for c in FLAGS[second][2](bench)] == [False, True]


@every_flag
def test_acknowledging_and_returning_go_on_while_aside(flag: str, into: Way, out: Way) -> None:
    """flag → true → ack: ACKED → re-alarm: UNACK, all silent → ack → false: NORM, journaled."""
    bench = AlarmBench(re_alarm_s=60.0)
    into[0](bench)
    told = [*bench.value(5.5), *bench.ack(), *bench.tick(60.0), *bench.ack(), *bench.value(3.0)]
    assert [c.change for c in told] == [C.RAISED, C.ACKNOWLEDGED, C.REALARMED, C.ACKNOWLEDGED, C.RETURNED]
    assert not any(c.annunciated for c in told) and all(c.detail["flags"] == [flag] for c in told)
    assert bench.status.state is S.NORM and bench.status.aside


def test_a_shelf_ends_by_itself() -> None:
    """UNACK → shelved for 900 s → 899.9 s: still → 900 s: it ends, UNACK annunciated anew; active or not, once only."""
    bench = AlarmBench()
    bench.bring_to()
    shelved = bench.shelve(900.0)
    assert shelved[0].detail["second"] == "wang" and shelved[0].detail["until_ms"] == bench.now_ms + 900_000
    assert bench.alarm.due == bench.now + 900.0
    assert bench.tick(899.9) == ()
    told = bench.tick(0.1)
    assert [(c.change, c.annunciated) for c in told] == [(C.SHELF_ENDED, False), (C.REALARMED, True)]
    assert bench.tick(900.0) == () and bench.status.shelf is None


def test_the_timer_of_a_shelf_survives_returns_and_clocks() -> None:
    """shelved for 900 s → true → false → true, the wall clock set back by a day: it ends after 900 s all the same."""
    bench = AlarmBench()
    bench.shelve(900.0)
    bench.value(5.5, after=100.0)
    bench.set_wall(-86_400.0)
    bench.value(3.0, after=100.0)
    bench.value(5.5, after=699.0)
    assert bench.status.shelf is not None
    assert [c.change for c in bench.tick(1.0)] == [C.SHELF_ENDED, C.REALARMED]


def test_a_shelf_that_is_over_ends_before_the_next_sample_is_judged() -> None:
    """shelved → time over without a tick → true: the shelf ends first, so that the alarm sounds."""
    bench = AlarmBench()
    bench.shelve(900.0)
    told = bench.value(5.5, after=1000.0)
    assert [(c.change, c.annunciated) for c in told] == [(C.SHELF_ENDED, False), (C.RAISED, True)]


def test_a_one_shot_shelf_ends_when_the_alarm_returns() -> None:
    """UNACK → one-shot shelf → false: returned, the shelf ends, NORM; the next time it sounds."""
    bench = AlarmBench()
    bench.bring_to()
    told = bench.shelve(one_shot=True)
    assert told[0].detail["one_shot"]
    told = bench.value(3.0)
    assert [(c.change, c.annunciated) for c in told] == [(C.RETURNED, False), (C.SHELF_ENDED, False)]
    assert bench.status.state is S.NORM and not bench.status.aside
    assert [(c.change, c.annunciated) for c in bench.value(5.5)] == [(C.RAISED, True)]


def test_a_one_shot_shelf_of_a_normal_alarm_waits_for_one_round() -> None:
    """NORM → one-shot shelf → true (silent) → false: the shelf ends; without a round it ends by its time."""
    bench = AlarmBench()
    bench.value(3.0)
    bench.shelve(one_shot=True)
    assert [c.change for c in bench.value(3.0)] == []
    assert [c.annunciated for c in bench.value(5.5)] == [False]
    assert [c.change for c in bench.value(3.0)] == [C.RETURNED, C.SHELF_ENDED]
    bench.shelve(one_shot=True)
    assert [c.change for c in bench.tick(900.0)] == [C.SHELF_ENDED]


def test_what_is_refused() -> None:
    """A second shelf, one without length, a second taking out, and putting back what is in service are refused."""
    bench = AlarmBench()
    bench.bring_to()
    bench.shelve()
    _take_out(bench)
    bench._seen = bench.status
    again = bench.alarm.shelve(person="wang", reason="x", duration_s=60.0, **bench.at())
    bench.refused(again, "shelved")
    assert isinstance(again, Reason) and again.params["holder"] == "li"
    for bad in (0.0, -1.0, float("inf"), float("nan")):
        bench.refused(bench.alarm.shelve(person="li", reason="x", duration_s=bad, **bench.at()), "duration")
    bench.refused(bench.alarm.take_out(person="wang", reason="x", work_order="1", **bench.at()), "out_of_service")
    _put_back(bench)
    bench._seen = bench.status
    bench.refused(bench.alarm.put_back(person="wang", reason="x", **bench.at()), "in_service")


def test_what_was_done_already_does_nothing() -> None:
    """Unshelve twice, suppress twice by one rule, unsuppress twice: the second tells nothing; another rule is told."""
    bench = AlarmBench()
    bench.shelve()
    assert [c.change for c in _unshelve(bench)] == [C.UNSHELVED] and _unshelve(bench) == ()
    assert [c.change for c in _suppress(bench)] == [C.SUPPRESSED] and _suppress(bench) == ()
    assert [c.change for c in bench.alarm.suppress("维护|Maintenance", **bench.at())] == [C.SUPPRESSED]
    assert bench.status.suppressed == "维护|Maintenance" and bench.alarm.suppress("", **bench.at()) == ()
    assert [c.detail["rule"] for c in _unsuppress(bench)] == ["维护|Maintenance"] and _unsuppress(bench) == ()


def test_a_frozen_alarm_is_brought_back_as_it_is_known() -> None:
    """ACKED → bad → shelved → shelf off: UNACK, annunciated, still frozen: bad quality hides nothing."""
    bench = AlarmBench()
    bench.bring_to(acked=True)
    bench.value(float("nan"))
    bench.shelve()
    told = _unshelve(bench)
    assert [(c.change, c.annunciated) for c in told] == [(C.UNSHELVED, False), (C.REALARMED, True)]
    assert bench.status.frozen and bench.status.state is S.UNACK


def test_shelving_stops_the_escalation_and_it_begins_anew() -> None:
    """UNACK → escalated → shelved: no step is left → unshelved: the time runs from there."""
    bench = AlarmBench(steps=(EscalationStep(2, 60.0, "supervisor"),))
    bench.bring_to()
    assert [c.change for c in bench.tick(60.0)] == [C.ESCALATED]
    bench.shelve()
    assert (bench.status.escalated, bench.status.escalated_to) == (0, "")
    assert bench.tick(600.0) == ()
    _unshelve(bench)
    assert bench.tick(59.9) == ()
    assert [c.change for c in bench.tick(0.1)] == [C.ESCALATED]
