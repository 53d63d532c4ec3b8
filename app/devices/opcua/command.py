"""Commands over OPC UA: a session of its own, one Write call per command, no second try."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from asyncua import ua

from app.devices.opcua.session import Session, open_session
from app.errors import BadReply, ConfigurationFault, LinkDown, Refused
from app.model.commands.block import BlockOut, Echo
from app.model.points import OpcUaPoint, Point
from app.model.spec import CommandBlock, DeviceSpec

__all__ = ["OpcUaCommandLink"]

_ECHO: Final = ("sequence", "result", "reason", "writes")
WATCHDOG_S: Final = 5.0
"""How often asyncua looks whether the server is alive; this also keeps the idle session open."""


class OpcUaCommandLink:
    """The command link of an OPC UA endpoint."""

    def __init__(self, spec: DeviceSpec, *, private: Path) -> None:
        self._spec = spec
        self._private = private
        self._session: Session | None = None
        self._aborts = 0
        self._turn = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()

    async def connect(self) -> None:
        """Connect unless connected. Raises LinkDown, whatever the reason, also when somebody aborts meanwhile: what
        comes up then belongs to nobody and must not stay open."""
        async with self._turn:
            if self.connected:
                return
            self.abort()
            aborts = self._aborts
            try:
                session = await open_session(self._spec, private=self._private, watchdog_s=WATCHDOG_S)
            except (BadReply, Refused, ConfigurationFault) as fault:
                raise LinkDown(str(fault)) from fault
            if aborts != self._aborts:
                session.abort()
                await session.close()
                raise LinkDown("the connection was dropped while it was made")
            self._session = session

    @property
    def connected(self) -> bool:
        """True while the session's transport stands; proves nothing about the PLC."""
        return self._session is not None and self._session.up

    async def send(self, block: CommandBlock, out: BlockOut, fence: Callable[[], None]) -> None:
        """Write the block by one Write call, the sequence last; see CommandLink."""
        session, prefix = self._up(), _node(block.base)
        fields = (
            ("epoch", out.epoch, ua.VariantType.UInt32),
            ("heartbeat", out.heartbeat, ua.VariantType.UInt16),
            ("equipment", out.equipment, ua.VariantType.UInt16),
            ("verb", out.verb, ua.VariantType.UInt16),
            ("value", float(out.value), ua.VariantType.Float),
            ("sequence", out.sequence, ua.VariantType.UInt32),
        )
        values = [(session.node_id(prefix + name), ua.Variant(value, kind)) for name, value, kind in fields]
        await self._write(session, values, fence)

    async def send_direct(self, point: Point, value: float, fence: Callable[[], None]) -> None:
        """Write one value in the type that the node has now; see CommandLink."""
        session = self._up()
        node = session.node_id(_node(point))
        assert isinstance(point, OpcUaPoint)
        (now,) = await self._read(session, [node])
        if now.Value is None or not point.scale:
            raise Refused(f"{point.node}: the type of its value is not known")
        raw = (value - point.offset) / point.scale
        await self._write(session, [(node, _variant(raw, now.Value.VariantType))], fence)

    async def read_echo(self, block: CommandBlock) -> Echo:
        """Read what the PLC says about the newest block. Raises LinkDown, Refused or BadReply."""
        session, prefix = self._up(), _node(block.echo)
        found = await self._read(session, [session.node_id(prefix + name) for name in _ECHO])
        numbers: list[Any] = [None if value.Value is None else value.Value.Value for value in found]
        if not all(isinstance(number, int) for number in numbers):
            raise BadReply(f"the echo is not four whole numbers: {numbers}")
        return Echo(*numbers)

    def abort(self) -> None:
        """Drop the connection at once (RST), so that bytes still in the kernel are not delivered late; one that is
        being made is dropped as soon as it stands."""
        self._aborts += 1
        session, self._session = self._session, None
        if session is None:
            return
        session.abort()
        # asyncua's tasks end on the next turns of the loop; keep the one that waits for them.
        closing = asyncio.get_running_loop().create_task(session.close())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    def _up(self) -> Session:
        if self._session is None or not self._session.up:
            raise LinkDown("not connected")
        return self._session

    async def _write(
        self, session: Session, values: list[tuple[ua.NodeId, ua.Variant]], fence: Callable[[], None]
    ) -> None:
        try:
            await session.write(values, fence)
        except (LinkDown, BadReply):
            self.abort()  # what was asked may still be under way
            raise

    async def _read(self, session: Session, nodes: list[ua.NodeId]) -> list[ua.DataValue]:
        try:
            return await session.read(nodes)
        except (LinkDown, BadReply):
            self.abort()
            raise


def _node(point: Point) -> str:
    if not isinstance(point, OpcUaPoint):
        raise Refused("the command's point is no OPC UA node")
    return point.node


def _variant(raw: float, kind: ua.VariantType) -> ua.Variant:
    if kind is ua.VariantType.Boolean:
        return ua.Variant(bool(round(raw)), kind)
    if kind in (ua.VariantType.Float, ua.VariantType.Double):
        return ua.Variant(raw, kind)
    return ua.Variant(round(raw), kind)
