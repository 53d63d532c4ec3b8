"""From values to registers: the command block and single values. Pure; the reverse is decoding.py."""

from __future__ import annotations

import math
import struct
from struct import Struct
from typing import Final

from app.errors import Refused
from app.model.commands.block import BlockOut, Echo
from app.model.points import ModbusPoint, Table, WordOrder, WordType

__all__ = ["ECHO_WORDS", "block_bytes", "echo_of", "raw_of", "register_bytes"]

ECHO_WORDS: Final = 6
_FORMATS: Final = {
    WordType.U16: Struct(">H"),
    WordType.I16: Struct(">h"),
    WordType.U32: Struct(">I"),
    WordType.I32: Struct(">i"),
    WordType.U64: Struct(">Q"),
    WordType.I64: Struct(">q"),
    WordType.F32: Struct(">f"),
    WordType.F64: Struct(">d"),
}
_FLOATS: Final = (WordType.F32, WordType.F64)


def block_bytes(out: BlockOut, order: WordOrder) -> bytes:
    """Return the nine registers of a command block as on the wire, the sequence last.

    16-bit fields go out in the standard's byte order or, for `badc` and `dcba`, swapped like every register there.
    Raises Refused for a field that its register cannot hold.
    """
    fields = (
        (WordType.U32, out.epoch),
        (WordType.U16, out.heartbeat),
        (WordType.U16, out.equipment),
        (WordType.U16, out.verb),
        (WordType.F32, out.value),
        (WordType.U32, out.sequence),
    )
    return b"".join(_pack(kind, value, order) for kind, value in fields)


def echo_of(data: bytes, order: WordOrder) -> Echo:
    """Read the six registers of a command block's echo."""
    sequence, result, reason, writes = (
        int.from_bytes(_ordered(part, order)) for part in (data[0:4], data[4:6], data[6:8], data[8:12])
    )
    return Echo(sequence, result, reason, writes)


def raw_of(point: ModbusPoint, value: float) -> float:
    """Return the raw value of a value in the tag's unit: (value - offset) / scale. Raises Refused unless finite."""
    raw = (value - point.offset) / point.scale if point.scale else math.nan
    if not math.isfinite(raw):
        raise Refused(f"{value} has no raw value")
    return raw


def register_bytes(point: ModbusPoint, value: float) -> bytes:
    """Return the registers that hold `value` (in the tag's unit). Raises Refused if they cannot hold it."""
    if point.type not in _FORMATS or point.table is not Table.HOLDING:
        raise Refused(f"{point.table.value} {point.address} of type {point.type.value} cannot be written as registers")
    return _pack(point.type, raw_of(point, value), point.order)


def _pack(kind: WordType, value: float, order: WordOrder) -> bytes:
    try:
        return _ordered(_FORMATS[kind].pack(value if kind in _FLOATS else round(value)), order)
    except (struct.error, OverflowError) as fault:
        raise Refused(f"{value} does not fit into {kind.value}") from fault


def _ordered(data: bytes, order: WordOrder) -> bytes:
    """Turn big-endian bytes into `order`, or back: each order is its own inverse."""
    words = [data[i : i + 2] for i in range(0, len(data), 2)]
    if order in (WordOrder.CDAB, WordOrder.DCBA):
        words.reverse()
    if order in (WordOrder.BADC, WordOrder.DCBA):
        words = [word[::-1] for word in words]
    return b"".join(words)
