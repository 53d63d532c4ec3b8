"""Commands over Modbus: one write, a fence in the same step, never a second try."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.devices.base import CommandLink
from app.devices.making import LONGEST_WAIT_MS, make_command_link
from app.errors import BadReply, ConfigurationFault, LeaseLost, LinkDown, Refused
from app.model.commands.block import BlockOut, Echo
from app.model.points import ModbusPoint, OpcUaPoint, Table, WordOrder, WordType
from app.model.spec import CommandBlock, Protocol
from tests.helpers.points import device_spec
from tests.helpers.scripted_modbus import ScriptedServer, scripted_server
from tests.helpers.sink import eventually

BASE = ModbusPoint(1, Table.HOLDING, 100, WordType.U16, WordOrder.CDAB)
ECHO = ModbusPoint(1, Table.HOLDING, 120, WordType.U16, WordOrder.CDAB)
BLOCK = CommandBlock("plc", BASE, ECHO, "s/plc/heartbeat")
OUT = BlockOut(epoch=0x10002, heartbeat=3, equipment=4, verb=5, value=1.0, sequence=0x60007)
ON_THE_WIRE = [2, 1, 3, 4, 5, 0, 0x3F80, 7, 6]


def free() -> None:
    """Be a fence that lets through."""


def lost() -> None:
    """Be a fence whose lease has run out."""
    raise LeaseLost("the lease ran out")


@pytest.fixture(params=[False, True], ids=["tcp", "rtu"])
async def server(request: pytest.FixtureRequest) -> AsyncIterator[ScriptedServer]:
    """Run a scripted server of either framing."""
    async with scripted_server(rtu=request.param) as running:
        yield running


@pytest.fixture
async def link(server: ScriptedServer, tmp_path: Path) -> AsyncIterator[CommandLink]:
    """Connect a command link to the server."""
    protocol = Protocol.MODBUS_RTU_TCP if server.rtu else Protocol.MODBUS_TCP
    made = make_command_link(device_spec(f"127.0.0.1:{server.port}", protocol=protocol), private=tmp_path)
    await made.connect()
    yield made
    made.abort()
    await asyncio.sleep(0.01)


async def test_a_block_is_one_write_of_nine_registers(server: ScriptedServer, link: CommandLink) -> None:
    """The PLC sees exactly one function-16 request, words of 32-bit fields in its order, the sequence last."""
    await link.send(BLOCK, OUT, free)
    assert [server.registers[100 + n] for n in range(9)] == ON_THE_WIRE
    assert len(server.requests) == 1 and server.writes[0][:6] == bytes.fromhex("1000640009 12")


async def test_the_echo_is_read_from_six_registers(server: ScriptedServer, link: CommandLink) -> None:
    """Sequence, result, reason and write counter come back in the PLC's order."""
    for n, word in enumerate([7, 6, 2, 5, 9, 0]):
        server.registers[120 + n] = word
    assert await link.read_echo(BLOCK) == Echo(sequence=0x60007, result=2, reason=5, writes=9)


async def test_a_raising_fence_sends_nothing(server: ScriptedServer, link: CommandLink) -> None:
    """What the fence raises comes out, no byte reaches the PLC, and the link can be used again."""
    with pytest.raises(LeaseLost):
        await link.send(BLOCK, OUT, lost)
    with pytest.raises(LeaseLost):
        await link.send_direct(BASE, 1.0, lost)
    await link.read_echo(BLOCK)
    assert server.writes == [] and len(server.requests) == 1


