"""Where a tag's value is found in a device: plain addresses, no protocol code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["ModbusPoint", "OpcUaPoint", "Point", "Table", "WordOrder", "WordType", "words_of"]


class Table(StrEnum):
    """The four Modbus tables, named as in the Modbus application protocol V1.1b3, 4.3."""

    HOLDING = "holding"
    INPUT = "input"
    COIL = "coil"
    DISCRETE = "discrete"


class WordType(StrEnum):
    """How registers become a value."""

    U16 = "u16"
    I16 = "i16"
    U32 = "u32"
    I32 = "i32"
    U64 = "u64"
    I64 = "i64"
    F32 = "f32"
    F64 = "f64"
    BIT = "bit"
    """One bit of a register (`bit` 0–15), or a coil or discrete input."""
    TEXT = "text"
    """`length` registers, two bytes each, UTF-8 up to the first zero byte."""


class WordOrder(StrEnum):
    """Order of bytes on the wire for a 32-bit value ABCD (A most significant); 64 bits extend the same rule."""

    ABCD = "abcd"
    """Big-endian words, big-endian bytes: the standard's own."""
    CDAB = "cdab"
    """Little-endian words, big-endian bytes."""
    BADC = "badc"
    """Big-endian words, little-endian bytes."""
    DCBA = "dcba"
    """Little-endian words, little-endian bytes."""


@dataclass(frozen=True, slots=True)
class ModbusPoint:
    """One value in a Modbus unit. `address` counts from 0 as on the wire. value = raw × scale + offset."""

    unit: int
    table: Table
    address: int
    type: WordType
    order: WordOrder = WordOrder.ABCD
    bit: int = 0
    length: int = 1
    scale: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class OpcUaPoint:
    """One node of an OPC UA server, `nsu=URI;s=…` or `ns=2;s=…`. value = raw × scale + offset."""

    node: str
    scale: float = 1.0
    offset: float = 0.0


Point = ModbusPoint | OpcUaPoint


def words_of(point: ModbusPoint) -> int:
    """Return how many registers (or bits, for coils and discrete inputs) the point covers."""
    if point.type is WordType.TEXT:
        return point.length
    return {"u32": 2, "i32": 2, "f32": 2, "u64": 4, "i64": 4, "f64": 4}.get(point.type.value, 1)
