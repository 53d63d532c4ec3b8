"""The four tables of one Modbus unit, kept as bytes so that a read is a slice."""

from __future__ import annotations

from collections.abc import Iterable

from app.model.points import ModbusPoint, Table, WordOrder, WordType, words_of
from app.plant.faces.codec import encode, encode_text

__all__ = ["BITS", "UnitImage"]

BITS = (Table.COIL, Table.DISCRETE)
"""Tables of single bits; the others hold registers."""


class UnitImage:
    """Registers and bits of one unit. Addresses from 0 to the last one that a point covers exist, gaps read zero."""

    def __init__(self, points: Iterable[ModbusPoint]) -> None:
        ends: dict[Table, int] = {}
        for point in points:
            ends[point.table] = max(ends.get(point.table, 0), point.address + words_of(point))
        self._bytes = {t: bytearray(end if t in BITS else 2 * end) for t, end in ends.items()}
        self.refused: set[tuple[Table, int]] = set()
        """Addresses that answer with exception 2."""

    def set(self, point: ModbusPoint, value: float) -> None:
        """Put a value (in the tag's unit) where the point says."""
        if point.table in BITS:
            self._bytes[point.table][point.address] = _true(value)
        elif point.type is WordType.BIT:
            self._set_bit(point, _true(value))
        else:
            self.put(point.table, point.address, encode(point, value))

    def set_text(self, point: ModbusPoint, text: str) -> None:
        """Put a text where the point says."""
        self.put(point.table, point.address, encode_text(point, text))

    def put(self, table: Table, address: int, data: bytes) -> None:
        """Put registers (two bytes each) or bits (one byte each) as they are."""
        first = address if table in BITS else 2 * address
        self._bytes[table][first : first + len(data)] = data

    def get(self, table: Table, address: int, count: int) -> bytes | None:
        """Return `count` registers (two bytes each) or bits (one byte each), or None where an address is illegal."""
        size = 1 if table in BITS else 2
        held = self._bytes.get(table, b"")
        if count < 1 or (address + count) * size > len(held) or self._is_refused(table, address, count):
            return None
        return bytes(held[address * size : (address + count) * size])

    def _is_refused(self, table: Table, address: int, count: int) -> bool:
        return any(t is table and address <= a < address + count for t, a in self.refused)

    def _set_bit(self, point: ModbusPoint, on: bool) -> None:
        swapped = point.order in (WordOrder.BADC, WordOrder.DCBA)
        low_byte = point.bit < 8
        at = 2 * point.address + (low_byte != swapped)
        mask = 1 << point.bit % 8
        held = self._bytes[point.table]
        held[at] = held[at] | mask if on else held[at] & ~mask


def _true(value: float) -> bool:
    return value >= 0.5
