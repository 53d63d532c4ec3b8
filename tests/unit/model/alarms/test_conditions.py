"""Each kind of condition: when it holds, when it clears, what bad and uncertain quality do to it."""

from __future__ import annotations

import math

import pytest

from app.model.alarms.spec import AlarmKind
from app.model.alarms.status import AlarmChange as C
from app.model.alarms.status import AlarmState as S
from app.model.quality import Quality
from tests.helpers.alarm_bench import AlarmBench

NAN = math.nan
INF = math.inf
BAD = [q for q in Quality if q >= Quality.BAD]
UNCERTAIN = [q for q in Quality if Quality.UNCERTAIN <= q < Quality.BAD]
# kind, its fields, and (value, holds) in turn: the deadband makes the same value mean different things.
ROWS = {
    "high": ({"side": 1}, [(5.0, False), (5.01, True), (4.81, True), (4.8, False), (5.0, False)]),
    "low": (
        {"side": -1, "limit": 1.0},
        [(1.0, False), (0.99, True), (1.19, True), (1.2, False), (1.0, False)],
    ),
    "no deadband": ({"deadband": 0.0}, [(5.0, False), (5.1, True), (5.0, False)]),
    "state": (
        {"kind": AlarmKind.STATE, "values": (2, 3)},
        [(0, False), (2, True), (3, True), (4, False), (3, True)],
    ),
    "comm": ({"kind": AlarmKind.COMM}, [(1, False), (2, True), (0, True), (1, False), (0, True)]),
    "clock": (
        {"kind": AlarmKind.CLOCK, "limit": 2.0, "deadband": 0.5},
        [(1.9, False), (-2.1, True), (1.6, True), (-1.5, False), (2.1, True), (1.4, False)],
    ),
}


def _holds(bench: AlarmBench) -> bool:
    return bench.status.state.active


@pytest.mark.parametrize("kind", ROWS)
def test_when_it_holds(kind: str) -> None:
    """Beyond the limit it holds; it clears only beyond the deadband; discrete values as the site says."""
    fields, steps = ROWS[kind]
    bench = AlarmBench(**fields)
    for value, holds in steps:
        bench.value(value)
        assert _holds(bench) == holds, value


@pytest.mark.parametrize(
    ("side", "steps"),
    [
        (1, [(10.9, False), (11.1, True), (10.9, True), (10.75, False), (1.0, False)]),
        (-1, [(9.1, False), (8.9, True), (9.1, True), (9.25, False), (20.0, False)]),
        (0, [(10.9, False), (11.1, True), (10.5, False), (8.9, True), (9.1, True), (9.5, False)]),
    ],
)
def test_deviation(side: int, steps: list[tuple[float, bool]]) -> None:
    """More than 1 away from the set-point 10 on the side that counts, deadband 0.2; the set-point moves too."""
    bench = AlarmBench(kind=AlarmKind.DEVIATION, limit=1.0, side=side, setpoint="x")
    for value, holds in steps:
        bench.value(value, setpoint=10.0)
        assert _holds(bench) == holds, value
    bench.value(10.0, setpoint=10.0 - 2.0 * (side or 1))
    assert _holds(bench)


@pytest.mark.parametrize("setpoint", [None, NAN, INF])
def test_deviation_from_an_unknown_setpoint(setpoint: float | None) -> None:
    """Without a set-point nothing is known: an alarm that stands is frozen, one that is normal is not raised."""
    bench = AlarmBench(kind=AlarmKind.DEVIATION, limit=1.0, setpoint="x")
    assert bench.value(99.0, setpoint=setpoint) == () and not _holds(bench)
    bench.value(99.0, setpoint=10.0)
    assert [c.change for c in bench.value(10.0, setpoint=setpoint)] == [C.FROZEN]
    assert _holds(bench) and bench.status.quality == Quality.BAD


