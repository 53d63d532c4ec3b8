"""Everything the engine knows of all tags now, as arrays indexed by tag number: one row of memory per property."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.model.quality import Quality
from app.model.spec import Site, TagKind, TagSpec

__all__ = ["Columns", "Rows"]

_REMEMBERED: Final = 4096
"""Sets of tags whose rows are remembered: many times the scan groups and blocks of a large site."""

_RAMPS: Final = (TagKind.ANALOG, TagKind.COUNTER)
"""Kinds of which a line between two samples says something: a switch has no way from one position to the other."""


class Rows:
    """Where the tags of a batch stand in the columns."""

    __slots__ = ("at", "deadband", "index", "known", "ramps", "tags")

    def __init__(self, tags: NDArray[np.int32], columns: Columns, *, lasting: bool) -> None:
        self.tags: Final = tags
        self.index: Final[NDArray[np.intp]] = tags.astype(np.intp)
        """As numpy wants it: with 32-bit numbers each access would convert them again."""
        inside = (self.index >= 0) & (self.index < columns.size)
        self.known: Final = bool(inside.all() and columns.exists[self.index].all())
        """False if the site does not have all of them; then only `tags` may be used."""
        run = lasting and self.known and len(tags) > 0 and bool((np.diff(self.index) == 1).all())
        self.at: Final = slice(int(tags[0]), int(tags[0]) + len(tags)) if run else self.index
        self.deadband: Final = columns.deadband[self.at] if self.known else columns.deadband[:0]
        ramps = columns.ramps[self.at] if self.known else columns.ramps[:0]
        self.ramps: Final = ramps if bool(ramps.any()) else None
        """Which of them may rise slowly; None if none can."""


class Columns:
    """Arrays of one applied site.

    `value`, `quality`, `source_ms`, `receipt_ms` are what the source said last; `seen` is the monotonic time of the
    last good reply about the tag; `marked_ms` is when the engine itself took the quality away (0: it did not);
    `said_ms` is when it last said something of the tag that was not the source's (0: the source spoke since); `shown`
    is the value that frames carried last (the deadband counts from it). `held` marks tags whose last sample no frame
    has carried, because it did not pass the deadband: it goes out before a jump. Only tags that may rise slowly
    (`ramps`) hold one.
    `manual` marks tags with a substitute, whose value and entry time stand in `manual_value` and `manual_ms`.
    """

    def __init__(self, site: Site) -> None:
        self.site: Final = site
        self.by_path: Final[dict[str, TagSpec]] = {t.path: t for t in site.tags}
        size = max((t.number for t in site.tags), default=0) + 1
        self.size: Final = size
        self.value = np.full(size, np.nan)
        self.shown = np.full(size, np.nan)
        self.quality: NDArray[np.uint16] = np.full(size, Quality.NOT_YET, dtype=np.uint16)
        self.source_ms = np.zeros(size, dtype=np.int64)
        self.receipt_ms = np.zeros(size, dtype=np.int64)
        self.marked_ms = np.zeros(size, dtype=np.int64)
        self.said_ms = np.zeros(size, dtype=np.int64)
        self.seen = np.full(size, -np.inf)
        self.manual = np.zeros(size, dtype=bool)
        self.manual_value = np.full(size, np.nan)
        self.manual_ms = np.zeros(size, dtype=np.int64)
        self.exists = np.zeros(size, dtype=bool)
        self.held = np.zeros(size, dtype=bool)
        self.ramps = np.zeros(size, dtype=bool)
        self.deadband = np.zeros(size)
        # Values that the engine makes itself cannot grow old: they have no point.
        self.max_age = np.full(size, np.inf)
        for tag in site.tags:
            self.exists[tag.number] = True
            self.deadband[tag.number] = tag.deadband
            self.ramps[tag.number] = tag.kind in _RAMPS
            if tag.point is not None:
                self.max_age[tag.number] = tag.max_age_s
        self.numbers: Final = np.flatnonzero(self.exists).astype(np.int32)
        self._rows: Final[dict[int, Rows]] = {}

    def rows(self, tags: NDArray[np.int32]) -> Rows:
        """Return where tags stand; remembered for an array that cannot change."""
        found = self._rows.get(id(tags))
        if found is not None:
            return found  # it keeps its array alive, so no other one can have this id
        lasting = tags.base is None and not tags.flags.writeable
        rows = Rows(tags, self, lasting=lasting)
        if lasting:
            if len(self._rows) >= _REMEMBERED:
                self._rows.clear()
            self._rows[id(tags)] = rows
        return rows

    def take_over(self, old: Columns) -> None:
        """Copy what an older site's columns know of tags that are still read the same way."""
        same = [t.number for t in self.site.tags if _reads_alike(t, old.by_path.get(t.path))]
        numbers = np.array(same, dtype=np.int32)
        for name in ("value", "shown", "quality", "source_ms", "receipt_ms", "marked_ms", "said_ms", "seen"):
            getattr(self, name)[numbers] = getattr(old, name)[numbers]

    def number(self, path: str) -> int | None:
        """Return the number of the tag at `path`, None if the site has no such tag."""
        tag = self.by_path.get(path)
        return None if tag is None else tag.number


def _reads_alike(new: TagSpec, old: TagSpec | None) -> bool:
    return old is not None and _origin(new) == _origin(old)


def _origin(tag: TagSpec) -> tuple[object, ...]:
    """Return what decides where a value is from; the unit of one that is read changes nothing but its name."""
    return tag.number, tag.device, tag.point, tag.formula, tag.unit if tag.formula is not None else ""
