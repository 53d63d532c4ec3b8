"""What an engineer may change of an alarm at run time, judged by the range of its tag and by its neighbours. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from app.engine.payloads import clipped, number_in, whole_in
from app.model.alarms.alarm import Alarm
from app.model.alarms.spec import PRIORITIES, AlarmKind, AlarmSpec
from app.model.alarms.status import Override
from app.model.records import Reason
from app.model.spec import TagSpec

__all__ = ["CHANGEABLE", "LONGEST_DELAY_S", "changed_override"]

CHANGEABLE: Final = ("limit", "deadband", "on_delay_s", "off_delay_s", "priority")
LONGEST_DELAY_S: Final = 3600.0
"""A delay that outlives an hour is no delay: shelve the alarm, or take it out of service."""

_WITH_LIMIT: Final = (AlarmKind.LIMIT, AlarmKind.DEVIATION, AlarmKind.RATE, AlarmKind.STUCK, AlarmKind.CLOCK)
_WITH_DEADBAND: Final = (AlarmKind.LIMIT, AlarmKind.DEVIATION, AlarmKind.RATE, AlarmKind.CLOCK)


def changed_override(
    alarm: Alarm, payload: Mapping[str, Any], tag: TagSpec | None, neighbours: Iterable[Alarm]
) -> Override | Reason:
    """Return the override that a request asks for, or why it cannot be. What the request does not name stays; null is
    what the site says. `neighbours` are the other alarms of the tag."""
    named = {name: payload[name] for name in CHANGEABLE if name in payload}
    if not named:
        return Reason("malformed", {"what": ", ".join(CHANGEABLE)})
    fields: dict[str, Any] = {}
    for name, value in named.items():
        given = _priority(value) if name == "priority" else number_in(value)
        if value is not None and given is None:
            return Reason("alarm", {"why": "value", "what": f"{name} {clipped(value)}"})
        fields[name] = given
    override = replace(alarm.status.override or Override(), **fields)
    return _against(alarm, override, fields, tag, neighbours) or override


def _against(
    alarm: Alarm, override: Override, fields: Mapping[str, Any], tag: TagSpec | None, neighbours: Iterable[Alarm]
) -> Reason | None:
    """Return why what was named cannot be."""
    kind = alarm.spec.kind
    for name, kinds in (("limit", _WITH_LIMIT), ("deadband", _WITH_DEADBAND)):
        if fields.get(name) is not None and kind not in kinds:
            return Reason("alarm", {"why": "no_such_setting", "what": name})
    if (fault := _by_time(alarm.spec, fields)) is not None:
        return fault
    limit = alarm.spec.limit if override.limit is None else override.limit
    deadband = alarm.spec.deadband if override.deadband is None else override.deadband
    if not {"limit", "deadband"} & fields.keys() or limit is None:
        return None
    as_site = override.limit is None and override.deadband is None
    beyond = None if as_site else _by_range(alarm.spec, limit, deadband, tag)
    return beyond or _by_neighbours(alarm, limit, neighbours)


def _by_time(spec: AlarmSpec, fields: Mapping[str, Any]) -> Reason | None:
    """An alarm that comes when the time to respond is over comes too late: the site files' rule holds here too."""
    on, off = fields.get("on_delay_s"), fields.get("off_delay_s")
    most = min(LONGEST_DELAY_S, float(spec.respond_s)) if spec.respond_s > 0 else LONGEST_DELAY_S
    if on is not None and not 0.0 <= on < most:
        return _outside("on_delay_s", on, 0.0, most, "s")
    if off is not None and not 0.0 <= off <= LONGEST_DELAY_S:
        return _outside("off_delay_s", off, 0.0, LONGEST_DELAY_S, "s")
    return None


def _by_range(spec: AlarmSpec, limit: float, deadband: float, tag: TagSpec | None) -> Reason | None:
    """A limit that no value can pass hides its alarm, one that clears only beyond the range holds it for ever."""
    low = -math.inf if tag is None or tag.low is None else tag.low
    high = math.inf if tag is None or tag.high is None else tag.high
    unit = "" if tag is None else tag.unit
    if spec.kind is not AlarmKind.LIMIT:
        return _by_span(spec.kind, limit, deadband, high - low, unit)
    passable = limit < high if spec.side > 0 else limit > low
    if not (passable and low <= limit <= high):
        return _outside("limit", limit, low, high, unit)
    most = limit - low if spec.side > 0 else high - limit
    return None if 0.0 <= deadband < most else _outside("deadband", deadband, 0.0, most, unit)


def _by_span(kind: AlarmKind, limit: float, deadband: float, span: float, unit: str) -> Reason | None:
    """As above for limits of a distance, which is from nothing to the whole range."""
    most = LONGEST_DELAY_S if kind is AlarmKind.CLOCK else span
    if limit < 0.0 or limit >= most or (kind is not AlarmKind.STUCK and limit == 0.0):
        return _outside("limit", limit, 0.0, most, unit)
    if kind is AlarmKind.STUCK:
        return None
    return None if 0.0 <= deadband < limit else _outside("deadband", deadband, 0.0, limit, unit)


def _by_neighbours(alarm: Alarm, limit: float, neighbours: Iterable[Alarm]) -> Reason | None:
    """HH above H, H above L, L above LL: limits of a tag keep the order that the site gives them."""
    mine = alarm.spec.limit
    if alarm.spec.kind is not AlarmKind.LIMIT or mine is None:
        return None
    for other in neighbours:
        theirs, now = other.spec.limit, other.limit
        if other.spec.kind is not AlarmKind.LIMIT or theirs is None or now is None or theirs == mine:
            continue
        if (limit < now) != (mine < theirs) or limit == now:
            return Reason("alarm", {"why": "neighbour", "limit": limit, "other": other.spec.path, "other_limit": now})
    return None


def _priority(value: Any) -> int | None:
    return whole_in(value, low=min(PRIORITIES), high=max(PRIORITIES))


def _outside(what: str, value: float, low: float, high: float, unit: str) -> Reason:
    params = {"why": "range", "what": what, "value": value, "unit": unit}
    return Reason("alarm", params | {"low": _finite(low), "high": _finite(high)})


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
