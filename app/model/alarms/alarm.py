"""One alarm: quality gate, deadband, delays, core and suppression put together in this order. What the engine drives.

No clock inside: `now` is monotonic seconds, `now_ms` UTC ms. Every call returns the changes it caused, in order, each
for one line of the journal; calls that a person may be refused return a `Reason` instead, and then nothing changed.
Whatever became due before a call happens first.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.model.alarms import settings
from app.model.alarms.conditions import EVERY, known, quiet, truth
from app.model.alarms.core import Changes, Core
from app.model.alarms.episode import Change
from app.model.alarms.machine import Event, reset_refusal
from app.model.alarms.settings import Settings
from app.model.alarms.status import AlarmChange, AlarmState, AlarmStatus, OutOfService, Override, Shelf
from app.model.alarms.suppression import bound_to_boot, restamped, shelving_refusal
from app.model.alarms.timing import NEVER
from app.model.quality import BAD, Quality
from app.model.records import Reason

__all__ = ["Alarm", "Answer", "Change", "Changes"]

Answer = Changes | Reason
"""What a person's request gives: what it changed, or why it was refused."""


class Alarm(Core):
    """One alarm of the site in force."""

    __slots__ = ()

    @property
    def limit(self) -> float | None:
        """The limit in force."""
        return self.settings.limit

    @property
    def priority(self) -> int:
        """The priority in force."""
        return self.settings.priority

    @property
    def quiet(self) -> tuple[float, float]:
        """Open range of values in which a good sample changes nothing at all while the one before was good too: an
        engine may skip it. NaN when every sample must be evaluated. Ask again after every call that returned a
        change, after every sample that was not skipped, and after `after_gap`."""
        value = self._last[0]
        settled = self._raw == self.status.state.active
        if value is None or not (self._known and settled) or self._mover is not None:
            return EVERY
        return quiet(self.spec, self.settings.bounds, self._raw, value)

    # What devices and time do.

    def sample(
        self, value: float, quality: int, *, source_ms: int, now: float, now_ms: int, setpoint: float | None = None
    ) -> Changes:
        """Judge one sample of the tag. Bad quality, and a value that is no number, freeze; uncertain is judged.
        `setpoint` is the set-point's value for a DEVIATION, None when it is not known now."""
        done = self._overdue(now, now_ms)
        if quality >= BAD or not known(value):
            return done + self._freeze(quality if quality >= BAD else Quality.SENSOR_FAULT, now, now_ms)
        bounds = self.settings.bounds
        holds: bool | None
        if self._mover is None:
            holds = truth(self.spec, bounds, self._raw, value, setpoint)
        else:
            holds = self._mover.sample(value, source_ms, now, self._raw, bounds.limit, bounds.deadband)
        if holds is None:
            return done + self._freeze(Quality.BAD, now, now_ms)
        self._last = (value, quality, source_ms)
        return done + self._judged(holds, now, now_ms)

    def told(
        self,
        holds: bool | None,
        *,
        value: float | None = None,
        source_ms: int,
        now: float,
        now_ms: int,
        quality: int = Quality.GOOD,
    ) -> Changes:
        """Take the truth of a condition that the engine judges itself; None: not known, it freezes."""
        done = self._overdue(now, now_ms)
        if holds is None:
            return done + self._freeze(quality if quality >= BAD else Quality.BAD, now, now_ms)
        self._last = (value, quality, source_ms)
        return done + self._judged(holds, now, now_ms)

    def resume(self, *, now: float, now_ms: int, boot: float, boot_id: str, last_frame_ms: int) -> Changes:
        """Go on after a restart, before the first sample: end what ended meanwhile. `boot` and `boot_id` are the
        machine's boot clock and its boot, `last_frame_ms` the time of the newest frame. Commit `status` also when
        nothing is told: a shelf is bound to this boot now, so that no later restart asks the wall clock again."""
        self._anchor(now, now_ms, boot, boot_id, last_frame_ms)
        if self.status.shelf is not None:
            shelf = bound_to_boot(self.status.shelf, self._shelf_end - now, now_ms, boot, boot_id)
            self.status = replace(self.status, shelf=shelf)
        rose, self._rose = self._rose, False
        done = self._move(Event.AGAIN, now, now_ms, cause="priority") if rose else ()
        return done + self.tick(now, now_ms)

    def after_gap(self, now: float, now_ms: int) -> None:
        """Nobody judged for more than ten minutes: an acknowledgement from before does not count if the condition is
        still true at the next good sample. Delays begin anew."""
        self._blind()
        self._gap = self.status.state is AlarmState.ACKED
        self._plan()

    # What people do.

    def acknowledge(self, occurrence: str, *, person: str, note: str, now: float, now_ms: int) -> Changes:
        """Acknowledge that occurrence. Nothing when it is acknowledged already, or gone: never another one."""
        done = self._overdue(now, now_ms)
        if not occurrence or occurrence != self.status.occurrence:
            return done
        return self._planned(done + self._move(Event.ACK, now, now_ms, person, note))

    def reset(self, occurrence: str, *, person: str, note: str, now: float, now_ms: int) -> Answer:
        """Let go of a latch that has returned and was acknowledged; nothing when that occurrence is gone."""
        if occurrence == self.status.occurrence:
            refusal = reset_refusal(self.status.state)
            if refusal is not None:
                return refusal
        done = self._overdue(now, now_ms)
        if not occurrence or occurrence != self.status.occurrence:
            return done
        return self._planned(done + self._move(Event.RESET, now, now_ms, person, note))

    def shelve(
        self,
        *,
        person: str,
        reason: str,
        duration_s: float,
        one_shot: bool = False,
        second: str = "",
        now: float,
        now_ms: int,
        boot: float = 0.0,
        boot_id: str = "",
    ) -> Answer:
        """Put aside for `duration_s` seconds, until it returns for a one-shot shelf if that is earlier."""
        refusal = shelving_refusal(self.status, duration_s)
        if refusal is not None:
            return refusal
        done = self._overdue(now, now_ms)
        until_ms = now_ms + round(duration_s * 1000)
        shelf = Shelf(
            person, reason, now_ms, until_ms, one_shot, second, boot + duration_s if boot_id else 0.0, boot_id
        )
        self._shelf_end = now + duration_s
        extra: dict[str, Any] = {"until_ms": until_ms, "one_shot": one_shot, "second": second}
        status = replace(self.status, shelf=shelf)
        return self._planned((*done, self._record(AlarmChange.SHELVED, status, now, now_ms, person, reason, **extra)))

    def unshelve(self, *, person: str, reason: str, now: float, now_ms: int) -> Changes:
        """Take back from the shelf; nothing when it is not on one (any more)."""
        done = self._overdue(now, now_ms)
        if self.status.shelf is None:
            return done
        return done + self._off_shelf(AlarmChange.UNSHELVED, now, now_ms, person, reason)

    def take_out(self, *, person: str, reason: str, work_order: str, now: float, now_ms: int) -> Answer:
        """Take out of service until `put_back`."""
        if self.status.out_of_service is not None:
            return Reason("alarm", {"why": "out_of_service", "holder": self.status.out_of_service.person})
        done = self._overdue(now, now_ms)
        status = replace(self.status, out_of_service=OutOfService(person, reason, work_order, now_ms))
        change = self._record(AlarmChange.OUT_OF_SERVICE, status, now, now_ms, person, reason, work_order=work_order)
        return self._planned((*done, change))

    def put_back(self, *, person: str, reason: str, now: float, now_ms: int) -> Answer:
        """Put back into service."""
        if self.status.out_of_service is None:
            return Reason("alarm", {"why": "in_service"})
        done = self._overdue(now, now_ms)
        status = replace(self.status, out_of_service=None)
        return done + self._unflag(AlarmChange.IN_SERVICE, status, now, now_ms, person, reason)

    def change(self, override: Override | None, *, person: str, reason: str, now: float, now_ms: int) -> Answer:
        """Change limit, deadband, delays or priority at run time; None: all as the site says. The engine then feeds
        the newest sample again: what it is beyond has changed."""
        refusal = settings.refusal(override)
        if refusal is not None:
            return refusal
        done = self._overdue(now, now_ms)
        before = self.settings
        status = replace(self.status, override=settings.cleaned(override))
        changed = Settings.of(self.spec, status.override).differences(before)
        if not changed and (status.override is None) == (self.status.override is None):
            return done
        self.settings = Settings.of(self.spec, status.override)
        if "priority" in changed:
            status = replace(status, escalated=0, escalated_to="")
        status = replace(status, priority=self.settings.priority, limit=self.settings.limit)
        done += (self._record(AlarmChange.CHANGED, status, now, now_ms, person, reason, changed=changed),)
        self._adopt()
        if self.settings.priority < before.priority:
            done += self._move(Event.AGAIN, now, now_ms, cause="priority")
        return self._planned(done)

    # What logic does.

    def suppress(self, rule: str, *, now: float, now_ms: int) -> Changes:
        """Suppress by design; `rule` is the label of the rule as "zh|en". Nothing when that rule suppresses already."""
        done = self._overdue(now, now_ms)
        if not rule or rule == self.status.suppressed:
            return done
        status = replace(self.status, suppressed=rule, suppressed_ms=now_ms)
        return self._planned((*done, self._record(AlarmChange.SUPPRESSED, status, now, now_ms, rule=rule)))

    def unsuppress(self, *, now: float, now_ms: int) -> Changes:
        """No rule suppresses it any more."""
        done = self._overdue(now, now_ms)
        rule = self.status.suppressed
        if not rule:
            return done
        status = replace(self.status, suppressed="", suppressed_ms=0)
        return done + self._unflag(AlarmChange.UNSUPPRESSED, status, now, now_ms, rule=rule)

    def gone(self, *, person: str = "", reason: str = "", now: float, now_ms: int) -> Changes:
        """The site in force no longer has it: nothing is left of it but the journal."""
        if self.status.state is AlarmState.NORM and not self.status.aside and self.status.override is None:
            return ()
        status = AlarmStatus(self.spec.path, priority=self.settings.priority, since_ms=now_ms)
        self._shelf_end = NEVER
        self._delay.drop()
        self._raw = False
        return self._planned((self._record(AlarmChange.GONE, status, now, now_ms, person, reason),))

    def mark_first_out(self, first: bool) -> AlarmStatus | None:
        """Mark as the first of its group, or not; the status when that changed it. Tells nothing new: no journal."""
        if self.status.first_out == first:
            return None
        self.status = replace(self.status, first_out=first)
        return self.status

    def restamp(self, now: float, now_ms: int) -> AlarmStatus | None:
        """Say by the wall clock of now when the shelf ends, for after that clock was set; the status when its stamp
        changed. The end itself is monotonic and does not move."""
        shelf = self.status.shelf
        if shelf is None or not self._anchored:
            return None
        stamped = restamped(shelf, self._shelf_end - now, now_ms)
        if stamped is None:
            return None
        self.status = replace(self.status, shelf=stamped)
        return self.status
