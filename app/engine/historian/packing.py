"""From a window of samples to the bytes that the store keeps, a few blocks at a time."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.series.blocks import pack_block
from app.series.times import pack_frames, pack_state, pack_times
from app.series.windows import Group, TagColumn, Times, Window
from app.storage.history_contract import GroupKind, StoredBlock, StoredGroup, StoredWindow

__all__ = ["BLOCKS_AT_ONCE", "MOST_BLOCKS", "pack_blocks", "pack_window", "source_of"]

BLOCKS_AT_ONCE: Final = 16
"""Blocks packed in one step: some milliseconds."""
MOST_BLOCKS: Final = 50_000
"""Tags of one stored group; the store's own bound is a little higher."""
_OLDEST_MS: Final = 946_684_800_000
"""The year 2000: what is said to be older comes from a clock that was never set, and is kept with its window."""


def pack_window(window: Window) -> Generator[None, None, StoredWindow]:
    """Pack a window; yields between small steps and returns it. Late samples go by their source time into the month
    that they belong to."""
    groups: list[StoredGroup] = []
    for group in window.groups:
        for part in _parts(group):
            blocks = yield from pack_blocks(part)
            groups.append(_seen(window, part, blocks))
    for group in window.late:
        for start_ms, end_ms, by_month in _months(group, window):
            for part in _parts(by_month):
                blocks = yield from pack_blocks(part)
                groups.append(_stored(GroupKind.LATE, part, start_ms, end_ms, blocks))
    return StoredWindow(
        first_seq=window.first_seq,
        last_seq=window.last_seq,
        start_ms=int(window.frame_ms[0]),
        end_ms=int(window.frame_ms[-1]),
        frames=pack_frames(window.frame_ms),
        revisions=window.revisions,
        state=pack_state(window.state),
        groups=tuple(groups),
        gaps=window.gaps,
    )


def pack_blocks(group: Group) -> Generator[None, None, tuple[StoredBlock, ...]]:
    """Pack the columns of a group; yields between small steps."""
    blocks: list[StoredBlock] = []
    for column in group.columns:
        source = source_of(group.times, column)
        lo, hi = int(source.min()), int(source.max())
        blocks.append(StoredBlock(column.tag, len(column), lo, hi, pack_block(column)))
        if len(blocks) % BLOCKS_AT_ONCE == 0:
            yield
    return tuple(blocks)


def source_of(times: Times, column: TagColumn) -> NDArray[np.int64]:
    """Return the source times of a tag's samples."""
    return times.source_ms if column.events is None else times.source_ms[column.events]


def _seen(window: Window, group: Group, blocks: tuple[StoredBlock, ...]) -> StoredGroup:
    first, last = int(group.times.seq[0]), int(group.times.seq[-1])
    start, end = (int(window.frame_ms[seq - window.first_seq]) for seq in (first, last))
    return _stored(GroupKind.SEEN, group, start, end, blocks)


def _stored(
    kind: GroupKind, group: Group, start_ms: int, end_ms: int, blocks: tuple[StoredBlock, ...]
) -> StoredGroup:  # fmt: skip
    times = group.times
    first, last = int(times.seq.min()), int(times.seq.max())
    return StoredGroup(kind, first, last, start_ms, end_ms, len(times), pack_times(times), blocks)


def _parts(group: Group) -> Iterator[Group]:
    """Yield a group in parts that the store can hold."""
    for first in range(0, len(group.columns), MOST_BLOCKS):
        yield Group(group.times, group.columns[first : first + MOST_BLOCKS])


def _months(group: Group, window: Window) -> Iterator[tuple[int, int, Group]]:
    """Yield a group of late samples by month: first and last source time, and the samples. Times that no clock that
    was set could say stay with the window that brought them."""
    start, end = int(window.frame_ms[0]), int(window.frame_ms[-1])
    source = group.times.source_ms
    sane = (source >= _OLDEST_MS) & (source <= end)
    placed = np.where(sane, source, start)
    months = placed.astype("datetime64[ms]").astype("datetime64[M]")
    for month in np.unique(months):
        mask = months == month
        yield int(placed[mask].min()), int(placed[mask].max()), _only(group, mask)


def _only(group: Group, mask: NDArray[np.bool_]) -> Group:
    """Return the events of a group that a mask says, and the samples at them."""
    if mask.all():
        return group
    times = Times(*(column[mask] for column in (group.times.seq, group.times.source_ms, group.times.receipt_ms)))
    place = (np.cumsum(mask) - 1).astype(np.int32)
    columns = []
    for column in group.columns:
        events = np.arange(len(mask), dtype=np.int32) if column.events is None else column.events
        kept = mask[events]
        if not kept.any():
            continue
        at = place[events[kept]]
        whole = len(at) == len(times)
        columns.append(TagColumn(column.tag, None if whole else at, column.values[kept], column.quality[kept]))
    return Group(times, tuple(columns))
