"""Stories of alarms through the real engine, writer and store: samples in, rows and lines out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.engine.alarms.fed import SETTLE_S
from app.model.alarms.spec import EscalationStep
from app.model.alarms.status import AlarmState as A
from app.model.quality import Quality
from app.model.records import CommandState as S
from app.model.records import RequestKind
from tests.helpers.alarmed import ALARMS, HH, AlarmBench, alarm_bench, alarmed_site
from tests.helpers.engine_bench import bench

H, LOW, DEVIATION = "ps01/well/level:H", "ps01/well/level:L", "ps01/well/level:deviation"
TRIP1, TRIP2 = "ps01/pump1/trip:trip", "ps01/pump2/trip:trip"
SPEED = "ps01/pump1/speed_sp:low"
COMM, CLOCK = "plc-ps01:comm", "plc-ps01:clock"
MISMATCH = "ps01/pump1:mismatch"
RAN, STOPPED = "ps01/pump1:uncommanded_run", "ps01/pump1:uncommanded_stop"
START = {"equipment": "ps01/pump1", "verb": "start", "value": None, "expect": "stopped", "reason": "test"}


async def test_an_alarm_is_raised_acknowledged_and_returns(tmp_path: Path) -> None:
    """3.5 m: raised, with all that a line must say → acknowledged by li → 3.2 m: normal; no sound on the way out."""
    async with alarm_bench(tmp_path) as b:
        await b.moved(ps01__well__level=3.5)
        raised = b.row()
        assert (raised.state, raised.value, raised.limit, raised.priority) == (A.UNACK, 3.5, 3.4, 1)
        (line,) = b.lines()
        assert (line.kind, line.area, line.priority, line.who) == ("raised", "east", 1, "")
        told = line.detail
        assert (told["occurrence"], told["value"], told["limit"], told["quality"]) == (raised.occurrence, 3.5, 3.4, 0)
        assert told["tag"] == "ps01/well/level" and told["flags"] == [] and told["annunciated"] is True
        assert told["source_ms"] == told["receipt_ms"] == raised.source_ms and told["site_revision"] == 1
        result = await b.acknowledge()
        assert result.state is S.DONE and b.state() is A.ACKED
        await b.moved(ps01__well__level=3.2)
        assert b.kinds() == ["raised", "acknowledged", "returned"] and b.state() is A.NORM
        acknowledged, returned = b.lines()[1:]
        assert (acknowledged.who, acknowledged.where, acknowledged.detail["note"]) == ("li", "desk 2", "seen")
        assert returned.detail["annunciated"] is False


async def test_every_sample_is_judged_also_what_no_frame_carries(tmp_path: Path) -> None:
    """3.5 m and back to 2 m between two ticks, in two replies: raised and returned, both lines in order, one row."""
    async with alarm_bench(tmp_path) as b:
        b.values["ps01/well/level"] = 3.5
        b.device.hear(b.values)
        await b.moved(ps01__well__level=2.0)
        assert b.kinds() == ["raised", "returned"] and b.state() is A.RTN_UNACK


async def test_an_on_delay_ends_by_the_clock_alone(tmp_path: Path) -> None:
    """3.2 m is above H: nothing for 2 s, then raised, though no sample differs from the one before."""
    async with alarm_bench(tmp_path) as b:
        await b.waited(1, ps01__well__level=3.2)
        assert b.kinds(H) == []
        await b.waited(2)
        assert b.kinds(H) == ["raised"] and b.row(H).value == 3.2


async def test_a_lost_device_freezes_what_stands_and_raises_one_alarm(tmp_path: Path) -> None:
    """HH stands → the device fails: HH stays, marked, can be acknowledged; COMM comes → it is back: HH is judged."""
    async with alarm_bench(tmp_path) as b:
        await b.waited(2, ps01__well__level=3.5)
        b.device.lose()
        await b.waited(2)
        assert b.row().frozen and b.row().quality == Quality.COMM_LOST and b.state(COMM) is A.UNACK
        assert b.kinds() == ["raised", "frozen"] and b.kinds(LOW) == []
        assert (await b.acknowledge()).state is S.DONE
        b.device.status.state = "up"
        await b.waited(2)
        assert b.kinds()[2:] == ["acknowledged", "thawed"] and b.state() is A.ACKED and not b.row().frozen
        assert b.kinds(COMM) == ["raised", "returned"]


async def test_a_device_that_only_begins_to_connect_has_lost_nothing(tmp_path: Path) -> None:
    """An engine starts while its device connects: no alarm; then it fails: one."""
    async with alarm_bench(tmp_path) as b:
        await b.end()
        b.device_state = "connecting"
        await b.start()
        await b.waited(3)
        assert b.kinds(COMM) == []
        b.device.status.state = "failed"
        await b.waited(2)
        assert b.kinds(COMM) == ["raised"]
        b.device.status.state = "connecting"
        await b.waited(2)
        assert b.kinds(COMM) == ["raised"]


async def test_a_clock_that_is_off_is_an_alarm_and_still_an_event(tmp_path: Path) -> None:
    """The device's clock is 5 s ahead: CLOCK comes."""
    async with alarm_bench(tmp_path) as b:
        b.device.status.clock_offset_ms = 5_000.0
        await b.waited(4)
        assert b.kinds(CLOCK) == ["raised"] and b.row(CLOCK).value == 5.0


