"""The plant's Modbus servers over real sockets, with pymodbus as an independent client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pymodbus import FramerType
from pymodbus.client import AsyncModbusTcpClient

from app.model.points import ModbusPoint, Table, WordType, words_of
from app.model.spec import TagKind
from tests.helpers.plants import HandPlant, hand_plant

TYPES = {
    WordType.U16: AsyncModbusTcpClient.DATATYPE.UINT16,
    WordType.I16: AsyncModbusTcpClient.DATATYPE.INT16,
    WordType.U32: AsyncModbusTcpClient.DATATYPE.UINT32,
    WordType.I32: AsyncModbusTcpClient.DATATYPE.INT32,
    WordType.U64: AsyncModbusTcpClient.DATATYPE.UINT64,
    WordType.I64: AsyncModbusTcpClient.DATATYPE.INT64,
    WordType.F32: AsyncModbusTcpClient.DATATYPE.FLOAT32,
    WordType.F64: AsyncModbusTcpClient.DATATYPE.FLOAT64,
}


@pytest.fixture
async def hand(tmp_path: Path) -> AsyncIterator[HandPlant]:
    async with hand_plant(tmp_path) as plant:
        await plant.run(30)
        yield plant


@pytest.fixture
async def clients(hand: HandPlant) -> AsyncIterator[dict[str, AsyncModbusTcpClient]]:
    made = {
        device: AsyncModbusTcpClient(
            "127.0.0.1",
            port=hand.port(device),
            framer=FramerType.RTU if device == "gw-rain" else FramerType.SOCKET,
            timeout=5,
            retries=0,
        )
        for device in hand.plant.faces
    }
    for client in made.values():
        assert await client.connect()
    yield made
    for client in made.values():
        client.close()


async def read(client: AsyncModbusTcpClient, point: ModbusPoint) -> float:
    """Read one point as pymodbus understands it."""
    count = words_of(point)
    if point.table in (Table.COIL, Table.DISCRETE):
        ask = client.read_coils if point.table is Table.COIL else client.read_discrete_inputs
        return float((await ask(point.address, count=1, device_id=point.unit)).bits[0])
    reading = client.read_input_registers if point.table is Table.INPUT else client.read_holding_registers
    reply = await reading(point.address, count=count, device_id=point.unit)
    assert not reply.isError(), (point, reply)
    if point.type is WordType.BIT:
        return float(reply.registers[0] >> point.bit & 1)
    order: Any = "little" if point.order.value == "cdab" else "big"
    raw = client.convert_from_registers(reply.registers, TYPES[point.type], word_order=order)
    assert isinstance(raw, int | float)
    return raw * point.scale + point.offset


async def command(
    client: AsyncModbusTcpClient, unit: int, base: int, *, order: Any = "big", **fields: int
) -> tuple[bool, str]:
    """Write one block as pymodbus encodes it. Returns (write was taken, text of the reply)."""
    kinds = TYPES[WordType.U32], TYPES[WordType.U16], TYPES[WordType.F32]

    def words(value: float, kind: Any) -> list[int]:
        return client.convert_to_registers(value, kind, word_order=order)

    registers = [
        *words(fields.get("epoch", 1), kinds[0]),
        *words(fields["heartbeat"], kinds[1]),
        *words(fields["equipment"], kinds[1]),
        *words(fields["verb"], kinds[1]),
        *words(float(fields.get("value", 0)), kinds[2]),
        *words(fields["sequence"], kinds[0]),
    ]
    reply = await client.write_registers(base, registers, device_id=unit)
    return not reply.isError(), str(reply)


async def test_every_tag_reads_as_the_site_says_in_each_word_order(
    hand: HandPlant, clients: dict[str, AsyncModbusTcpClient]
) -> None:
    """All tags of three devices (big-endian, little-endian words, RTU with two units) read back within their step."""
    truth = hand.plant.scene.values()
    seen = 0
    for tag in hand.site.tags:
        if isinstance(tag.point, ModbusPoint) and tag.kind is not TagKind.TEXT:
            got = await read(clients[tag.device], tag.point)
            step = tag.point.scale if tag.point.type not in (WordType.F32, WordType.F64) else 1e-3
            assert got == pytest.approx(truth[tag.path], abs=step, rel=1e-6), tag.path
            seen += 1
    assert seen > 200


async def test_a_pump_starts_by_one_block_and_a_repeat_changes_nothing(
    hand: HandPlant, clients: dict[str, AsyncModbusTcpClient]
) -> None:
    """Start is accepted and echoed, the pump runs; the same block again is rejected, and both are counted."""
    state = hand.plant.state()["stations"]["ps01"]
    fields = {"heartbeat": state["heartbeat"], "equipment": 12, "verb": 1, "sequence": 500}

    assert (await command(clients["plc-ps01"], 1, 1000, **fields))[0]
    assert (await clients["plc-ps01"].read_holding_registers(1020, count=6, device_id=1)).registers == [
        0,
        500,
        1,
        0,
        0,
        1,
    ]
    assert (await command(clients["plc-ps01"], 1, 1000, **fields))[0]
    assert (await clients["plc-ps01"].read_holding_registers(1020, count=6, device_id=1)).registers == [
        0,
        500,
        2,
        2,
        0,
        2,
    ]
    await hand.run(2)
    after = hand.plant.state()["stations"]["ps01"]
    assert after["pumps"]["ps01/pump2"]["running"]
    assert (after["writes"], after["accepted"]) == (2, 1)


async def test_blocks_reach_the_little_endian_plc_and_each_unit_behind_the_gateway(
    hand: HandPlant, clients: dict[str, AsyncModbusTcpClient]
) -> None:
    """ps02 takes its block in its own word order; units 3 and 4 have blocks of their own."""
    beat = {n: s["heartbeat"] for n, s in hand.plant.state()["stations"].items()}
    start = {"equipment": 11, "verb": 1, "sequence": 70_001}

    assert (await command(clients["plc-ps02"], 1, 1000, order="little", heartbeat=beat["ps02"], **start))[0]
    assert (await command(clients["gw-rain"], 4, 500, heartbeat=beat["ps04"], **start))[0]
    await hand.run(2)
    stations = hand.plant.state()["stations"]
    assert stations["ps02"]["pumps"]["ps02/pump1"]["running"]
    assert stations["ps02"]["echo"] == {"sequence": 70_001, "result": 1, "reason": 0}
    assert stations["ps04"]["pumps"]["ps04/pump1"]["running"]
    assert {n: s["writes"] for n, s in stations.items() if s["writes"]} == {"ps02": 1, "ps04": 1}


async def test_part_of_a_block_and_writes_elsewhere_are_exceptions_and_no_command(
    hand: HandPlant, clients: dict[str, AsyncModbusTcpClient]
) -> None:
    """The sequence alone is exception 3, a level written over is exception 2; no block was counted."""
    client = clients["plc-ps01"]

    assert (await client.write_registers(1007, [0, 9], device_id=1)).exception_code == 3
    assert (await client.write_register(0, 3000, device_id=1)).exception_code == 2
    state = hand.plant.state()
    assert state["stations"]["ps01"]["writes"] == 0
    assert state["devices"]["plc-ps01"]["writes"] == 2


async def test_one_refused_register_leaves_its_neighbours_readable(
    hand: HandPlant, clients: dict[str, AsyncModbusTcpClient]
) -> None:
    """The level answers exception 2, alone or in a block; the register beside it reads on; cleared, all is well."""
    level = next(t for t in hand.site.tags if t.path == "ps01/well/level").point
    assert isinstance(level, ModbusPoint)
    client = clients["plc-ps01"]

    await hand.plant.fault("refuse-register", "ps01/well/level")
    block = await client.read_holding_registers(level.address, count=4, device_id=1)
    assert (block.isError(), block.exception_code) == (True, 2)
    assert not (await client.read_holding_registers(level.address + 1, count=3, device_id=1)).isError()
    assert await hand.plant.clear("refuse-register") == 1
    assert not (await client.read_holding_registers(level.address, count=4, device_id=1)).isError()


async def test_a_silent_unit_leaves_the_other_unit_of_the_gateway_answering(
    hand: HandPlant, clients: dict[str, AsyncModbusTcpClient]
) -> None:
    """Unit 3 is silent; unit 4 answers on the same line."""
    await hand.plant.fault("half-open", "gw-rain", unit=3)

    assert not (await clients["gw-rain"].read_holding_registers(0, count=4, device_id=4)).isError()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await clients["gw-rain"].read_holding_registers(0, count=4, device_id=3)


async def test_sensor_faults_show_in_the_registers(hand: HandPlant, clients: dict[str, AsyncModbusTcpClient]) -> None:
    """An integer shows a value over its range, a float not-a-number; stuck stays while the well moves."""
    points = {t.path: t.point for t in hand.site.tags}

    async def shown(device: str, path: str) -> float:
        point = points[path]
        assert isinstance(point, ModbusPoint)
        return await read(clients[device], point)

    await hand.plant.fault("sensor", "ps01/well/level")
    assert await shown("plc-ps01", "ps01/well/level") == pytest.approx(6.25)
    await hand.plant.fault("sensor", "ps02/well/level")
    nan = await shown("plc-ps02", "ps02/well/level")
    assert nan != nan
    await hand.plant.fault("stuck", "ps04/well/level")
    before = await shown("gw-rain", "ps04/well/level")
    await hand.run(60)
    assert await shown("gw-rain", "ps04/well/level") == before
    assert await hand.plant.clear() == 3
    await hand.run(1)
    assert await shown("gw-rain", "ps04/well/level") != before
