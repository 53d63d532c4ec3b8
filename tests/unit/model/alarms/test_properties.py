"""What no sequence of samples, acts, clocks, restarts and quality changes may do to an alarm."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.model.alarms.alarm import Changes
from app.model.alarms.spec import EscalationStep
from app.model.alarms.status import AlarmChange as C
from app.model.alarms.status import AlarmState as S
from app.model.alarms.status import AlarmStatus, Override
from app.model.quality import Quality
from tests.helpers.alarm_bench import AlarmBench

STEPS = (EscalationStep(2, 20.0, "supervisor"), EscalationStep(2, 40.0, "engineer"), EscalationStep(1, 5.0, "engineer"))
BAD_VALUES = [(v, q) for v in (0.0, 9.0, math.nan) for q in (Quality.COMM_LOST, Quality.STALE, Quality.SENSOR_FAULT)]
FROM_ACKED = {"timer", "priority", "released"}
"""Why an acknowledged occurrence may sound again, besides a gap."""
PLAIN = {"latching": False, "ack_required": True, "on_delay_s": 0.0, "off_delay_s": 0.0, "re_alarm_s": 0.0}
WAYS = {
    S.NORM: {S.UNACK},
    S.UNACK: {S.ACKED, S.RTN_UNACK, S.LATCH_UNACK, S.NORM, S.LATCH_ACK},
    S.ACKED: {S.NORM, S.LATCH_ACK, S.UNACK},
    S.RTN_UNACK: {S.NORM, S.UNACK},
    S.LATCH_UNACK: {S.LATCH_ACK, S.UNACK},
    S.LATCH_ACK: {S.NORM, S.UNACK},
}

seconds = st.sampled_from([0.0, 0.5, 1.0, 3.0, 10.0, 100.0])
values = st.sampled_from([4.0, 4.79, 4.8, 4.9, 5.0, 5.01, 6.0])
specs = st.fixed_dictionaries(
    {
        "latching": st.booleans(),
        "ack_required": st.booleans(),
        "on_delay_s": st.sampled_from([0.0, 2.0]),
        "off_delay_s": st.sampled_from([0.0, 2.0]),
        "re_alarm_s": st.sampled_from([0.0, 30.0]),
    }
)
ops = st.one_of(
    st.tuples(st.just("value"), values, st.sampled_from([Quality.GOOD, Quality.UNCERTAIN])),
    st.tuples(st.just("bad"), st.sampled_from(BAD_VALUES)),
    st.tuples(st.just("blip"), st.booleans()),
    st.tuples(st.just("tick")),
    st.tuples(st.just("wait"), seconds),
    st.tuples(st.just("wall"), st.sampled_from([-86_400.0, -5.0, 1.0, 86_400.0])),
    st.tuples(st.just("ack"), st.booleans()),
    st.tuples(st.just("reset")),
    st.tuples(st.just("shelve"), st.sampled_from([1.0, 20.0, 900.0]), st.booleans()),
    st.tuples(st.just("unshelve")),
    st.tuples(st.just("suppress"), st.booleans()),
    st.tuples(st.just("service"), st.booleans()),
    st.tuples(st.just("restart"), seconds, st.booleans(), st.booleans()),
    st.tuples(st.just("override"), st.sampled_from([None, 1, 3]), st.sampled_from([None, 4.5])),
)


class Watch:
    """Drives a bench and looks at everything that comes out."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.bench = AlarmBench(steps=STEPS, **fields)
        self.value = 4.0
        self.gap = False
        self.old = "ps01/well/level:HH@1"
        self.ran = 0.0
        """How long the engine ran since it was shelved."""
        self.length = math.inf
        self.ids: set[str] = set()

    def do(self, op: tuple[Any, ...]) -> None:
        """Take one step and look at it."""
        before = self.bench.status
        act: Callable[..., Changes] = getattr(self, f"_{op[0]}")
        told = act(*op[1:])
        self._look(before, told)

    # Steps.

    def _value(self, value: float, quality: Quality) -> Changes:
        self.value = value
        return self.bench.value(value, quality, after=0.0)

    def _bad(self, pair: tuple[float, Quality]) -> Changes:
        """Bad quality changes nothing but the mark (what was overdue happens first)."""
        told = self.bench.tick() if self.bench.now >= self.bench.alarm.due else ()
        before = self.bench.status
        frozen = self.bench.value(*pair, after=0.0)
        assert [c.change for c in frozen] in ([], [C.FROZEN])
        marked = replace(before, frozen=before.state is not S.NORM, quality=self.bench.status.quality)
        assert self.bench.status == (marked if frozen else before)
        assert self.bench.status.frozen == (before.state is not S.NORM)
        return told + frozen

    def _blip(self, restarted: bool) -> Changes:
        """The link goes and comes, the value is the same: state, episode and acknowledgement are too."""
        told = self._value(self.value, Quality.GOOD)
        told += self.bench.tick() if self.bench.now >= self.bench.alarm.due else ()
        before = self.bench.status
        told += self.bench.value(math.nan, Quality.COMM_LOST, after=0.0)
        told += self.bench.restart(away_s=0.0) if restarted else ()
        told += self.bench.value(self.value, after=0.0)
        after = self.bench.status
        for name in ("state", "occurrence", "count", "ack_by", "ack_ms", "unacked_ms", "shelf", "raised_ms"):
            assert getattr(after, name) == getattr(before, name), name
        return told

    def _tick(self) -> Changes:
        told = self.bench.tick()
        assert self.bench.alarm.due > self.bench.now
        return told

    def _wait(self, length: float) -> Changes:
        self.bench.wait(length)
        self.ran += length
        return ()

    def _wall(self, length: float) -> Changes:
        self.bench.set_wall(length)
        self.bench.alarm.restamp(self.bench.now, self.bench.now_ms)
        return ()

    def _ack(self, right: bool) -> Changes:
        """An acknowledgement of another occurrence does nothing."""
        told = self.bench.tick() if self.bench.now >= self.bench.alarm.due else ()
        before, owed = self.bench.status, self.bench.status.state.unacknowledged
        acked = self.bench.ack(after=0.0, occurrence=None if right else self.old)
        assert [c.change for c in acked] == ([C.ACKNOWLEDGED] if right and owed else [])
        if acked and before.occurrence != self.bench.status.occurrence:
            self.old = before.occurrence
        return told + acked

    def _reset(self) -> Changes:
        done = self.bench.reset(after=0.0)
        return done if isinstance(done, tuple) else ()

    def _shelve(self, length: float, one_shot: bool) -> Changes:
        done = self.bench.alarm.shelve(
            person="li", reason="x", duration_s=length, one_shot=one_shot, **self.bench.at(),
            boot=self.bench.boot, boot_id=self.bench.boot_id,
        )  # fmt: skip
        if not isinstance(done, tuple):
            return ()
        self.ran, self.length = 0.0, length
        return done

    def _unshelve(self) -> Changes:
        return self.bench.alarm.unshelve(person="li", reason="", **self.bench.at())

    def _suppress(self, on: bool) -> Changes:
        alarm, at = self.bench.alarm, self.bench.at()
        return alarm.suppress("规则|rule", **at) if on else alarm.unsuppress(**at)

    def _service(self, out: bool) -> Changes:
        alarm, at = self.bench.alarm, self.bench.at()
        if out:
            done = alarm.take_out(person="zhao", reason="x", work_order="1", **at)
        else:
            done = alarm.put_back(person="zhao", reason="x", **at)
        return done if isinstance(done, tuple) else ()

    def _restart(self, away_s: float, machine: bool, gap: bool) -> Changes:
        """A machine that starts again may find its clock anywhere; frames say how late it was at least."""
        last_frame_ms = self.bench.now_ms
        if machine:
            self.bench.set_wall(-3600.0)
        told = self.bench.restart(away_s, machine=machine, last_frame_ms=last_frame_ms)
        if gap:
            self.bench.alarm.after_gap(self.bench.now, self.bench.now_ms)
            self.gap = True
        return told

    def _override(self, priority: int | None, limit: float | None) -> Changes:
        done = self.bench.alarm.change(
            Override(limit=limit, priority=priority), person="zhao", reason="x", **self.bench.at()
        )
        assert isinstance(done, tuple)
        return done

    # What must hold.

    def _look(self, before: AlarmStatus, told: Changes) -> None:
        status = before
        for change in told:
            assert change.detail["from"] == status.state and change.detail["state"] == change.status.state
            self._look_at_edge(status, change)
            _look_at_status(change.status, self.bench.spec.latching)
            status = change.status
        assert replace(status, shelf=self.bench.status.shelf) == self.bench.status
        _look_at_status(self.bench.status, self.bench.spec.latching)
        if self.bench.now < self.bench.alarm.due and self.ran >= self.length + 2.0:
            assert self.bench.status.shelf is None

    def _look_at_edge(self, before: AlarmStatus, change: Any) -> None:
        """Each step is one of the table's, or of leaving the last flag; none sounds that should not."""
        after = change.status
        if change.change is C.RAISED:
            assert after.occurrence not in self.ids
            self.ids.add(after.occurrence)
        elif after.occurrence:
            assert after.occurrence == before.occurrence
        if change.annunciated:
            assert after.state is S.UNACK and not after.aside and after.count == before.count + 1
        else:
            assert after.count in (before.count, 0)
        if before.state is S.ACKED and after.state is S.UNACK:
            assert change.change is C.AFTER_GAP or change.detail["cause"] in FROM_ACKED
        if change.change is C.AFTER_GAP:
            assert self.gap and before.state is S.ACKED
            self.gap = False
        if change.change is C.RETURNED:
            assert before.state.active and not after.state.active and not change.annunciated
            assert after.state in (S.NORM, S.LATCH_ACK) or before.state is S.UNACK
        if before.state != after.state:
            assert after.state in WAYS[before.state]
        assert (change.change is C.RAISED) == (before.state is S.NORM and after.state is S.UNACK)
        if before.state is not S.NORM and after.state is S.NORM:
            assert change.change in (C.ACKNOWLEDGED, C.RETURNED, C.RESET) or before.aside
        if before.state is S.UNACK and after.state in (S.NORM, S.LATCH_ACK):
            assert not self.bench.spec.ack_required


