"""Lets samples and time reach the alarms. On the loop; the common sample costs one comparison of its whole batch."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable
from typing import Final

from app.clock import Clock
from app.engine.alarms.bands import NOTHING, At, Bands, tightest
from app.engine.alarms.board import Board, Watched
from app.engine.alarms.first_out import FirstOut
from app.engine.alarms.ledger import Ledger
from app.engine.alarms.rules import band_of, suppressing
from app.engine.pipeline import Pipeline
from app.model.alarms.alarm import Changes
from app.model.quality import BAD, Quality
from app.model.records import Person
from app.series.batch import SampleBatch

__all__ = ["Watch"]

_CONNECTING: Final = 0.0
_NEVER: Final = float("inf")


class Watch:
    """Drives the alarms of one board."""

    def __init__(self, *, clock: Clock, pipeline: Pipeline, ledger: Ledger) -> None:
        self._clock = clock
        self._pipeline = pipeline
        self._ledger = ledger
        self._timers: list[tuple[float, int, Watched]] = []
        self._count = itertools.count()
        self._releases: dict[str, Watched] = {}
        self._first_out = FirstOut(ledger)
        self._heard: set[int] = set()
        """Devices, by the tag of their state, that have answered or failed since the start."""
        self._board: Board
        self._bands: Bands

    def use(self, board: Board) -> None:
        """Go over to the alarms of a site."""
        self._board = board
        self._bands = Bands(self._pipeline.columns.size)
        self._timers.clear()
        self._releases.clear()
        self._heard &= board.communication
        self._first_out.use(board)
        for number in board.tags:
            self._bands.watch(number)
        for one in board.by_path.values():
            one.queued = _NEVER
            self._queue(one)

    # ---- samples

    def samples(self, batch: SampleBatch, at: At) -> None:
        """Take samples as they are shown, whose tags stand at `at` in the pipeline's columns."""
        rows = self._bands.loud(batch, at)
        if not len(rows):
            return
        numbers = batch.tags[rows].tolist()
        now, now_ms = self._clock.monotonic(), self._clock.now_ms()
        # Rules first: what stops an alarm from being one must not come behind it in the same reply.
        for number in numbers:
            for one in self._board.ruled_by.get(number, ()):
                self.rule(one, now, now_ms)
        columns = (numbers, batch.values[rows].tolist(), batch.quality[rows].tolist(), batch.source_ms[rows].tolist())
        # What came first in a group is told by the source's time.
        for number, value, quality, source_ms in sorted(zip(*columns, strict=True), key=_source_ms):
            self._sample(number, value, quality, source_ms, now, now_ms)

    def feed(self, numbers: Iterable[int]) -> None:
        """Let alarms look at the newest values of tags, if there are any: a new site, or another limit. What is not
        known, or stale from before a start, says nothing."""
        now, now_ms = self._clock.monotonic(), self._clock.now_ms()
        for number in numbers:
            value, quality, source_ms = self._newest(number)
            if quality < BAD:
                for one in self._board.ruled_by.get(number, ()):
                    self.rule(one, now, now_ms)
                self._sample(number, value, quality, source_ms, now, now_ms)

    def _sample(self, number: int, value: float, quality: int, source_ms: int, now: float, now_ms: int) -> None:
        board = self._board
        judged = self._heard_of(number, value, quality) if number in board.communication else quality
        for one in board.of_tag.get(number, ()):
            self._judge(one, value, judged, source_ms, now, now_ms)
        for one in board.of_setpoint.get(number, ()):
            if one.number is not None:
                own, own_quality, own_ms = self._newest(one.number)
                self._judge(one, own, own_quality, own_ms, now, now_ms)
        self._band(number, value, quality)

    def _judge(self, one: Watched, value: float, quality: int, source_ms: int, now: float, now_ms: int) -> None:
        setpoint = None
        if one.setpoint is not None:
            wanted, its_quality, _ = self._newest(one.setpoint)
            setpoint = wanted if its_quality < BAD else None
        alarm = one.alarm
        changes = alarm.sample(value, quality, source_ms=source_ms, now=now, now_ms=now_ms, setpoint=setpoint)
        self.after(one, changes)

    def _heard_of(self, number: int, value: float, quality: int) -> int:
        """A driver that has only begun to connect has not lost anything yet."""
        if value == _CONNECTING and number not in self._heard:
            return Quality.NOT_YET
        if quality < BAD:
            self._heard.add(number)
        return quality

    def _band(self, number: int, value: float, quality: int) -> None:
        """Work out which values of a tag need not be looked at now. Bad ones of the same quality need not at all."""
        if quality >= BAD:
            self._bands.set(number, NOTHING)
            return
        board = self._board
        bands = [one.alarm.quiet for one in board.of_tag.get(number, ())]
        rules = (r for one in board.ruled_by.get(number, ()) for r, n in one.rules if n == number)
        bands += [band_of(rule.value, value) for rule in rules]
        if number in board.of_setpoint:
            bands.append(band_of(value, value))
        self._bands.set(number, tightest(bands))

    # ---- suppression by design

    def rule(self, one: Watched, now: float, now_ms: int) -> None:
        """Look whether a rule suppresses an alarm. When none does any more it ends after the alarm's own on-delay: a
        pump that has just started has no flow yet."""
        alarm = one.alarm
        found = suppressing(one.rules, self._value, alarm.status.suppressed)
        if found:
            self._hold_release(one)
            self.after(one, alarm.suppress(found, now=now, now_ms=now_ms))
        elif found is None:
            self._hold_release(one)
        elif alarm.status.suppressed and one.release is None:
            one.release = now + alarm.settings.on_delay_s
            self._releases[one.path] = one
            self._release(now, now_ms)

    def _hold_release(self, one: Watched) -> None:
        one.release = None
        self._releases.pop(one.path, None)

    def _release(self, now: float, now_ms: int) -> None:
        for one in [w for w in self._releases.values() if w.release is not None and w.release <= now]:
            self._hold_release(one)
            self.after(one, one.alarm.unsuppress(now=now, now_ms=now_ms))

    # ---- time

    def tick(self) -> None:
        """Let time pass: delays, shelves, re-alarms, escalation, the ends of suppressions."""
        now, now_ms = self._clock.monotonic(), self._clock.now_ms()
        due = []
        while self._timers and self._timers[0][0] <= now:
            when, _, one = heapq.heappop(self._timers)
            if one.queued == when:
                one.queued = _NEVER
                due.append(one)
        for one in due:
            self.after(one, one.alarm.tick(now, now_ms))
        if self._releases:
            self._release(now, now_ms)

    def after(self, one: Watched, changes: Changes, by: Person | None = None) -> None:
        """Write down what an alarm did, and go by its new timer and band."""
        if changes:
            self._first_out.look(one)
            self._ledger.tell(one, changes, receipt_ms=self._receipt(one), by=by)
            if one.number is not None:
                value, quality, _ = self._newest(one.number)
                self._band(one.number, value, quality)
        if one.alarm.due != one.queued:
            self._queue(one)

    def _queue(self, one: Watched) -> None:
        one.queued = one.alarm.due
        if one.queued < _NEVER:
            heapq.heappush(self._timers, (one.queued, next(self._count), one))

    # ---- what is shown now

    def _newest(self, number: int) -> tuple[float, int, int]:
        """Return value, quality and source time of a tag: a substitute stands in place of its source."""
        c = self._pipeline.columns
        if c.manual[number]:
            return float(c.manual_value[number]), int(Quality.MANUAL), int(c.manual_ms[number])
        return float(c.value[number]), int(c.quality[number]), int(c.source_ms[number])

    def _value(self, number: int) -> tuple[float, int]:
        value, quality, _ = self._newest(number)
        return value, quality

    def _receipt(self, one: Watched) -> int:
        return 0 if one.number is None else int(self._pipeline.columns.receipt_ms[one.number])


def _source_ms(row: tuple[int, float, int, int]) -> int:
    return row[3]
