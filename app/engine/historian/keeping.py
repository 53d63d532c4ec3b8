"""Lets go of samples that were kept as long as their class says, month by month."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from app.model.retention import STANDARD
from app.model.spec import Site
from app.storage.history_contract import HistoryStore
from app.storage.months import month_of

__all__ = ["Keeper", "age_of", "doomed", "months_between"]

_AT_ONCE: Final = 50
"""Tags whose samples go in one step."""
_PAGES: Final = 64
"""Pages moved in one step."""


class Keeper:
    """Compares each month with the site in force. `removed` counts months, or parts of them, that went."""

    def __init__(self, store: HistoryStore, site: Callable[[], Site | None]) -> None:
        self._store = store
        self._site = site
        self._doomed: tuple[Site, int, frozenset[int] | None] | None = None
        self._seen: tuple[Site, tuple[int, ...], int] | None = None
        """With what everything was looked through last."""
        self._months: tuple[int, ...] | None = None
        self.removed = 0

    def run(self) -> Iterator[None]:
        """Let go of what is too old; yields between small steps."""
        mark, site = self._store.mark(), self._site()
        if mark is None or site is None:
            return
        months = self._months = self._store.months()
        seen = (site, months, month_of(mark.t_ms))
        if self._seen is not None and self._seen[0] is site and self._seen[1:] == seen[1:]:
            return  # nothing can have become too old
        for month in months:
            tags = doomed(site, age_of(month, mark.t_ms, months))
            if tags is None:
                self._store.expire(month)
                self.removed += 1
                yield
            elif tags:
                yield from self._expire(month, tags)
        self._seen = seen

    def kept(self, tag: int, at_ms: int) -> bool:
        """Return whether samples of a tag of a time are still kept."""
        mark, site = self._store.mark(), self._site()
        if mark is None or site is None:
            return True
        if self._months is None:
            self._months = self._store.months()
        age = age_of(at_ms, mark.t_ms, self._months)
        if self._doomed is None or self._doomed[:2] != (site, age):
            gone = doomed(site, age)
            self._doomed = (site, age, None if gone is None else frozenset(gone))
        gone_now = self._doomed[2]
        return gone_now is not None and tag not in gone_now

    def tidy(self) -> Iterator[None]:
        """Give free space back to the disk, a little at a time."""
        while self._store.tidy(_PAGES):
            yield

    def _expire(self, month: int, tags: tuple[int, ...]) -> Iterator[None]:
        """Drop the samples of tags, unless just these have gone before."""
        name, which = f"expired {month}", zlib.crc32(repr(tags).encode())
        if self._store.progress(name) == which:
            return
        for first in range(0, len(tags), _AT_ONCE):
            self._store.expire(month, tags[first : first + _AT_ONCE])
            yield
        self._store.note_progress(name, which)
        self.removed += 1


def doomed(site: Site, age: int) -> tuple[int, ...] | None:
    """Return the numbers of tags whose samples of a month `age` months ago are no longer kept; None: all. Tags that the
    site no longer has go like those that name no class."""
    months = {kept.id: kept.months for kept in site.retention}
    of_tag = {tag.number: months.get(tag.keep, 0) for tag in site.tags}
    standard = months.get(STANDARD, 0)
    every = range(1, max(of_tag, default=0) + 1)
    gone = tuple(n for n in every if 0 < of_tag.get(n, standard) < age)
    return None if every and len(gone) == len(every) else gone


def age_of(at_ms: int, now_ms: int, months: Sequence[int]) -> int:
    """Return how many months old an instant is: by the calendar, but no more than there are later months in history. So
    a clock that jumps ahead by years for a moment ages everything by one month, and lets go of nothing at once."""
    newer = sum(month > at_ms for month in months)
    return min(months_between(at_ms, now_ms), newer)


def months_between(month_ms: int, now_ms: int) -> int:
    """Return how many months lie between the month of one instant and that of another (UTC)."""
    first, now = (datetime.fromtimestamp(ms / 1000.0, UTC) for ms in (month_ms, now_ms))
    return (now.year - first.year) * 12 + now.month - first.month
