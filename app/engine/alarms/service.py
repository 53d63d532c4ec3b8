"""The alarms of the engine as one: their board, what drives them, and their life over restarts and changed sites."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from app.clock import Clock
from app.engine.alarms.bands import At
from app.engine.alarms.board import Board, Watched, specs_of
from app.engine.alarms.fed import mismatched
from app.engine.alarms.ledger import Ledger
from app.engine.alarms.renewing import fallen_overrides, gap_s, is_long
from app.engine.alarms.watch import Watch
from app.engine.book import Book
from app.engine.outbox import Outbox
from app.engine.pipeline import Pipeline
from app.engine.readings import Readings
from app.model.alarms.alarm import Alarm, Changes
from app.model.alarms.spec import AlarmSpec, EscalationStep
from app.model.alarms.status import AlarmState, AlarmStatus
from app.model.records import AppliedSite, Person
from app.model.spec import Label, Site
from app.series.batch import SampleBatch

__all__ = ["Alarms"]

SECOND_S: Final = 1.0

_NOTHING: Final = Site("", Label("", ""), "UTC", demo=False)

Detail = Callable[[str], Mapping[str, Any]]
"""What the command desk knows of an equipment's newest command."""


class Alarms:
    """On the loop. `detail` asks the command desk, `readings` gives those of the site in force."""

    def __init__(
        self,
        *,
        clock: Clock,
        outbox: Outbox,
        pipeline: Pipeline,
        book: Book,
        detail: Detail,
        readings: Callable[[], Readings],
    ) -> None:
        self._clock = clock
        self._outbox = outbox
        self._pipeline = pipeline
        self._book = book
        self._detail = detail
        self._readings = readings
        self._ledger = Ledger(outbox, lambda: pipeline.revision)
        self._watch = Watch(clock=clock, pipeline=pipeline, ledger=self._ledger)
        self._second_due = clock.monotonic()
        self._escalation: tuple[EscalationStep, ...] = ()
        self.board = Board(_NOTHING, ())
        self._watch.use(self.board)

    # ---- life

    def restore(
        self, applied: AppliedSite, rows: tuple[AlarmStatus, ...], *, former: Site | None, last_frame_ms: int
    ) -> None:
        """Stand where an engine before us left its alarms, before anything is read. `former` is the site that ruled
        then, None if it is the same one."""
        gap = gap_s(last_frame_ms, self._clock.now_ms())
        old = {a.path: a for a in (former.alarms if former is not None else applied.site.alarms)}
        stored = {row.path: row for row in rows}
        self._renew(applied.site, stored, old, last_frame_ms=last_frame_ms)
        specs = specs_of(applied.site)
        for row in rows:
            if row.path not in specs and _stands(row):
                self._ledger.gone(row, _area(old.get(row.path)), self._clock.now_ms())
        if gap is not None:
            long = is_long(gap)
            self._outbox.event("alarms-gap", "engine", since_ms=last_frame_ms, gap_s=round(gap, 1), after_gap=long)
            for one in self.board.by_path.values() if long else ():
                one.alarm.after_gap(self._clock.monotonic(), self._clock.now_ms())
        # Nothing was read yet, but substitutes are known.
        self._watch.feed(sorted(self.board.tags))

    def change_site(self, site: Site) -> None:
        """Go over to another site: alarms that stay keep their state, what it lost is told."""
        now, now_ms = self._clock.monotonic(), self._clock.now_ms()
        before, specs = self.board, specs_of(site)
        for one in before.by_path.values():
            if one.path not in specs and (changes := one.alarm.gone(now=now, now_ms=now_ms)):
                self._ledger.tell(one, changes, receipt_ms=0)
        old = {one.path: one.alarm.spec for one in before.by_path.values()}
        self._renew(site, {}, old, last_frame_ms=now_ms)
        # A subscription says nothing until a value changes: what is known now counts at once.
        self._watch.feed(sorted(self.board.tags))

    def _renew(
        self, site: Site, stored: Mapping[str, AlarmStatus], old: Mapping[str, AlarmSpec], *, last_frame_ms: int
    ) -> None:
        before, kept_steps = self.board, site.escalation == self._escalation
        self._escalation = site.escalation
        alarms, resumed = [], []
        for path, spec in specs_of(site).items():
            known = before.by_path.get(path)
            if known is not None and known.alarm.spec == spec and kept_steps:
                alarms.append(known.alarm)
                continue
            status = known.alarm.status if known is not None else stored.get(path)
            row, changed = (status, {}) if status is None else fallen_overrides(status, old.get(path, spec), spec)
            alarms.append(Alarm(spec, row, escalation=site.escalation))
            if status is not None:
                resumed.append((path, status, changed))
        self.board = Board(site, alarms)
        self.board.remember(before)
        self._watch.use(self.board)
        for path, status, changed in resumed:
            self._resume(self.board.by_path[path], status, changed, last_frame_ms)
        for one in self.board.by_path.values():
            if one.alarm.status.suppressed and not one.rules:
                changes = one.alarm.unsuppress(now=self._clock.monotonic(), now_ms=self._clock.now_ms())
                self._watch.after(one, changes)

    def _resume(self, one: Watched, before: AlarmStatus, changed: dict[str, list[Any]], last_frame_ms: int) -> None:
        """Go on with a restored alarm: what the site changed of it is told, what ended meanwhile ends."""
        told = before
        if changed:
            self._ledger.fell(one, changed)
            told = one.alarm.status
        clock = self._clock
        changes = one.alarm.resume(
            now=clock.monotonic(),
            now_ms=clock.now_ms(),
            boot=clock.boot(),
            boot_id=clock.boot_id(),
            last_frame_ms=last_frame_ms,
        )
        self._watch.after(one, changes)
        if not changes and one.alarm.status != told:
            self._ledger.noted(one.alarm.status, one.area)

    # ---- work

    @property
    def judge(self) -> Callable[[SampleBatch, At], None] | None:
        """What samples are handed to, as they are shown; None for a site without alarms."""
        return self._watch.samples if self.board.by_path else None

    @property
    def specs(self) -> tuple[AlarmSpec, ...]:
        """The alarms that are judged now."""
        return tuple(one.alarm.spec for one in self.board.by_path.values())

    def renew_values(self, one: Watched) -> None:
        """Judge an alarm by the newest value again: what it is beyond has changed."""
        if one.number is not None:
            self._watch.feed((one.number,))

    def after(self, one: Watched, changes: Changes, by: Person | None = None) -> None:
        """Write down what a person did to an alarm, or without one what its formula told it."""
        self._watch.after(one, changes, by)

    def tick(self) -> None:
        """Let 200 ms pass."""
        now, now_ms = self._clock.monotonic(), self._clock.now_ms()
        self._tell_mismatches(now, now_ms)
        if now >= self._second_due:
            self._second_due = now + SECOND_S
            self._tell_uncommanded(now, now_ms)
            for one in self.board.by_path.values():
                if one.alarm.status.shelf is not None and (row := one.alarm.restamp(now, now_ms)) is not None:
                    self._ledger.noted(row, one.area)
        self._watch.tick()

    def _tell_mismatches(self, now: float, now_ms: int) -> None:
        read = self._readings().read
        for one in self.board.mismatch:
            assert one.equipment is not None
            status = self._book.get(one.equipment.path)
            holds = mismatched(one.equipment, status, self._detail(one.equipment.path), read)
            if one.told != (holds,):
                one.told = (holds,)
                source_ms = status.state_since_ms or now_ms
                self._watch.after(one, one.alarm.told(holds, source_ms=source_ms, now=now, now_ms=now_ms))

    def _tell_uncommanded(self, now: float, now_ms: int) -> None:
        read = self._readings().read
        for path, (judge, members) in self.board.uncommanded.items():
            standing = any(one.alarm.status.state.active for one in members)
            found = judge.look(self._book.get(path), read, now, standing=standing)
            for one in members:
                holds = None if found is None else found in one.alarm.spec.values
                value = None if found is None or found < 0 else float(found)
                if one.told != (holds,):
                    one.told = (holds,)
                    changes = one.alarm.told(holds, value=value, source_ms=now_ms, now=now, now_ms=now_ms)
                    self._watch.after(one, changes)


def _stands(row: AlarmStatus) -> bool:
    """Return whether there is anything to tell of an alarm; a row of nothing stays in the store for its followers."""
    return row.state is not AlarmState.NORM or row.aside or row.override is not None


def _area(spec: AlarmSpec | None) -> str:
    return spec.areas[0] if spec is not None and spec.areas else ""
