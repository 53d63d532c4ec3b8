"""A history in memory: a `HistoryReader` over arrays that a test gives. Small, plain, and honest about gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.errors import Cancelled
from app.model.alarms.status import AlarmStatus
from app.model.quality import BAD, Quality
from app.model.records import AppliedSite
from app.series.batch import SampleBatch
from app.series.samples import Curve, Gap, Samples
from app.series.windows import State
from app.storage.history_contract import Curves, Extent, Moment, SeenFrame, Stop, never

__all__ = ["FakeHistory", "samples"]


def samples(
    times_ms: Sequence[int] | NDArray[np.int64], values: Sequence[float] | NDArray[np.float64],
    quality: int | Sequence[int] = Quality.GOOD, *, seq: Sequence[int] | None = None,
) -> Samples:  # fmt: skip
    """Return samples of one tag; each in a frame of its own unless `seq` says which."""
    times = np.asarray(times_ms, np.int64)
    codes = np.full(len(times), quality) if isinstance(quality, int) else np.asarray(quality)
    frames = np.arange(1, len(times) + 1) if seq is None else np.asarray(seq)
    return Samples(times, np.asarray(values, np.float64), codes.astype(np.uint16), frames.astype(np.int64))


@dataclass
class FakeHistory:
    """Tags by number. A frame's time t is the source time of its newest sample; values hold until `now_ms`.

    `asked` keeps (tags, start, end, points) of every question for curves. `before` is called at the start of each
    read: with it a test makes one wait, fail or be cancelled.
    """

    tags: Mapping[int, Samples]
    now_ms: int
    holes: tuple[Gap, ...] = ()
    ends: Mapping[int, Sequence[int]] = field(default_factory=dict)
    """Tag → instants where imports end and nothing is known."""
    alarms: Mapping[int, tuple[AlarmStatus, ...]] = field(default_factory=dict)
    """Frame number → how alarms stood from it on."""
    sites: Mapping[int, AppliedSite] = field(default_factory=dict)
    densities: tuple[tuple[int, ...], ...] | None = None
    late: int | None = None
    """Curves that are read before the time limit is reached; None: all of them."""
    before: Callable[[Stop], None] | None = None
    asked: list[tuple[tuple[int, ...], int, int, int]] = field(default_factory=list)
    damaged: int = 0
    closed: bool = False

    def extent(self) -> Extent | None:
        frames = self._frames()
        if not frames:
            return None
        first, last = min(frames), max(frames)
        return Extent(frames[first], max(self.now_ms, frames[last]), first, last)

    def raw(
        self, tag: int, start_ms: int, end_ms: int, *, as_seen: bool = False, limit: int = 5_000_000, stop: Stop = never
    ) -> Samples:
        self._begin(stop)
        all_ = self._of(tag)
        first = max(0, int(np.searchsorted(all_.source_ms, start_ms)) - 1)
        part = slice(first, min(int(np.searchsorted(all_.source_ms, end_ms)), first + limit))
        return Samples(all_.source_ms[part], all_.values[part], all_.quality[part], all_.seq[part])

    def between(
        self, tags: Sequence[int], start_ms: int, end_ms: int, *, limit: int = 1_000_000, stop: Stop = never
    ) -> Mapping[int, Samples] | None:
        self._begin(stop)
        found = {}
        for tag in tags:
            all_ = self._of(tag)
            part = slice(*np.searchsorted(all_.source_ms, (start_ms, end_ms)).tolist())
            if part.start < part.stop:
                found[tag] = all_.part(part.start, part.stop)
        return found if sum(len(s) for s in found.values()) <= limit else None

    def curves(
        self, tags: Sequence[int], start_ms: int, end_ms: int, points: int, *, limit_s: float = 10.0, stop: Stop = never
    ) -> Curves:
        self.asked.append((tuple(tags), start_ms, end_ms, points))
        self._begin(stop)
        read = tags if self.late is None else tags[: self.late]
        found = tuple(self._curve(tag, start_ms, end_ms, points) for tag in read)
        return Curves(found, self.gaps(start_ms, end_ms), len(read) < len(tags))

    def gaps(self, start_ms: int, end_ms: int) -> tuple[Gap, ...]:
        return tuple(g for g in self.holes if g.start_ms < end_ms and g.end_ms > start_ms)

    def import_ends(
        self, tags: Sequence[int], start_ms: int, end_ms: int, *, stop: Stop = never
    ) -> Mapping[int, NDArray[np.int64]]:
        self._begin(stop)
        inside = {t: [ms for ms in self.ends.get(t, ()) if start_ms <= ms < end_ms] for t in tags}
        return {tag: np.array(its, np.int64) for tag, its in inside.items() if its}

    def seq_at(self, t_ms: int) -> int:
        return max((seq for seq, t in self._frames().items() if t <= t_ms), default=0)

    def time_of(self, seq: int) -> int | None:
        return self._frames().get(seq)

    def moment(self, seq: int, *, stop: Stop = never) -> Moment | None:
        self._begin(stop)
        t = self.time_of(seq)
        if t is None:
            return None
        at = {tag: int(np.flatnonzero(s.seq <= seq)[-1]) for tag, s in sorted(self.tags.items()) if s.seq[0] <= seq}
        picked = [(tag, self.tags[tag].values[i], self.tags[tag].quality[i], i) for tag, i in at.items()]
        times = np.array([self.tags[tag].source_ms[i] for tag, _, _, i in picked], np.int64)
        values = np.array([v for _, v, _, _ in picked], np.float64)
        quality = np.array([q for _, _, q, _ in picked], np.uint16)
        return Moment(seq, t, self._revision(seq), State(np.array(list(at), np.int32), values, quality, times, times))

    def frames(self, after: int, until: int, *, stop: Stop = never) -> Iterator[SeenFrame]:
        for seq, t in sorted(self._frames().items()):
            if after < seq <= until:
                self._begin(stop)
                yield SeenFrame(seq, t, self._revision(seq), (self._batch(seq, t),))

    def alarms_at(self, seq: int) -> tuple[AlarmStatus, ...]:
        return self.alarms[max(s for s in self.alarms if s <= seq)] if any(s <= seq for s in self.alarms) else ()

    def alarms_between(self, after: int, until: int) -> tuple[tuple[int, AlarmStatus], ...]:
        known: dict[str, AlarmStatus] = {s.path: s for s in self.alarms_at(after)}
        found: list[tuple[int, AlarmStatus]] = []
        for seq in sorted(s for s in self.alarms if after < s <= until):
            now = {s.path: s for s in self.alarms[seq]}
            found += [(seq, s) for s in now.values() if known.get(s.path) != s]
            found += [(seq, AlarmStatus(path)) for path in known if path not in now]
            known = now
        return tuple(found)

    def next_alarm(self, seq: int, *, back: bool = False) -> tuple[int, str] | None:
        frames = [s for s in sorted(self.alarms) if (s < seq if back else s > seq) and self.alarms[s]]
        return (frames[-1 if back else 0], self.alarms[frames[-1 if back else 0]][0].path) if frames else None

    def site_of(self, revision: int) -> AppliedSite | None:
        return self.sites.get(revision)

    def alarm_density(self, start_ms: int, end_ms: int, points: int) -> tuple[tuple[int, ...], ...]:
        return self.densities if self.densities is not None else ((0, 0, 0, 0),) * points

    def close(self) -> None:
        self.closed = True

    def _begin(self, stop: Stop) -> None:
        if self.before is not None:
            self.before(stop)
        if stop():
            raise Cancelled("nobody waits for it any more")

    def _of(self, tag: int) -> Samples:
        return self.tags.get(tag, samples([], []))

    def _frames(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for s in self.tags.values():
            for seq, t in zip(s.seq.tolist(), s.source_ms.tolist(), strict=True):
                found[seq] = max(t, found.get(seq, 0))
        return found

    def _revision(self, seq: int) -> int:
        return max((r for r in self.sites if r <= seq), default=1)

    def _batch(self, seq: int, t: int) -> SampleBatch:
        rows = [(tag, i) for tag, s in sorted(self.tags.items()) for i in np.flatnonzero(s.seq == seq)]
        columns = [
            (self.tags[tag].values[i], self.tags[tag].quality[i], self.tags[tag].source_ms[i]) for tag, i in rows
        ]
        return SampleBatch(
            np.array([tag for tag, _ in rows], np.int32), np.array([v for v, _, _ in columns], np.float64),
            np.array([q for _, q, _ in columns], np.uint16), np.array([s for _, _, s in columns], np.int64), t,
        )  # fmt: skip

    def _curve(self, tag: int, start_ms: int, end_ms: int, points: int) -> Curve:
        starts, ends, values, quality = self._pieces(self._of(tag), start_ms, end_ms)
        if len(starts) <= points:
            usable = quality < BAD
            shown = np.where(usable, values, np.nan)
            return Curve(
                tag, True, starts, ends, shown, shown, shown, usable.astype(np.float32), quality,
                np.ones(len(starts), np.int32),
            )  # fmt: skip
        return _buckets(tag, starts, ends, values, quality, start_ms, end_ms, points)

    def _pieces(
        self, s: Samples, start_ms: int, end_ms: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.uint16]]:
        """Cut the held values at the range's ends and at holes, behind which nothing holds."""
        end_ms = min(end_ms, self.now_ms)
        until = np.append(s.source_ms[1:], max(end_ms, int(s.source_ms[-1]) if len(s) else 0)).astype(np.int64)
        for hole in self.holes:
            until = np.where((s.source_ms < hole.end_ms) & (until > hole.start_ms), hole.start_ms, until)
        starts, ends = np.maximum(s.source_ms, start_ms), np.minimum(until[: len(s)], end_ms)
        keep = starts < ends
        return starts[keep], ends[keep], s.values[keep], s.quality[keep]


