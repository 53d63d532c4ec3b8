"""Commands over Modbus: a line of its own, one write per command, no second try."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from app.devices.encoding import ECHO_WORDS, block_bytes, echo_of, raw_of, register_bytes
from app.devices.modbus.line import Line, NoReply
from app.devices.modbus.pdu import (
    NOT_TAKEN_CODES,
    READ_FUNCTION,
    byte_count,
    check_write,
    data_of,
    mask_write_request,
    read_request,
    write_bit_request,
    write_word_request,
    write_words_request,
)
from app.errors import BadReply, LinkDown, Refused
from app.model.commands.block import BlockOut, Echo
from app.model.points import ModbusPoint, Point, Table, WordType
from app.model.spec import CommandBlock

__all__ = ["ModbusCommandLink"]


class ModbusCommandLink:
    """The command link of a Modbus endpoint. `connect` opens a line or raises LinkDown."""

    def __init__(self, connect: Callable[[], Awaitable[Line]], *, timeout_s: float) -> None:
        self._open = connect
        self._timeout_s: Final = timeout_s
        self._line: Line | None = None
        self._aborts = 0
        # A line carries one question at a time, and a selection may still be looking when the command comes.
        self._turn = asyncio.Lock()

    async def connect(self) -> None:
        """Connect unless connected. Raises LinkDown, also when somebody aborts meanwhile: what comes up then belongs to
        nobody and must not stay open."""
        async with self._turn:
            if self.connected:
                return
            aborts = self._aborts
            line = await self._open()
            if aborts != self._aborts:
                line.abort()
                raise LinkDown("the connection was dropped while it was made")
            self._line = line

    @property
    def connected(self) -> bool:
        """True while the connection stands; proves nothing about the PLC."""
        return self._line is not None and self._line.up

    async def send(self, block: CommandBlock, out: BlockOut, fence: Callable[[], None]) -> None:
        """Write the block with one request (function 16, nine registers) and wait for its reply; see CommandLink."""
        point = _modbus(block.base)
        await self._write(point.unit, write_words_request(point.address, block_bytes(out, point.order)), fence)

    async def send_direct(self, point: Point, value: float, fence: Callable[[], None]) -> None:
        """Write one value with one request; see CommandLink. A bit of a register needs function 22 in the PLC."""
        target = _modbus(point)
        await self._write(target.unit, _single_write(target, value), fence)

    async def read_echo(self, block: CommandBlock) -> Echo:
        """Read what the PLC says about the newest block. Raises LinkDown, Refused or BadReply."""
        point = _modbus(block.echo)
        request = read_request(point.table, point.address, ECHO_WORDS)
        pdu = await self._ask(point.unit, request, None)
        return echo_of(data_of(pdu, READ_FUNCTION[point.table], byte_count(point.table, ECHO_WORDS)), point.order)

    def abort(self) -> None:
        """Drop the connection at once (RST), so that bytes still in the kernel are not delivered late; one that is
        being made is dropped as soon as it stands."""
        self._aborts += 1
        if self._line is not None:
            self._line.abort()
            self._line = None

    async def _write(self, unit: int, request: bytes, fence: Callable[[], None]) -> None:
        reply = await self._ask(unit, request, fence)
        try:
            check_write(request, reply)
        except Refused as refusal:
            if refusal.code in NOT_TAKEN_CODES:
                raise
            self.abort()
            raise LinkDown(f"the write may have been taken: {refusal}") from refusal

    async def _ask(self, unit: int, request: bytes, fence: Callable[[], None] | None) -> bytes:
        async with self._turn:
            line = self._line
            if line is None or not line.up:
                raise LinkDown("not connected")
            try:
                return await line.ask(unit, request, self._timeout_s, fence)
            except (NoReply, BadReply):
                # What was asked may still be under way; and no later reply may be taken for another question's.
                self.abort()
                raise


def _modbus(point: Point) -> ModbusPoint:
    if not isinstance(point, ModbusPoint):
        raise Refused("the command's point is no Modbus point")
    return point


def _single_write(point: ModbusPoint, value: float) -> bytes:
    if point.table is Table.COIL:
        return write_bit_request(point.address, bool(round(raw_of(point, value))))
    if point.type is WordType.BIT and point.table is Table.HOLDING:
        swapped = point.order.value in ("badc", "dcba")
        bit = point.bit ^ 8 if swapped else point.bit
        return mask_write_request(point.address, bit, bool(round(raw_of(point, value))))
    data = register_bytes(point, value)
    if len(data) == 2:
        return write_word_request(point.address, int.from_bytes(data))
    return write_words_request(point.address, data)
