"""The OPC UA driver against an asyncua server, also through a relay that freezes."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asyncua import ua

from app.devices import pinning
from app.model.quality import Quality
from app.model.spec import DeviceSpec, Protocol
from tests.devices.conftest import Run
from tests.helpers.opcua_partner import NAMESPACE, PASSWORD, USER, OpcUaPartner, opcua_partner
from tests.helpers.points import device_spec, opcua_tag
from tests.helpers.relay import relay_to
from tests.helpers.sink import RecordingSink, eventually

TAGS = [opcua_tag(n + 1, f"nsu={NAMESPACE};s=t{n}") for n in range(3)]


def spec_of(port: int, **options: object) -> DeviceSpec:
    """Make the spec of a device at this port; 100 ms publishing."""
    given = {"protocol": Protocol.OPCUA, "period_ms": 100, "timeout_ms": 1000, **options}
    return device_spec(f"opc.tcp://127.0.0.1:{port}/", **given)  # type: ignore[arg-type]


@pytest.fixture
async def partner(tmp_path: Path) -> AsyncIterator[OpcUaPartner]:
    """Run a server. Tests name it before `run`, so that it outlives the drivers."""
    async with opcua_partner(tmp_path) as running:
        yield running


async def write(partner: OpcUaPartner, name: str, value: float | None, *, status: int = 0,
                at: datetime | None = None) -> None:  # fmt: skip
    """Write a value with a status and a source time as a PLC would."""
    data = ua.DataValue(ua.Variant(value, ua.VariantType.Double), ua.StatusCode(status), SourceTimestamp=at)
    await partner.nodes[name].write_value(data)


async def test_values_come_with_status_and_source_time(partner: OpcUaPartner, run: Run, sink: RecordingSink) -> None:
    """Good, uncertain, bad, NaN and out of range are told apart; the source's time is kept, not ours."""
    tags = [*TAGS, opcua_tag(4, "ns=2;s=t3", high=10.0)]
    device = run(spec_of(partner.port), tags)
    await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2, 3, 4))
    assert [sink.values[n] for n in (1, 2, 3, 4)] == [0.0, 1.0, 2.0, 3.0]
    long_ago = datetime.now(UTC) - timedelta(hours=2)
    await write(partner, "t0", 7.5, at=long_ago)
    await write(partner, "t1", 8.0, status=ua.StatusCodes.UncertainLastUsableValue)
    await write(partner, "t2", math.nan)
    await write(partner, "t3", 11.0)
    await eventually(lambda: sink.values[1] == 7.5 and sink.all_of(Quality.UNCERTAIN, 2))
    await eventually(lambda: sink.all_of(Quality.SENSOR_FAULT, 3) and sink.all_of(Quality.OUT_OF_RANGE, 4))
    assert abs(sink.source_ms[1] - long_ago.timestamp() * 1000) <= 1
    assert sink.values[2] == 8.0 and sink.values[4] == 11.0 and math.isnan(sink.values[3])
    await write(partner, "t1", 8.0, status=ua.StatusCodes.BadSensorFailure)
    await eventually(lambda: sink.all_of(Quality.SENSOR_FAULT, 2))
    assert device.status.state == "up" and sink.events == []


@pytest.mark.logs("refused-point")
async def test_a_node_that_is_not_there_is_refused_alone(partner: OpcUaPartner, run: Run, sink: RecordingSink) -> None:
    """An unknown node, an unknown namespace and a text that is no node id: each told once, the others are read."""
    tags = [*TAGS, opcua_tag(7, "ns=2;s=nothing"), opcua_tag(8, "nsu=urn:nobody;s=t1"), opcua_tag(9, "rubbish")]
    run(spec_of(partner.port), tags)
    await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2, 3) and sink.all_of(Quality.REFUSED, 7, 8, 9))
    assert sink.kinds() == ["refused-point"] * 3


async def test_values_that_do_not_change_stay_confirmed(partner: OpcUaPartner, run: Run, sink: RecordingSink) -> None:
    """Without any change at the source the driver goes on handing in what it holds, with the source's old time."""
    run(spec_of(partner.port), TAGS)
    await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2, 3))
    stamp, receipt = sink.source_ms[1], sink.batches[-1].receipt_ms
    await eventually(lambda: sink.batches[-1].receipt_ms > receipt + 400)
    assert sink.source_ms[1] == stamp and sink.all_of(Quality.GOOD, 1, 2, 3)


@pytest.mark.logs("failed", "recovered")
async def test_a_restarted_server_is_subscribed_anew(run: Run, sink: RecordingSink, tmp_path: Path) -> None:
    """good → stopped: bad → started: good, and changes arrive again; first connect, too, waits for its server."""
    async with opcua_partner(tmp_path) as partner:
        await partner.stop()
        device = run(spec_of(partner.port), TAGS)
        await eventually(lambda: sink.all_of(Quality.COMM_LOST, 1, 2, 3))
        await partner.start()
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2, 3))
        await partner.stop()
        await eventually(lambda: sink.all_of(Quality.COMM_LOST, 1, 2, 3))
        assert device.status.groups["fast"].achieved_hz == 0
        await partner.start()
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2, 3))
        await eventually(lambda: device.status.groups["fast"].achieved_hz == 10)  # as granted, though nothing changes
        await write(partner, "t1", 55.0)
        await eventually(lambda: sink.values[2] == 55.0)
        assert device.status.reconnects == 1
        assert sink.kinds() == ["failed", "recovered", "failed", "recovered"]


