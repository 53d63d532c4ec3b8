"""Limits changed at run time, alarms that a site no longer has, marks that need no journal line."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from app.model.alarms.alarm import Changes
from app.model.alarms.spec import EscalationStep
from app.model.alarms.status import AlarmChange as C
from app.model.alarms.status import AlarmState as S
from app.model.alarms.status import AlarmStatus, Override
from app.model.reasons import reason_text
from app.model.records import Reason
from tests.helpers.alarm_bench import PATH, AlarmBench


def _change(bench: AlarmBench, override: Override | None) -> Changes:
    done = bench.alarm.change(override, person="zhao", reason="pump 2 is away", **bench.at())
    assert not isinstance(done, Reason)
    return done


def test_a_limit_is_changed() -> None:
    """NORM at 4.9 → limit 4.8: told with both values → the next sample is judged by it → back: as the site says."""
    bench = AlarmBench()
    bench.value(4.9)
    lower = Override(limit=4.8, person="zhao", reason="pump 2 is away", since_ms=bench.now_ms)
    told = _change(bench, lower)
    bench.did(told, C.CHANGED, override=lower, limit=4.8)
    assert told[0].detail["changed"] == {"limit": [5.0, 4.8]}
    assert (told[0].person, told[0].note) == ("zhao", "pump 2 is away")
    assert bench.alarm.quiet == (-math.inf, 4.8) and bench.alarm.limit == 4.8
    assert [c.change for c in bench.value(4.9)] == [C.RAISED]
    bench.ack()
    bench._seen = bench.status
    bench.did(_change(bench, None), C.CHANGED, override=None, limit=5.0)
    assert bench.status.state is S.ACKED and bench.alarm.quiet == (4.8, math.inf)


def test_delays_and_deadband_are_changed() -> None:
    """An on-delay that runs follows the new one; the deadband of the override counts."""
    bench = AlarmBench(on_delay_s=60.0)
    bench.value(5.5)
    _change(bench, Override(on_delay_s=10.0, deadband=1.0, off_delay_s=5.0))
    assert bench.alarm.due == bench.now + 10.0
    bench.tick(10.0)
    assert bench.status.state is S.UNACK and bench.value(4.1) == ()
    assert bench.value(3.9) == () and bench.alarm.due == bench.now + 5.0


def test_zero_is_a_delay_and_a_deadband() -> None:
    """Delays and a deadband of the site are taken away: the next sample counts at once."""
    bench = AlarmBench(on_delay_s=60.0, off_delay_s=60.0)
    _change(bench, Override(limit=0.0, deadband=0.0, on_delay_s=0.0, off_delay_s=0.0))
    assert [c.change for c in bench.value(0.01)] == [C.RAISED]
    assert [c.change for c in bench.value(0.0)] == [C.RETURNED]


def test_what_changes_nothing_is_not_told() -> None:
    """No override, an empty one, the same again: nothing. One that says what the site says is kept, and can be
    dropped."""
    bench = AlarmBench()
    assert _change(bench, None) == () and _change(bench, Override(person="zhao")) == ()
    _change(bench, Override(limit=4.0))
    assert _change(bench, Override(limit=4.0, person="wang")) == ()
    bench = AlarmBench()
    assert [c.detail["changed"] for c in _change(bench, Override(limit=5.0))] == [{}]
    assert [c.change for c in _change(bench, Override())] == [C.CHANGED] and bench.status.override is None


@pytest.mark.parametrize(
    "bad",
    [
        {"limit": math.nan}, {"limit": math.inf}, {"deadband": -0.1}, {"on_delay_s": -1.0}, {"off_delay_s": math.inf},
        {"priority": 0}, {"priority": 5},
    ],
)  # fmt: skip
def test_values_that_cannot_be(bad: dict[str, Any]) -> None:
    """No numbers, negative delays and deadbands, priorities that there are not: refused, naming what is wrong."""
    bench = AlarmBench()
    answer = bench.alarm.change(Override(**bad), person="zhao", reason="", **bench.at())
    bench.refused(answer, "value")
    assert isinstance(answer, Reason) and answer.params["what"] in bad


def test_a_new_priority_has_its_own_escalation() -> None:
    """UNACK of priority 2, escalated → priority 1: the steps of 1 count, from the same annunciation."""
    steps = (EscalationStep(2, 60.0, "supervisor"), EscalationStep(1, 90.0, "engineer"))
    bench = AlarmBench(steps=steps)
    bench.bring_to()
    bench.tick(60.0)
    _change(bench, Override(priority=1))
    assert bench.status.escalated == 0
    assert [c.detail["role"] for c in bench.tick(30.0)] == ["engineer"]


def test_an_override_outlives_a_restart() -> None:
    """limit 4.0 → restart: 4.0 → a site with another limit: still 4.0, and the deadband of the site."""
    bench = AlarmBench()
    _change(bench, Override(limit=4.0))
    bench.restart()
    bench.spec = replace(bench.spec, limit=6.0, deadband=0.5)
    bench.restart()
    assert bench.status.limit == 4.0
    bench.value(4.1)
    assert bench.alarm.quiet == (3.5, math.inf)


def test_an_alarm_that_the_site_no_longer_has() -> None:
    """UNACK, shelved, overridden → gone: nothing is left, its occurrence is named; a plain normal one tells nothing."""
    bench = AlarmBench()
    assert bench.alarm.gone(**bench.at()) == ()
    bench.bring_to()
    bench.shelve()
    _change(bench, Override(limit=4.0))
    occurrence = bench.status.occurrence
    told = bench.alarm.gone(person="zhao", reason="rebuilt", **bench.at())
    assert [c.change for c in told] == [C.GONE] and told[0].detail["occurrence"] == occurrence
    assert bench.status == AlarmStatus(PATH, priority=2, since_ms=bench.now_ms)
    assert bench.alarm.due == math.inf and bench.tick(7200.0) == ()


def test_the_mark_of_a_first_out_tells_nothing() -> None:
    """Marked: the new status; marked again: nothing; taken away: the new status."""
    bench = AlarmBench()
    bench.bring_to()
    assert bench.alarm.mark_first_out(True) == bench.status and bench.status.first_out
    assert bench.alarm.mark_first_out(True) is None
    assert bench.alarm.mark_first_out(False) == bench.status and not bench.status.first_out


def test_the_stamp_of_a_shelf_follows_a_clock_that_was_set() -> None:
    """shelved for 900 s → the clock goes back by an hour → 100 s → stamped anew: 800 s from now; the end stays."""
    bench = AlarmBench()
    assert bench.alarm.restamp(bench.now, bench.now_ms) is None
    bench.shelve(900.0)
    bench.wait(50.0)
    assert bench.alarm.restamp(bench.now, bench.now_ms) is None
    bench.set_wall(-3600.0)
    bench.wait(50.0)
    status = bench.alarm.restamp(bench.now, bench.now_ms)
    assert status is not None and status.shelf is not None
    assert (status.shelf.since_ms, status.shelf.until_ms) == (bench.now_ms - 100_000, bench.now_ms + 800_000)
    assert bench.alarm.due == bench.now + 800.0


@pytest.mark.parametrize(
    "why",
    ["active", "unacknowledged", "not_latched", "shelved", "duration", "out_of_service", "in_service", "value"],
)
def test_every_refusal_has_a_sentence(why: str) -> None:
    """Each in both languages, none the code itself."""
    reason = Reason("alarm", {"why": why, "holder": "li", "what": "limit"})
    zh, en = reason_text(reason, "zh"), reason_text(reason, "en")
    assert zh != en and "alarm." not in en and "{" not in zh + en
