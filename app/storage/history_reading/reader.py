"""Reads the past: history up to its mark, joined with the frames after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.clock import Clock
from app.errors import Cancelled, InternalFault
from app.model.alarms.status import AlarmStatus
from app.model.records import AppliedSite
from app.series.curves import still_held
from app.series.samples import Curve, Gap, Samples
from app.series.windows import State
from app.storage import alarms_past
from app.storage.backend import Backend
from app.storage.columns import LIVE_OWNER
from app.storage.foreign import mapped_errors
from app.storage.history_contract import Curves, Extent, Mark, Moment, SeenFrame, Stop, never
from app.storage.history_notes import gaps_between
from app.storage.history_reading.levels import Levels, level_for
from app.storage.history_reading.moments import Moments
from app.storage.history_reading.narrow import Narrow
from app.storage.history_reading.pieces import Unpacker
from app.storage.history_reading.places import Places
from app.storage.history_reading.playing import played
from app.storage.history_reading.sampling import Sampling
from app.storage.history_reading.tail import Tail
from app.storage.reading import read_site

__all__ = ["SqlHistoryReader"]

_TRIES: Final = 4
_TAGS_AT_ONCE: Final = 8
_EXACT_MS: Final = 32 * 86_400_000
"""Of wider ranges nobody looks for the few samples that a tag may have: they lie in too many months."""


class SqlHistoryReader:
    """HistoryReader over either backend, for one thread.

    Each question first looks at the mark, then reads the frames after it; should those be gone, the historian has
    moved the mark meanwhile, and it is looked at again. From history no frame beyond that mark is taken, also where
    a merged group has more, so nothing is read twice or missed. Without `newest` the frames after the mark are left
    out: for whoever works on history alone.
    """

    def __init__(self, backend: Backend, clock: Clock, *, newest: bool = True) -> None:
        self._clock: Final = clock
        self._newest: Final = newest
        self._live = backend.reader(LIVE_OWNER)
        self._places = Places(backend)
        self._unpacker = Unpacker()
        self._tail = Tail(self._live, self._unpacker)
        self._moments = Moments(self._places, self._unpacker)
        self._sampling = Sampling(self._places, self._unpacker, self._tail, self._gaps)
        self._levels = Levels(self._places, self._unpacker, self._sampling, self._gaps)
        self._narrow = Narrow(self._sampling, self._levels, self._gaps)

    @property
    def damaged(self) -> int:
        return self._unpacker.damaged

    def extent(self) -> Extent | None:
        self._follow()
        return self._extent()

    def raw(
        self, tag: int, start_ms: int, end_ms: int, *, as_seen: bool = False, limit: int = 5_000_000, stop: Stop = never
    ) -> Samples:
        self._follow()
        read = self._sampling.seen if as_seen else self._sampling.raw
        found = read(tag, start_ms, end_ms, limit, stop)
        if not len(found) or found.source_ms[0] >= start_ms:
            return found.at(found.came)
        gaps = self._gaps(int(found.source_ms[0]), start_ms + 1)
        wanted = found.came
        wanted[0] = still_held(found, gaps, start_ms)
        return found.at(wanted)

    def between(
        self, tags: Sequence[int], start_ms: int, end_ms: int, *, limit: int = 1_000_000, stop: Stop = never
    ) -> Mapping[int, Samples] | None:
        self._follow()
        return self._sampling.between(tags, start_ms, end_ms, limit, stop)

    def raw_each(
        self, tags: Sequence[int], start_ms: int, end_ms: int, *, limit: int = 1_000_000, stop: Stop = never
    ) -> Mapping[int, Samples] | None:
        self._follow()
        found = self._sampling.each(tags, start_ms, end_ms, limit, stop)
        held = [int(s.source_ms[0]) for s in (found or {}).values() if len(s) and s.source_ms[0] < start_ms]
        if found is None or not held:
            return found
        gaps = self._gaps(min(held), start_ms + 1)
        for tag, samples in found.items():
            if len(samples) and samples.source_ms[0] < start_ms and not still_held(samples, gaps, start_ms):
                found[tag] = samples.part(1)
        return found

    def curves(
        self, tags: Sequence[int], start_ms: int, end_ms: int, points: int, *, limit_s: float = 10.0, stop: Stop = never
    ) -> Curves:
        if end_ms <= start_ms or points < 1:
            raise InternalFault(f"a curve of {points} points from {start_ms} to {end_ms}")
        self._follow()
        gaps = self._gaps(start_ms, end_ms)
        deadline = self._clock.monotonic() + limit_s
        found: list[Curve] = []
        for first in range(0, len(tags), _TAGS_AT_ONCE):
            some = tags[first : first + _TAGS_AT_ONCE]
            try:
                for curve in self._some_curves(some, start_ms, end_ms, points, partial(self._over, deadline, stop)):
                    found.append(curve)
            except Cancelled:
                if stop():
                    raise
                return Curves(tuple(found), gaps, late=True)
        return Curves(tuple(found), gaps)

    def gaps(self, start_ms: int, end_ms: int) -> tuple[Gap, ...]:
        self._follow()
        return self._gaps(start_ms, end_ms)

    def import_ends(
        self, tags: Sequence[int], start_ms: int, end_ms: int, *, stop: Stop = never
    ) -> Mapping[int, NDArray[np.int64]]:
        self._follow()
        return self._sampling.import_ends(tags, start_ms, end_ms, stop)

    def seq_at(self, t_ms: int) -> int:
        self._follow()
        found = self._tail.newest_at(t_ms) or self._moments.newest_at(t_ms)
        return 0 if found is None else found.seq

    def time_of(self, seq: int) -> int | None:
        mark = self._follow()
        if mark is not None and seq <= mark.seq:
            return self._moments.time_of(seq)
        return self._tail.time_of(seq)

    def moment(self, seq: int, *, stop: Stop = never) -> Moment | None:
        mark = self._follow()
        if mark is not None and seq <= mark.seq:
            return self._past_moment(seq, stop)
        newest = self._tail.newest_until(seq)
        if newest is None:
            return None if mark is None else self._past_moment(mark.seq, stop)
        state = self._tail.state(newest.seq, stop)
        return Moment(newest.seq, newest.t_ms, self._tail.revision_at(newest.seq), state)

    def frames(self, after: int, until: int, *, stop: Stop = never) -> Iterator[SeenFrame]:
        while after < until:
            if stop():
                raise Cancelled("nobody waits for it any more")
            mark = self._follow()
            if mark is not None and after < mark.seq:
                end = min(until, mark.seq)
                yield from played(self._places, self._moments, self._unpacker, after, end, stop)
                after = end
                continue
            rows = self._tail.frames(after, until) if self._newest else []
            if not rows:
                return
            if after and rows[0].seq > after + 1 and self._moved_on(mark):
                continue
            yield from rows
            after = rows[-1].seq

    def alarms_at(self, seq: int) -> tuple[AlarmStatus, ...]:
        with mapped_errors(), self._live.connect() as connection:
            return alarms_past.alarms_at(connection, seq)

    def alarms_between(self, after: int, until: int) -> tuple[tuple[int, AlarmStatus], ...]:
        with mapped_errors(), self._live.connect() as connection:
            return alarms_past.alarms_between(connection, after, until)

    def next_alarm(self, seq: int, *, back: bool = False) -> tuple[int, str] | None:
        with mapped_errors(), self._live.connect() as connection:
            return alarms_past.next_alarm(connection, seq, back=back)

    def site_of(self, revision: int) -> AppliedSite | None:
        with mapped_errors(), self._live.connect() as connection:
            return read_site(connection, revision)

    def alarm_density(self, start_ms: int, end_ms: int, points: int) -> tuple[tuple[int, ...], ...]:
        with mapped_errors(), self._live.connect() as connection:
            return alarms_past.alarm_density(connection, start_ms, end_ms, points)

    def close(self) -> None:
        self._places.close()
        self._live.dispose()

    # ---- inside

    def _follow(self) -> Mark | None:
        """Bring everything up to date and return the mark up to which history counts."""
        for tried in range(_TRIES):
            self._places.look()
            mark = self._moments.mark()
            if not self._newest:
                self._tail.leave_out(mark)
                break
            base = partial(self._base, mark)
            if self._tail.follow(mark, base, accept_holes=tried == _TRIES - 1):
                break
        self._sampling.mark = mark
        return mark

    def _moved_on(self, mark: Mark | None) -> bool:
        """Return whether history has more frames than up to a mark."""
        return self._follow() != mark

    def _base(self, mark: Mark | None) -> State | None:
        return None if mark is None else self._moments.state(mark.seq)

    def _extent(self) -> Extent | None:
        last = self._tail.last
        first = self._moments.first() or self._tail.first
        if first is None or last is None:
            return None
        return Extent(first.t_ms, last.t_ms, first.seq, last.seq)

    def _gaps(self, start_ms: int, end_ms: int) -> tuple[Gap, ...]:
        """Return stored gaps and those after the mark: the next window's may be stored before it is."""
        with self._places.lasting() as connection:
            stored = gaps_between(connection, start_ms, end_ms)
        found = {g.start_ms: g for g in (*stored, *self._tail.gaps())}
        return tuple(found[at] for at in sorted(found) if at < end_ms and found[at].end_ms > start_ms)

    def _over(self, deadline: float, stop: Stop) -> bool:
        return stop() or self._clock.monotonic() > deadline

    def _now(self) -> int:
        last = self._tail.last
        return self._clock.now_ms() if last is None else last.t_ms

    def _past_moment(self, seq: int, stop: Stop) -> Moment | None:
        window = self._moments.window_of(seq)
        times = None if window is None else self._moments.times(window)
        state = self._moments.state(seq, stop)
        if window is None or times is None or state is None:
            return None
        revision = next((r for first, r in reversed(window.revisions) if first <= seq), 0)
        return Moment(seq, times[seq - window.first_seq], revision, state)

    def _some_curves(
        self, tags: Sequence[int], start_ms: int, end_ms: int, points: int, over: Stop
    ) -> Iterator[Curve]:  # fmt: skip
        level = level_for(end_ms - start_ms, points)
        if not level:
            yield from self._narrow.curves(tags, (start_ms, end_ms), points, until_ms=self._now(), stop=over)
            return
        for curve in self._wide_curves(tags, start_ms, end_ms, points, level, over):
            few = end_ms - start_ms <= _EXACT_MS and int(curve.count.sum()) <= points
            if few and curve.level_ms == level:
                its = [curve.tag]
                yield from self._narrow.curves(its, (start_ms, end_ms), points, until_ms=self._now(), stop=over)
            else:
                yield curve

    def _wide_curves(
        self, tags: Sequence[int], start_ms: int, end_ms: int, points: int, level_ms: int, over: Stop
    ) -> Iterator[Curve]:
        factor = (end_ms - start_ms) // level_ms // points
        width = factor * level_ms
        span = start_ms - start_ms % width, end_ms - end_ms % -width
        rows, until = self._levels.rows(tags, level_ms, span), self._now()
        for tag in tags:
            if over():
                raise Cancelled("nobody waits for it any more")
            its = rows.get(tag, ())
            yield self._levels.curve(tag, its, level_ms, span, factor, until_ms=until, stop=over)