@pytest.mark.logs("failed", "recovered")
async def test_a_frozen_server_is_lost_though_its_connection_stands(
    run: Run, sink: RecordingSink, tmp_path: Path
) -> None:
    """Nothing closes, nothing answers: bad; thawed: good, and what waited in the pipe does no harm."""
    async with opcua_partner(tmp_path) as partner, relay_to(partner.port) as relay:
        run(spec_of(relay.port), TAGS)
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2, 3))
        relay.freeze()
        await eventually(lambda: sink.all_of(Quality.COMM_LOST, 1, 2, 3))
        await write(partner, "t0", 42.0)
        relay.thaw()
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2, 3))
        assert sink.values[1] == 42.0 and sink.kinds() == ["failed", "recovered"]


@pytest.mark.logs("failed", "recovered")
async def test_a_dead_subscription_of_a_living_server_is_noticed(run: Run, sink: RecordingSink, tmp_path: Path) -> None:
    """The server answers reads but publishes nothing any more: the tags are bad, and all is set up anew."""
    async with opcua_partner(tmp_path) as partner:
        device = run(spec_of(partner.port), TAGS)
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2, 3))
        assert partner.server is not None
        service = partner.server.iserver.subscription_service
        await service.delete_subscriptions(list(service.subscriptions))
        await eventually(lambda: "failed" in sink.kinds())
        await eventually(lambda: device.status.reconnects == 1 and sink.all_of(Quality.GOOD, 1, 2, 3))


@pytest.mark.logs("failed", "recovered")
async def test_security_pins_the_servers_certificate(
    run: Run, sink: RecordingSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """offered → refused until accepted → encrypted session with user and password → another certificate: refused."""
    monkeypatch.setenv("QIANLIYAN_PASSWORD_PLC", PASSWORD)
    private = tmp_path / "private"
    async with opcua_partner(tmp_path / "server", secure=True) as partner:
        spec = spec_of(partner.port, security="Basic256Sha256", user=USER)
        device = run(spec, TAGS, private=private)
        await eventually(lambda: "certificate" in sink.kinds())
        await eventually(lambda: sink.all_of(Quality.COMM_LOST, 1, 2, 3))
        offered = pinning.offered("plc", private=private)
        assert offered is not None and offered.fingerprint in sink.events[0][1] and sink.values == {}
        pinning.accept("plc", offered.fingerprint, private=private)
        device.reconnect_now()
        await eventually(lambda: sink.all_of(Quality.GOOD, 1, 2, 3))
        await partner.stop()
        partner.folder = tmp_path / "impostor"
        await partner.start()
        await eventually(lambda: sink.kinds().count("certificate") == 2)
        await eventually(lambda: sink.all_of(Quality.COMM_LOST, 1, 2, 3))
        assert sink.kinds().count("failed") == 2


@pytest.mark.logs("failed")
@pytest.mark.parametrize("password", [None, "wrong"])
async def test_without_the_right_password_nothing_is_read(
    password: str | None, run: Run, sink: RecordingSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing password names its variable; a wrong one is the server's refusal. Neither is shown."""
    if password is not None:
        monkeypatch.setenv("QIANLIYAN_PASSWORD_PLC", password)
    async with opcua_partner(tmp_path / "server", secure=True) as partner:
        certificate = (partner.folder / "pki" / "own" / "certificate.der").read_bytes()
        offered = pinning.offer("plc", certificate, private=tmp_path)
        pinning.accept("plc", offered.fingerprint, private=tmp_path)
        device = run(spec_of(partner.port, security="Basic256Sha256", user=USER), TAGS)
        await eventually(lambda: device.status.state == "failed" and device.status.last_error)
        assert ("QIANLIYAN_PASSWORD_PLC" if password is None else "Bad") in device.status.last_error
        assert sink.values == {}


async def test_the_servers_time_tells_the_clock_offset(partner: OpcUaPartner, run: Run, sink: RecordingSink) -> None:
    """Without a clock tag the server's own time is compared; with one, the tag."""
    by_server = run(spec_of(partner.port), TAGS)
    by_tag = run(spec_of(partner.port, clock="s/e/t3"), TAGS)
    await eventually(lambda: by_server.status.clock_offset_ms is not None)
    await eventually(lambda: by_tag.status.clock_offset_ms is not None)
    assert abs(by_server.status.clock_offset_ms or 1e9) < 5000
    assert (by_tag.status.clock_offset_ms or 0) < -1e12  # the tag says two seconds after 1970


async def test_many_items_are_subscribed_in_lots(partner: OpcUaPartner, run: Run, sink: RecordingSink) -> None:
    """1,100 tags of ten nodes need three requests; each has its value."""
    tags = [opcua_tag(n + 1, f"ns=2;s=t{n % 10}") for n in range(1100)]
    run(spec_of(partner.port), tags)
    await eventually(lambda: sink.all_of(Quality.GOOD, *range(1, 1101)), within_s=20)
    assert sink.values[1100] == 9.0


@pytest.mark.parametrize("say", [True, False])
async def test_a_server_that_takes_little_at_once_is_asked_for_little(
    say: bool, partner: OpcUaPartner, run: Run, sink: RecordingSink
) -> None:
    """A small PLC takes 50 items and 30 reads in a request: where it says so, it never has to refuse; where it has no
    nodes that could say so, requests are halved until they fit, once."""
    asked = await partner.take_at_most(30, 50, say=say)
    tags = [opcua_tag(n + 1, f"ns=2;s=t{n % 10}") for n in range(120)]
    device = run(spec_of(partner.port, period_ms=1000), tags)
    await eventually(lambda: sink.all_of(Quality.GOOD, *range(1, 121)))
    assert sink.values[120] == 9.0 and device.status.state == "up" and sink.events == []
    too_many = [count for count in asked if count > 30]
    if say:
        assert too_many == [50, 50]  # and 20, all of them monitored items
    else:
        assert too_many[:2] == [120, 60] and len(too_many) <= 4