async def test_the_fence_runs_in_the_same_step_as_the_send(link: CommandLink, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else on the loop runs between fence and write."""
    order: list[str] = []
    line = link._line  # type: ignore[attr-defined]
    send = line._send

    def fence() -> None:
        order.append("fence")
        asyncio.get_running_loop().call_soon(order.append, "next turn")

    def watched(frame: bytes) -> None:
        order.append("write")
        send(frame)

    monkeypatch.setattr(line, "_send", watched)
    await link.send(BLOCK, OUT, fence)
    assert order == ["fence", "write", "next turn"]


async def test_a_time_out_never_sends_again(server: ScriptedServer, link: CommandLink) -> None:
    """One request, then LinkDown and a dropped connection; connecting again sends nothing by itself."""
    server.fault = "silent"
    with pytest.raises(LinkDown):
        await link.send(BLOCK, OUT, free)
    assert not link.connected
    server.fault = ""
    await link.connect()
    await link.read_echo(BLOCK)
    assert len(server.writes) == 1


@pytest.mark.parametrize("fault", ["wrong function", "wrong unit", "truncated", "garbage"])
async def test_a_wrong_reply_is_not_a_success(fault: str, server: ScriptedServer, link: CommandLink) -> None:
    """A reply that does not repeat the write raises and drops the connection; nothing is sent again."""
    server.fault = fault
    with pytest.raises((BadReply, LinkDown)):
        await link.send(BLOCK, OUT, free)
    assert len(server.writes) == 1
    await eventually(lambda: not link.connected or fault == "wrong function")


async def test_a_refusal_is_told_with_its_code(server: ScriptedServer, link: CommandLink) -> None:
    """An exception reply means that nothing was taken; the connection stays."""
    server.fault = "refuse"
    with pytest.raises(Refused) as caught:
        await link.send(BLOCK, OUT, free)
    assert caught.value.code == 2 and link.connected


@pytest.mark.parametrize("fault", ["failed", "acknowledge", "no target"])
async def test_an_exception_that_proves_nothing_is_no_refusal(
    fault: str, server: ScriptedServer, link: CommandLink
) -> None:
    """Failed in the middle, accepted for later, passed on by a gateway and not heard of: all may have been taken."""
    server.fault = fault
    with pytest.raises(LinkDown, match="may have been taken"):
        await link.send(BLOCK, OUT, free)
    assert not link.connected and len(server.writes) == 1


async def test_a_connection_that_is_aborted_while_it_is_made_does_not_stay(
    server: ScriptedServer, link: CommandLink
) -> None:
    """connect → abort before it stands: LinkDown, and the server is left alone; the next connect is whole."""
    link.abort()
    await eventually(lambda: not server._open)
    connecting = asyncio.create_task(link.connect())
    await asyncio.sleep(0)
    link.abort()
    with pytest.raises(LinkDown):
        await connecting
    await eventually(lambda: not server._open)
    assert not link.connected
    await link.connect()
    await link.read_echo(BLOCK)


async def test_a_connection_that_breaks_during_a_send_is_link_down(server: ScriptedServer, link: CommandLink) -> None:
    """The pending write fails at once, not after its time."""
    server.fault = "drop"
    with pytest.raises(LinkDown):
        await link.send(BLOCK, OUT, free)
    assert not link.connected and len(server.writes) == 1


async def test_nothing_is_queued_while_not_connected(server: ScriptedServer, link: CommandLink) -> None:
    """After an abort a send is refused at once, without asking the fence, and never arrives later."""
    link.abort()
    asked: list[str] = []
    with pytest.raises(LinkDown):
        await link.send(BLOCK, OUT, lambda: asked.append("fence"))
    await link.connect()
    await link.read_echo(BLOCK)
    assert asked == [] and server.writes == []


async def test_connecting_to_nobody_is_link_down(server: ScriptedServer, link: CommandLink) -> None:
    """A refused connection is told as such."""
    link.abort()
    await server.stop()
    with pytest.raises(LinkDown):
        await link.connect()


DIRECT: list[tuple[ModbusPoint, float, Callable[[dict[int, int]], object], object]] = [
    (ModbusPoint(1, Table.HOLDING, 10, WordType.U16, scale=0.1), 25.0, lambda r: r[10], 250),
    (ModbusPoint(1, Table.HOLDING, 10, WordType.I16), -2.0, lambda r: r[10], 0xFFFE),
    (ModbusPoint(1, Table.HOLDING, 10, WordType.F32, WordOrder.CDAB), 1.0, lambda r: (r[10], r[11]), (0, 0x3F80)),
    (ModbusPoint(1, Table.HOLDING, 15, WordType.BIT, bit=4), 1.0, lambda r: r[15], 15 | 16),
    (ModbusPoint(1, Table.HOLDING, 15, WordType.BIT, bit=0), 0.0, lambda r: r[15], 14),
    (ModbusPoint(1, Table.COIL, 3, WordType.BIT), 1.0, lambda r: r[3], 0xFF00),
]


@pytest.mark.parametrize(("point", "value", "look", "expected"), DIRECT)
async def test_single_values_are_written_in_their_type(
    point: ModbusPoint, value: float, look: Callable[[dict[int, int]], object], expected: object,
    server: ScriptedServer, link: CommandLink,
) -> None:  # fmt: skip
    """Scaled back, in the point's order, bits without touching their neighbours; always one request."""
    await link.send_direct(point, value, free)
    assert look(server.registers) == expected and len(server.writes) == 1


@pytest.mark.parametrize(
    "point",
    [
        ModbusPoint(1, Table.INPUT, 1, WordType.U16),
        ModbusPoint(1, Table.HOLDING, 1, WordType.TEXT, length=2),
        ModbusPoint(1, Table.HOLDING, 1, WordType.U16, scale=0.001),
        OpcUaPoint("ns=2;s=x"),
    ],
)
async def test_what_cannot_be_written_is_refused_before_it_is_sent(
    point: ModbusPoint | OpcUaPoint, server: ScriptedServer, link: CommandLink
) -> None:
    """Read-only tables, texts, values that do not fit and foreign points send nothing."""
    with pytest.raises(Refused):
        await link.send_direct(point, 100.0, free)
    assert server.requests == []


def test_commands_on_a_serial_line_need_its_driver(tmp_path: Path) -> None:
    """A serial port cannot be opened twice: without the polling driver the maker says so."""
    spec = device_spec("/dev/ttyS0", protocol=Protocol.MODBUS_RTU)
    with pytest.raises(ConfigurationFault, match="serial"):
        make_command_link(spec, private=tmp_path)


def test_a_command_never_waits_as_long_as_a_slow_poll_may(tmp_path: Path) -> None:
    """A device with a minute's patience for its values has four seconds for the reply to a command."""
    spec = replace(device_spec("127.0.0.1:1"), timeout_ms=60_000)
    link = make_command_link(spec, private=tmp_path)
    assert link._timeout_s == LONGEST_WAIT_MS / 1000  # type: ignore[attr-defined]
