"""The data of one pen: a curve that history answered, and what came live since. Nothing is ever drawn between two
entries that do not touch: no ramp over a time of which nothing is known. Pure numpy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.model.quality import BAD, UNCERTAIN, Quality
from app.series.samples import Curve

__all__ = ["BROKEN", "DOUBTFUL", "FINE", "Entries", "Reading", "TrendLine"]

FINE: Final = 0
DOUBTFUL: Final = 1
"""Uncertain, or a bucket that has no usable value for a part of its time: drawn dashed."""
BROKEN: Final = 2
"""No usable value: no line, a hatched span."""
_WHOLE: Final = 0.98
_NEAR_MS: Final = 5_000
"""A hole between frames is longer: what comes live sooner goes on where history ended."""
_REACHES_MS: Final = 10_000
"""A curve that ends so shortly before now reaches it: the newest frames were on their way."""
_TAIL: Final = 20_000
"""Live entries that are kept; long before that the past is read anew."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Columns of one length, as in `Curve`, each entry from `start` to `end` (UTC ms as float64, so that they become
    pixels at once). `grade` is FINE, DOUBTFUL or BROKEN. `exact` from entry `live_from` on, and before it as the curve
    says."""

    start: NDArray[np.float64]
    end: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    mean: NDArray[np.float64]
    covered: NDArray[np.float64]
    quality: NDArray[np.uint16]
    grade: NDArray[np.uint8]
    exact: bool
    live_from: int

    def __len__(self) -> int:
        return len(self.start)

    def between(self, start_ms: float, end_ms: float) -> slice:
        """Return the entries that touch a time."""
        first = int(np.searchsorted(self.end, start_ms, side="right"))
        return slice(first, max(first, int(np.searchsorted(self.start, end_ms, side="left"))))

    def at(self, t_ms: float) -> int:
        """Return the entry that covers an instant, −1 for none."""
        i = int(np.searchsorted(self.start, t_ms, side="right")) - 1
        return i if i >= 0 and t_ms <= self.end[i] else -1

    def is_exact(self, i: int) -> bool:
        """Return whether an entry is one sample."""
        return self.exact or i >= self.live_from


@dataclass(frozen=True, slots=True)
class Reading:
    """What a pen says at an instant. `source_ms` is the time of its sample; of a bucket (`exact` False) its start,
    and low and high are what the value did in it."""

    value: float
    low: float
    high: float
    quality: int
    source_ms: int
    exact: bool


_COLUMNS: Final = ("start", "end", "low", "high", "mean", "covered", "quality", "grade")
_NONE: Final = np.empty(0)
_EMPTY: Final = Entries(
    _NONE, _NONE, _NONE, _NONE, _NONE, _NONE, np.empty(0, np.uint16), np.empty(0, np.uint8), True, 0
)


class TrendLine:
    """`shift_ms` moves everything to the right: the picture's time is the source's plus the shift. `revision` grows
    with every change."""

    def __init__(self, tag: str, number: int, shift_ms: int = 0) -> None:
        self.tag = tag
        self.number = number
        self.shift_ms = shift_ms
        self.revision = 0
        self.base_revision = 0
        """Grows with every answer of history, and not with what comes live."""
        self.known = False
        """True once history has answered."""
        self._base = _EMPTY
        self._tail: list[tuple[float, float, int]] = []
        self._now = 0.0
        self._entries: Entries | None = None

    @property
    def entries(self) -> Entries:
        """Return everything that is known, in order of time."""
        if self._entries is None:
            self._entries = self._joined()
        return self._entries

    @property
    def tail_from(self) -> float:
        """Return when what came live begins, infinite while there is nothing."""
        return self._tail[0][0] if self._tail else float("inf")

    @property
    def tail_length(self) -> int:
        """Return how many values came since history was read."""
        return len(self._tail)

    def still(self) -> TrendLine:
        """Return a line that stays as this one is now, whatever is read or comes: for paper, on any thread."""
        kept = TrendLine(self.tag, self.number, self.shift_ms)
        found = self.entries
        kept._base = replace(found, end=found.end.copy())  # `hold` moves the end of the newest in its place
        kept.known = self.known
        return kept

    def take(self, curve: Curve, *, live: tuple[float, float, int] | None = None, now_ms: int | None = None) -> None:
        """Take history's answer, up to `now_ms`: a bucket that is not over yet ends there.

        `live` is the newest value (source time, value, quality) that holds now: from there on `follow` goes on; None
        where nothing does (the engine is silent, or another time is compared).
        """
        self._base = _base_of(curve, self.shift_ms, now_ms)
        self.known = True
        self.base_revision += 1
        end = float(self._base.end[-1]) if len(self._base) else 0.0
        self._tail = [v for v in self._tail if v[0] > end] if self.shift_ms == 0 else []
        if live is not None and self.shift_ms == 0:
            self._begin_tail(live, end, now_ms)
        self._changed()

    def _begin_tail(self, live: tuple[float, float, int], end: float, now_ms: int | None) -> None:
        """Let the newest value go on where history ends. One that is as old as history's end holds only if history
        reaches now; a younger one begins at its own time."""
        at = live[0]
        if at <= end:
            if now_ms is not None and now_ms - end > _REACHES_MS:
                return
            at = end
        if not self._tail or at < self._tail[0][0]:
            self._tail.insert(0, (at, live[1], live[2]))

    def follow(self, source_ms: int, value: float, quality: int) -> None:
        """Take a live value. One that is older than what is known already is late: history will have it."""
        last = self._tail[-1][0] if self._tail else (float(self._base.end[-1]) if len(self._base) else 0.0)
        if source_ms > last or not self._tail:
            self._tail.append((max(float(source_ms), last), value, quality))
        elif source_ms == last:
            self._tail[-1] = (last, value, quality)
        del self._tail[: max(0, len(self._tail) - _TAIL)]
        self._changed()

    def hold(self, now_ms: int) -> None:
        """Say until when the newest live value holds."""
        if self._tail and now_ms != self._now:
            self._now = float(now_ms)
            if self._entries is not None and len(self._entries):
                self._entries.end[-1] = max(self._now, self._entries.start[-1])
                self.revision += 1

    def forget(self) -> None:
        """Know nothing: another instant is shown."""
        self._base, self._tail, self.known = _EMPTY, [], False
        self.base_revision += 1
        self._changed()

    def forget_tail(self) -> None:
        """What came live has a hole (nobody looked): history will have it."""
        if self._tail:
            self._tail = []
            self._changed()

    def read(self, t_ms: float) -> Reading | None:
        """Return what it says at an instant of the picture; None where nothing is known."""
        found = self.entries
        i = found.at(t_ms)
        if i < 0:
            return None
        exact = found.is_exact(i)
        return Reading(
            float(found.mean[i]), float(found.low[i]), float(found.high[i]), int(found.quality[i]),
            int(found.start[i]) - self.shift_ms, exact,
        )  # fmt: skip

    def _changed(self) -> None:
        self._entries = None
        self.revision += 1

    def _joined(self) -> Entries:
        if not self._tail:
            return self._base
        times, values, codes = (np.array(c) for c in zip(*self._tail, strict=True))
        start = times.astype(np.float64)
        end = np.append(start[1:], max(self._now, start[-1]))
        quality = codes.astype(np.uint16)
        shown = np.where(quality < BAD, values.astype(np.float64), np.nan)
        tail = _graded(start, end, shown, shown, shown, (shown == shown).astype(np.float64), quality, exact=True)
        base = self._base
        joined = {name: np.concatenate([getattr(base, name), getattr(tail, name)]) for name in _COLUMNS}
        if len(base):
            # The last value that history knew holds until the first live one, if that followed at once.
            joined["end"][len(base) - 1] = _until(base, start[0])
        return Entries(**joined, exact=base.exact, live_from=len(base))


def _until(base: Entries, first: float) -> float:
    end = float(base.end[-1])
    return first if first - end <= _NEAR_MS else end


def _base_of(curve: Curve, shift_ms: int, now_ms: int | None) -> Entries:
    """Return a curve's entries. Before anything was read of a tag there is nothing: that is no bad value."""
    read = ~((curve.quality == Quality.NOT_YET) & np.isnan(curve.mean))
    ends = curve.end_ms if now_ms is None else np.maximum(np.minimum(curve.end_ms, now_ms), curve.start_ms)
    start = curve.start_ms[read].astype(np.float64) + shift_ms
    end = ends[read].astype(np.float64) + shift_ms
    return _graded(
        start, end, curve.low[read], curve.high[read], curve.mean[read], curve.covered[read].astype(np.float64),
        curve.quality[read], exact=curve.exact,
    )  # fmt: skip


def _graded(
    start: NDArray[np.float64], end: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64],
    mean: NDArray[np.float64], covered: NDArray[np.float64], quality: NDArray[np.uint16], *, exact: bool,
) -> Entries:  # fmt: skip
    broken = np.isnan(mean)
    doubtful = (quality >= UNCERTAIN) & (quality < BAD) | (covered < _WHOLE)
    grade = np.where(broken, BROKEN, np.where(doubtful, DOUBTFUL, FINE)).astype(np.uint8)
    return Entries(start, end, low, high, mean, covered, quality, grade, exact, len(start))
