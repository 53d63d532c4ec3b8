"""What a Modbus driver makes of an endpoint that fails in every way we know, over TCP and over RTU frames."""

from __future__ import annotations

import logging
from random import Random

import pytest

from app.clock import SystemClock
from app.model.points import WordType
from app.model.quality import Quality
from app.model.spec import DeviceSpec, Protocol
from tests.devices.conftest import Run
from tests.helpers.points import device_spec, modbus_tag
from tests.helpers.scripted_modbus import ScriptedServer, scripted_server
from tests.helpers.sink import RecordingSink, eventually

# A server that closes at the end of a test is a failure that its driver may still tell before it is cancelled.
pytestmark = pytest.mark.logs("connection lost", "connection closed")

TAGS = [modbus_tag(n, a, kind=WordType.U32) for n, a in ((1, 0), (2, 2), (3, 90))]  # two blocks
SILENCE = {Quality.COMM_LOST}
MISMATCH = {Quality.COMM_LOST, Quality.BAD_REPLY}
FAULTS = {
    "silent": (SILENCE, False),
    "late": (SILENCE, True),
    "drop": (SILENCE, False),
    "wrong function": (MISMATCH, True),
    "wrong count": (MISMATCH, True),
    "odd count": (MISMATCH, True),
    "wrong transaction": (MISMATCH, True),
    "wrong unit": (MISMATCH, True),
    "truncated": (MISMATCH, True),
    "garbage": (MISMATCH, True),
    "no target": (SILENCE, False),
    "refuse": ({Quality.REFUSED}, False),
    "busy": ({Quality.REFUSED}, False),
}


# RTU frames carry no transaction number that could be wrong.
CASES = [(f, rtu) for f in FAULTS for rtu in (False, True) if not (rtu and f == "wrong transaction")]


def spec_of(server: ScriptedServer, **options: int) -> DeviceSpec:
    """Make the spec of a device at this server."""
    protocol = Protocol.MODBUS_RTU_TCP if server.rtu else Protocol.MODBUS_TCP
    return device_spec(f"127.0.0.1:{server.port}", protocol=protocol, **options)


def addresses(pdu: bytes) -> range:
    """Return the addresses that a read asks for."""
    first = int.from_bytes(pdu[1:3])
    return range(first, first + int.from_bytes(pdu[3:5]))


@pytest.mark.parametrize(("fault", "rtu"), CASES)
async def test_a_fault_makes_tags_bad_and_its_end_makes_them_good(
    fault: str, rtu: bool, run: Run, sink: RecordingSink, caplog: pytest.LogCaptureFixture
) -> None:
    """good → fault: all tags bad, raw bytes kept where there are any → end: all good; one line and one event each."""
    caplog.set_level(logging.INFO, "app")
    qualities, keeps_raw = FAULTS[fault]
    async with scripted_server(rtu=rtu) as server:
        server.late_s = 0.25
        device = run(spec_of(server), TAGS)
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2, 3))
        assert device.status.state == "up" and sink.events == []
        raws = len(sink.raws)

        server.fault = fault
        await eventually(lambda: {sink.quality[n] for n in (1, 2, 3)} <= qualities)
        await eventually(lambda: device.status.state == "failed")
        if keeps_raw:
            await eventually(lambda: len(sink.raws) > raws, what="the raw bytes were not kept")
            assert device.status.bad_replies > 0
        assert not sink.seen_quality[1] & {Quality.SENSOR_FAULT, Quality.OUT_OF_RANGE}

        server.fault = ""
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2, 3) and device.status.state == "up")
        # Both blocks differ in content, and no reply was ever taken for that of another question.
        assert sink.seen_values == {1: {1}, 2: {2 * 65536 + 3}, 3: {90 * 65536 + 91}}
        assert sink.kinds() == ["failed", "recovered"]
        lines = [r.getMessage() for r in caplog.records if r.name.startswith("app") and r.levelno >= logging.WARNING]
        assert len(lines) == 2 and "failed" in lines[0] and "recovered" in lines[1]
        assert device.status.groups["fast"].achieved_hz >= 0


@pytest.mark.logs("failed", "recovered")
async def test_the_first_connect_is_retried_too(run: Run, sink: RecordingSink) -> None:
    """Nothing listens at first: tags are bad at once; when the server comes they are read; both are said once."""
    async with scripted_server() as server:
        await server.stop()
        device = run(spec_of(server), TAGS)
        await eventually(lambda: sink.all_of(Quality.COMM_LOST, 1, 2, 3))
        assert device.status.state == "failed" and sink.kinds() == ["failed"]
        await server.start()
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2, 3))
        assert sink.kinds() == ["failed", "recovered"] and device.status.reconnects == 0


