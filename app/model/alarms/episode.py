"""Status after a step: what an edge of the core does to the record of an alarm, and the line that tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from app.model.alarms.machine import Edge
from app.model.alarms.spec import AlarmSpec
from app.model.alarms.status import AlarmChange, AlarmState, AlarmStatus
from app.model.alarms.suppression import flags

__all__ = ["Change", "line", "moved", "owed"]

_EPISODE: Final[dict[str, Any]] = {
    "occurrence": "",
    "count": 0,
    "raised_ms": 0,
    "annunciated_ms": 0,
    "frozen": False,
}
_NOT_ACKNOWLEDGED: Final[dict[str, Any]] = {"ack_by": "", "ack_ms": 0, "ack_note": ""}


@dataclass(frozen=True, slots=True)
class Change:
    """One transition, for one line of the alarm journal. `status` is the whole record after it; `person` is who did
    it ("" for the engine), `note` what he said. `annunciated` says that it sounds and counts as an alarm.

    `detail` has occurrence, tag, from, state, value, limit, quality, source_ms, count, flags (after the change),
    annunciated, note, and by kind: cause (realarmed), role and level (escalated), until_ms, one_shot and second
    (shelved), rule (suppressed), work_order (out-of-service), changed {name: [from, to]} (changed). The engine adds
    receipt time, workstation and site revision.
    """

    change: AlarmChange
    status: AlarmStatus
    person: str = ""
    note: str = ""
    annunciated: bool = False
    detail: Mapping[str, Any] = field(default_factory=dict)


def moved(status: AlarmStatus, edge: Edge, now_ms: int, occurrence: str, person: str, note: str) -> AlarmStatus:
    """Return the status after an edge. `occurrence` is the id that a new episode gets."""
    fields: dict[str, Any] = {"state": edge.state, "since_ms": now_ms}
    if edge.change is AlarmChange.RAISED:
        fields |= {"occurrence": occurrence, "raised_ms": now_ms}
    if edge.state is AlarmState.NORM:
        fields |= _EPISODE
    if edge.change is AlarmChange.ACKNOWLEDGED and edge.state is not AlarmState.NORM:
        fields |= {"ack_by": person, "ack_ms": now_ms, "ack_note": note}
    elif edge.state in (AlarmState.NORM, AlarmState.UNACK):
        fields |= _NOT_ACKNOWLEDGED
    if edge.annunciate and not status.aside:
        fields |= {"count": status.count + 1, "annunciated_ms": now_ms}
    return replace(status, **fields)


def owed(status: AlarmStatus, now_ms: int) -> AlarmStatus:
    """Return the status with the time since when somebody must acknowledge. Nobody must while it is aside; without
    anybody who must there is no escalation."""
    if status.state.unacknowledged and not status.aside:
        return status if status.unacked_ms else replace(status, unacked_ms=now_ms)
    if status.unacked_ms or status.escalated:
        return replace(status, unacked_ms=0, escalated=0, escalated_to="")
    return status


def line(
    spec: AlarmSpec,
    kind: AlarmChange,
    before: AlarmStatus,
    after: AlarmStatus,
    *,
    person: str,
    note: str,
    annunciated: bool,
    extra: Mapping[str, Any],
) -> Change:
    """Return the change from `before` to `after` with its journal detail."""
    detail: dict[str, Any] = {
        "occurrence": after.occurrence or before.occurrence,
        "tag": spec.tag,
        "from": before.state.value,
        "state": after.state.value,
        "value": after.value,
        "limit": after.limit,
        "quality": after.quality,
        "source_ms": after.source_ms,
        "count": after.count or before.count,
        "flags": flags(after),
        "annunciated": annunciated,
        "note": note,
        **extra,
    }
    return Change(kind, after, person, note, annunciated, detail)
