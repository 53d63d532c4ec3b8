"""Unpacks blocks into pieces: samples of one tag of one origin. What is damaged is left out, counted and named; from
where it begins nothing is known, so that what held before it does not seem to go on."""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.errors import BadBlock
from app.model.quality import BAD
from app.series.blocks import unpack_block
from app.series.times import unpack_times
from app.series.windows import Times
from app.storage.history_blocks import FoundBlock
from app.storage.history_contract import GroupKind, StoredGroup

__all__ = ["Piece", "Unpacker", "of_frames"]

_log: Final = logging.getLogger(__name__)
_KEPT_EVENTS: Final = 1_000_000
"""Events whose times are kept unpacked (24 bytes each): many tags share them."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Samples of one tag in the order of their frames. `lo_ms` to `hi_ms`: what a correction covers."""

    kind: GroupKind
    revision: int
    lo_ms: int
    hi_ms: int
    seq: NDArray[np.int64]
    source_ms: NDArray[np.int64]
    values: NDArray[np.float64]
    quality: NDArray[np.uint16]


def of_frames(kind: GroupKind) -> bool:
    """Return whether frames brought samples of a kind."""
    return kind in (GroupKind.SEEN, GroupKind.LATE)


class Unpacker:
    """Unpacks blocks and keeps the times of their groups; the least lately used go first."""

    def __init__(self) -> None:
        self._times: OrderedDict[tuple[int, int], Times] = OrderedDict()
        self._events = 0
        self._named: set[str] = set()
        self.damaged = 0
        """Blocks, times, states and rollups that could not be read, each once."""

    def piece(self, found: FoundBlock, mark_seq: int) -> Piece | None:
        """Return a block's samples up to a frame number, None if it has none. A damaged one is a single sample without
        a value."""
        group, block = found.group, found.block
        times = self.times(found.month_ms, group)
        if times is None:
            return _unknown(found, mark_seq)
        try:
            column = unpack_block(block.tag, block.payload)
            at = column.events
            if len(column) != (len(times) if at is None else len(at)) or (at is not None and _beyond(at, times)):
                raise BadBlock("a block has other events than its group")
        except BadBlock as error:
            self.note(f"the block of tag {block.tag} in group {group.id} of month {found.month_ms}", error)
            return _unknown(found, mark_seq)
        seq, source = (c if at is None else c[at] for c in (times.seq, times.source_ms))
        values, quality = column.values, column.quality
        if of_frames(group.kind) and group.last_seq > mark_seq:
            known = int(np.searchsorted(seq, mark_seq, side="right"))
            seq, source, values, quality = seq[:known], source[:known], values[:known], quality[:known]
        if not len(seq):
            return None
        return Piece(group.kind, group.revision, block.lo_ms, block.hi_ms, seq, source, values, quality)

    def times(self, month_ms: int, group: StoredGroup) -> Times | None:
        """Return the times of a group, None if they are damaged."""
        key = month_ms, group.id
        found = self._times.get(key)
        if found is not None:
            self._times.move_to_end(key)
            return found
        try:
            found = unpack_times(group.times)
        except BadBlock as error:
            self.note(f"the times of group {group.id} of month {month_ms}", error)
            return None
        self._times[key] = found
        self._events += len(found)
        while self._events > _KEPT_EVENTS and len(self._times) > 1:
            self._events -= len(self._times.popitem(last=False)[1])
        return found

    def note(self, what: str, error: Exception) -> None:
        """Count and name something damaged, once."""
        if what not in self._named:
            self._named.add(what)
            self.damaged += 1
            _log.warning("%s cannot be read and is left out: %s", what, error)


def _unknown(found: FoundBlock, mark_seq: int) -> Piece | None:
    group, lo_ms = found.group, found.block.lo_ms
    if of_frames(group.kind) and group.first_seq > mark_seq:
        return None
    seq, source, quality = np.array([group.first_seq]), np.array([lo_ms]), np.array([BAD], dtype=np.uint16)
    return Piece(group.kind, group.revision, lo_ms, found.block.hi_ms, seq, source, np.array([np.nan]), quality)


def _beyond(at: NDArray[np.int32], times: Times) -> bool:
    return len(at) > 0 and int(at[-1]) >= len(times)
