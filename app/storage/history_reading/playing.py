"""Frames of history, one after the other, as rooms saw them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.errors import BadBlock, Cancelled
from app.model.quality import BAD
from app.series.batch import SampleBatch
from app.series.blocks import unpack_block
from app.series.windows import Times
from app.storage.history_blocks import groups_of_frames
from app.storage.history_contract import SeenFrame, Stop, StoredBlock, StoredGroup
from app.storage.history_reading.moments import Moments
from app.storage.history_reading.pieces import Unpacker
from app.storage.history_reading.places import Places
from app.storage.history_rows import FrameTimes

__all__ = ["played"]

_Rows = list[tuple[NDArray[Any], ...]]
_NAMES: Final = ("seq", "group", "event", "tag", "value", "quality", "source_ms", "receipt_ms")


def played(
    places: Places, moments: Moments, unpacker: Unpacker, after: int, until: int, stop: Stop
) -> Iterator[SeenFrame]:  # fmt: skip
    """Yield the frames of history after one number up to another, window by window. Batches of a frame come in the
    order of their events; a tag's samples keep theirs."""
    while after < until:
        window = moments.window_of(after + 1)
        if window is None:
            following = _next_window(places, moments, after)
            if following is None or following.first_seq > until:
                return
            after = following.first_seq - 1
            continue
        end = min(until, window.last_seq)
        yield from _played_window(places, moments, unpacker, window, (after, end), stop)
        after = end


def _next_window(places: Places, moments: Moments, after: int) -> FrameTimes | None:
    """Return the first window of the months after a frame that history does not have: its month was dropped."""
    for month in reversed(places.with_frames()):
        extent = next(m for m in places.months if m.month_ms == month)
        if extent.first_seq > after:
            return moments.window_of(extent.first_seq)
    return None


def _played_window(
    places: Places, moments: Moments, unpacker: Unpacker, window: FrameTimes, span: tuple[int, int], stop: Stop
) -> Iterator[SeenFrame]:
    batches = _batches(_rows(places, unpacker, window, span, stop))
    times = moments.times(window)
    for seq in range(span[0] + 1, span[1] + 1):
        revision = next((r for first, r in reversed(window.revisions) if first <= seq), 0)
        t_ms = window.end_ms if times is None else times[seq - window.first_seq]
        yield SeenFrame(seq, t_ms, revision, tuple(batches.get(seq, ())))


def _rows(places: Places, unpacker: Unpacker, window: FrameTimes, span: tuple[int, int], stop: Stop) -> _Rows:
    rows: _Rows = []
    for month in places.with_frames(window.first_seq)[:1]:
        with places.month(month) as place:
            groups = [] if place is None else groups_of_frames(place, *span)
        for number, group in enumerate(groups):
            if stop():
                raise Cancelled("nobody waits for it any more")
            times = unpacker.times(month, group)
            if times is not None:
                rows += _rows_of(unpacker, month, number, group, times, span)
            else:
                rows += (_unknown(block, number, max(group.first_seq, span[0] + 1)) for block in group.blocks)
    return rows


def _rows_of(
    unpacker: Unpacker, month: int, number: int, group: StoredGroup, times: Times, span: tuple[int, int]
) -> Iterator[tuple[NDArray[Any], ...]]:
    first, end = np.searchsorted(times.seq, span, side="right").tolist()
    for block in group.blocks if first < end else ():
        try:
            column = unpack_block(block.tag, block.payload)
            at = np.arange(len(times), dtype=np.int32) if column.events is None else column.events
            if len(at) != len(column) or (len(at) and at[-1] >= len(times)):
                raise BadBlock("a block has other events than its group")
        except BadBlock as error:
            unpacker.note(f"the block of tag {block.tag} in group {group.id} of month {month}", error)
            yield _unknown(block, number, int(times.seq[first]))
            continue
        a, b = np.searchsorted(at, (first, end)).tolist()
        event = at[a:b]
        n = b - a
        yield (
            times.seq[event], np.full(n, number), event, np.full(n, block.tag, np.int32), column.values[a:b],
            column.quality[a:b], times.source_ms[event], times.receipt_ms[event],
        )  # fmt: skip


def _unknown(block: StoredBlock, number: int, seq: int) -> tuple[NDArray[Any], ...]:
    """Return a row that says of a damaged block's tag that nothing is known from a frame on."""
    at_ms = np.array([block.lo_ms])
    return (
        np.array([seq]), np.array([number]), np.array([-1]), np.array([block.tag], np.int32), np.array([np.nan]),
        np.array([BAD], np.uint16), at_ms, at_ms,
    )  # fmt: skip


def _batches(rows: _Rows) -> dict[int, list[SampleBatch]]:
    """Return the batches of each frame: rows of one event."""
    found: dict[int, list[SampleBatch]] = {}
    if not rows:
        return found
    whole = {name: np.concatenate(column) for name, column in zip(_NAMES, zip(*rows, strict=True), strict=True)}
    order = np.lexsort((whole["tag"], whole["event"], whole["group"], whole["seq"]))
    whole = {name: column[order] for name, column in whole.items()}
    seq, group, event = whole["seq"], whole["group"], whole["event"]
    new = (seq[1:] != seq[:-1]) | (group[1:] != group[:-1]) | (event[1:] != event[:-1])
    edges = [0, *(np.flatnonzero(new) + 1).tolist(), len(seq)]
    for a, b in pairwise(edges):
        cut = slice(a, b)
        batch = SampleBatch(
            whole["tag"][cut], whole["value"][cut], whole["quality"][cut], whole["source_ms"][cut],
            int(whole["receipt_ms"][a]),
        )  # fmt: skip
        found.setdefault(int(seq[a]), []).append(batch)
    return found
