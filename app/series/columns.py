"""Packs one numeric column into bytes and back, bit by bit: NaN payloads, −0.0 and infinities included.

    head u1 (codec in the low half, type in the high one) · count (see `packing`) · body

| codec | body | taken when |
|---|---|---|
| CONST | the one value | all are the same |
| RUNS | values of the runs, their lengths (two columns) | few changes |
| PCO | pcodec's standalone format, level 4 | it is installed and smaller than RAW |
| ZLIB | byte planes, zlib level 6 | pcodec is not installed, and smaller than RAW |
| RAW | the values, little-endian | a few values, or nothing helps |

The choice is by counting changes, never by trying everything. Why these codecs: ADR 0018.
"""

from __future__ import annotations

import zlib
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.errors import BadBlock, InternalFault
from app.series.packing import number_at, packed_number

try:
    import pcodec
except ImportError:  # the fallback writes ZLIB, and cannot read PCO
    pcodec = None

__all__ = ["CONST", "PCO", "RAW", "RUNS", "ZLIB", "codec_of", "pack_column", "unpack_column"]

CONST, RUNS, PCO, ZLIB, RAW = range(5)
"""Codec ids. Numbers are for ever."""

_TYPES: Final = ("<f8", "<i8", "<i4", "<u2", "<u4", "<u8", "<f4", "<i2")
_KINDS: Final = {np.dtype(name): i for i, name in enumerate(_TYPES)}
_BITS: Final[dict[int, np.dtype[Any]]] = {2: np.dtype("<u2"), 4: np.dtype("<u4"), 8: np.dtype("<u8")}
_LEVEL: Final = 4
_FEW: Final = 4
"""Values that no codec makes smaller than they are."""
_RUN: Final = 4
"""Mean length of runs from which on they are stored as runs."""
_MOST: Final = 1 << 27
"""Values of one column at most: damaged bytes must not ask for all memory."""


def pack_column(column: NDArray[Any]) -> bytes:
    """Return a one-dimensional column of a type in f8, f4, i8, i4, i2, u8, u4, u2 as bytes."""
    kind = _KINDS.get(column.dtype)
    if kind is None or column.ndim != 1 or len(column) > _MOST:
        raise InternalFault(f"a column of {column.dtype} and shape {column.shape} cannot be packed")
    column = np.ascontiguousarray(column)
    codec, body = _encode(column)
    return bytes((codec | kind << 4,)) + packed_number(len(column)) + body


def unpack_column(packed: bytes, most: int | None = None) -> NDArray[Any]:
    """Return the column, of the type it had, or (where that is quicker) its first `most` values alone. Raises BadBlock
    for what `pack_column` cannot have made, as far as it can be seen: whoever stores it adds a checksum."""
    codec, dtype, count, body = _opened(packed)
    if most is not None and most < count:
        if codec == PCO:
            return _unpack_pco_start(dtype, most, body)
        count = most if codec == CONST else count
    if codec == CONST:
        return _unpack_const(dtype, count, body)
    if codec == RUNS:
        return _unpack_runs(dtype, count, body)
    if codec == PCO:
        return _unpack_pco(dtype, count, body)
    if codec == ZLIB:
        return _unpack_zlib(dtype, count, body)
    if codec == RAW:
        return _plain(dtype, count, body)
    raise BadBlock(f"codec {codec} is not known")


def codec_of(packed: bytes) -> int:
    """Return the codec id of a packed column."""
    return _opened(packed)[0]


def _opened(packed: bytes) -> tuple[int, np.dtype[Any], int, bytes]:
    """Return codec, type, count and body."""
    if not packed or packed[0] >> 4 >= len(_TYPES):
        raise BadBlock("a packed column is of no known type")
    count, at = number_at(packed, 1)
    if count > _MOST:
        raise BadBlock(f"a packed column speaks of {count} values")
    return packed[0] & 15, np.dtype(_TYPES[packed[0] >> 4]), count, packed[at:]


