"""Whether the alarms, shifts and escalation of a compiled site hold together: the part of `consistency` about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from app.model.alarms.spec import PRIORITIES, AlarmKind, AlarmSpec
from app.model.spec import Site

__all__ = ["of_alarms", "of_duty"]

_LIMITED = (AlarmKind.LIMIT, AlarmKind.DEVIATION, AlarmKind.RATE, AlarmKind.STUCK, AlarmKind.CLOCK)
_DAY_MINUTES = 24 * 60


def of_alarms(site: Site) -> Iterator[str]:
    """Yield a sentence for every alarm that is said twice, speaks of what is not there or could not be judged."""
    yield from (f"the alarm {p} is there {n} times" for p, n in Counter(a.path for a in site.alarms).items() if n > 1)
    known = {
        "tag": {tag.path for tag in site.tags},
        "equipment": {equipment.path for equipment in site.equipment},
        "facility": {facility.id for facility in site.facilities},
        "device": {device.id for device in site.devices},
        "area": {area.id for area in site.areas},
    }
    for alarm in site.alarms:
        for what, name in _spoken(alarm):
            if name and name not in known[what]:
                yield f"the alarm {alarm.path} speaks of {name!r}, which is no {what}"
        yield from (f"the alarm {alarm.path} {words}" for words in _numbers(alarm))


def _spoken(alarm: AlarmSpec) -> Iterator[tuple[str, str]]:
    yield from (("tag", alarm.tag), ("tag", alarm.setpoint), ("equipment", alarm.equipment))
    yield from (("facility", alarm.facility), ("device", alarm.device))
    yield from (("area", area) for area in alarm.areas)
    yield from (("tag", condition.tag) for condition in alarm.suppress)


def _numbers(alarm: AlarmSpec) -> Iterator[str]:
    if not alarm.path.endswith(f":{alarm.name}") or not alarm.name:
        yield f"is called {alarm.name!r}"
    if alarm.priority not in PRIORITIES:
        yield f"has the priority {alarm.priority}, beyond 1 to 4"
    if alarm.kind in _LIMITED and alarm.limit is None:
        yield "has no limit"
    if alarm.side not in (-1, 0, 1) or (alarm.kind is AlarmKind.LIMIT and alarm.side == 0):
        yield f"has the side {alarm.side}"
    if alarm.kind in (AlarmKind.RATE, AlarmKind.STUCK) and alarm.window_s <= 0:
        yield "has no window"
    if (alarm.kind is AlarmKind.EXPRESSION) != (alarm.when is not None):
        yield "has a formula without being an expression" if alarm.when else "has no formula"
    if alarm.kind in (AlarmKind.STATE, AlarmKind.UNCOMMANDED) and not alarm.values:
        yield "has no values"
    times = (alarm.deadband, alarm.on_delay_s, alarm.off_delay_s, alarm.re_alarm_s, alarm.respond_s)
    if min(times) < 0:
        yield "has a negative deadband or time"


def of_duty(site: Site) -> Iterator[str]:
    """Yield a sentence for every shift and escalation step that cannot be."""
    yield from (f"the shift {s} is there {n} times" for s, n in Counter(s.id for s in site.shifts).items() if n > 1)
    for shift in site.shifts:
        if not (0 <= shift.start < _DAY_MINUTES and 0 <= shift.end < _DAY_MINUTES):
            yield f"the shift {shift.id} lasts from minute {shift.start} to {shift.end} of the day"
    for step in site.escalation:
        if step.priority not in PRIORITIES or step.after_s <= 0:
            yield f"priority {step.priority} is escalated after {step.after_s:g} s"
