"""Packs one tag's column of a group: at which events it has samples, their values and quality."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.errors import BadBlock
from app.series.columns import pack_column, unpack_column
from app.series.packing import BLOCK, seal, unseal
from app.series.windows import TagColumn

__all__ = ["newest_in_block", "pack_block", "unpack_block"]


def pack_block(column: TagColumn) -> bytes:
    """Return a tag's column as bytes; its checksum knows the tag."""
    events = b"" if column.events is None else pack_column(_steps(column.events))
    return seal(BLOCK, column.tag, [events, pack_column(column.values), pack_column(column.quality)])


def unpack_block(tag: int, packed: bytes) -> TagColumn:
    """Return the column of `tag`. Raises BadBlock for damaged bytes, and for those of another tag."""
    events, values, quality = unseal(BLOCK, tag, packed, 3)
    value, code = unpack_column(values), unpack_column(quality)
    at = _places(unpack_column(events)) if events else None
    if value.dtype != np.float64 or code.dtype != np.uint16 or len(value) != len(code):
        raise BadBlock("the columns of a block are of other types or lengths than they must be")
    if at is not None and len(at) != len(value):
        raise BadBlock("a block has another number of events than of values")
    return TagColumn(tag, at, value, code)


def newest_in_block(tag: int, packed: bytes, first: int, end: int) -> tuple[int, float, int] | None:
    """Return (event, value, quality) of the last sample of a tag at events from `first` to `end` (excluded), None if
    there is none: no more is unpacked than it takes. Raises BadBlock."""
    events, values, quality = unseal(BLOCK, tag, packed, 3)
    if events:
        at = _places(unpack_column(events))
        place = int(np.searchsorted(at, end)) - 1
        event = int(at[place]) if place >= 0 else -1
    else:
        place = event = end - 1
    if event < first:
        return None
    value, code = unpack_column(values, place + 1), unpack_column(quality, place + 1)
    if value.dtype != np.float64 or code.dtype != np.uint16 or not place < min(len(value), len(code)):
        raise BadBlock("the columns of a block are of other types or lengths than they must be")
    return event, float(value[place]), int(code[place])


def _steps(events: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return how many events are left out before each: mostly none."""
    return np.diff(events, prepend=np.int32(-1)) - np.int32(1)


def _places(steps: NDArray[np.generic]) -> NDArray[np.int32]:
    if steps.dtype != np.int32:
        raise BadBlock("the events of a block are of another type than they must be")
    places = np.cumsum(steps.astype(np.int64) + 1) - 1
    if len(places) and (int(steps.min()) < 0 or int(places[-1]) > 2**31 - 1):
        raise BadBlock("the events of a block do not ascend")
    return places.astype(np.int32)
