"""The frame codec: batches of samples to one compact payload and back.

Layout, little-endian, no padding, no compression (frames live for minutes to hours; CPU counts more than disk):

    codec u1 = 1 · flags u1 (1: quality column, 2: escaped source times) · checksum u4
    dictionary revision u4 · batches u4 · rows u4
    per batch:  rows u4 · receipt time i8 (UTC ms)
    columns:    tag i4 · source time minus t i4 · value f8 · quality u2 (only if some code is not GOOD)
    escaped:    source time i8 for each row whose offset is the escape value, in row order

The checksum is the CRC-32 of everything after it, seeded with the frame's own `t`: a damaged payload, or one that is
read with another frame's `t`, is refused instead of giving wrong times or values.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.errors import BadFrame, InternalFault
from app.series.batch import SampleBatch

__all__ = ["DELTA", "KEY", "LATE", "DecodedFrame", "decode", "encode"]

KEY, DELTA, LATE = 1, 2, 3
"""Kinds of frames: all tags, what changed, and what came late. Numbers are for ever."""

_CODEC: Final = 1
_HAS_QUALITY: Final = 1
_HAS_ESCAPES: Final = 2
_ESCAPE: Final = -(2**31)
"""Offset that says: the exact source time stands among the escaped ones."""
_REACH_MS: Final = 2**31 - 1
_I8_LOW: Final = -(2**63)
_I8_HIGH: Final = 2**63 - 1

_TOP: Final = struct.Struct("<BBI")
_HEAD: Final = struct.Struct("<III")
_RUN: Final = np.dtype([("rows", "<u4"), ("receipt", "<i8")])
_T: Final = struct.Struct("<q")


@dataclass(frozen=True, slots=True)
class DecodedFrame:
    """What a payload holds: the tag dictionary's revision it was written under, and the batches in order."""

    revision: int
    batches: tuple[SampleBatch, ...]

    def __len__(self) -> int:
        return sum(len(b) for b in self.batches)


def encode(batches: Sequence[SampleBatch], *, t: int, revision: int) -> bytes:
    """Pack batches for a frame of time `t` (UTC ms) under the dictionary `revision` (0 to 2³²−1).

    No batches make the heartbeat frame. Raises InternalFault for columns of unequal length, a negative tag
    number or a revision out of range.
    """
    if not 0 <= revision < 2**32:
        raise InternalFault(f"dictionary revision {revision} does not fit a frame")
    for batch in batches:
        _check(batch)
    runs = np.array([(len(b), b.receipt_ms) for b in batches], dtype=_RUN)
    if batches:
        tags = np.concatenate([b.tags for b in batches])
        values = np.concatenate([b.values for b in batches])
        quality = np.concatenate([b.quality for b in batches])
        source = np.concatenate([b.source_ms for b in batches])
    else:
        tags = values = quality = source = np.empty(0)
    offsets, escaped = _offsets(source.astype(np.int64, copy=False), t)
    flags = (_HAS_QUALITY if quality.any() else 0) | (_HAS_ESCAPES if len(escaped) else 0)
    parts = [_HEAD.pack(revision, len(batches), len(tags)), runs.tobytes()]
    parts += [tags.astype("<i4").tobytes(), offsets.astype("<i4").tobytes(), values.astype("<f8").tobytes()]
    if flags & _HAS_QUALITY:
        parts.append(quality.astype("<u2").tobytes())
    parts.append(escaped.astype("<i8").tobytes())
    body = b"".join(parts)
    return _TOP.pack(_CODEC, flags, _checksum(flags, body, t)) + body


def decode(payload: bytes, *, t: int) -> DecodedFrame:
    """Unpack a payload that was encoded for a frame of time `t`. Raises BadFrame for anything damaged or foreign."""
    if len(payload) < _TOP.size + _HEAD.size:
        raise BadFrame(f"frame of {len(payload)} bytes is too short")
    codec, flags, checksum = _TOP.unpack_from(payload)
    if codec != _CODEC:
        raise BadFrame(f"frame codec {codec} is not known")
    body = memoryview(payload)[_TOP.size :]
    if _checksum(flags, body, t) != checksum:
        raise BadFrame("frame checksum does not match")
    return _unpack(body, flags, t)


def _unpack(body: memoryview, flags: int, t: int) -> DecodedFrame:
    """Read the body behind a good checksum; every length is still checked, since programs err too."""
    revision, batches, rows = _HEAD.unpack_from(body)
    per_row = 16 + (2 if flags & _HAS_QUALITY else 0)
    fixed = _HEAD.size + batches * _RUN.itemsize + rows * per_row
    if len(body) < fixed or (len(body) - fixed) % 8:
        raise BadFrame(f"frame body of {len(body)} bytes does not fit {batches} batches of {rows} rows")
    at = _HEAD.size
    runs = np.frombuffer(body, _RUN, batches, at)
    at += batches * _RUN.itemsize
    tags = np.frombuffer(body, "<i4", rows, at).astype(np.int32)
    offsets = np.frombuffer(body, "<i4", rows, at + 4 * rows).astype(np.int64)
    values = np.frombuffer(body, "<f8", rows, at + 8 * rows).astype(np.float64)
    if flags & _HAS_QUALITY:
        quality = np.frombuffer(body, "<u2", rows, at + 16 * rows).astype(np.uint16)
    else:
        quality = np.zeros(rows, dtype=np.uint16)
    source = _sources(offsets, np.frombuffer(body, "<i8", -1, fixed) if len(body) > fixed else None, t)
    if int(runs["rows"].sum(dtype=np.int64)) != rows:
        raise BadFrame("frame batches do not add up to its rows")
    return DecodedFrame(revision, _split(runs, tags, values, quality, source))


def _check(batch: SampleBatch) -> None:
    n = len(batch.tags)
    if not n == len(batch.values) == len(batch.quality) == len(batch.source_ms):
        raise InternalFault("the columns of a batch differ in length")
    if n and int(batch.tags.min()) < 0:
        raise InternalFault("a tag number is negative")


def _checksum(flags: int, body: bytes | memoryview, t: int) -> int:
    return zlib.crc32(body, zlib.crc32(_T.pack(t), flags))


def _offsets(source: NDArray[np.int64], t: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return offsets from `t`, with the escape value where one does not fit, and the escaped times themselves."""
    fits = (source >= max(t - _REACH_MS, _I8_LOW)) & (source <= min(t + _REACH_MS, _I8_HIGH))
    if fits.all():
        return source - t, np.empty(0, dtype=np.int64)
    offsets = np.full(len(source), _ESCAPE, dtype=np.int64)
    offsets[fits] = source[fits] - t
    return offsets, source[~fits]


def _sources(offsets: NDArray[np.int64], escaped: NDArray[np.int64] | None, t: int) -> NDArray[np.int64]:
    marked = offsets == _ESCAPE
    count = 0 if escaped is None else len(escaped)
    if int(marked.sum()) != count:
        raise BadFrame("frame has another number of escaped times than it says")
    source = offsets + t
    if escaped is not None:
        source[marked] = escaped
    return source


def _split(
    runs: NDArray[np.void],
    tags: NDArray[np.int32],
    values: NDArray[np.float64],
    quality: NDArray[np.uint16],
    source: NDArray[np.int64],
) -> tuple[SampleBatch, ...]:
    batches = []
    start = 0
    for rows, receipt in runs.tolist():
        cut = slice(start, start + rows)
        batches.append(SampleBatch(tags[cut], values[cut], quality[cut], source[cut], receipt))
        start += rows
    return tuple(batches)
