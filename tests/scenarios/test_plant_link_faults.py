"""Faults of the line, byte by byte: what a client of a disturbed Modbus server gets, and what becomes of a command."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.errors import ConfigurationFault
from app.model.commands.block import EchoReason
from tests.helpers.modbus_wire import Wire, block_pdu, open_wire, read_pdu
from tests.helpers.plants import HandPlant, hand_plant

READ = read_pdu(0, 4)
PLC, OTHER = "plc-ps01", "plc-ps02"


@pytest.fixture
async def hand(tmp_path: Path) -> AsyncIterator[HandPlant]:
    async with hand_plant(tmp_path, (PLC, OTHER)) as plant:
        # No inflow at ps01: its level control starts nothing, so that a pump that runs was commanded.
        plant.wells.wells["ps01"].inflow_m3h = 0.0
        await plant.run(30)
        yield plant


@pytest.fixture
async def wire(hand: HandPlant) -> AsyncIterator[Wire]:
    made = await open_wire(hand.port(PLC))
    yield made
    await made.close()


def start_block(hand: HandPlant) -> bytes:
    beat = hand.plant.scene.stations["ps01"].heartbeat
    return block_pdu(1000, heartbeat=beat, equipment=11, verb=1, sequence=1)


def writes(hand: HandPlant) -> tuple[int, bool]:
    """Return (blocks that arrived at ps01, its first pump runs)."""
    station = hand.plant.state()["stations"]["ps01"]
    return station["writes"], station["pumps"]["ps01/pump1"]["running"]


async def test_a_frozen_server_answers_after_it_thaws(hand: HandPlant, wire: Wire) -> None:
    """Old and new connections are accepted and silent; thawed, it answers what was asked meanwhile."""
    await hand.plant.fault("frozen", PLC)
    wire.send(READ, transaction=7)
    late = await open_wire(hand.port(PLC))
    late.send(READ, transaction=8)

    assert await wire.silent()
    assert await late.silent()
    await hand.plant.clear("frozen", PLC)
    assert (await wire.receive())[0] == 7
    assert (await late.receive())[0] == 8
    await late.close()


async def test_a_command_to_a_frozen_plc_is_too_old_when_it_thaws(hand: HandPlant, wire: Wire) -> None:
    """The block waits in the frozen server for ten seconds; thawed, it is counted, rejected as old, nothing moves."""
    await hand.plant.fault("frozen", PLC)
    wire.send(start_block(hand))
    assert await wire.silent()
    await hand.run(10)
    assert writes(hand) == (0, False)

    await hand.plant.clear()
    assert (await wire.receive())[2][0] == 16
    await hand.run(3)
    assert writes(hand) == (1, False)
    assert hand.plant.state()["stations"]["ps01"]["echo"]["reason"] == EchoReason.OLD_HEARTBEAT


@pytest.mark.parametrize("with_reset", [False, True])
async def test_a_command_survives_its_client_in_a_frozen_plc_and_is_rejected(hand: HandPlant, with_reset: bool) -> None:
    """The client closes, or resets; the bytes are delivered all the same after thawing, and do nothing."""
    client = await open_wire(hand.port(PLC))
    await client.ask(READ)
    await hand.plant.fault("frozen", PLC)
    client.send(start_block(hand))
    await (client.reset() if with_reset else client.close())
    await hand.run(10)

    await hand.plant.clear()
    other = await open_wire(hand.port(PLC))
    await other.ask(READ)
    await hand.run(3)
    assert writes(hand) == (1, False)
    assert hand.plant.state()["stations"]["ps01"]["echo"]["reason"] == EchoReason.OLD_HEARTBEAT
    await other.close()


async def test_a_half_open_link_swallows_a_command_for_ever(hand: HandPlant, wire: Wire) -> None:
    """Nothing is answered and nothing is acted upon, not even after the link is well again."""
    await hand.plant.fault("half-open", PLC)
    wire.send(start_block(hand))
    assert await wire.silent()
    await hand.plant.clear()

    assert (await wire.ask(READ))[0] == 3
    await hand.run(3)
    assert writes(hand) == (0, False)


async def test_a_dropped_link_is_cut_and_the_port_closed_until_it_is_cleared(hand: HandPlant, wire: Wire) -> None:
    """Connections end at once, new ones are refused, and the same port answers afterwards."""
    port = hand.port(PLC)
    await hand.plant.fault("drop", PLC)
    assert await wire.cut()
    with pytest.raises(OSError):
        await open_wire(port)

    await hand.plant.clear()
    assert hand.port(PLC) == port
    again = await open_wire(port)
    assert (await again.ask(READ))[0] == 3
    await again.close()


async def test_links_can_be_cut_once_with_the_port_left_open(hand: HandPlant, wire: Wire) -> None:
    """`once` cuts and stands for nothing afterwards."""
    await hand.plant.fault("drop", PLC, once=True)
    assert await wire.cut()
    again = await open_wire(hand.port(PLC))
    assert (await again.ask(READ))[0] == 3
    assert hand.plant.state()["faults"] == []
    await again.close()


async def test_slow_answers_come_late_in_order_and_right(hand: HandPlant, wire: Wire) -> None:
    """Each answer takes at least its delay and answers its own question."""
    await hand.plant.fault("slow", PLC, delay_s=0.3)
    loop = asyncio.get_running_loop()
    began = loop.time()
    wire.send(READ, transaction=1)
    wire.send(read_pdu(0, 2), transaction=2)

    first, second = await wire.receive(), await wire.receive()
    assert loop.time() - began >= 0.29
    assert (first[0], len(first[2]), second[0], len(second[2])) == (1, 10, 2, 6)


async def test_garbage_is_random_bytes_of_the_same_length(hand: HandPlant, wire: Wire) -> None:
    """Two answers differ from the right one and from each other."""
    await hand.plant.fault("garbage", PLC)
    got = []
    for _ in range(2):
        wire.send(READ)
        async with asyncio.timeout(10):
            got.append(await wire.reader.readexactly(17))
    assert got[0] != got[1]
    assert all(not g.startswith(b"\0\1\0\0\0\x0b\1\3\x08") for g in got)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("function", (5, 1, 4, 8, 8)),
        ("count", (5, 1, 3, 6, 6)),
        ("transaction", (6, 1, 3, 8, 8)),
        ("unit", (5, 2, 3, 8, 8)),
    ],
)
async def test_a_mismatched_reply_is_wrong_in_one_thing_alone(
    hand: HandPlant, wire: Wire, how: str, expected: tuple[int, int, int, int, int]
) -> None:
    """(transaction, unit, function, stated and real bytes) differ from (5, 1, 3, 8, 8) in what was asked for."""
    await hand.plant.fault("mismatch", PLC, how=how)
    wire.send(READ, transaction=5)
    transaction, unit, pdu = await wire.receive()
    assert (transaction, unit, pdu[0], pdu[1], len(pdu) - 2) == expected


async def test_a_disturbed_device_leaves_the_other_servers_alone(hand: HandPlant) -> None:
    """With the first PLC frozen, garbled and slow by turns the second one answers each time."""
    other = await open_wire(hand.port(OTHER))
    for kind in ("frozen", "half-open", "garbage", "slow", "mismatch", "drop"):
        await hand.plant.fault(kind, PLC)
        reply = await other.ask(read_pdu(0, 4, function=4))
        assert reply[:2] == bytes([4, 8]), kind
        await hand.plant.clear()
    await other.close()


async def test_what_is_no_modbus_is_hung_up_on(hand: HandPlant, wire: Wire) -> None:
    """A client that speaks something else is cut, and the server lives."""
    wire.writer.write(b"GET / HTTP/1.1\r\n\r\n")
    assert await wire.cut()
    again = await open_wire(hand.port(PLC))
    assert struct.unpack(">BB", (await again.ask(READ))[:2]) == (3, 8)
    await again.close()


@pytest.mark.parametrize(
    ("kind", "target", "params", "word"),
    [
        ("earthquake", "ps01", {}, "known: trip"),
        ("trip", "ps09/pump1", {}, "no station"),
        ("trip", "ps01/well", {}, "pump, gate or rack"),
        ("trip", "ps01/pump1", {"code": "sadness"}, "overload"),
        ("stuck", "ps01/well/colour", {}, "no tag"),
        ("frozen", "plc-ps99", {}, "known: plc-ps01"),
        ("slow", PLC, {"delay_s": "soon"}, "number"),
        ("mismatch", PLC, {"how": "colour"}, "possible: function"),
        ("blocked", "ps01/pump1", {}, "rack"),
    ],
)
async def test_a_wrong_fault_is_refused_by_name_and_leaves_nothing(
    hand: HandPlant, kind: str, target: str, params: dict[str, str], word: str
) -> None:
    """An unknown kind, target or parameter says what is known, and no fault stands afterwards."""
    with pytest.raises(ConfigurationFault, match=word):
        await hand.plant.fault(kind, target, **params)
    assert hand.plant.state()["faults"] == []
