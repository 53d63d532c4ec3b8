"""Answers of a unit to Modbus requests, and what becomes of writes."""

from __future__ import annotations

import struct

import pytest

from app.model.commands.block import BlockOut, Echo
from app.model.points import ModbusPoint, Table, WordOrder, WordType
from app.plant.faces.tables import BlockPort, Tables, WritePort

LEVEL = ModbusPoint(1, Table.INPUT, 3, WordType.U16)
LAMPS = tuple(ModbusPoint(1, Table.COIL, i, WordType.BIT) for i in range(10))


class Plc:
    """A program that takes what it is given."""

    def __init__(self) -> None:
        self.blocks: list[BlockOut] = []
        self.values: list[float] = []

    def command(self, out: BlockOut) -> Echo:
        self.blocks.append(out)
        return Echo(out.sequence, 1, 0, len(self.blocks))


def tables(plc: Plc, order: WordOrder = WordOrder.ABCD) -> Tables:
    base = ModbusPoint(1, Table.HOLDING, 100, WordType.U16, order)
    echo = ModbusPoint(1, Table.HOLDING, 120, WordType.U16, order)
    port = WritePort(ModbusPoint(1, Table.HOLDING, 200, WordType.F32), 2, plc.values.append)
    return Tables((LEVEL, *LAMPS), blocks=[BlockPort(base, echo, plc.command)], ports=[port])


def write_block(words: bytes, address: int = 100) -> bytes:
    return struct.pack(">BHHB", 16, address, len(words) // 2, len(words)) + words


BLOCK = struct.pack(">IHHHfI", 7, 300, 11, 6, 42.5, 70_000)


def test_reads_answer_registers_and_packed_bits() -> None:
    """Function 4 gives two bytes a register, function 1 eight bits a byte, the first lowest."""
    t = tables(Plc())
    t.units[1].set(LEVEL, 1604)
    t.units[1].set(LAMPS[0], 1.0)
    t.units[1].set(LAMPS[9], 1.0)

    assert t.answer(1, bytes.fromhex("04 0002 0002")) == bytes.fromhex("04 04 0000 0644")
    assert t.answer(1, bytes.fromhex("01 0000 000a")) == bytes.fromhex("01 02 01 02")


@pytest.mark.parametrize(
    ("pdu", "code"),
    [
        ("07", 1),
        ("04 0003 0002", 2),
        ("02 0000 0001", 2),
        ("04 0000 0000", 3),
        ("04 0000 007e", 3),
        ("06 0000 0001", 2),
        ("05 0000 1234", 3),
        ("10 00c8 0002 03 000000", 3),
        ("06 0064 0001", 3),
    ],
)
def test_exceptions_name_what_is_wrong(pdu: str, code: int) -> None:
    """1 for a function, 2 for an address that is not there or not writable, 3 for a count or value."""
    raw = bytes.fromhex(pdu)
    assert tables(Plc()).answer(1, raw) == bytes([raw[0] | 0x80, code])


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (WordOrder.ABCD, BLOCK),
        (WordOrder.CDAB, bytes.fromhex("00070000 012c 000b 0006 0000422a 11700001")),
    ],
)
def test_a_whole_block_is_read_in_its_word_order_and_echoed(order: WordOrder, words: bytes) -> None:
    """One write of nine registers is one command; the echo stands in its registers when the write is answered."""
    plc = Plc()
    t = tables(plc, order)

    assert t.answer(1, write_block(words)) == bytes.fromhex("10 0064 0009")
    assert plc.blocks == [BlockOut(epoch=7, heartbeat=300, equipment=11, verb=6, value=42.5, sequence=70_000)]
    echo = "0001 1170 0001 0000 0000 0001" if order is WordOrder.ABCD else "1170 0001 0001 0000 0001 0000"
    assert t.answer(1, bytes.fromhex("03 0078 0006")) == bytes.fromhex("03 0c" + echo)


def test_a_part_of_a_block_is_no_command() -> None:
    """The sequence alone, eight registers, or a write that begins beside the block are exception 3 and do nothing."""
    plc = Plc()
    t = tables(plc)

    for pdu in (write_block(BLOCK[14:], 107), write_block(BLOCK[:16]), write_block(b"\0\0" + BLOCK, 99)):
        assert t.answer(1, pdu) == b"\x90\x03"
    assert plc.blocks == []


def test_a_direct_register_takes_its_value_whole() -> None:
    """A float set-point is taken by one write of two registers, not by one of one."""
    plc = Plc()
    t = tables(plc)

    assert t.answer(1, write_block(struct.pack(">f", 41.5), 200)) == bytes.fromhex("10 00c8 0002")
    assert t.answer(1, bytes.fromhex("06 00c8 4226")) == b"\x86\x03"
    assert plc.values == [41.5]


def test_units_that_are_not_there() -> None:
    """A lone PLC on Modbus TCP takes 0 and 255 for itself and refuses others; a serial line stays silent."""
    t = tables(Plc())
    read = bytes.fromhex("04 0003 0001")

    assert t.answer(0, read) == t.answer(255, read) == bytes.fromhex("04 02 0000")
    assert t.answer(9, read) == b"\x84\x0b"
    assert Tables([LEVEL], patient=True).answer(9, read) is None
