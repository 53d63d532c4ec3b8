"""From the bytes of block replies to columns, compiled once per plan.

All values of a block are gathered by one index into big-endian order, whatever their word order, and each type is then
one numpy view. Measured with 50 f32 of 100 registers: 25 times cheaper than a conversion call per block.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.devices.batching import Block, Item
from app.model.points import ModbusPoint, Table, WordOrder, WordType, words_of
from app.model.quality import Quality

__all__ = ["Decoder", "compile_blocks"]

Intern = Callable[[str], float]

_F64: Final = np.dtype(np.float64)
_DTYPES: Final[dict[WordType, str]] = {
    WordType.U16: ">u2",
    WordType.I16: ">i2",
    WordType.U32: ">u4",
    WordType.I32: ">i4",
    WordType.U64: ">u8",
    WordType.I64: ">i8",
    WordType.F32: ">f4",
    WordType.F64: ">f8",
}


@dataclass(frozen=True, slots=True)
class _Column:
    """Values of one type: bytes `first`-`last` of the gathered bytes are items `begin`-`end` of the block."""

    dtype: str
    first: int
    last: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class _Placed:
    """An item and where it begins in the data: a byte for registers, a bit for coils and discrete inputs."""

    item: Item
    start: int

    @property
    def point(self) -> ModbusPoint:
        return self.item.point


class Decoder:
    """Decodes replies of one or more blocks, their data joined. `tags` are the tag numbers in the order of the columns
    it returns."""

    def __init__(self, blocks: Sequence[Block], intern: Intern | None) -> None:
        placed = sorted(_places(blocks), key=lambda one: _rank(one.point))
        self.tags: Final[NDArray[np.int32]] = np.array([one.item.number for one in placed], np.int32)
        self.tags.flags.writeable = False
        self._index, self._columns = _gathering(placed)
        self._run = _one_run(self._index)
        one = len(self._columns) == 1 and self._columns[0].end == len(placed)
        self._only = np.dtype(self._columns[0].dtype) if one else None
        self._bits = [(i, *_bit_place(one)) for i, one in enumerate(placed) if _is_bit(one.point)]
        self._texts = [(i, one.start, one.start + 2 * one.point.length) for i, one in enumerate(placed)
                       if _is_text(one.point)]  # fmt: skip
        self._bit_begin = self._bits[0][0] if self._bits else 0
        self._bit_bytes = np.array([byte for _, byte, _ in self._bits], np.intp)
        self._bit_masks = np.array([1 << bit for _, _, bit in self._bits], np.uint8)
        self._intern = intern
        self._scale, self._offset = _scaling([one.item for one in placed])
        self._low, self._high = _ranges([one.item for one in placed])
        self._ranged = any(one.item.low is not None or one.item.high is not None for one in placed)
        self._good: Final = np.zeros(len(placed), np.uint16)
        self._good.flags.writeable = False

    def decode(self, data: bytes) -> tuple[NDArray[np.float64], NDArray[np.uint16]]:
        """Return values (float64, in the tags' units) and qualities (uint16).

        `data` is the replies' data without byte counts and must have the length asked for. NaN and infinity become
        SENSOR_FAULT with NaN; a value outside its range stays and becomes OUT_OF_RANGE. Integers beyond 2^53 lose
        their lowest bits, as every value travels as float64.
        """
        if self._only is not None and self._run is not None:
            values = np.frombuffer(data, self._only, len(self.tags), self._run.start).astype(_F64)
        else:
            values = self._gather(np.frombuffer(data, np.uint8))
        for i, first, last in self._texts:
            values[i] = self._text(data[first:last])
        if self._scale is not None:
            values *= self._scale
        if self._offset is not None:
            values += self._offset
        return values, self._judge(values)

    def _gather(self, raw: NDArray[np.uint8]) -> NDArray[np.float64]:
        gathered = raw[self._index] if self._run is None else raw[self._run]
        if self._only is not None:
            return gathered.view(self._only).astype(_F64)
        values = np.empty(len(self.tags), _F64)
        for column in self._columns:
            values[column.begin : column.end] = gathered[column.first : column.last].view(column.dtype)
        if self._bits:
            values[self._bit_begin : self._bit_begin + len(self._bits)] = (raw[self._bit_bytes] & self._bit_masks) != 0
        return values

    def _judge(self, values: NDArray[np.float64]) -> NDArray[np.uint16]:
        # One pass tells the usual case: a value that is not a number fails both comparisons.
        inside = (values >= self._low) & (values <= self._high) if self._ranged else np.isfinite(values)
        if 0 not in inside.tobytes():  # the cheapest way to ask whether all are inside
            return self._good
        quality = np.where(inside, Quality.GOOD, Quality.OUT_OF_RANGE).astype(np.uint16)
        broken = ~np.isfinite(values)
        quality[broken] = Quality.SENSOR_FAULT
        values[broken] = np.nan
        return quality

    def _text(self, data: bytes) -> float:
        if self._intern is None:
            return float("nan")
        return self._intern(data.split(b"\0", 1)[0].decode("utf-8", "replace").strip())


def compile_blocks(blocks: Sequence[Block], *, intern: Intern | None = None) -> Decoder:
    """Prepare the decoding of the joined replies of blocks. `intern` gives a text its number; without it texts read as
    SENSOR_FAULT."""
    return Decoder(blocks, intern)


def _places(blocks: Sequence[Block]) -> list[_Placed]:
    placed: list[_Placed] = []
    base = 0
    for block in blocks:
        bits = block.table in (Table.COIL, Table.DISCRETE)
        first, step = (8 * base, 1) if bits else (base, 2)
        placed.extend(_Placed(item, first + step * (item.point.address - block.address)) for item in block.items)
        base += (block.count + 7) // 8 if bits else 2 * block.count
    return placed


def _is_bit(point: ModbusPoint) -> bool:
    return point.type is WordType.BIT or point.table in (Table.COIL, Table.DISCRETE)


def _is_text(point: ModbusPoint) -> bool:
    return point.type is WordType.TEXT


def _rank(point: ModbusPoint) -> tuple[int, str]:
    """Order items so that each type is one run, bits and then texts last."""
    return (2 if _is_text(point) else 1 if _is_bit(point) else 0), ("" if _is_bit(point) else point.type.value)


def _gathering(placed: list[_Placed]) -> tuple[NDArray[np.intp], tuple[_Column, ...]]:
    index: list[int] = []
    columns: list[_Column] = []
    for i, one in enumerate(placed):
        if _is_bit(one.point) or _is_text(one.point):
            continue
        first = len(index)
        index.extend(_big_endian(one.point, one.start))
        dtype = _DTYPES[one.point.type]
        if columns and columns[-1].dtype == dtype:
            columns[-1] = _Column(dtype, columns[-1].first, len(index), columns[-1].begin, i + 1)
        else:
            columns.append(_Column(dtype, first, len(index), i, i + 1))
    return np.array(index, np.intp), tuple(columns)


def _one_run(index: NDArray[np.intp]) -> slice | None:
    """Return the slice that the index is, if its bytes stand in order without a gap: then nothing need be gathered."""
    if len(index) and (np.diff(index) == 1).all():
        return slice(int(index[0]), int(index[-1]) + 1)
    return None


def _big_endian(point: ModbusPoint, start: int) -> list[int]:
    """Return where the bytes of a value stand in the reply, most significant first."""
    words = [start + 2 * word for word in range(words_of(point))]
    if point.order in (WordOrder.CDAB, WordOrder.DCBA):
        words.reverse()
    swapped = point.order in (WordOrder.BADC, WordOrder.DCBA)
    return [byte for word in words for byte in ((word + 1, word) if swapped else (word, word + 1))]


def _bit_place(one: _Placed) -> tuple[int, int]:
    """Return (byte of the data, bit of that byte)."""
    if one.point.table in (Table.COIL, Table.DISCRETE):
        return divmod(one.start, 8)
    high, low = _big_endian(one.point, one.start)
    return (low, one.point.bit) if one.point.bit < 8 else (high, one.point.bit - 8)


def _scaling(items: list[Item]) -> tuple[NDArray[np.float64] | None, NDArray[np.float64] | None]:
    # A text is a number of the dictionary: scaling it would name another text.
    scale = np.array([1.0 if _is_text(item.point) else item.point.scale for item in items])
    offset = np.array([0.0 if _is_text(item.point) else item.point.offset for item in items])
    return (scale if (scale != 1.0).any() else None), (offset if (offset != 0.0).any() else None)


def _ranges(items: list[Item]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    # The largest finite number, not infinity, as "no limit": so infinity fails the comparison too.
    most = np.finfo(np.float64).max
    low = [-most if item.low is None or _is_text(item.point) else item.low for item in items]
    high = [most if item.high is None or _is_text(item.point) else item.high for item in items]
    return np.array(low, np.float64), np.array(high, np.float64)