@pytest.mark.parametrize("quality", BAD)
def test_bad_quality_freezes(quality: Quality) -> None:
    """NORM → bad, far beyond: nothing. ACKED → bad: frozen with its value; ack and state stay; once only → good: as
    it is."""
    bench = AlarmBench()
    bench.did(bench.value(99.0, quality))
    bench.bring_to(acked=True)
    bench.did(bench.value(0.0, quality), C.FROZEN, frozen=True, quality=int(quality))
    bench.did(bench.value(0.0, Quality.STALE))
    bench.did(bench.tick(86_400.0))
    told = bench.value(5.3)
    bench.did(told, C.THAWED, frozen=False, quality=0, value=5.3, source_ms=bench.now_ms)


@pytest.mark.parametrize("value", [NAN, INF, -INF])
def test_no_number_freezes_whatever_its_quality(value: float) -> None:
    """UNACK → NaN or infinity as good: frozen as a sensor fault → ack: ACKED, still frozen → false: NORM."""
    bench = AlarmBench()
    bench.did(bench.value(value))
    bench.bring_to()
    bench.did(bench.value(value), C.FROZEN, frozen=True, quality=int(Quality.SENSOR_FAULT))
    told = bench.ack()
    acked = {"state": S.ACKED, "ack_by": "li", "unacked_ms": 0}
    bench.did(told, C.ACKNOWLEDGED, **acked, ack_ms=bench.now_ms, since_ms=bench.now_ms)
    assert [c.change for c in bench.value(3.0)] == [C.THAWED, C.RETURNED]
    assert bench.status.state is S.NORM and not bench.status.frozen


def test_a_returned_alarm_that_is_acknowledged_while_frozen_is_normal() -> None:
    """RTN_UNACK → bad: frozen → ack: NORM and no longer marked → true: a new occurrence."""
    bench = AlarmBench()
    bench.bring_to(returned=True)
    assert [c.change for c in bench.value(NAN)] == [C.FROZEN]
    first = bench.status.occurrence
    bench.ack()
    assert bench.status.state is S.NORM and not bench.status.frozen
    assert [c.change for c in bench.value(5.5)] == [C.RAISED] and bench.status.occurrence != first


@pytest.mark.parametrize("quality", [*UNCERTAIN, Quality.MANUAL, Quality.SIMULATED])
def test_uncertain_and_manual_values_are_judged(quality: Quality) -> None:
    """Uncertain → raised, with its quality; uncertain → returned."""
    bench = AlarmBench()
    bench.value(5.5, quality)
    assert _holds(bench) and bench.status.quality == quality
    bench.value(3.0, quality)
    assert bench.status.state is S.RTN_UNACK and bench.status.quality == quality


def test_the_deadband_after_a_gap_is_that_of_the_state() -> None:
    """Inside the deadband after bad quality: an alarm that stands goes on, one that is normal stays so."""
    bench = AlarmBench(on_delay_s=5.0)
    bench.value(5.5)
    bench.value(NAN)
    bench.value(4.9)
    assert bench.alarm.due == INF
    bench.value(5.5)
    bench.tick(5.0)
    bench.value(NAN)
    bench.value(4.9)
    assert _holds(bench)


@pytest.mark.parametrize("kind", [AlarmKind.MISMATCH, AlarmKind.UNCOMMANDED])
def test_what_the_engine_judges(kind: AlarmKind) -> None:
    """told true: raised → told unknown: frozen → told false: returned; a sample of such an alarm freezes it."""
    bench = AlarmBench(kind=kind, tag="", limit=None)

    def told(holds: bool | None) -> list[C]:
        bench.wait(1.0)
        done = bench.alarm.told(holds, value=1.0, source_ms=bench.now_ms - 5, **bench.at())
        return [c.change for c in done]

    assert told(None) == [] and told(False) == []
    assert told(True) == [C.RAISED] and bench.status.source_ms == bench.now_ms - 5
    assert told(None) == [C.FROZEN] and told(True) == [C.THAWED]
    assert [c.change for c in bench.value(0.0)] == [C.FROZEN] and _holds(bench)
    assert told(False) == [C.THAWED, C.RETURNED]
    assert all(math.isnan(end) for end in bench.alarm.quiet)


def test_a_limit_that_is_not_given_is_never_passed() -> None:
    """No limit: no value is beyond it, on either side."""
    for side in (1, -1):
        bench = AlarmBench(limit=None, side=side)
        assert [bench.value(v) for v in (-1e300, 0.0, 1e300)] == [(), (), ()]
