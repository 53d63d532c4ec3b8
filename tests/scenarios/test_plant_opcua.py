"""The plant's OPC UA server over real sockets, with asyncua as client: security, values, commands, faults."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from asyncua import Client, ua

from app.errors import ConfigurationFault
from app.model.commands.block import EchoReason, EchoResult
from app.plant.faces.certificate import plant_identity
from app.plant.running import PlantOptions, open_plant
from tests.helpers.plants import PASSWORD, HandPlant, demo_site, hand_plant
from tests.helpers.wells import BucketHydraulics

DEVICE = "plc-ps05"
TYPES = {
    "epoch": ua.VariantType.UInt32,
    "heartbeat": ua.VariantType.UInt16,
    "equipment": ua.VariantType.UInt16,
    "verb": ua.VariantType.UInt16,
    "value": ua.VariantType.Float,
    "sequence": ua.VariantType.UInt32,
}


@pytest.fixture
async def hand(tmp_path: Path) -> AsyncIterator[HandPlant]:
    async with hand_plant(tmp_path, (DEVICE,)) as plant:
        plant.wells.wells["ps05"].inflow_m3h = 0.0
        await plant.run(30)
        yield plant


@asynccontextmanager
async def session(hand: HandPlant, tmp_path: Path, *, password: str = PASSWORD) -> AsyncIterator[Client]:
    """Sign in as the control room does, with a certificate of the client's own."""
    me = plant_identity(tmp_path, "client")
    key = me.key.with_suffix(".key.pem")
    key.write_bytes(me.key.read_bytes())
    client = Client(hand.plant.faces[DEVICE].address, timeout=20)
    client.application_uri = me.uri
    client.session_timeout = 60_000
    client.set_user("qianliyan")
    client.set_password(password)
    await client.set_security_string(f"Basic256Sha256,SignAndEncrypt,{me.certificate},{key}")
    async with client:
        yield client


async def value_of(client: Client, node: str) -> ua.DataValue:
    return await client.get_node(f"ns=2;s=ps05/{node}").read_data_value(raise_on_bad_status=False)


async def send(client: Client, order: tuple[str, ...] = tuple(TYPES), **fields: float) -> None:
    """Write fields of a block by one Write call, in the order given."""
    nodes = [client.get_node(f"ns=2;s=ps05/cmd/{name}") for name in order]
    values = [ua.DataValue(ua.Variant(fields.get(name, 0), TYPES[name])) for name in order]
    await client.write_values(nodes, values)


async def echo(client: Client) -> tuple[int, int, int, int]:
    names = ("sequence", "result", "reason", "writes")
    nodes = [client.get_node(f"ns=2;s=ps05/echo/{n}") for n in names]
    found: list[Any] = await client.read_values(nodes)
    return found[0], found[1], found[2], found[3]


class Notes:
    """Keeps what a subscription brings."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._came = asyncio.Event()

    def datachange_notification(self, _node: Any, value: Any, _data: Any) -> None:
        self.values.append(value)
        self._came.set()

    async def until(self, value: Any) -> None:
        """Wait until `value` has come."""
        async with asyncio.timeout(10):
            while value not in self.values:
                self._came.clear()
                await self._came.wait()


async def test_values_types_and_source_times_are_those_of_the_plc(hand: HandPlant, tmp_path: Path) -> None:
    """Every tag of the device is a node; source times are the PLC's clock, also when that is five minutes off."""
    truth = hand.plant.scene.values()
    async with session(hand, tmp_path) as client:
        tags = [t for t in hand.site.tags if t.device == DEVICE and t.point is not None]
        for tag in tags:
            got = await value_of(client, tag.path.removeprefix("ps05/"))
            assert got.Value is not None
            assert float(got.Value.Value) == pytest.approx(truth[tag.path], abs=0.51), tag.path
        assert len(tags) > 60
        run = await value_of(client, "pump1/run")
        assert run.Value is not None
        assert run.Value.VariantType is ua.VariantType.Boolean

        await hand.plant.fault("clock", "ps05", minutes=-5)
        await hand.run(2)
        level = await value_of(client, "well/level")
        assert level.SourceTimestamp is not None
        now = dt.datetime.fromtimestamp(hand.clock.now_ms() / 1000, dt.UTC)
        assert abs((level.SourceTimestamp - now).total_seconds() + 300) < 0.01


async def test_only_the_named_user_on_an_encrypted_channel_gets_in(hand: HandPlant, tmp_path: Path) -> None:
    """A wrong password is refused; there is no endpoint without security; the certificate is made once and kept."""
    with pytest.raises(ua.UaStatusCodeError, match="BadUserAccessDenied"):
        async with session(hand, tmp_path, password="guess"):
            pass
    offered = await Client(hand.plant.faces[DEVICE].address, timeout=20).connect_and_get_server_endpoints()
    assert {e.SecurityMode for e in offered} == {ua.MessageSecurityMode.SignAndEncrypt}
    shown = hashlib.sha256(offered[0].ServerCertificate).hexdigest()
    assert hand.plant.addresses()["certificates"] == {DEVICE: shown}
    certificate = tmp_path / "plant" / f"{DEVICE}.pem"
    before = certificate.read_bytes()
    assert plant_identity(tmp_path, DEVICE).certificate.read_bytes() == before
    assert (tmp_path / "plant" / f"{DEVICE}.key").stat().st_mode & 0o077 == 0


