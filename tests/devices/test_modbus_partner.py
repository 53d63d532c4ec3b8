"""The driver and the command link against pymodbus's server: nobody here agrees only with himself."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.devices.base import Device
from app.devices.making import make_command_link
from app.errors import LinkDown
from app.model.commands.block import BlockOut, Echo
from app.model.points import ModbusPoint, Table, WordOrder, WordType
from app.model.quality import Quality
from app.model.spec import CommandBlock, DeviceSpec, Label, Protocol, TagKind, TagSpec
from tests.devices.conftest import Run
from tests.helpers.modbus_partner import serial_pair, serial_partner, tcp_partner
from tests.helpers.points import device_spec
from tests.helpers.sink import RecordingSink, eventually

LABEL = Label("", "")
POINTS = {
    1: (ModbusPoint(1, Table.HOLDING, 0, WordType.U16), 0x1234),
    2: (ModbusPoint(1, Table.HOLDING, 2, WordType.F32), 1.0),
    3: (ModbusPoint(1, Table.HOLDING, 4, WordType.F32, WordOrder.CDAB), 1.0),
    4: (ModbusPoint(1, Table.HOLDING, 6, WordType.BIT, bit=1), 1),
    5: (ModbusPoint(1, Table.HOLDING, 7, WordType.I16, scale=0.5, offset=10), 9),
    6: (ModbusPoint(1, Table.HOLDING, 20, WordType.U32), 0),
}
TAGS = [TagSpec(f"s/e/t{n}", LABEL, TagKind.ANALOG, number=n, device="plc", group="fast", point=point)
        for n, (point, _) in POINTS.items()]  # fmt: skip
BLOCK = CommandBlock(
    "plc",
    ModbusPoint(1, Table.HOLDING, 30, WordType.U16),
    ModbusPoint(1, Table.HOLDING, 37, WordType.U16),
    "s/plc/heartbeat",
)
OUT = BlockOut(epoch=9, heartbeat=3, equipment=4, verb=5, value=1.0, sequence=0x60007)


async def check(spec: DeviceSpec, run: Run, sink: RecordingSink, tmp_path: Path, *, share: bool = False) -> None:
    """Read all points rightly, then write a block and read part of it back as an echo."""
    device: Device = run(spec, TAGS)
    await eventually(lambda: sink.all_of(Quality.GOOD, *POINTS))
    assert sink.values == {n: value for n, (_, value) in POINTS.items()}
    link = make_command_link(spec, private=tmp_path, device=device if share else None)
    await link.connect()
    await link.send(BLOCK, OUT, lambda: None)
    # Registers 37 and 38 are the sequence just written; the rest of this "echo" is still zero.
    assert await link.read_echo(BLOCK) == Echo(sequence=0x60007, result=0, reason=0, writes=0)
    seen = len(sink.batches)
    await eventually(lambda: len(sink.batches) > seen + 2)
    assert device.status.bad_replies == 0 and sink.events == []
    if not share:
        link.abort()


@pytest.mark.parametrize("rtu", [False, True], ids=["tcp", "rtu"])
async def test_over_tcp(rtu: bool, run: Run, sink: RecordingSink, tmp_path: Path) -> None:
    """Modbus TCP and RTU frames over TCP."""
    protocol = Protocol.MODBUS_RTU_TCP if rtu else Protocol.MODBUS_TCP
    async with tcp_partner(rtu=rtu) as port:
        await check(device_spec(f"127.0.0.1:{port}", protocol=protocol, timeout_ms=800), run, sink, tmp_path)


async def test_over_a_serial_line(run: Run, sink: RecordingSink, tmp_path: Path) -> None:
    """Serial RTU; polling and commands share the one port by turns."""
    async with serial_pair() as (ours, theirs), serial_partner(theirs):
        spec = device_spec(f"{ours}?baudrate=115200", protocol=Protocol.MODBUS_RTU, timeout_ms=800)
        await check(spec, run, sink, tmp_path, share=True)


@pytest.mark.logs("failed", "recovered")
async def test_a_serial_partner_that_goes_silent_and_comes_back(run: Run, sink: RecordingSink, tmp_path: Path) -> None:
    """Nobody at the other end of the cable: bad; somebody: good; and commands are refused meanwhile."""
    async with serial_pair() as (ours, theirs):
        spec = device_spec(f"{ours}?baudrate=115200", protocol=Protocol.MODBUS_RTU)
        device = run(spec, TAGS)
        await eventually(lambda: sink.all_of(Quality.COMM_LOST, *POINTS))
        link = make_command_link(spec, private=tmp_path, device=device)
        with pytest.raises(LinkDown):
            await link.connect()
            await link.send(BLOCK, OUT, lambda: None)
        async with serial_partner(theirs):
            await eventually(lambda: sink.all_of(Quality.GOOD, *POINTS))
        assert sink.kinds() == ["failed", "recovered"]


@pytest.mark.logs("failed")
async def test_a_port_that_is_not_there(run: Run, sink: RecordingSink) -> None:
    """A missing device file is a failure like any other: told once, tried again."""
    device = run(device_spec("/dev/no-such-port", protocol=Protocol.MODBUS_RTU), TAGS)
    await eventually(lambda: sink.all_of(Quality.COMM_LOST, *POINTS))
    assert device.status.state == "failed" and "no-such-port" in device.status.last_error
