"""Buckets of wide ranges, from rollups of the coarsest level that is fine enough.

A stored row is complete up to its own `until`; what it lacks comes from the next finer level, and at last from the
samples themselves. Where minutes were dropped with their month, hours stand in for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np

from app.errors import BadBlock
from app.series.curves import empty_curve, join_curves, rollup_curve
from app.series.rollups import Rollup, coarsen, place, roll, unpack_rollup
from app.series.samples import Curve, Gap
from app.storage.history_contract import Stop
from app.storage.history_reading.pieces import Unpacker
from app.storage.history_reading.places import Places
from app.storage.history_reading.sampling import Sampling
from app.storage.history_rollups import lasting_rollups
from app.storage.history_rows import minutes_between
from app.storage.months import DAY_MS, HOUR_MS, MINUTE_MS

__all__ = ["Levels", "level_for"]

_LEVELS: Final = (DAY_MS, HOUR_MS, MINUTE_MS)
_FINER: Final = {DAY_MS: HOUR_MS, HOUR_MS: MINUTE_MS}
_COLUMNS: Final = ("start_ms", "end_ms", "low", "high", "mean", "covered", "quality", "count")
Span = tuple[int, int]
GapsOf = Callable[[int, int], Sequence[Gap]]


def level_for(span_ms: int, points: int) -> int:
    """Return the width of the coarsest rollups of which a range has at least so many, 0 if even minutes are too few."""
    return next((level for level in _LEVELS if span_ms // level >= points), 0)


class Levels:
    """Reads rollups and fills in what they lack."""

    def __init__(self, places: Places, unpacker: Unpacker, sampling: Sampling, gaps: GapsOf) -> None:
        self._places: Final = places
        self._gaps: Final = gaps
        self._unpacker: Final = unpacker
        self._sampling: Final = sampling

    def rows(self, tags: Sequence[int], level_ms: int, span: Span) -> dict[int, list[Rollup]]:
        """Return the stored rows of some tags that touch a time, by start: one statement for each month of minutes, one
        for all hours or days."""
        found: dict[int, list[Rollup]] = {}
        for tag, start_ms, payload in self._stored(tags, level_ms, *span):
            try:
                row = unpack_rollup(payload)
                if (row.start_ms, row.width_ms) != (start_ms, level_ms):
                    raise BadBlock("a rollup is of another level or time than its row says")
            except BadBlock as error:
                self._unpacker.note(f"the rollup of tag {tag} from {start_ms}, {level_ms} ms", error)
                continue
            found.setdefault(tag, []).append(row)
        return found

    def curve(
        self, tag: int, rows: Sequence[Rollup], level_ms: int, span: Span, factor: int, *,
        until_ms: int, stop: Stop,
    ) -> Curve:  # fmt: skip
        """Return the curve of buckets of `factor` × `level_ms` over a span that they divide, made of `rows` and what
        they lack."""
        whole, coarse = self._whole(tag, rows, level_ms, span, until_ms, stop)
        main = rollup_curve(tag, coarsen(whole, factor), *span, level_ms)
        return join_curves([main, *coarse]) if not coarse else _in_order(tag, [main, *coarse])

    def hours(self, tag: int, span: Span) -> Curve:
        """Return the complete hours that are stored of a time whose samples may have been dropped."""
        stand_ins, _ = self._stand_ins(tag, span)
        return join_curves(stand_ins) if stand_ins else empty_curve(tag, exact=False, level_ms=HOUR_MS)

    # ---- inside

    def _stored(
        self, tags: Sequence[int], level_ms: int, start_ms: int, end_ms: int
    ) -> Iterable[tuple[int, int, bytes]]:  # fmt: skip
        if level_ms != MINUTE_MS:
            with self._places.lasting() as connection:
                rows = lasting_rollups(connection, tags, level_ms, start_ms, end_ms)
            return [(row.tag, row.start_ms, row.payload) for row in rows]
        found: list[tuple[int, int, bytes]] = []
        first = start_ms - start_ms % DAY_MS
        for month in self._places.months:
            if month.month_ms < end_ms and month.month_ms + 31 * DAY_MS > first:
                with self._places.month(month.month_ms) as opened:
                    found += [] if opened is None else minutes_between(opened, tags, first, end_ms)
        return found

    def _whole(
        self, tag: int, rows: Sequence[Rollup], level_ms: int, span: Span, until_ms: int, stop: Stop
    ) -> tuple[Rollup, list[Curve]]:
        """Return one row over the span, and curves of hours for what of it has no minutes any more."""
        n = (span[1] - span[0]) // level_ms
        parts = list(rows)
        coarse: list[Curve] = []
        for lack in _lacking(rows, level_ms, (span[0], min(span[1], until_ms + 1))):
            lack = lack[0], min(lack[1] + (-lack[1]) % level_ms, span[1])
            if level_ms in _FINER:
                part, more = self._finer(tag, _FINER[level_ms], lack, level_ms, until_ms, stop)
                parts.append(part)
                coarse += more
            else:
                hours, rest = self._stand_ins(tag, lack)
                coarse += hours
                parts += [self._rolled(tag, span, until_ms, stop) for span in rest]
        return place(parts, span[0], level_ms, n), coarse

    def _finer(
        self, tag: int, finer_ms: int, lack: Span, level_ms: int, until_ms: int, stop: Stop
    ) -> tuple[Rollup, list[Curve]]:
        rows = self.rows([tag], finer_ms, lack).get(tag, [])
        part, coarse = self._whole(tag, rows, finer_ms, lack, until_ms, stop)
        return coarsen(part, level_ms // finer_ms), coarse

    def _stand_ins(self, tag: int, lack: Span) -> tuple[list[Curve], list[Span]]:
        """Return curves of the complete hours within a time, and the parts of it that they leave."""
        curves: list[Curve] = []
        rest: list[Span] = []
        at = lack[0]
        for row in self.rows([tag], HOUR_MS, lack).get(tag, []):
            first = max(row.start_ms, at - at % -HOUR_MS)
            end = min(row.until_ms, row.end_ms, lack[1])
            end -= end % HOUR_MS
            if first < end:
                rest.append((at, first))
                curves.append(rollup_curve(tag, row, first, end, HOUR_MS))
                at = end
        return [c for c in curves if len(c)], [span for span in (*rest, (at, lack[1])) if span[0] < span[1]]

    def _rolled(self, tag: int, lack: Span, until_ms: int, stop: Stop) -> Rollup:
        """Roll samples up; a year of them is not held at once."""
        parts = []
        for start, end, samples in self._sampling.slices(tag, *lack, MINUTE_MS, stop):
            gaps = self._gaps(int(samples.source_ms[0]) if len(samples) else start, end)
            parts.append(roll(samples, None, gaps, start, MINUTE_MS, (end - start) // MINUTE_MS, until_ms))
        return place(parts, lack[0], MINUTE_MS, (lack[1] - lack[0]) // MINUTE_MS)


def _lacking(rows: Sequence[Rollup], level_ms: int, span: Span) -> list[Span]:
    """Return the parts of a span, in whole buckets, of which no row is complete."""
    lacks: list[Span] = []
    at = span[0]
    for row in sorted(rows, key=_start):
        end = min(row.until_ms, row.end_ms)
        end -= (end - row.start_ms) % level_ms
        if end <= row.start_ms:
            continue
        if row.start_ms > at and at < span[1]:
            lacks.append((at, min(row.start_ms, span[1])))
        at = max(at, end)
    if at < span[1]:
        lacks.append((at, span[1]))
    return lacks


def _start(row: Rollup) -> int:
    return row.start_ms


def _in_order(tag: int, curves: Sequence[Curve]) -> Curve:
    """Return curves that lie between each other as one, by start."""
    whole = join_curves(curves)
    order = np.argsort(whole.start_ms, kind="stable")
    columns = {name: getattr(whole, name)[order] for name in _COLUMNS}
    return Curve(tag, False, **columns, level_ms=whole.level_ms)