async def test_a_substitute_is_judged_in_place_of_its_source(tmp_path: Path) -> None:
    """The sensor says 3.5 m, the operator enters 2 m: HH returns and what the sensor says counts no more; taken back:
    the sensor counts again."""
    async with alarm_bench(tmp_path) as b:
        await b.moved(ps01__well__level=3.5)
        until = b.clock.now_ms() + 3_600_000
        entered = {"tag": "ps01/well/level", "value": 2.0, "until_ms": until, "reason": "sensor"}
        assert (await b.do(RequestKind.SUBSTITUTE, entered)).state is S.DONE
        await b.waited(2, ps01__well__level=3.8)
        assert b.state() is A.RTN_UNACK and b.row().quality == Quality.MANUAL
        (seen,) = b.reader.substitutes()
        back = {"tag": seen.tag, "since_ms": seen.since_ms, "reason": "repaired"}
        assert (await b.do(RequestKind.UNSUBSTITUTE, back)).state is S.DONE
        await b.moved()
        assert b.state() is A.UNACK and b.row().value == 3.8


async def test_a_deviation_follows_its_set_point(tmp_path: Path) -> None:
    """The level stands still; the set-point leaves it, and comes back."""
    async with alarm_bench(tmp_path) as b:
        await b.moved(ps01__well__start_level=5.0)
        assert b.kinds(DEVIATION) == ["raised"]
        await b.moved(ps01__well__start_level=2.0)
        assert b.kinds(DEVIATION) == ["raised", "returned"]


async def test_the_first_of_a_group_is_marked_until_all_is_well(tmp_path: Path) -> None:
    """Pump 2 trips, then pump 1: pump 2 came first; both acknowledged, returned and reset: no mark is left."""
    async with alarm_bench(tmp_path) as b:
        await b.moved(ps01__pump2__trip=1.0)
        await b.moved(ps01__pump1__trip=1.0)
        assert b.row(TRIP2).first_out and not b.row(TRIP1).first_out
        await b.acknowledge(TRIP1, TRIP2)
        await b.moved(ps01__pump1__trip=0.0, ps01__pump2__trip=0.0)
        assert b.state(TRIP2) is A.LATCH_ACK and b.row(TRIP2).first_out
        for path in (TRIP2, TRIP1):
            reset = await b.on_alarm(RequestKind.RESET_ALARM, path, occurrence=b.row(path).occurrence)
            assert reset.state is S.DONE
        assert b.state(TRIP1) is b.state(TRIP2) is A.NORM and not b.row(TRIP2).first_out


async def test_nobody_acknowledges_so_the_next_role_learns_of_it(tmp_path: Path) -> None:
    """60 s unacknowledged: escalated to the supervisor; acknowledging ends that."""
    site = alarmed_site(*ALARMS, escalation=(EscalationStep(1, 60.0, "supervisor"),))
    async with alarm_bench(tmp_path, site) as b:
        await b.moved(ps01__well__level=3.5)
        await b.waited(61)
        assert b.kinds() == ["raised", "escalated"] and b.row().escalated_to == "supervisor"
        await b.acknowledge()
        assert (b.row().escalated, b.row().escalated_to) == (0, "")


async def test_a_pump_that_stands_suppresses_by_design_and_lets_go_after_the_on_delay(tmp_path: Path) -> None:
    """Stopped: low speed is suppressed, with its rule → started, still low: nothing for the on-delay, then annunciated
    → a bad run signal changes nothing."""
    async with alarm_bench(tmp_path) as b:
        assert b.row(SPEED).suppressed == "泵停|Pump stopped"
        await b.waited(4)
        assert "raised" in b.kinds(SPEED) and not b.row(SPEED).listed and b.row(SPEED).count == 0
        await b.waited(2, ps01__pump1__run=1.0)
        assert b.row(SPEED).suppressed
        await b.waited(2)
        assert not b.row(SPEED).suppressed and b.row(SPEED).listed and b.row(SPEED).count == 1
        b.values["ps01/pump1/run"] = 0.0
        b.device.hear({"ps01/pump1/run": 0.0}, quality=Quality.SENSOR_FAULT)
        b.engine.tick()
        await b.flush()
        assert not b.row(SPEED).suppressed


