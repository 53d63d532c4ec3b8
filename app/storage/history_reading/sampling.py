"""Samples of some tags over a time, from history and from the frames after its mark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.errors import Cancelled
from app.series.samples import NOTHING, Gap, Samples
from app.series.spans import Span, ended, joined
from app.series.weighing import ends_of
from app.storage.history_blocks import FoundBlock, blocks_before, blocks_between
from app.storage.history_contract import GroupKind, Mark, Stop
from app.storage.history_imported import spans_of
from app.storage.history_reading.known import NO_SAMPLES, as_known, as_seen
from app.storage.history_reading.pieces import Piece, Unpacker
from app.storage.history_reading.places import Places
from app.storage.history_reading.queries import counts_between, tags_before
from app.storage.history_reading.tail import Tail

__all__ = ["Sampling"]

_NOT_IMPORTED: Final = tuple(kind for kind in GroupKind if kind is not GroupKind.IMPORTED)
_LOOK_BACK_MS: Final = 2 * 3_600_000
"""So far before a time its blocks are read too: what held at its start is mostly there."""
_BLOCKS_BEFORE: Final = 8
_BLOCKS_PER_LOOK: Final = 32
_HOUR_MS: Final = 3_600_000
_DAY_MS: Final = 86_400_000
_EVER: Final = 1 << 62
_MANY: Final = 500_000
"""Samples that are read in one step, about."""


class Sampling:
    """Reads samples. `mark` is the last frame to take from history, `gaps` tells the times without frames."""

    def __init__(
        self, places: Places, unpacker: Unpacker, tail: Tail, gaps: Callable[[int, int], Sequence[Gap]]
    ) -> None:
        self._places: Final = places
        self._gaps: Final = gaps
        self._unpacker: Final = unpacker
        self._tail: Final = tail
        self.mark: Mark | None = None

    def known(self, tags: Sequence[int], start_ms: int, end_ms: int, stop: Stop) -> dict[int, Samples]:
        """Return for each tag its samples from start to end as known now, and before them the one that held; where an
        import ends among them, a row says what holds from there."""
        before_ms = start_ms - _LOOK_BACK_MS
        pieces = self._pieces(tags, before_ms, end_ms, tuple(GroupKind), stop)
        found = {tag: as_known(pieces.get(tag, [])) for tag in tags}
        spans = {tag: np.searchsorted(s.source_ms, (start_ms, end_ms)).tolist() for tag, s in found.items()}
        lacking = [tag for tag, (first, _) in spans.items() if not first or found[tag].source_ms[first - 1] < before_ms]
        held = self._held_before(lacking, before_ms)
        for tag, (first, end) in spans.items():
            samples = found[tag]
            if tag not in held:
                found[tag] = samples.part(max(first - 1, 0), end)
                continue
            # A block that reaches over all this time may have an older one, and then the later of both held.
            last = _later(samples.part(max(first - 1, 0), first), held[tag])
            found[tag] = _joined([last, samples.part(first, end)])
        imported = [tag for tag, samples in found.items() if not samples.seq.all()]
        for tag, its in self._spans(imported).items():
            by_frames = partial(self._by_frames, tag, pieces.get(tag, []), before_ms)
            samples = ended(found[tag], its, by_frames, end_ms)
            found[tag] = samples.part(max(int(np.searchsorted(samples.source_ms, start_ms)) - 1, 0))
        return found

    def raw(self, tag: int, start_ms: int, end_ms: int, limit: int, stop: Stop) -> Samples:
        """Return at most `limit` samples of a tag as known now, and before them the one that held."""
        start_ms, end_ms = self._within(start_ms, end_ms)
        found: list[Samples] = []
        count = 0
        for at, _, part in self.slices(tag, start_ms, max(end_ms, start_ms + 1), 1, stop, least_ms=_DAY_MS):
            if found and len(part) and part.source_ms[0] < at:
                part = part.part(1)  # the slice before had it
            found.append(part)
            count += len(part)
            if count >= limit:
                break
        return _joined(found).part(0, limit)

    def slices(
        self, tag: int, start_ms: int, end_ms: int, step_ms: int, stop: Stop, *, least_ms: int = _HOUR_MS
    ) -> Iterator[tuple[int, int, Samples]]:
        """Yield (start, end, samples) of parts of a range, which are multiples of `step_ms` and of which not too much
        is read at once (though up to `least_ms` always is), each with what held before it."""
        at, width = start_ms, end_ms - start_ms
        while at < end_ms:
            width = self._fitting(tag, at, min(width, end_ms - at), least_ms)
            until = min(at + width - width % -step_ms, end_ms)
            yield at, until, self.known([tag], at, until, stop)[tag]
            at, width = until, 2 * width

    def heavy(self, tags: Sequence[int], start_ms: int, end_ms: int) -> frozenset[int]:
        """Return the tags with more samples in a range than should be read at once."""
        return frozenset(tag for tag, count in self._counts(tags, start_ms, end_ms).items() if count > _MANY)

    def seen(self, tag: int, start_ms: int, end_ms: int, limit: int, stop: Stop) -> Samples:
        """Return what frames brought in time with a source time in a range, by frame number, and before them the one
        that is next before the range."""
        start_ms, end_ms = self._within(start_ms, end_ms)
        kinds = (GroupKind.SEEN,)
        found = as_seen(self._pieces([tag], start_ms - _LOOK_BACK_MS, end_ms, kinds, stop).get(tag, []))
        times = found.source_ms
        inside = np.flatnonzero((times >= start_ms) & (times < end_ms))
        before = np.flatnonzero(times < start_ms)
        held = found.part(0, 0)
        if len(before):
            last = int(before[len(before) - 1 - int(np.argmax(times[before][::-1]))])
            held = found.part(last, last + 1)
        if not len(before) or held.source_ms[0] < start_ms - _LOOK_BACK_MS:
            held = _later(held, self._seen_before(tag, start_ms - _LOOK_BACK_MS))
        return _joined([held, _at(found, inside)]).part(0, limit)

    def between(
        self, tags: Sequence[int], start_ms: int, end_ms: int, limit: int, stop: Stop
    ) -> dict[int, Samples] | None:
        """Return the samples of a range of source times, of tags that have any; None if they are too many."""
        if sum(self._counts(tags, start_ms, end_ms).values()) > limit:
            return None
        found: dict[int, Samples] = {}
        for tag, pieces in self._pieces(tags, start_ms, end_ms, tuple(GroupKind), stop).items():
            samples = as_known(pieces)
            first, end = np.searchsorted(samples.source_ms, (start_ms, end_ms)).tolist()
            if first < end:
                found[tag] = samples.part(first, end)
        return found

    def each(
        self, tags: Sequence[int], start_ms: int, end_ms: int, limit: int, stop: Stop
    ) -> dict[int, Samples] | None:
        """Return for each tag its samples from start to end and the one that held; None if they are too many."""
        if sum(self._counts(tags, start_ms - _LOOK_BACK_MS, end_ms).values()) > limit:
            return None
        return self.known(tags, start_ms, end_ms, stop)

    def import_ends(self, tags: Sequence[int], start_ms: int, end_ms: int, stop: Stop) -> dict[int, NDArray[np.int64]]:
        """Return for each tag the instants in a range from which on nothing is known, because an import ends there."""
        found: dict[int, NDArray[np.int64]] = {}
        for tag, spans in self._spans(tags).items():
            at = [span.end_ms for span in joined(spans) if start_ms <= span.end_ms < end_ms]
            if not at:
                continue
            rows = self.known([tag], at[0], at[-1] + 1, stop)[tag]
            ends = rows.source_ms[(rows.quality == NOTHING) & (rows.source_ms >= at[0])]
            if len(ends):
                found[tag] = ends
        return found

    # ---- inside

    def _spans(self, tags: Sequence[int]) -> Mapping[int, Iterable[Span]]:
        """Return the spans of imports of those of some tags that have any."""
        if not tags:
            return {}
        with self._places.lasting() as connection:
            return spans_of(connection, tags)

    def _by_frames(self, tag: int, pieces: Sequence[Piece], before_ms: int, at_ms: int) -> Samples:
        """Return the last sample of a tag that no import brought, if it holds at an instant. `pieces`: what was read
        from a time on."""
        own = as_known([piece for piece in pieces if piece.kind is not GroupKind.IMPORTED])
        place = int(np.searchsorted(own.source_ms, at_ms, side="right"))
        last = own.part(max(place - 1, 0), place)
        if not len(last) or last.source_ms[0] < before_ms:
            last = _later(last, self._held_before([tag], before_ms, _NOT_IMPORTED).get(tag, NO_SAMPLES))
        if not len(last) or ends_of(last.source_ms, self._gaps(int(last.source_ms[0]), at_ms + 1), _EVER)[0] <= at_ms:
            return NO_SAMPLES
        return last

    def _counts(self, tags: Sequence[int], start_ms: int, end_ms: int) -> dict[int, int]:
        """Return how many samples the blocks of each tag have that touch a range."""
        counts: dict[int, int] = {}
        for month in self._places.months:
            if month.lo_ms < end_ms and month.hi_ms >= start_ms:
                with self._places.month(month.month_ms) as place:
                    its = {} if place is None else counts_between(place, tags, start_ms, end_ms - 1)
                for tag, count in its.items():
                    counts[tag] = counts.get(tag, 0) + count
        return counts

    def _within(self, start_ms: int, end_ms: int) -> tuple[int, int]:
        """Cut a range to the time of which there are samples at all: slices of ever would have no end."""
        months = [m for m in self._places.months if m.hi_ms >= m.lo_ms]
        lo = [m.lo_ms for m in months] + self._tail.ends()[:1]
        hi = [m.hi_ms for m in months] + self._tail.ends()[1:]
        return max(start_ms, min(lo, default=start_ms)), min(end_ms, max(hi, default=end_ms - 1) + 1)

    def _fitting(self, tag: int, start_ms: int, width_ms: int, least_ms: int) -> int:
        """Return a width, no more than asked, of which not too much is read at once; up to `least_ms` fits always."""
        while width_ms > least_ms and self.heavy([tag], start_ms, start_ms + width_ms):
            width_ms //= 2
        return width_ms

    def _pieces(
        self, tags: Sequence[int], lo_ms: int, end_ms: int, kinds: Iterable[GroupKind], stop: Stop
    ) -> dict[int, list[Piece]]:
        found: dict[int, list[Piece]] = {}
        for month in self._places.months:
            if month.lo_ms >= end_ms or month.hi_ms < lo_ms:
                continue
            with self._places.month(month.month_ms) as place:
                blocks = [] if place is None else blocks_between(place, tags, lo_ms, end_ms - 1, kinds)
            for i, block in enumerate(blocks):
                if i % _BLOCKS_PER_LOOK == 0 and stop():
                    raise Cancelled("nobody waits for it any more")
                piece = self._piece(block)
                if piece is not None:
                    found.setdefault(block.block.tag, []).append(piece)
        for tag, pieces in self._tail.pieces(tags, stop).items():
            found.setdefault(tag, []).extend(pieces)
        return found

    def _piece(self, block: FoundBlock) -> Piece | None:
        return self._unpacker.piece(block, 0 if self.mark is None else self.mark.seq)

    def _held_before(
        self, tags: Sequence[int], before_ms: int, kinds: Sequence[GroupKind] = tuple(GroupKind)
    ) -> dict[int, Samples]:
        """Return the last sample of those tags that have blocks which ended before a time. What is no import is looked
        for in months that have frames alone."""
        left = set(tags)
        found: dict[int, Samples] = {}
        for month in reversed(self._places.months):
            if not left:
                break
            if month.lo_ms >= before_ms or month.hi_ms < month.lo_ms:
                continue
            if GroupKind.IMPORTED not in kinds and not month.first_seq:
                continue
            with self._places.month(month.month_ms) as place:
                here = set() if place is None else tags_before(place, sorted(left), before_ms)
                for tag in here:
                    assert place is not None
                    last = self._last_of(blocks_before(place, tag, before_ms, kinds, _BLOCKS_BEFORE), as_known)
                    if len(last):
                        found[tag] = last
                        left.discard(tag)
        return found

    def _seen_before(self, tag: int, before_ms: int) -> Samples:
        """Return the last sample of blocks of frames that ended before a time."""
        for month in reversed(self._places.months):
            if month.lo_ms >= before_ms or month.hi_ms < month.lo_ms:
                continue
            with self._places.month(month.month_ms) as place:
                seen = (GroupKind.SEEN,)
                blocks = [] if place is None else blocks_before(place, tag, before_ms, seen, _BLOCKS_BEFORE)
            last = self._last_of(blocks, as_seen)
            if len(last):
                return last
        return NO_SAMPLES

    def _last_of(self, blocks: Sequence[FoundBlock], order: Callable[[Sequence[Piece]], Samples]) -> Samples:
        """Return the sample with the greatest source time, none of damaged blocks."""
        found = order([piece for block in blocks if (piece := self._piece(block)) is not None])
        last = len(found) - 1 - int(np.argmax(found.source_ms[::-1])) if len(found) else 0
        return found.part(last, last + 1)


def _later(one: Samples, other: Samples) -> Samples:
    """Return the later of two that have one sample at most; the former where they are as late."""
    if not len(one) or (len(other) and other.source_ms[0] > one.source_ms[0]):
        return other
    return one


def _at(samples: Samples, at: NDArray[np.intp]) -> Samples:
    return Samples(samples.source_ms[at], samples.values[at], samples.quality[at], samples.seq[at])


def _joined(parts: Sequence[Samples]) -> Samples:
    parts = [part for part in parts if len(part)] or [NO_SAMPLES]
    if len(parts) == 1:
        return parts[0]
    return Samples(
        np.concatenate([p.source_ms for p in parts]),
        np.concatenate([p.values for p in parts]),
        np.concatenate([p.quality for p in parts]),
        np.concatenate([p.seq for p in parts]),
    )
