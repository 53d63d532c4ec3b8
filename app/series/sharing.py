"""Decides which tags share a column of times, by what each choice costs in bytes.

Tags of one poll come in the same replies, but each passes its own deadband, so each has samples at some of the events
only. Sharing then stores the times once and, per tag, which of the events are its own. Where every sample has a time
of its own (a server that reports changes) that would cost more than it saves, and a tag keeps its own times.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import log2
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Member", "Shared", "share"]

_EVENT_COST: Final = 2.5
"""Bytes of one event in a packed column of times, about."""
_GROUP_COST: Final = 120.0
"""Bytes that one more group costs, whatever it holds: its row, its index, the heads of its columns."""
_INDEX_COST: Final = 8.0
"""Bytes of a column that says which events are a tag's, besides what it says."""
_MOST_EVENTS: Final = 1 << 16
"""Events of one group at most, when not all are one tag's: whoever reads a tag unpacks the times of its group."""
_POOL: Final = 1_024
"""Events of tags that share none, but have so few that a group for each would cost more than all they say."""


@dataclass(slots=True)
class Member:
    """Tags, by their places, that have samples at exactly these events (ascending)."""

    events: NDArray[np.int64]
    tags: list[int]


@dataclass(slots=True)
class Shared:
    """Members that share their times: `events` has all of theirs, ascending."""

    members: list[Member]
    events: NDArray[np.int64]


class _Growing:
    """A group while it is made up. `count` is of its events, `whole` of the tags that have all of them."""

    def __init__(self, first: Member) -> None:
        self.members = [first]
        self.count = len(first.events)
        self.whole = len(first.tags)

    def saves(self, member: Member, common: int) -> bool:
        """Return whether a member that has `common` events with the group costs less in it than alone."""
        own = len(member.events)
        new = own - common
        count = self.count + new
        if new and count > _MOST_EVENTS:
            return False
        inside = new * _EVENT_COST + len(member.tags) * _index_cost(own, count)
        if new:
            inside += self.whole * _index_cost(self.count, count)
        return inside < own * _EVENT_COST + _GROUP_COST

    def add(self, member: Member, common: int) -> None:
        new = len(member.events) - common
        self.members.append(member)
        self.count += new
        if new:
            self.whole = 0

    def fits_a_pool(self) -> bool:
        """Return whether saying which events of a pool are its own costs less than a group of its own."""
        if self.count >= _POOL // 4:
            return False
        return sum(len(m.tags) * _index_cost(len(m.events), _POOL) for m in self.members) < _GROUP_COST


def share(members: Iterable[Member], events: int) -> list[Shared]:
    """Return members in groups. `events` is the number of all events.

    Those with most events come first; each joins the group that has most of its events, or begins one of its own,
    whichever costs less. An event belongs, to find partners, to the group that had it first.
    """
    home = np.full(events, -1, dtype=np.int64)
    groups: list[_Growing] = []
    for member in sorted(members, key=_most_events_first):
        homes = home[member.events]
        best, common = _partner(homes)
        if best >= 0 and groups[best].saves(member, common):
            groups[best].add(member, common)
        else:
            best = len(groups)
            groups.append(_Growing(member))
        home[member.events[homes < 0]] = best
    return [Shared(ms, _union(ms, events)) for ms in _pooled(groups)]


def _most_events_first(member: Member) -> tuple[int, int]:
    return -len(member.events), member.tags[0]


def _partner(homes: NDArray[np.int64]) -> tuple[int, int]:
    """Return the group that has most of these events and how many; −1 if none has any."""
    if homes[0] >= 0 and (homes == homes[0]).all():
        return int(homes[0]), len(homes)
    found, counts = np.unique(homes[homes >= 0], return_counts=True)
    if not len(found):
        return -1, 0
    most = int(counts.argmax())
    return int(found[most]), int(counts[most])


def _index_cost(own: int, count: int) -> float:
    """Return how many bytes it takes, about, to say which `own` of `count` events are meant."""
    if own >= count:
        return 0.0
    p = own / count
    return _INDEX_COST - count * (p * log2(p) + (1 - p) * log2(1 - p)) / 8


def _pooled(groups: list[_Growing]) -> list[list[Member]]:
    """Put groups together that are too small to stand alone, by tag, so that the next window's are much the same."""
    alone = [g.members for g in groups if not g.fits_a_pool()]
    small = sorted((g for g in groups if g.fits_a_pool()), key=_first_place)
    pools: list[list[Member]] = []
    room = 0
    for group in small:
        if not pools or group.count > room:
            pools.append([])
            room = _POOL
        pools[-1] += group.members
        room -= group.count
    return alone + pools


def _first_place(group: _Growing) -> int:
    return group.members[0].tags[0]


def _union(members: list[Member], events: int) -> NDArray[np.int64]:
    """Return all events of members, ascending."""
    if len(members) == 1:
        return members[0].events
    if sum(len(m.events) for m in members) * 16 < events:
        return np.unique(np.concatenate([m.events for m in members]))
    there = np.zeros(events, dtype=np.bool_)
    for member in members:
        there[member.events] = True
    return np.flatnonzero(there)
