"""Puts groups of consecutive windows together, so that history has few and large rows.

Which: a group goes on the chain whose tags it shares, if they share at least half of the smaller one's tags and the
chain stays within MOST_EVENTS; it must begin after the chain's last frame, so that the order in which rooms saw things
stays. A block is the unit of decoding: within the bound one instant of 2,000 tags stays cheap to read.

`chains` decides by tags and counts alone, so that nobody reads blocks to learn that nothing is to be done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.errors import InternalFault
from app.series.windows import Group, TagColumn, Times

__all__ = ["MOST_EVENTS", "Outline", "chains", "join", "merge", "outline_of"]

MOST_EVENTS: Final = 8_192
"""Events of a merged group at most."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What must be known of a group to choose its partners."""

    first_seq: int
    last_seq: int
    events: int
    tags: frozenset[int]


@dataclass(slots=True)
class _Chain:
    """Groups that will be one: their places, and how far they go."""

    places: list[int]
    tags: set[int]
    last_seq: int
    events: int


def outline_of(group: Group) -> Outline:
    """Return the outline of a group with at least one event."""
    seq = group.times.seq
    return Outline(int(seq[0]), int(seq[-1]), len(seq), frozenset(c.tag for c in group.columns))


def chains(outlines: Sequence[Outline], most_events: int = MOST_EVENTS) -> list[list[int]]:
    """Return which of the groups, given in the order of their frames, become one: lists of their places, one of a
    single place for a group that stays as it is."""
    found: list[_Chain] = []
    of_tag: dict[int, set[int]] = {}
    for place, outline in enumerate(outlines):
        best = _best_chain(found, of_tag, outline, most_events)
        if best is None:
            best = len(found)
            found.append(_Chain([], set(), -1, 0))
        chain = found[best]
        for tag in outline.tags - chain.tags:
            of_tag.setdefault(tag, set()).add(best)
        chain.tags |= outline.tags
        chain.places.append(place)
        chain.last_seq = outline.last_seq
        chain.events += outline.events
    return [chain.places for chain in found]


def join(groups: Sequence[Group]) -> Group:
    """Return groups that follow each other as one. Every sample keeps its event and its order."""
    if not groups:
        raise InternalFault("no groups to join")
    if len(groups) == 1:
        return groups[0]
    starts = np.cumsum([0, *(len(g.times) for g in groups)]).tolist()
    pieces: dict[int, list[tuple[int, TagColumn]]] = {}
    for start, group in zip(starts, groups, strict=False):
        for column in group.columns:
            pieces.setdefault(column.tag, []).append((start, column))
    seq, source, receipt = (
        np.concatenate([getattr(g.times, name) for g in groups]) for name in ("seq", "source_ms", "receipt_ms")
    )
    lengths = dict(zip(starts, (len(g.times) for g in groups), strict=False))
    columns = tuple(_joined(tag, pieces[tag], lengths, starts[-1]) for tag in sorted(pieces))
    return Group(Times(seq, source, receipt), columns)


def merge(groups: Sequence[Group], most_events: int = MOST_EVENTS) -> list[Group]:
    """Return the groups, given in the order of their frames, as fewer ones with the same content."""
    places = chains([outline_of(group) for group in groups], most_events)
    return [join([groups[i] for i in chain]) for chain in places]


def _best_chain(
    found: list[_Chain], of_tag: dict[int, set[int]], outline: Outline, most_events: int
) -> int | None:  # fmt: skip
    """Return the chain that shares most tags with a group and may take it."""
    shared: dict[int, int] = {}
    for tag in outline.tags:
        for chain in of_tag.get(tag, ()):
            shared[chain] = shared.get(chain, 0) + 1
    for chain in sorted(shared, key=lambda c: (-shared[c], -c)):
        it = found[chain]
        enough = 2 * shared[chain] >= min(len(it.tags), len(outline.tags))
        if enough and it.last_seq < outline.first_seq and it.events + outline.events <= most_events:
            return chain
    return None


def _joined(tag: int, pieces: list[tuple[int, TagColumn]], lengths: dict[int, int], total: int) -> TagColumn:
    """Return one column of a tag's pieces, each with the place at which its group begins."""
    values = np.concatenate([c.values for _, c in pieces])
    quality = np.concatenate([c.quality for _, c in pieces])
    if len(values) == total:
        return TagColumn(tag, None, values, quality)
    events: list[NDArray[np.int32]] = []
    for start, column in pieces:
        inside = np.arange(lengths[start], dtype=np.int32) if column.events is None else column.events
        events.append(inside + np.int32(start))
    return TagColumn(tag, np.concatenate(events), values, quality)