def _buckets(
    tag: int, starts: NDArray[np.int64], ends: NDArray[np.int64], values: NDArray[np.float64],
    quality: NDArray[np.uint16], start_ms: int, end_ms: int, points: int,
) -> Curve:  # fmt: skip
    """Weigh the pieces by time in equal parts of the range. A part without any piece is left out."""
    width = max(1, -(-(end_ms - start_ms) // points))
    edges = np.arange(start_ms, end_ms + width, width, dtype=np.int64)
    cuts = np.unique(np.concatenate([starts, ends, edges]))
    piece = np.searchsorted(starts, cuts[:-1], side="right") - 1
    inside = (piece >= 0) & (cuts[:-1] < ends[np.clip(piece, 0, None)])
    left, right, piece = cuts[:-1][inside], cuts[1:][inside], piece[inside]
    bucket = (left - start_ms) // width
    first = np.flatnonzero(np.append(True, bucket[1:] != bucket[:-1])) if len(bucket) else np.empty(0, np.int64)
    usable = quality[piece] < BAD
    weight = np.where(usable, right - left, 0).astype(np.float64)
    shown = np.where(usable, values[piece], np.nan)
    total = np.add.reduceat(weight, first)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.add.reduceat(np.where(usable, shown * weight, 0.0), first) / total
    begin = start_ms + bucket[first] * width
    own = np.add.reduceat((left == starts[piece]).astype(np.int32), first)
    return Curve(
        tag, False, begin, np.minimum(begin + width, end_ms), np.fmin.reduceat(shown, first),
        np.fmax.reduceat(shown, first), np.where(total > 0, mean, np.nan), (total / width).astype(np.float32),
        np.maximum.reduceat(quality[piece], first), own, width,
    )  # fmt: skip
