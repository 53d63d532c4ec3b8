"""Commands over OPC UA: one Write call, a fence in the same step, never a second try."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from asyncua import ua

from app.devices.base import CommandLink
from app.devices.making import make_command_link
from app.devices.opcua.status import proves_not_taken
from app.errors import BadReply, LeaseLost, LinkDown, Refused
from app.model.commands.block import BlockOut, Echo
from app.model.points import ModbusPoint, OpcUaPoint, Table, WordType
from app.model.spec import CommandBlock, Protocol
from tests.helpers.opcua_partner import NAMESPACE, OpcUaPartner, opcua_partner
from tests.helpers.points import device_spec
from tests.helpers.relay import Relay, relay_to

BLOCK = CommandBlock("plc", OpcUaPoint(f"nsu={NAMESPACE};s=cmd/"), OpcUaPoint(f"nsu={NAMESPACE};s=echo/"), "s/plc/hb")
OUT = BlockOut(epoch=9, heartbeat=3, equipment=4, verb=5, value=1.5, sequence=77)
FIELDS = ("epoch", "heartbeat", "equipment", "verb", "value", "sequence")


def free() -> None:
    """Be a fence that lets through."""


def lost() -> None:
    """Be a fence whose lease has run out."""
    raise LeaseLost("the lease ran out")


@pytest.fixture
async def partner(tmp_path: Path) -> AsyncIterator[OpcUaPartner]:
    """Run a server."""
    async with opcua_partner(tmp_path) as running:
        yield running


@pytest.fixture
async def relay(partner: OpcUaPartner) -> AsyncIterator[Relay]:
    """Run a relay in front of it."""
    async with relay_to(partner.port) as running:
        yield running


@pytest.fixture
async def link(relay: Relay, tmp_path: Path) -> AsyncIterator[CommandLink]:
    """Connect a command link through the relay."""
    spec = device_spec(f"opc.tcp://127.0.0.1:{relay.port}/", protocol=Protocol.OPCUA, timeout_ms=1000)
    made = make_command_link(spec, private=tmp_path)
    await made.connect()
    yield made
    made.abort()
    await asyncio.sleep(0.05)


async def written(partner: OpcUaPartner) -> list[float]:
    """Read the command block at the server itself."""
    return [await partner.nodes[f"cmd/{name}"].read_value() for name in FIELDS]


async def test_a_block_is_one_write_call(
    partner: OpcUaPartner, link: CommandLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All six fields in one service call, the sequence last."""
    calls: list[list[str]] = []
    client = link._session.client.uaclient  # type: ignore[attr-defined]
    write = client.write

    async def counted(parameters: ua.WriteParameters) -> object:
        calls.append([str(one.NodeId.Identifier) for one in parameters.NodesToWrite])
        return await write(parameters)

    monkeypatch.setattr(client, "write", counted)
    await link.send(BLOCK, OUT, free)
    assert calls == [[f"cmd/{name}" for name in FIELDS]]
    assert await written(partner) == [9, 3, 4, 5, 1.5, 77]


async def test_the_echo_is_read(partner: OpcUaPartner, link: CommandLink) -> None:
    """Sequence, result, reason and write counter."""
    for name, value, kind in (("sequence", 77, "UInt32"), ("result", 2, "UInt16"), ("reason", 5, "UInt16"),
                              ("writes", 9, "UInt32")):  # fmt: skip
        await partner.nodes[f"echo/{name}"].write_value(ua.Variant(value, ua.VariantType[kind]))
    assert await link.read_echo(BLOCK) == Echo(77, 2, 5, 9)


async def test_a_raising_fence_sends_nothing(partner: OpcUaPartner, relay: Relay, link: CommandLink) -> None:
    """What the fence raises comes out and not one byte is sent; the session is given up, a new one works."""
    before = relay.sent_to_server
    with pytest.raises(LeaseLost):
        await link.send(BLOCK, OUT, lost)
    assert relay.sent_to_server == before and not link.connected
    await link.connect()
    assert await written(partner) == [0, 0, 0, 0, 0, 0]
    await link.send(BLOCK, OUT, free)
    assert (await written(partner))[-1] == 77


