"""From a value to registers and back, by the point's type, word order, scale and offset.

Written apart from the drivers on purpose: a mistake in one of the two shows as a wrong value, not as agreement.
"""

from __future__ import annotations

import math
import struct
from typing import Final

from app.model.points import ModbusPoint, WordOrder, WordType, words_of

__all__ = ["encode", "encode_text", "from_registers", "to_registers"]

FORMATS: Final = {
    WordType.U16: "H",
    WordType.I16: "h",
    WordType.U32: "I",
    WordType.I32: "i",
    WordType.U64: "Q",
    WordType.I64: "q",
    WordType.F32: "f",
    WordType.F64: "d",
}
FLOATS: Final = (WordType.F32, WordType.F64)
BYTES_SWAPPED: Final = (WordOrder.BADC, WordOrder.DCBA)
WORDS_SWAPPED: Final = (WordOrder.CDAB, WordOrder.DCBA)


def encode(point: ModbusPoint, value: float) -> bytes:
    """Return the registers of `value` as they go over the wire. value = raw × scale + offset.

    Integers are rounded and held within their type; not-a-number becomes the type's largest raw value, as input
    modules report a broken wire. Floats carry not-a-number as it is.
    """
    return to_registers(point, (value - point.offset) / point.scale)


def to_registers(point: ModbusPoint, raw: float) -> bytes:
    """Return the registers of a raw value, without scale and offset."""
    if point.type in FLOATS:
        return _reorder(struct.pack(f">{FORMATS[point.type]}", raw), point.order)
    low, high = _span(point.type)
    whole = high if math.isnan(raw) else high if raw > high else low if raw < low else round(raw)
    return _reorder(struct.pack(f">{FORMATS[point.type]}", whole), point.order)


def from_registers(point: ModbusPoint, data: bytes) -> float:
    """Return the raw value that registers carry. The inverse of `to_registers`."""
    (raw,) = struct.unpack(f">{FORMATS[point.type]}", _reorder(data, point.order))
    return float(raw)


def encode_text(point: ModbusPoint, text: str) -> bytes:
    """Return `text` in the point's registers, cut or filled with zero bytes."""
    size = 2 * words_of(point)
    return text.encode("utf-8")[:size].ljust(size, b"\0")


def _span(kind: WordType) -> tuple[int, int]:
    bits = 8 * struct.calcsize(f">{FORMATS[kind]}")
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if kind.value.startswith("i") else (0, (1 << bits) - 1)


def _reorder(data: bytes, order: WordOrder) -> bytes:
    """Swap words, bytes within words, or both. Its own inverse."""
    words = [data[i : i + 2] for i in range(0, len(data), 2)]
    if order in WORDS_SWAPPED:
        words.reverse()
    return b"".join(w[::-1] for w in words) if order in BYTES_SWAPPED else b"".join(words)