def _encode(column: NDArray[Any]) -> tuple[int, bytes]:
    count = len(column)
    bits = column.view(_BITS[column.itemsize])
    moved = bits[1:] != bits[:-1]
    changes = int(np.count_nonzero(moved))
    if count and changes == 0:
        return CONST, column[:1].tobytes()
    if (changes + 1) * _RUN <= count:
        return RUNS, _pack_runs(column, np.flatnonzero(moved) + 1)
    if count <= _FEW:
        return RAW, column.tobytes()
    codec, body = (ZLIB, _pack_zlib(column)) if pcodec is None else (PCO, _pack_pco(column))
    return (codec, body) if len(body) < column.nbytes else (RAW, column.tobytes())


def _pack_runs(column: NDArray[Any], starts: NDArray[np.intp]) -> bytes:
    bounds = np.concatenate([[0], starts, [len(column)]])
    values = pack_column(column[bounds[:-1]])
    return packed_number(len(values)) + values + pack_column(np.diff(bounds).astype(np.uint32))


def _unpack_runs(dtype: np.dtype[Any], count: int, body: bytes) -> NDArray[Any]:
    length, at = number_at(body, 0)
    parts = body[at : at + length], body[at + length :]
    # Each level is shorter by the factor that `_encode` asks for, so damage cannot nest without end.
    if any(_opened(part)[2] * _RUN > count for part in parts):
        raise BadBlock("a column has too many runs")
    values, runs = map(unpack_column, parts)
    if values.dtype != dtype or runs.dtype != np.uint32 or len(values) != len(runs):
        raise BadBlock("the runs of a column do not fit it")
    if int(runs.sum(dtype=np.int64)) != count:
        raise BadBlock("the runs of a column do not add up to it")
    return np.repeat(values, runs)


def _unpack_const(dtype: np.dtype[Any], count: int, body: bytes) -> NDArray[Any]:
    return np.full(count, _plain(dtype, 1, body)[0])


def _plain(dtype: np.dtype[Any], count: int, body: bytes) -> NDArray[Any]:
    if len(body) != count * dtype.itemsize:
        raise BadBlock(f"a column of {count} values has {len(body)} bytes")
    return np.frombuffer(body, dtype).copy()


def _pack_pco(column: NDArray[Any]) -> bytes:
    config = pcodec.ChunkConfig(compression_level=_LEVEL)
    return bytes(pcodec.standalone.simple_compress(column, config))


def _unpack_pco(dtype: np.dtype[Any], count: int, body: bytes) -> NDArray[Any]:
    if pcodec is None:
        raise BadBlock("history was packed by pcodec, which is not installed")
    try:
        column = pcodec.standalone.simple_decompress(body)
    except (RuntimeError, TypeError, ValueError) as error:
        raise BadBlock(f"pcodec cannot read a column: {error}") from error
    if column is None or column.dtype != dtype or len(column) != count:
        raise BadBlock("a column of pcodec is another than its head says")
    return np.asarray(column)


def _unpack_pco_start(dtype: np.dtype[Any], most: int, body: bytes) -> NDArray[Any]:
    column = np.empty(most, dtype)
    if pcodec is None:
        raise BadBlock("history was packed by pcodec, which is not installed")
    try:
        done = pcodec.standalone.simple_decompress_into(body, column)
    except (RuntimeError, TypeError, ValueError) as error:
        raise BadBlock(f"pcodec cannot read a column: {error}") from error
    if done.n_processed != most:
        raise BadBlock("a column of pcodec is shorter than its head says")
    return column


def _pack_zlib(column: NDArray[Any]) -> bytes:
    """Put bytes of equal rank side by side: they repeat where values do not."""
    planes = column.view(np.uint8).reshape(-1, column.itemsize).T
    return zlib.compress(planes.tobytes(), 6)


def _unpack_zlib(dtype: np.dtype[Any], count: int, body: bytes) -> NDArray[Any]:
    size = count * dtype.itemsize
    try:
        opener = zlib.decompressobj()
        planes = opener.decompress(body, size + 1)
    except zlib.error as error:
        raise BadBlock(f"zlib cannot read a column: {error}") from error
    if len(planes) != size or not opener.eof or opener.unused_data:
        raise BadBlock("a column of zlib is another than its head says")
    rows = np.frombuffer(planes, np.uint8).reshape(dtype.itemsize, count).T
    return np.ascontiguousarray(rows).view(dtype).reshape(count)
