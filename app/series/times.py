"""Packs the times of a group, the times of frames, and the state of all tags."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import BadBlock, InternalFault
from app.series.columns import pack_column, unpack_column
from app.series.packing import FRAMES, STATE, TIMES, seal, unseal
from app.series.windows import State, Times

__all__ = ["pack_frames", "pack_state", "pack_times", "unpack_frames", "unpack_state", "unpack_times"]

_ITSELF, _AFTER_SOURCE = b"\x00", b"\x01"
"""How receipt times are stored: as they are, or as the difference to the source times."""


def pack_times(times: Times) -> bytes:
    """Return the times of a group as bytes. Receipt times go as the difference to the source times where that is
    smaller: a poll has an answer time that hardly changes, a logger's buffer has one receipt for hours."""
    return seal(TIMES, 0, [pack_column(times.seq), *_pack_pair(times.source_ms, times.receipt_ms)])


def unpack_times(packed: bytes) -> Times:
    """Return the times of a group. Raises BadBlock."""
    seq, *pair = unseal(TIMES, 0, packed, 4)
    number = _column(seq, np.int64)
    return Times(number, *_unpack_pair(pair, len(number)))


def pack_frames(frame_ms: NDArray[np.int64]) -> bytes:
    """Return the times t of a window's frames as bytes."""
    return seal(FRAMES, 0, [pack_column(frame_ms)])


def unpack_frames(packed: bytes) -> NDArray[np.int64]:
    """Return the times t of a window's frames. Raises BadBlock."""
    return _column(unseal(FRAMES, 0, packed, 1)[0], np.int64)


def pack_state(state: State) -> bytes:
    """Return the state of all tags as bytes."""
    columns = [pack_column(c) for c in (state.tags, state.values, state.quality)]
    return seal(STATE, 0, columns + _pack_pair(state.source_ms, state.receipt_ms))


def unpack_state(packed: bytes) -> State:
    """Return the state of all tags. Raises BadBlock."""
    tags, values, quality, *pair = unseal(STATE, 0, packed, 6)
    number = _column(tags, np.int32)
    count = len(number)
    times = _unpack_pair(pair, count)
    return State(number, _column(values, np.float64, count), _column(quality, np.uint16, count), *times)


def _pack_pair(source: NDArray[np.int64], receipt: NDArray[np.int64]) -> list[bytes]:
    """Pack source and receipt times, the latter the shorter way. The difference may wrap around; so does its sum."""
    if len(source) != len(receipt):
        raise InternalFault("source and receipt times differ in length")
    itself, after = pack_column(receipt), pack_column(receipt - source)
    shorter = [_AFTER_SOURCE, after] if len(after) <= len(itself) else [_ITSELF, itself]
    return [pack_column(source), *shorter]


def _unpack_pair(parts: list[bytes], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    source, receipt = _column(parts[0], np.int64, count), _column(parts[2], np.int64, count)
    if parts[1] == _AFTER_SOURCE:
        return source, receipt + source
    if parts[1] != _ITSELF:
        raise BadBlock("receipt times are stored in a way that is not known")
    return source, receipt


def _column(packed: bytes, kind: type[np.generic], count: int | None = None) -> NDArray[Any]:
    column = unpack_column(packed)
    if column.dtype != kind or (count is not None and len(column) != count):
        raise BadBlock("a column of packed history is of another type or length than it must be")
    return column
