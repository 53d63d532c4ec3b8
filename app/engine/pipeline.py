"""From samples to frames: quality, deadband, staleness and substitutes over all tags at once.

Drivers hand in batches; a sample that passes its deadband goes into the next delta frame, each of them, not only the
last, and before it the last one that did not pass: else a step that came after an hour of rest would look like a
slope of an hour. A key frame carries every tag. An empty delta frame is the heartbeat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy import count_nonzero
from numpy.typing import NDArray

from app.clock import Clock
from app.engine.columns import Columns, Rows
from app.errors import BadFrame
from app.model.quality import BAD, Quality
from app.model.records import AppliedSite, Substitute
from app.model.spec import Label, Site
from app.series.batch import SampleBatch, has_one_time
from app.series.frames import decode, encode
from app.series.gathering import GAP_MS
from app.storage.contract import DELTA, KEY, LATE, FrameRow

__all__ = ["KEY_PERIOD_S", "PENDING_ROWS", "Pipeline"]

KEY_PERIOD_S: Final = 60.0
"""A follower that starts or overflows reads at most this much to catch up."""

PENDING_ROWS: Final = 200_000
"""Samples kept between two ticks at most; beyond it new ones only update the columns and a key frame follows."""

LATE_MS: Final = 1_000
"""How much older than the newest of its own batch a sample must be to count as delivered late. A batch that is old as
a whole comes from a clock that was set back, and is live."""

_EMPTY: Final = Site("", Label("", ""), "UTC", demo=False)
_Rows = NDArray[np.int32]
_At = slice | NDArray[np.intp] | _Rows


class Pipeline:
    """Takes samples on the loop and makes frames each tick. Not thread-safe: the loop alone uses it."""

    def __init__(self, applied: AppliedSite | None, *, clock: Clock) -> None:
        self._clock = clock
        self.revision = 0 if applied is None else applied.revision
        self.columns = Columns(applied.site if applied else _EMPTY)
        self._pending: list[SampleBatch] = []
        self._pending_rows = 0
        self._late: list[SampleBatch] = []
        self._last_t = 0
        self._retelling = True
        self._key_due = clock.monotonic()
        self.changes = 0
        """Samples that passed their deadband since the start."""
        self.judge: Callable[[SampleBatch, _At], None] | None = None
        """Gets every live sample as it is shown, before the deadband, and where its tags stand."""

    # ---- what comes in

    def samples(self, batch: SampleBatch) -> None:
        """Take the samples of one good reply."""
        c, now = self.columns, self._clock.monotonic()
        rows = c.rows(batch.tags)
        if not rows.known or not has_one_time(batch.source_ms):
            batch, rows = self._in_time(*self._known(batch))
        at, quality = rows.at, batch.quality
        moved, changes = self._moved(batch, rows)
        if rows.ramps is not None:
            self._before_jumps(batch, rows, moved, changes)
        out = self._not_before_own_words(batch, at, moved)
        c.value[at] = batch.values
        c.quality[at] = quality
        c.source_ms[at] = batch.source_ms
        c.receipt_ms[at] = batch.receipt_ms
        c.marked_ms[at] = 0
        c.seen[rows.index[quality < BAD] if count_nonzero(quality) else at] = now
        self._let_judge(out, at)
        if changes == len(moved):
            self._emit(out, at)
        elif changes:
            self._emit(_pick(out, moved), rows.index[moved])

    def lost(self, tags: Sequence[int], quality: int) -> None:
        """Mark tags bad whose request failed; their last values stay visible."""
        rows = np.array(tags, dtype=np.int32)
        rows = rows[(rows < self.columns.size)]
        self._mark(rows[self.columns.exists[rows]], quality)

    def confirm(self, tags: _Rows) -> None:
        """Note that a source which reports changes alone has just shown that nothing else changed."""
        c = self.columns
        alive = tags[c.quality[tags] < BAD]
        c.seen[alive] = self._clock.monotonic()

    def own(self, values: Iterable[tuple[str, float]]) -> None:
        """Take values that the engine makes itself: diagnostics, by path. Paths the site does not have are left out."""
        rows = [(self.columns.number(path), value) for path, value in values]
        known = [(n, v) for n, v in rows if n is not None]
        if not known:
            return
        now_ms = self._clock.now_ms()
        numbers = np.array([n for n, _ in known], dtype=np.int32)
        column = np.array([v for _, v in known], dtype=np.float64)
        quality = np.where(np.isnan(column), Quality.NOT_YET, Quality.GOOD).astype(np.uint16)
        self.samples(SampleBatch(numbers, column, quality, np.full(len(known), now_ms, dtype=np.int64), now_ms))

    def age_out(self) -> None:
        """Mark stale what had no good reply within its maximum age, whatever its device says of itself."""
        c = self.columns
        old = (self._clock.monotonic() - c.seen > c.max_age) & (c.quality < BAD) & c.exists
        if old.any():
            self._mark(np.flatnonzero(old).astype(np.int32), Quality.STALE)

    # ---- substitutes

    def set_substitutes(self, substitutes: Iterable[Substitute]) -> None:
        """Make these the manual values in force; tags that lose theirs show their source again."""
        c = self.columns
        before = c.manual.copy()
        values_before = c.manual_value.copy()
        c.manual[:] = False
        c.manual_value[:] = np.nan
        for s in substitutes:
            number = c.number(s.tag)
            if number is not None:
                c.manual[number], c.manual_value[number], c.manual_ms[number] = True, s.value, s.since_ms
        changed = (before != c.manual) | (c.manual & (values_before != c.manual_value))
        rows = np.flatnonzero(changed).astype(np.int32)
        if len(rows):
            now_ms = self._clock.now_ms()
            shown = _as_of(self._as_batch(rows, now_ms), np.full(len(rows), now_ms, dtype=np.int64))
            c.held[rows] = False
            c.said_ms[rows] = now_ms
            if self.judge is not None:
                self.judge(shown, rows)
            self._append(shown)

    # ---- what is read

    def look(self, path: str) -> tuple[float, int, float] | None:
        """Return (value, quality, age in seconds since the last good reply) as shown, None for an unknown path."""
        c, n = self.columns, self.columns.number(path)
        if n is None:
            return None
        if c.manual[n]:
            return float(c.manual_value[n]), int(Quality.MANUAL), 0.0
        age = self._clock.monotonic() - float(c.seen[n]) if np.isfinite(c.max_age[n]) else 0.0
        return float(c.value[n]), int(c.quality[n]), age

    # ---- what goes out

    def frames(self) -> tuple[FrameRow, ...]:
        """Return the frames of this tick: always one delta, a late frame if samples came late, a key frame when due.

        `t` never decreases, also when the machine's clock is set back. After a gap in it the delta says everything
        anew: of what came before it nobody knows whether it still held.
        """
        before, now_ms = self._last_t, self._clock.now_ms()
        t = self._last_t = max(before, now_ms)
        if self._retelling or t - before > GAP_MS:
            self._retell(now_ms)
        rows = [FrameRow(t, DELTA, encode(self._pending, t=t, revision=self.revision))]
        self._pending, self._pending_rows = [], 0
        if self._late:
            rows.append(FrameRow(t, LATE, encode(self._late, t=t, revision=self.revision)))
            self._late = []
        if self._clock.monotonic() >= self._key_due:
            rows.append(self._key(t))
        return tuple(rows)

    def want_key(self) -> None:
        """Make the next tick carry a key frame: after frames were dropped, or a new site."""
        self._key_due = self._clock.monotonic()

    def retell(self) -> None:
        """Make the next tick say everything anew, and carry a key frame: frames before it are missing."""
        self._retelling = True
        self.want_key()

    def restore(self, keyframe: FrameRow) -> None:
        """Take last values from before a restart, as stale. A damaged keyframe is left out: nothing is known then."""
        try:
            frame = decode(keyframe.payload, t=keyframe.t)
        except BadFrame:
            return
        self._last_t = max(self._last_t, keyframe.t)
        c = self.columns
        for batch in frame.batches:
            # What a person had entered is not what the source said.
            known, _ = self._known(_pick(batch, batch.quality != Quality.MANUAL))
            c.value[known.tags] = known.values
            c.source_ms[known.tags] = known.source_ms
            c.receipt_ms[known.tags] = known.receipt_ms
            c.quality[known.tags] = np.where(np.isnan(known.values), Quality.NOT_YET, Quality.STALE)

    def go_on_after(self, t: int) -> None:
        """Let no frame be older than those of the engine before us: the clock may have been set back since."""
        self._last_t = max(self._last_t, t)

    def change_site(self, applied: AppliedSite) -> None:
        """Go over to another site; tags that are read the same way keep their values."""
        columns = Columns(applied.site)
        columns.take_over(self.columns)
        self.columns, self.revision = columns, applied.revision
        # What is pending speaks of the old site's tags and must not travel under the new revision.
        self._pending, self._pending_rows, self._late = [], 0, []
        self.retell()

    # ---- inside

    def _in_time(self, batch: SampleBatch, rows: Rows) -> tuple[SampleBatch, Rows]:
        """Keep what is live and say where it stands; what came late is laid aside for its own frame."""
        old = batch.source_ms < _newest(batch) - LATE_MS
        late = old & (batch.source_ms < self.columns.source_ms[rows.at])
        if count_nonzero(late):
            self._late.append(_pick(batch, late))
            batch = _pick(batch, ~late)
            rows = self.columns.rows(batch.tags)
        return batch, rows

    def _known(self, batch: SampleBatch) -> tuple[SampleBatch, Rows]:
        """Leave out tags that this site does not have: a driver of the former site may hand in one more batch."""
        rows = self.columns.rows(batch.tags)
        if rows.known:
            return batch, rows
        inside = (batch.tags >= 0) & (batch.tags < self.columns.size)
        inside[inside] = self.columns.exists[batch.tags[inside]]
        batch = _pick(batch, inside)
        return batch, self.columns.rows(batch.tags)

    def _not_before_own_words(self, batch: SampleBatch, at: _At, moved: NDArray[np.bool_]) -> SampleBatch:
        """Return the batch as it goes out: a sample with a source time before what the engine itself said last of its
        tag (lost, stale, manual, or everything anew) counts from its receipt, since it is what holds after that. A
        server that reports changes alone tells an old value with its old time once it is there again."""
        c = self.columns
        said = c.said_ms[at]
        if not count_nonzero(said):
            return batch
        # A clock that was set back meanwhile says nothing about what came after what.
        older = (batch.source_ms < said) & (said <= batch.receipt_ms + LATE_MS)
        after = np.maximum(said, batch.receipt_ms)
        c.said_ms[at] = np.where(older, np.where(moved, after, said), 0)
        return _as_of(batch, np.where(older, after, batch.source_ms)) if older.any() else batch

    @np.errstate(invalid="ignore")  # infinity minus infinity: no number, and so no change
    def _moved(self, batch: SampleBatch, rows: Rows) -> tuple[NDArray[np.bool_], int]:
        """Return which samples differ from what was shown last (by more than their deadband, in quality, or in being a
        number at all) and how many do."""
        c, at, values, quality = self.columns, rows.at, batch.values, batch.quality
        shown = c.shown[at]
        step = np.abs(values - shown)
        moved: NDArray[np.bool_] = step > rows.deadband
        changes = int(count_nonzero(moved))
        if changes == len(step):
            return moved, changes
        if changes + count_nonzero(step <= rows.deadband) < len(step):
            # Neither more nor less: at least one is not a number.
            moved |= np.isnan(values) != np.isnan(shown)
        moved |= quality != c.quality[at]
        return moved, int(count_nonzero(moved))

    def _before_jumps(self, batch: SampleBatch, rows: Rows, moved: NDArray[np.bool_], changes: int) -> None:
        """Put the last sample of each tag that jumps now into the frame before the jump, if no frame has carried it,
        and note which samples of `batch` no frame will carry."""
        c, at, ramps = self.columns, rows.at, rows.ramps
        assert ramps is not None
        held = c.held[at]
        if changes and count_nonzero(held):
            self._emit_held(rows.index[held & moved])
        quiet = ramps & ~moved
        if not has_one_time(batch.source_ms):
            # A source that says the same sample twice has said nothing new.
            quiet &= held | (batch.source_ms != c.source_ms[at])
        c.held[at] = quiet

    def _emit_held(self, at: NDArray[np.intp]) -> None:
        """Put what the tags at `at` said last into the next frame, as it was received."""
        c = self.columns
        at = at[~c.manual[at]]
        receipts = c.receipt_ms[at]
        for receipt_ms in np.unique(receipts):
            rows = at[receipts == receipt_ms]
            last = (c.value[rows], c.quality[rows], c.source_ms[rows], int(receipt_ms))
            self._append(SampleBatch(rows.astype(np.int32), *last))

    def _mark(self, rows: _Rows, quality: int) -> None:
        """Give tags a quality; the sample's time is now, when the quality changed."""
        c = self.columns
        rows = rows[c.quality[rows] != quality]
        if not len(rows):
            return
        self._emit_held(rows[c.held[rows]].astype(np.intp))
        c.held[rows] = False
        c.quality[rows] = quality
        now_ms = self._clock.now_ms()
        c.marked_ms[rows] = c.said_ms[rows] = now_ms
        when = np.full(len(rows), now_ms, dtype=np.int64)
        marked = SampleBatch(rows, c.value[rows], c.quality[rows], when, now_ms)
        self._let_judge(marked, rows)
        self._emit(marked, rows)

    def _let_judge(self, batch: SampleBatch, at: _At) -> None:
        """Hand samples to whoever judges them; a source whose place a substitute takes says nothing."""
        if self.judge is None:
            return
        manual = self.columns.manual[at]
        if count_nonzero(manual):
            batch = _pick(batch, ~manual)
            at = batch.tags
        self.judge(batch, at)

    def _emit(self, batch: SampleBatch, at: _At) -> None:
        """Put a batch, whose tags stand at `at`, into the next frame."""
        self.columns.shown[at] = batch.values
        manual = self.columns.manual[at]
        if count_nonzero(manual):
            batch = _pick(batch, ~manual)
        self._append(batch)

    def _append(self, batch: SampleBatch) -> None:
        rows = len(batch.tags)
        if not rows:
            return
        self.changes += rows
        if self._pending_rows + rows > PENDING_ROWS:
            self.want_key()
            return
        self._pending.append(batch)
        self._pending_rows += rows

    def _retell(self, now_ms: int) -> None:
        """Put all tags as they are shown now into the next frame, and let them count from now."""
        self._retelling = False
        self.want_key()
        c = self.columns
        if len(c.numbers):
            shown = self._as_batch(c.numbers, now_ms)
            self._pending.append(_as_of(shown, np.maximum(shown.source_ms, now_ms)))
            c.said_ms[c.numbers] = now_ms

    def _key(self, t: int) -> FrameRow:
        self._key_due = self._clock.monotonic() + KEY_PERIOD_S
        c = self.columns
        # What the key frame repeats is no sample of its own for history: it still goes out before a jump.
        c.held &= c.shown.view(np.int64) == c.value.view(np.int64)
        c.shown[:] = c.value
        receipts = c.receipt_ms[c.numbers]
        batches = [self._as_batch(c.numbers[receipts == r], int(r)) for r in np.unique(receipts)]
        return FrameRow(t, KEY, encode(batches, t=t, revision=self.revision))

    def _as_batch(self, rows: _Rows, receipt_ms: int) -> SampleBatch:
        """Return the tags as they are shown now: a substitute stands in place of its source."""
        c = self.columns
        manual = c.manual[rows]
        values = np.where(manual, c.manual_value[rows], c.value[rows])
        quality = np.where(manual, np.uint16(Quality.MANUAL), c.quality[rows]).astype(np.uint16)
        source = np.where(manual, c.manual_ms[rows], np.where(c.marked_ms[rows], c.marked_ms[rows], c.source_ms[rows]))
        return SampleBatch(rows, values, quality, source, receipt_ms)


def _as_of(batch: SampleBatch, source_ms: NDArray[np.int64]) -> SampleBatch:
    return replace(batch, source_ms=source_ms)


def _newest(batch: SampleBatch) -> int:
    return int(batch.source_ms.max()) if len(batch) else 0


def _pick(batch: SampleBatch, mask: NDArray[np.bool_]) -> SampleBatch:
    at = mask.nonzero()[0]
    source = batch.source_ms
    # A column that says one time in the memory of one stays so.
    picked = source[: len(at)] if has_one_time(source) else source[at]
    return SampleBatch(batch.tags[at], batch.values[at], batch.quality[at], picked, batch.receipt_ms)