async def test_a_plant_without_the_password_says_which_variable_it_needs(tmp_path: Path) -> None:
    """No default password: the plant does not start and names the environment variable."""
    site = demo_site((DEVICE,))
    with pytest.raises(ConfigurationFault, match="QIANLIYAN_PASSWORD_PLC_PS05"):
        async with open_plant(site, PlantOptions(private=tmp_path), hydraulics=BucketHydraulics(())):
            pass


async def test_one_write_call_is_one_command(hand: HandPlant, tmp_path: Path) -> None:
    """Accepted and echoed; a repeat, a part, and a block whose sequence is not last are rejected; all are counted."""
    beat = hand.plant.scene.stations["ps05"].heartbeat
    start = {"epoch": 3, "heartbeat": beat, "equipment": 12, "verb": 1}
    async with session(hand, tmp_path) as client:
        await send(client, **start, sequence=1)
        assert await echo(client) == (1, EchoResult.ACCEPTED, EchoReason.NONE, 1)
        await send(client, **start, sequence=1)
        assert await echo(client) == (1, EchoResult.REJECTED, EchoReason.OLD_SEQUENCE, 2)
        await send(client, ("sequence",), sequence=2)
        assert await echo(client) == (2, EchoResult.REJECTED, EchoReason.REFUSED, 3)
        await send(client, ("sequence", *list(TYPES)[:-1]), **start, sequence=3)
        assert await echo(client) == (3, EchoResult.REJECTED, EchoReason.REFUSED, 4)
        with pytest.raises(ua.UaStatusCodeError):
            await client.get_node("ns=2;s=ps05/pump1/run").write_value(True)
    await hand.run(2)
    station = hand.plant.state()["stations"]["ps05"]
    assert [p for p, s in station["pumps"].items() if s["running"]] == ["ps05/pump2"]
    assert (station["writes"], station["accepted"]) == (4, 1)


async def test_a_subscription_brings_changes_and_a_failed_sensor_has_a_bad_status(
    hand: HandPlant, tmp_path: Path
) -> None:
    """Changes arrive in order; a failed sensor is BadSensorFailure without a value, a refused node BadDeviceFailure."""
    async with session(hand, tmp_path) as client:
        notes = Notes()
        subscription = await client.create_subscription(50, notes)
        await subscription.subscribe_data_change([client.get_node("ns=2;s=ps05/plc/heartbeat")])
        for _ in range(3):
            await hand.run(1)
            await notes.until(hand.plant.scene.stations["ps05"].heartbeat)
        assert notes.values == sorted(notes.values)

        await hand.plant.fault("sensor", "ps05/well/level")
        assert (await value_of(client, "well/level")).StatusCode.name == "BadSensorFailure"
        await hand.plant.fault("refuse-register", "ps05/well/inflow")
        assert (await value_of(client, "well/inflow")).StatusCode.name == "BadDeviceFailure"
        await hand.plant.clear()
        await hand.run(1)
        assert (await value_of(client, "well/level")).StatusCode.is_good()
        assert (await value_of(client, "well/inflow")).StatusCode.is_good()
        await subscription.delete()


async def test_a_command_to_a_frozen_server_is_too_old_when_it_thaws(hand: HandPlant, tmp_path: Path) -> None:
    """The Write call waits ten seconds in the frozen server; thawed, it is rejected by its heartbeat, nothing moves."""
    beat = hand.plant.scene.stations["ps05"].heartbeat
    async with session(hand, tmp_path) as client:
        await hand.plant.fault("frozen", DEVICE)
        waiting = asyncio.create_task(send(client, epoch=3, heartbeat=beat, equipment=12, verb=1, sequence=1))
        done, _ = await asyncio.wait({waiting}, timeout=0.3)
        assert not done
        await hand.run(10)
        assert hand.plant.state()["stations"]["ps05"]["writes"] == 0
        await hand.plant.clear("frozen")
        await waiting
        assert await echo(client) == (1, EchoResult.REJECTED, EchoReason.OLD_HEARTBEAT, 1)
    await hand.run(3)
    assert not any(p["running"] for p in hand.plant.state()["stations"]["ps05"]["pumps"].values())


async def test_a_dropped_server_cuts_its_sessions_and_comes_back_on_its_port(hand: HandPlant, tmp_path: Path) -> None:
    """The session is lost, connecting is refused; cleared, a new session reads fresh values, slow or not."""
    address = hand.plant.faces[DEVICE].address
    lost = asyncio.Event()

    async def note(_error: Exception) -> None:
        lost.set()

    async with session(hand, tmp_path) as client:
        client.connection_lost_callback = note
        await hand.plant.fault("drop", DEVICE)
        async with asyncio.timeout(10):
            await lost.wait()
    with pytest.raises(OSError):
        async with session(hand, tmp_path):
            pass
    await hand.plant.clear("drop")
    assert hand.plant.faces[DEVICE].address == address
    async with session(hand, tmp_path) as client:
        assert (await value_of(client, "well/level")).StatusCode.is_good()
        await hand.plant.fault("slow", DEVICE, delay_s=0.3)
        began = asyncio.get_running_loop().time()
        await value_of(client, "well/level")
        assert asyncio.get_running_loop().time() - began >= 0.29
        await hand.plant.clear("slow")
    with pytest.raises(ConfigurationFault, match="signed"):
        await hand.plant.fault("mismatch", DEVICE)
