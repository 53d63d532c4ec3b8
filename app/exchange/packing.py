"""Packs ordered samples into groups of history: at most 8,192 events each, within one month, times shared by tags that
have the very same ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.exchange.ordering import runs
from app.exchange.rows import Rows
from app.series.blocks import pack_block
from app.series.times import pack_times
from app.series.windows import TagColumn, Times
from app.storage.history_contract import GroupKind, StoredBlock, StoredGroup

__all__ = ["MOST_EVENTS", "groups_of"]

MOST_EVENTS: Final = 8_192
_MOST_TAGS: Final = 256
"""Tags of one group at most: whoever adds groups wants to end soon when he is asked to."""


def groups_of(rows: Rows, numbers: Sequence[int], revision: int, receipt_ms: int) -> Iterator[StoredGroup]:
    """Yield the groups of ordered samples. `receipt_ms` is when we learned of them: the start of the import."""
    families: dict[tuple[int, int, int, int], list[tuple[int, Rows]]] = {}
    for tag, run in runs(rows):
        for part in _parts(run):
            key = (len(part), int(part.ms[0]), int(part.ms[-1]), hash(part.ms.tobytes()))
            families.setdefault(key, []).append((numbers[tag], part))
    for family in families.values():
        while family:
            first = family[0][1].ms
            alike = [m for m in family if np.array_equal(m[1].ms, first)][:_MOST_TAGS]
            taken = {number for number, _ in alike}
            family = [m for m in family if m[0] not in taken]
            yield _group(first, alike, revision, receipt_ms)


def _parts(run: Rows) -> Iterator[Rows]:
    """Cut one tag's samples at months and at so many events, never between two of one time."""
    months = run.ms.astype("M8[ms]").astype("M8[M]").astype(np.int64)
    bounds = [0, *(np.flatnonzero(np.diff(months)) + 1).tolist(), len(run)]
    for start, end in pairwise(bounds):
        while start < end:
            cut = _cut(run.ms, start, end)
            yield run.at(slice(start, cut))
            start = cut


def _cut(ms: NDArray[np.int64], start: int, end: int) -> int:
    cut = min(start + MOST_EVENTS, end)
    if cut == end or ms[cut - 1] != ms[cut]:
        return cut
    earlier = start + int(np.searchsorted(ms[start:cut], ms[cut], "left"))
    return earlier if earlier > start else cut


def _group(ms: NDArray[np.int64], members: Sequence[tuple[int, Rows]], revision: int, receipt_ms: int) -> StoredGroup:
    count = len(ms)
    times = Times(np.zeros(count, np.int64), ms, np.full(count, receipt_ms, np.int64))
    low, high = int(ms[0]), int(ms[-1])
    blocks = tuple(
        StoredBlock(number, count, low, high, pack_block(TagColumn(number, None, part.value, part.quality)))
        for number, part in sorted(members, key=_number)
    )
    return StoredGroup(GroupKind.IMPORTED, 0, 0, low, high, count, pack_times(times), blocks, revision)


def _number(member: tuple[int, Rows]) -> int:
    return member[0]
