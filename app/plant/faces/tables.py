"""Answers Modbus requests from the images of the units, and hands writes to the stations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from app.model.commands.block import BlockOut, Echo
from app.model.points import ModbusPoint, Table, WordType
from app.plant.faces.codec import from_registers, to_registers
from app.plant.faces.image import BITS, UnitImage

__all__ = ["BLOCK_WORDS", "BlockPort", "Tables", "WritePort"]

BLOCK_WORDS: Final = 9
ECHO_WORDS: Final = 6
READS: Final = {1: Table.COIL, 2: Table.DISCRETE, 3: Table.HOLDING, 4: Table.INPUT}
MOST: Final = {1: 2000, 2: 2000, 3: 125, 4: 125}
ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE, NO_UNIT = 1, 2, 3, 0x0B


@dataclass(frozen=True, slots=True)
class BlockPort:
    """A command block in the registers. `command` judges it and returns the echo."""

    base: ModbusPoint
    echo: ModbusPoint
    command: Callable[[BlockOut], Echo]


@dataclass(frozen=True, slots=True)
class WritePort:
    """A register of its own for one kind of command (`echo: none`). `write` gets the raw value."""

    point: ModbusPoint
    words: int
    write: Callable[[float], None]


class Tables:
    """The register world of one endpoint. `patient`: units that are not there get silence and not an exception."""

    def __init__(
        self,
        points: Iterable[ModbusPoint],
        *,
        blocks: Iterable[BlockPort] = (),
        ports: Iterable[WritePort] = (),
        patient: bool = False,
    ) -> None:
        self._patient = patient
        self._blocks = {(b.base.unit, b.base.address): b for b in blocks}
        self._ports = {(p.point.unit, p.point.table, p.point.address): p for p in ports}
        every = [*points, *(p.point for p in self._ports.values())]
        for block in self._blocks.values():
            every += [_span(block.base, BLOCK_WORDS), _span(block.echo, ECHO_WORDS)]
        units = sorted({p.unit for p in every})
        self.units: Mapping[int, UnitImage] = {u: UnitImage(p for p in every if p.unit == u) for u in units}
        for block in self._blocks.values():
            self.show_echo(block, Echo(0, 0, 0, 0))

    def answer(self, unit: int, pdu: bytes) -> bytes | None:
        """Return the reply to one request."""
        image = self._unit(unit)
        if image is None:
            return None if self._patient else _exception(pdu[0], NO_UNIT)
        function = pdu[0]
        if function in READS:
            return self._read(image, function, pdu)
        if function in (5, 6, 15, 16):
            return self._write(self._number(unit), function, pdu)
        return _exception(function, ILLEGAL_FUNCTION)

    def show_echo(self, block: BlockPort, echo: Echo) -> None:
        """Put the echo into its registers."""
        words = (
            _u32(block.echo, echo.sequence)
            + _u16(block.echo, echo.result)
            + _u16(block.echo, echo.reason)
            + _u32(block.echo, echo.writes)
        )
        self.units[block.echo.unit].put(block.echo.table, block.echo.address, words)

    def _number(self, unit: int) -> int:
        """Return the unit that is meant: a lone PLC on Modbus TCP takes 0 and 255 for itself."""
        if unit not in self.units and not self._patient and unit in (0, 255) and len(self.units) == 1:
            return next(iter(self.units))
        return unit

    def _unit(self, unit: int) -> UnitImage | None:
        return self.units.get(self._number(unit))

    def _read(self, image: UnitImage, function: int, pdu: bytes) -> bytes:
        if len(pdu) != 5:
            return _exception(function, ILLEGAL_VALUE)
        address, count = int.from_bytes(pdu[1:3], "big"), int.from_bytes(pdu[3:5], "big")
        if not 1 <= count <= MOST[function]:
            return _exception(function, ILLEGAL_VALUE)
        data = image.get(READS[function], address, count)
        if data is None:
            return _exception(function, ILLEGAL_ADDRESS)
        if function in (1, 2):
            data = _packed(data)
        return bytes([function, len(data)]) + data

    def _write(self, unit: int, function: int, pdu: bytes) -> bytes:
        table = Table.COIL if function in (5, 15) else Table.HOLDING
        parsed = _written(function, pdu)
        if parsed is None:
            return _exception(function, ILLEGAL_VALUE)
        address, data = parsed
        code = self._take(unit, table, address, data)
        return _exception(function, code) if code else pdu[:5]

    def _take(self, unit: int, table: Table, address: int, data: bytes) -> int:
        """Hand a write to whom it concerns. Returns an exception code, 0 when it was taken."""
        block = self._block_at(unit, table, address, len(data) // 2)
        if block is not None:
            whole = address == block.base.address and len(data) == 2 * BLOCK_WORDS
            # A part of a block is no command: it could join the head of one with the tail of another.
            return self._take_block(block, data) if whole else ILLEGAL_VALUE
        port = self._ports.get((unit, table, address))
        if port is None:
            return ILLEGAL_ADDRESS
        if len(data) != (port.words if table in BITS else 2 * port.words):
            return ILLEGAL_VALUE
        self.units[unit].put(table, address, data)
        is_bit = table in BITS or port.point.type is WordType.BIT
        port.write(float(data[-1] & 1) if is_bit else from_registers(port.point, data))
        return 0

    def _block_at(self, unit: int, table: Table, address: int, words: int) -> BlockPort | None:
        if table is not Table.HOLDING:
            return None
        for (u, base), block in self._blocks.items():
            if u == unit and base < address + words and address < base + BLOCK_WORDS:
                return block
        return None

    def _take_block(self, block: BlockPort, data: bytes) -> int:
        self.units[block.base.unit].put(block.base.table, block.base.address, data)
        u32, u16, f32 = (_typed(block.base, t) for t in (WordType.U32, WordType.U16, WordType.F32))
        out = BlockOut(
            epoch=int(from_registers(u32, data[0:4])),
            heartbeat=int(from_registers(u16, data[4:6])),
            equipment=int(from_registers(u16, data[6:8])),
            verb=int(from_registers(u16, data[8:10])),
            value=from_registers(f32, data[10:14]),
            sequence=int(from_registers(u32, data[14:18])),
        )
        self.show_echo(block, block.command(out))
        return 0


def _written(function: int, pdu: bytes) -> tuple[int, bytes] | None:
    """Return (address, registers or bits) of a write request, None when it is malformed."""
    if len(pdu) < 5:
        return None
    address = int.from_bytes(pdu[1:3], "big")
    if function == 5:
        return (address, bytes([pdu[3] == 0xFF])) if pdu[3:5] in (b"\xff\0", b"\0\0") else None
    if function == 6:
        return (address, pdu[3:5]) if len(pdu) == 5 else None
    count = int.from_bytes(pdu[3:5], "big")
    size = 2 * count if function == 16 else (count + 7) // 8
    if count < 1 or len(pdu) != 6 + size or pdu[5] != size:
        return None
    return address, pdu[6:] if function == 16 else bytes(pdu[6 + i // 8] >> i % 8 & 1 for i in range(count))


def _packed(bits: bytes) -> bytes:
    """Return bits (one byte each) eight to a byte, the first lowest."""
    packed = bytearray((len(bits) + 7) // 8)
    for i, bit in enumerate(bits):
        packed[i // 8] |= bit << i % 8
    return bytes(packed)


def _exception(function: int, code: int) -> bytes:
    return bytes([function | 0x80, code])


def _typed(point: ModbusPoint, kind: WordType) -> ModbusPoint:
    return ModbusPoint(point.unit, point.table, point.address, kind, point.order)


def _span(point: ModbusPoint, words: int) -> ModbusPoint:
    """Return a point that covers `words` registers from the given one on."""
    return ModbusPoint(point.unit, point.table, point.address, WordType.TEXT, length=words)


def _u32(point: ModbusPoint, value: int) -> bytes:
    return to_registers(_typed(point, WordType.U32), value)


def _u16(point: ModbusPoint, value: int) -> bytes:
    return to_registers(_typed(point, WordType.U16), value)