async def test_a_rule_and_its_alarm_in_one_reply(tmp_path: Path) -> None:
    """The pump stops and its speed drops in the same reply: suppressed before it could be raised."""
    async with alarm_bench(tmp_path) as b:
        await b.waited(5, ps01__pump1__run=1.0, ps01__pump1__speed_sp=40.0)
        before = len(b.kinds(SPEED))
        await b.waited(5, ps01__pump1__run=0.0, ps01__pump1__speed_sp=0.0)
        assert b.kinds(SPEED)[before:] == ["suppressed", "raised"]
        assert b.lines(SPEED)[-1].detail["annunciated"] is False


async def test_a_command_without_its_feedback_is_an_alarm_until_the_feedback_comes(tmp_path: Path) -> None:
    """start → mismatch: raised → the pump runs at last: returned."""
    async with alarm_bench(tmp_path) as b:
        await b.select("ps01/pump1")
        b.ask(RequestKind.OPERATE, START)
        await b.flush()
        await b.waited(12)
        assert b.kinds(MISMATCH) == ["raised"] and b.row(MISMATCH).quality == 0
        await b.moved(ps01__pump1__run=1.0)
        assert b.kinds(MISMATCH) == ["raised", "returned"]


async def _started(b: AlarmBench) -> None:
    """Start pump 1 by command, to the end, with the switch at Hand."""
    await b.select("ps01/pump1")
    b.ask(RequestKind.OPERATE, START)
    await b.flush()
    await b.waited(SETTLE_S + 2, ps01__pump1__run=1.0, ps01__pump1__mode=1.0)


async def test_a_pump_that_stops_by_itself_in_hand_is_told(tmp_path: Path) -> None:
    """start → it runs → it stops though nobody said so: raised after the settling time; it runs again: returned."""
    async with alarm_bench(tmp_path) as b:
        await _started(b)
        await b.waited(SETTLE_S - 2, ps01__pump1__run=0.0)
        assert b.kinds(STOPPED) == []
        await b.waited(5)
        assert b.kinds(STOPPED) == ["raised"] and b.row(STOPPED).value == 0.0 and b.kinds(RAN) == []
        await b.waited(2, ps01__pump1__run=1.0)
        assert b.kinds(STOPPED) == ["raised", "returned"]


@pytest.mark.parametrize(
    "why",
    [{"ps01__pump1__trip": 1.0}, {"ps01__pump1__remote": 0.0}, {"ps01__pump1__mode": 2.0}],
    ids=["trip", "local", "auto"],
)
async def test_a_stop_that_something_explains_is_no_alarm(tmp_path: Path, why: dict[str, float]) -> None:
    """start → it trips, or is switched to Local or Auto, and stops: none, also not when that is over."""
    async with alarm_bench(tmp_path) as b:
        await _started(b)
        await b.waited(SETTLE_S + 5, ps01__pump1__run=0.0, **why)
        back = {"ps01__pump1__trip": 0.0, "ps01__pump1__remote": 1.0, "ps01__pump1__mode": 1.0}
        await b.waited(SETTLE_S + 5, **back)
        assert b.kinds(STOPPED) == []


async def test_the_end_of_an_hh_is_seen_by_its_own_deadband(tmp_path: Path) -> None:
    """3.5 → 3.35 (within the deadband): stands → 3.29: returned."""
    async with alarm_bench(tmp_path) as b:
        await b.moved(ps01__well__level=3.5)
        await b.moved(ps01__well__level=3.35)
        assert b.state(HH) is A.UNACK
        await b.moved(ps01__well__level=3.29)
        assert b.state(HH) is A.RTN_UNACK


class _Deaf(AlarmBench):
    """An engine whose device may not be spoken to."""

    async def warm(self) -> None:
        for _ in range(2):
            self.clock.advance(1.0)
            self.engine.tick()
            await self.settle()


@pytest.mark.logs("is no loopback address")
async def test_a_device_that_may_not_run_is_an_alarm_too(tmp_path: Path) -> None:
    """A real address on a demo store: nobody even tries it, and its communication alarm stands."""
    site = alarmed_site()
    foreign = replace(site, devices=tuple(replace(d, address="192.0.2.7:502") for d in site.devices))
    async with bench(tmp_path, foreign, make=_Deaf) as b:
        assert isinstance(b, _Deaf)
        await b.flush()
        assert b.kinds(COMM) == ["raised"] and b.devices_made == []
