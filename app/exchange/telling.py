"""How far a file tells: from its first row to its last, of each tag of which it brought anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.series.spans import Span, joined
from app.storage.history_contract import ImportedSpan, StoredGroup

__all__ = ["Telling"]


@dataclass(slots=True)
class Telling:
    """One file while it is read, `part` of its import. `former`: what the files before it told of each tag last; with
    that a file makes one span where it goes on. Only tags of which samples were added are told of: what history had
    before is told of by whoever brought it."""

    part: int
    former: Mapping[int, ImportedSpan] = field(default_factory=dict)
    _span: Span | None = None
    _given: dict[int, int] = field(default_factory=dict)
    """By number of a tag: the time of its last sample that was added."""
    _settled: bool = False

    def read(self, ms: NDArray[np.int64]) -> None:
        """Take the times of some rows. Only between parts that lie apart is it known how long nothing came."""
        if not len(ms):
            return
        if not (ms[1:] >= ms[:-1]).all():
            ms = np.unique(ms)
        first, last = int(ms[0]), int(ms[-1])
        pause = int(np.diff(ms).max(initial=0))
        if (before := self._span) is not None:
            apart = max(first - before.end_ms, before.start_ms - last)
            pause = max(pause, before.pause_ms, apart)
            first, last = min(first, before.start_ms), max(last, before.end_ms)
        self._span = Span(first, last, pause)

    def give(self, groups: Iterable[StoredGroup]) -> None:
        """Take what will be added next."""
        for block in (block for group in groups for block in group.blocks):
            self._given[block.tag] = max(block.hi_ms, self._given.get(block.tag, block.hi_ms))

    def settle(self) -> None:
        """Say that the whole file was added: what did not change until its end stood."""
        self._settled = True

    def spans(self, revision: int) -> dict[int, ImportedSpan]:
        """Return what is to be noted so far, by tag."""
        if (whole := self._span) is None:
            return {}
        told = {
            tag: Span(whole.start_ms, whole.end_ms if self._settled else given_ms, whole.pause_ms)
            for tag, given_ms in sorted(self._given.items())
        }
        return {tag: self._of(tag, revision, span) for tag, span in told.items()}

    def next(self, revision: int) -> Telling:
        """Return what the next file begins with."""
        return Telling(self.part + 1, {**self.former, **self.spans(revision)})

    def _of(self, tag: int, revision: int, span: Span) -> ImportedSpan:
        former = self.former.get(tag)
        if former is not None and len(both := joined((former.span, span))) == 1:
            return ImportedSpan(tag, revision, former.part, both[0])
        return ImportedSpan(tag, revision, self.part, span)