async def test_the_fence_runs_in_the_same_step_as_the_send(link: CommandLink) -> None:
    """Nothing else on the loop runs between fence and write: the transport is written before the next turn."""
    order: list[str] = []
    protocol = link._session.client.uaclient.protocol  # type: ignore[attr-defined]

    class Watched:
        def __init__(self, transport: asyncio.Transport) -> None:
            self.transport = transport

        def write(self, data: bytes) -> None:
            order.append("write")
            self.transport.write(data)

        def __getattr__(self, name: str) -> object:
            return getattr(self.transport, name)

    def fence() -> None:
        order.append("fence")
        asyncio.get_running_loop().call_soon(order.append, "next turn")

    protocol.transport = Watched(protocol.transport)
    await link.send(BLOCK, OUT, fence)
    assert order == ["fence", "write", "next turn"]


async def test_a_time_out_never_sends_again(partner: OpcUaPartner, relay: Relay, link: CommandLink) -> None:
    """Frozen: LinkDown and a dropped connection; after a thaw and a new session nothing is written by itself.

    What the relay took before the abort it may still deliver: that is a frozen PLC executing late, and the reason
    for the heartbeat in the block. It is written at most once.
    """
    relay.freeze()
    with pytest.raises(LinkDown):
        await link.send(BLOCK, OUT, free)
    assert not link.connected
    relay.thaw()
    await link.connect()
    await partner.nodes["cmd/sequence"].write_value(ua.Variant(0, ua.VariantType.UInt32))
    for _ in range(5):
        await link.read_echo(BLOCK)
    assert (await written(partner))[-1] == 0


async def test_nothing_is_queued_while_not_connected(partner: OpcUaPartner, link: CommandLink) -> None:
    """After an abort, and after the server has gone, a send is refused at once without asking the fence."""
    asked: list[str] = []
    link.abort()
    with pytest.raises(LinkDown):
        await link.send(BLOCK, OUT, lambda: asked.append("fence"))
    await link.connect()
    await partner.stop()
    with pytest.raises(LinkDown):
        await link.send(BLOCK, OUT, lambda: asked.append("sent"))
    with pytest.raises(LinkDown):
        await link.connect()
    await partner.start()
    await link.connect()
    assert "fence" not in asked and await written(partner) == [0, 0, 0, 0, 0, 0]


async def test_a_refused_write_is_told(partner: OpcUaPartner, link: CommandLink) -> None:
    """No field taken: Refused with the status. Some taken: BadReply, as nobody knows what the PLC makes of it."""
    for name in FIELDS:
        await partner.nodes[f"cmd/{name}"].set_read_only()
    with pytest.raises(Refused, match=r"BadNotWritable|BadUserAccessDenied"):
        await link.send(BLOCK, OUT, free)
    await partner.nodes["cmd/epoch"].set_writable()
    with pytest.raises(BadReply):
        await link.send(BLOCK, OUT, free)


async def test_a_connection_that_is_aborted_while_it_is_made_does_not_stay(link: CommandLink) -> None:
    """connect → abort before it stands: LinkDown; the next connect is whole."""
    link.abort()
    connecting = asyncio.create_task(link.connect())
    await asyncio.sleep(0)
    link.abort()
    with pytest.raises(LinkDown):
        await connecting
    assert not link.connected
    await link.connect()
    await link.send(BLOCK, OUT, free)


@pytest.mark.parametrize(
    ("status", "proven"),
    [("BadNotWritable", True), ("BadUserAccessDenied", True), ("BadSessionIdInvalid", True),
     ("BadTooManyOperations", True), ("BadTimeout", False),
     ("BadInternalError", False), ("BadCommunicationError", False), ("Uncertain", False), ("Good", False)],
)  # fmt: skip
def test_which_statuses_prove_that_nothing_was_written(status: str, proven: bool) -> None:
    """A server that failed, was interrupted or heard nothing while writing may have written."""
    assert proves_not_taken(int(getattr(ua.StatusCodes, status))) is proven


async def test_a_single_value_is_written_in_the_nodes_type(partner: OpcUaPartner, link: CommandLink) -> None:
    """The value is scaled back and rounded for whole-number nodes; a Modbus point is refused."""
    await link.send_direct(OpcUaPoint("ns=2;s=cmd/verb", scale=0.5), 4.0, free)
    await link.send_direct(OpcUaPoint("ns=2;s=cmd/value"), 2.5, free)
    assert (await written(partner))[3:5] == [8, 2.5]
    with pytest.raises(Refused):
        await link.send_direct(ModbusPoint(1, Table.HOLDING, 1, WordType.U16), 1.0, free)
