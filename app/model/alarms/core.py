"""The moving parts of one alarm: status, delay, timers, and the edges they take. `alarm` is the door to it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Final

from app.model.alarms import escalation as escalating
from app.model.alarms.conditions import mover_of
from app.model.alarms.episode import Change, line, moved, owed
from app.model.alarms.machine import Edge, Event, step
from app.model.alarms.settings import Settings
from app.model.alarms.spec import AlarmSpec, EscalationStep
from app.model.alarms.status import AlarmChange, AlarmState, AlarmStatus
from app.model.alarms.suppression import LEAVING, remaining_s
from app.model.alarms.timing import NEVER, Delay

__all__ = ["Changes", "Core"]

Changes = tuple[Change, ...]

_AT_ONCE: Final = -math.inf


class Core:
    """State and timers of one alarm.

    `status` is its record, with the revision it was restored with; `settings` what is in force. `due` is the monotonic
    time at which `tick` has something to do, infinity if nothing runs.
    """

    __slots__ = (
        "_acked_at",
        "_anchored",
        "_delay",
        "_escalation",
        "_gap",
        "_known",
        "_last",
        "_mover",
        "_raw",
        "_rose",
        "_shelf_end",
        "_stamp",
        "_steps",
        "_unacked_at",
        "due",
        "settings",
        "spec",
        "status",
    )

    def __init__(
        self, spec: AlarmSpec, status: AlarmStatus | None = None, *, escalation: tuple[EscalationStep, ...] = ()
    ) -> None:
        """Begin in NORM, or where a restored `status` stands: call `resume` then, before the first sample."""
        self.spec = spec
        self.status = status or AlarmStatus(spec.path)
        self._escalation = escalation
        self._delay = Delay()
        self._raw = self.status.state.active
        self._mover = mover_of(spec, self._raw)
        self._known = self._gap = False
        self._last: tuple[float | None, int, int] = (None, 0, 0)
        self._stamp = self.status.raised_ms
        self._acked_at = self._unacked_at = self._shelf_end = NEVER
        self._anchored = self.status.state is AlarmState.NORM and self.status.shelf is None
        self.due = NEVER if self._anchored else _AT_ONCE
        self.settings = Settings.of(spec, self.status.override)
        self._adopt()
        self._rose = status is not None and self.settings.priority < status.priority

    def tick(self, now: float, now_ms: int) -> Changes:
        """Let time pass: delays, movement, the end of a shelf, re-alarm, escalation."""
        self._anchor(now, now_ms)
        done = self._end_shelf(now, now_ms) if now >= self._shelf_end else ()
        bounds = self.settings.bounds
        if self._mover is not None and self._known and now >= self._mover.due(self._raw):
            self._raw = self._mover.look(now, self._raw, bounds.limit, bounds.deadband)
        if self._known:
            done += self._settle(now, now_ms)
        if self.spec.re_alarm_s > 0 and now >= self._acked_at + self.spec.re_alarm_s:
            done += self._move(Event.AGAIN, now, now_ms, cause="timer")
        done += self._escalate(now, now_ms)
        self._plan()
        return done

    def _adopt(self) -> None:
        """Take over what the site and the override say."""
        self.settings = Settings.of(self.spec, self.status.override)
        self._steps = escalating.steps_of(self._escalation, self.settings.priority)
        self.status = replace(self.status, priority=self.settings.priority, limit=self.settings.limit)

    def _anchor(self, now: float, now_ms: int, boot: float = 0.0, boot_id: str = "", last_frame_ms: int = 0) -> None:
        """Once after a restart, turn stamps into monotonic times. A wall clock that was set back makes no time
        negative."""
        if self._anchored:
            return
        self._anchored = True
        status, wall_ms = self.status, max(now_ms, last_frame_ms)
        if status.state.unacknowledged and not status.aside:
            since_ms = status.unacked_ms or status.annunciated_ms or status.since_ms
            self._unacked_at = now - max(0, wall_ms - since_ms) / 1000.0
        if status.state is AlarmState.ACKED:
            self._acked_at = now - max(0, wall_ms - status.ack_ms) / 1000.0
        if status.shelf is not None:
            self._shelf_end = now + remaining_s(
                status.shelf, now_ms=now_ms, boot=boot, boot_id=boot_id, last_frame_ms=last_frame_ms
            )

    def _overdue(self, now: float, now_ms: int) -> Changes:
        return self.tick(now, now_ms) if now >= self.due else ()

    def _planned(self, done: Changes) -> Changes:
        """Return `done` after working out when something is due next."""
        self._plan()
        return done

    def _plan(self) -> None:
        re_alarm = self._acked_at + self.spec.re_alarm_s if self.spec.re_alarm_s > 0 else NEVER
        moves = self._mover.due(self._raw) if self._mover is not None and self._known else NEVER
        next_step = escalating.next_at(self._steps, self.status.escalated, self._unacked_at)
        self.due = min(self._shelf_end, self._delay.due(self._delay_s()), re_alarm, moves, next_step)

    def _delay_s(self) -> float:
        return self.settings.on_delay_s if self._raw else self.settings.off_delay_s

    def _blind(self) -> None:
        """Nothing is known of the condition until the next good sample."""
        self._known = False
        self._raw = self.status.state.active
        self._delay.drop()
        if self._mover is not None:
            self._mover.forget(self._raw)

    def _freeze(self, quality: int, now: float, now_ms: int) -> Changes:
        """The value cannot be trusted: hold the core as it is. What is normal has nothing to hold."""
        self._blind()
        if self.status.frozen or self.status.state is AlarmState.NORM:
            return self._planned(())
        status = replace(self.status, frozen=True, quality=quality)
        return self._planned((self._record(AlarmChange.FROZEN, status, now, now_ms),))

    def _judged(self, holds: bool, now: float, now_ms: int) -> Changes:
        self._known, self._raw = True, holds
        done: Changes = ()
        if self.status.frozen:
            status = self._sampled(replace(self.status, frozen=False))
            done = (self._record(AlarmChange.THAWED, status, now, now_ms),)
        return self._planned(done + self._settle(now, now_ms))

    def _settle(self, now: float, now_ms: int) -> Changes:
        """Let the core follow the condition when its delay is over."""
        if self._raw == self.status.state.active:
            self._delay.drop()
            return self._move(Event.GAP, now, now_ms, sampled=True) if self._gap else ()
        if not self._delay.over(self._delay_s(), now):
            return ()
        self._delay.drop()
        done = self._move(Event.TRUE if self._raw else Event.FALSE, now, now_ms, sampled=True)
        shelf = self.status.shelf
        if not self._raw and shelf is not None and shelf.one_shot:
            done += self._end_shelf(now, now_ms)
        return done

    def _sampled(self, status: AlarmStatus) -> AlarmStatus:
        """Return a status with the newest sample in it."""
        value, quality, source_ms = self._last
        return replace(status, value=value, quality=quality, source_ms=source_ms)

    def _move(
        self,
        event: Event,
        now: float,
        now_ms: int,
        person: str = "",
        note: str = "",
        *,
        sampled: bool = False,
        **extra: Any,
    ) -> Changes:
        """Take the edge of an event, if there is one."""
        edge = step(self.status.state, event, latching=self.spec.latching, ack_required=self.spec.ack_required)
        if edge is None:
            return ()
        return (self._take(edge, now, now_ms, person, note, sampled=sampled, **extra),)

    def _take(
        self, edge: Edge, now: float, now_ms: int, person: str, note: str, *, sampled: bool = False, **extra: Any
    ) -> Change:
        if edge.change is AlarmChange.REALARMED:
            extra.setdefault("cause", "again")
        occurrence = self._new_occurrence(now_ms) if edge.change is AlarmChange.RAISED else ""
        status = moved(self.status, edge, now_ms, occurrence, person, note)
        if sampled:
            status = self._sampled(status)
        annunciated = edge.annunciate and not status.aside
        return self._record(edge.change, status, now, now_ms, person, note, annunciated=annunciated, **extra)

    def _new_occurrence(self, now_ms: int) -> str:
        """Return an id that this alarm never had, also when the clock was set back."""
        self._stamp = max(now_ms, self._stamp + 1)
        return f"{self.spec.path}@{self._stamp}"

    def _record(
        self,
        kind: AlarmChange,
        status: AlarmStatus,
        now: float,
        now_ms: int,
        person: str = "",
        note: str = "",
        *,
        annunciated: bool = False,
        **extra: Any,
    ) -> Change:
        """Take over a status, start and stop the timers that hang on it, and return its line."""
        before, self.status = self.status, owed(status, now_ms)
        if not self.status.unacked_ms:
            self._unacked_at = NEVER
        elif self._unacked_at == NEVER:
            self._unacked_at = now
        if self.status.state is not AlarmState.ACKED:
            self._acked_at, self._gap = NEVER, False
        elif kind is AlarmChange.ACKNOWLEDGED:
            self._acked_at = now
        return line(
            self.spec, kind, before, self.status, person=person, note=note, annunciated=annunciated, extra=extra
        )

    def _escalate(self, now: float, now_ms: int) -> Changes:
        if now < self._unacked_at:
            return ()
        level = escalating.level_at(self._steps, self._unacked_at, now)
        if level <= self.status.escalated:
            return ()
        role = self._steps[level - 1].role
        status = replace(self.status, escalated=level, escalated_to=role)
        return (self._record(AlarmChange.ESCALATED, status, now, now_ms, role=role, level=level),)

    def _end_shelf(self, now: float, now_ms: int) -> Changes:
        return self._off_shelf(AlarmChange.SHELF_ENDED, now, now_ms, "", "")

    def _off_shelf(self, kind: AlarmChange, now: float, now_ms: int, person: str, note: str) -> Changes:
        self._shelf_end = NEVER
        return self._unflag(kind, replace(self.status, shelf=None), now, now_ms, person, note)

    def _unflag(
        self,
        kind: AlarmChange,
        status: AlarmStatus,
        now: float,
        now_ms: int,
        person: str = "",
        note: str = "",
        **extra: Any,
    ) -> Changes:
        """Take over a status with one flag less. When it was the last one, a standing alarm is annunciated anew, and
        one that has returned is normal with the same line."""
        edge = None if status.aside else LEAVING.get(status.state)
        if edge is not None and not edge.annunciate:
            status = moved(status, edge, now_ms, "", "", "")
        done: Changes = (self._record(kind, status, now, now_ms, person, note, **extra),)
        if edge is not None and edge.annunciate:
            done += (self._take(edge, now, now_ms, "", "", cause="released"),)
        return self._planned(done)
