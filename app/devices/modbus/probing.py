"""Reading a Modbus device whose map is not known: raw registers, and what they mean in every type and word order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.devices.batching import MAX_BITS, MAX_REGISTERS, Block, Item
from app.devices.decoding import compile_blocks
from app.devices.modbus.connecting import connector
from app.devices.modbus.pdu import READ_FUNCTION, byte_count, data_of, read_request
from app.model.points import ModbusPoint, Table, WordOrder, WordType, words_of
from app.model.spec import DeviceSpec

__all__ = ["NUMBERS", "Registers", "meanings", "read_raw"]

NUMBERS: Final = (WordType.F32, WordType.U32, WordType.I32, WordType.F64, WordType.U64, WordType.I64)
"""Types of more than one register, the most common first."""


@dataclass(frozen=True, slots=True)
class Registers:
    """What was read: registers (two bytes each) or bits (packed, lowest first) from `start` on."""

    table: Table
    start: int
    count: int
    data: bytes

    @property
    def bits(self) -> bool:
        """Return True for coils and discrete inputs."""
        return self.table in (Table.COIL, Table.DISCRETE)

    def word(self, index: int) -> int:
        """Return one register as an unsigned number."""
        return int.from_bytes(self.data[2 * index : 2 * index + 2])

    def bit(self, index: int) -> int:
        """Return one coil or discrete input."""
        return self.data[index // 8] >> (index % 8) & 1


async def read_raw(spec: DeviceSpec, *, unit: int, table: Table, start: int, count: int) -> Registers:
    """Read `count` registers or bits by as few requests as the protocol allows.

    Raises LinkDown, Refused or BadReply.
    """
    bits = table in (Table.COIL, Table.DISCRETE)
    most = MAX_BITS if bits else MAX_REGISTERS
    line = await connector(spec)(lambda reason, raw: None)
    data = b""
    try:
        for first in range(start, start + count, most):
            some = min(most, start + count - first)
            pdu = await line.ask(unit, read_request(table, first, some), spec.timeout_ms / 1000)
            data += data_of(pdu, READ_FUNCTION[table], byte_count(table, some))
    finally:
        line.close()
        await line.wait_closed()
    return Registers(table, start, count, data)


def meanings(registers: Registers, kind: WordType) -> list[tuple[int, dict[WordOrder, float]]]:
    """Return (address, value by word order) for each register at which a value of this type could begin."""
    width = words_of(ModbusPoint(0, registers.table, 0, kind))
    found = []
    for address in range(registers.start, registers.start + registers.count - width + 1):
        at = 2 * (address - registers.start)
        data = registers.data[at : at + 2 * width]
        found.append((address, {order: _decode(kind, order, width, data) for order in WordOrder}))
    return found


def _decode(kind: WordType, order: WordOrder, width: int, data: bytes) -> float:
    item = Item(1, "", ModbusPoint(0, Table.HOLDING, 0, kind, order))
    values, _ = compile_blocks([Block(0, Table.HOLDING, 0, width, (item,))]).decode(data)
    return float(values[0])