def _look_at_status(status: AlarmStatus, latching: bool) -> None:
    """A status says nothing that contradicts itself."""
    normal = status.state is S.NORM
    assert normal == (status.occurrence == "") and normal == (status.raised_ms == 0)
    assert not (normal and (status.frozen or status.count or status.annunciated_ms or status.unacked_ms))
    assert bool(status.unacked_ms) == (status.state.unacknowledged and not status.aside)
    assert not status.escalated or status.unacked_ms
    assert (status.escalated_to == "") == (status.escalated == 0)
    assert not status.ack_by or status.state in (S.ACKED, S.LATCH_ACK)
    assert status.state is not S.ACKED or status.ack_by == "li"
    assert latching or status.state not in (S.LATCH_UNACK, S.LATCH_ACK)
    assert not latching or status.state is not S.RTN_UNACK
    assert normal or status.value is not None


@example(PLAIN, [("shelve", 1.0, False), ("restart", 0.0, True, False), ("wait", 3.0), ("restart", 0.0, False, False)])
@settings(max_examples=400)
@given(specs, st.lists(ops, max_size=60))
def test_no_sequence_breaks_an_alarm(fields: dict[str, Any], steps: list[tuple[Any, ...]]) -> None:
    """No sequence reaches an undefined state, sounds an acknowledged occurrence again at its return, clears or hides an
    alarm because a value went bad, loses an acknowledgement by a blip, or lengthens a shelf by a clock."""
    watch = Watch(fields)
    for op in steps:
        watch.do(op)
    watch.do(("tick",))


@settings(max_examples=200)
@given(st.lists(st.tuples(seconds, values), max_size=30))
def test_nothing_but_a_person_ends_an_unacknowledged_alarm(samples: list[tuple[float, float]]) -> None:
    """Once raised and never acknowledged, it stands in the list through all values and times."""
    bench = AlarmBench(re_alarm_s=30.0, steps=STEPS)
    bench.value(6.0)
    for after, value in samples:
        bench.value(value, after=after)
        bench.tick(0.1)
        assert bench.status.listed and bench.status.state.unacknowledged