@pytest.mark.logs("failed", "recovered")
async def test_a_restarted_server_is_found_again(run: Run, sink: RecordingSink) -> None:
    """The server goes and comes on the same port; the count of reconnects tells it."""
    async with scripted_server() as server:
        device = run(spec_of(server), TAGS)
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2, 3))
        await server.stop()
        await eventually(lambda: sink.all_of(Quality.COMM_LOST, 1, 2, 3))
        await server.start()
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2, 3))
        assert device.status.reconnects == 1 and sink.kinds() == ["failed", "recovered"]


@pytest.mark.logs("failed", "recovered")
async def test_a_line_that_answers_nothing_is_dropped_and_opened_anew(run: Run, sink: RecordingSink) -> None:
    """A half-open connection claims to stand: after a few questions it is replaced."""
    async with scripted_server() as server:
        run(spec_of(server), TAGS)
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2, 3))
        server.fault = "silent"
        await eventually(lambda: server.connections >= 3)
        server.fault = ""
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2, 3))


@pytest.mark.logs("failed", "recovered")
async def test_after_one_time_out_the_rest_of_the_scan_is_skipped(run: Run, sink: RecordingSink) -> None:
    """With many blocks, a silent unit costs one time-out per attempt, not one per block."""
    tags = [modbus_tag(n + 1, 20 * n) for n in range(8)]
    async with scripted_server() as server:
        run(spec_of(server), tags)
        await eventually(lambda: sink.all_of(Quality.GOOD, *range(1, 9)))
        server.fault = "silent"
        server.requests.clear()
        await eventually(lambda: sink.all_of(Quality.COMM_LOST, *range(1, 9)))
        blocks = {pdu for _, pdu in server.requests if int.from_bytes(pdu[1:3]) > 0}
        assert len(blocks) <= 1
        server.fault = ""
        await eventually(lambda: sink.all_of(Quality.GOOD, *range(1, 9)))


@pytest.mark.parametrize("rtu", [False, True], ids=["tcp", "rtu"])
@pytest.mark.logs("unit 3")
async def test_a_dead_unit_does_not_stop_the_other_one(rtu: bool, run: Run, sink: RecordingSink) -> None:
    """Units 3 and 4 share a line: 3 dies, is told once, 4 goes on; 3 comes back, is told once."""
    tags = [modbus_tag(1, 10, unit=3), modbus_tag(2, 20, unit=4)]
    async with scripted_server(rtu=rtu) as server:
        device = run(spec_of(server, period_ms=200), tags)
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2))
        server.dead_units = {3}
        await eventually(lambda: sink.all_of(Quality.COMM_LOST, 1))
        sink.seen_quality.clear()
        scans = device.status.groups["fast"].scans
        connections = server.connections
        await eventually(lambda: device.status.groups["fast"].scans > scans + 8)
        assert sink.seen_quality[2] == {Quality.GOOD} and device.status.state == "up"
        assert sink.kinds() == ["failed"] and "unit 3" in sink.events[0][1]
        assert server.connections == connections
        server.dead_units = set()
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2))
        assert sink.kinds() == ["failed", "recovered"]


@pytest.mark.logs("unit 3")
async def test_a_dead_unit_is_probed_even_when_scans_leave_no_room(run: Run, sink: RecordingSink) -> None:
    """With a period shorter than any probe the dead unit still gets its chance to come back."""
    async with scripted_server() as server:
        run(spec_of(server, period_ms=50), [modbus_tag(1, 10, unit=3), modbus_tag(2, 20, unit=4)])
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2))
        server.dead_units = {3}
        await eventually(lambda: sink.all_of(Quality.COMM_LOST, 1))
        server.dead_units = set()
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2))


@pytest.mark.logs("refused-point")
async def test_a_bad_point_never_fails_its_neighbours(run: Run, sink: RecordingSink) -> None:
    """Register 50 of 100 is refused: it alone is REFUSED, told once, and left out of later reads."""
    tags = [modbus_tag(n + 1, n) for n in range(100)]
    async with scripted_server() as server:
        server.bad_addresses = {50}
        device = run(spec_of(server), tags)
        good = [n for n in range(1, 101) if n != 51]
        await eventually(lambda: sink.all_of(Quality.GOOD, *good) and sink.quality.get(51) == Quality.REFUSED)
        assert all(sink.seen_quality[n] == {Quality.GOOD} for n in good)
        server.requests.clear()
        scans = device.status.groups["fast"].scans
        await eventually(lambda: device.status.groups["fast"].scans > scans + 3)
        asked = {a for _, pdu in server.requests for a in addresses(pdu)}
        assert 50 not in asked and {49, 51} <= asked
        assert sink.kinds() == ["refused-point"] and "s/e/t51" in sink.events[0][1]


@pytest.mark.logs("refused-point")
async def test_a_block_that_is_planned_anew_in_the_midst_of_a_scan(run: Run, sink: RecordingSink) -> None:
    """Without the refused first register one read holds all: what the old plan's last read brings is still decoded as
    what it is."""
    tags = [modbus_tag(n + 1, n) for n in range(121)]
    async with scripted_server() as server:
        server.bad_addresses = {0}
        run(spec_of(server), tags)
        await eventually(lambda: sink.all_of(Quality.GOOD, *range(2, 122)) and sink.all_of(Quality.REFUSED, 1))
        server.requests.clear()
        await eventually(lambda: len(server.requests) > 3)
        assert {addresses(pdu) for _, pdu in server.requests[1:]} == {range(1, 121)}


class JumpingClock(SystemClock):
    """The machine's clock, moved ahead by the test."""

    ahead_s = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead_s


@pytest.mark.logs("refused-point")
async def test_a_refused_point_is_tried_again_every_five_minutes(run: Run, sink: RecordingSink) -> None:
    """refused → left alone for five minutes, also when it would be good → tried → back in the plan for good."""
    clock = JumpingClock()
    async with scripted_server() as server:
        server.bad_addresses = {1}
        device = run(spec_of(server), [modbus_tag(n + 1, n) for n in range(3)], clock=clock)
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 3) and sink.all_of(Quality.REFUSED, 2))
        server.bad_addresses = set()
        clock.ahead_s += 280
        scans = device.status.groups["fast"].scans
        await eventually(lambda: device.status.groups["fast"].scans > scans + 3)
        assert sink.all_of(Quality.REFUSED, 2)
        clock.ahead_s += 30
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2, 3))
        server.requests.clear()
        await eventually(lambda: len(server.requests) > 3)
        assert {addresses(pdu) for _, pdu in server.requests[1:]} == {range(3)}


async def test_a_hole_in_the_map_is_read_around(run: Run, sink: RecordingSink) -> None:
    """The device refuses reads that touch registers nobody asked for: no point is bad, no event is raised."""
    tags = [modbus_tag(1, 0), modbus_tag(2, 5)]
    async with scripted_server() as server:
        server.bad_addresses = {2, 3}
        run(spec_of(server), tags)
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2))
        assert sink.events == [] and sink.seen_quality[1] == {Quality.GOOD}


async def test_two_groups_keep_their_own_rates(run: Run, sink: RecordingSink) -> None:
    """Tags of the slow group are read a tenth as often, and both report their rate."""
    tags = [modbus_tag(1, 0), modbus_tag(2, 1, group="slow")]
    async with scripted_server() as server:
        device = run(spec_of(server, period_ms=20), tags)
        fast, slow = device.status.groups["fast"], device.status.groups["slow"]
        await eventually(lambda: slow.scans >= 3)
        assert fast.scans >= 5 * slow.scans
        await eventually(lambda: fast.achieved_hz > slow.achieved_hz > 0)


async def test_the_clock_tag_tells_the_offset(run: Run, sink: RecordingSink) -> None:
    """The tag that carries the device's UTC seconds gives its offset against receipt."""
    async with scripted_server() as server:
        server.registers[0], server.registers[1] = 0, 1000  # 1970: far behind
        tags = [modbus_tag(1, 0, kind=WordType.U32)]
        device = run(device_spec(f"127.0.0.1:{server.port}", clock="s/e/t1"), tags)
        await eventually(lambda: device.status.clock_offset_ms is not None)
        assert device.status.clock_offset_ms == 1_000_000 - sink.batches[-1].receipt_ms


@pytest.mark.logs("failed", "recovered")
async def test_a_person_can_cut_the_back_off_short(run: Run, sink: RecordingSink) -> None:
    """With an hour of back-off to wait, `reconnect_now` connects at once."""

    class Patient(Random):
        def uniform(self, a: float, b: float) -> float:
            return 3600.0

    async with scripted_server() as server:
        await server.stop()
        device = run(spec_of(server), TAGS, random=Patient())
        await eventually(lambda: device.status.state == "failed")
        await server.start()
        device.reconnect_now()
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2, 3))
