"""What a line of the alarm journal keeps of an alarm's record, so that the list can be put back to any instant from
lines alone: the newest line of each alarm says all of it.

A line's detail has some of the record under names of their own (state, value, limit, quality, source time; occurrence
and count while the alarm is not normal), its priority stands beside it. `row` in the detail has whatever else is not at
its default, or is another than those names say. Pure.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from app.model.alarms.status import AlarmState, AlarmStatus, OutOfService, Override, Shelf
from app.model.records import JournalEntry

__all__ = ["ROW", "row_of", "status_of"]

ROW: Final = "row"
_PARTS: Final = {"shelf": Shelf, "out_of_service": OutOfService, "override": Override}
_DEFAULTS: Final = {
    f.name: f.default for f in dataclasses.fields(AlarmStatus) if f.name not in ("path", "revision", "priority")
}
_NAMED: Final = ("value", "limit", "quality", "source_ms")
_OF_AN_EPISODE: Final = ("occurrence", "count")
_STATES: Final = frozenset(AlarmState)


def row_of(status: AlarmStatus, detail: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a line with this detail must say besides of an alarm that stands so after it."""
    named = _named(detail)
    row: dict[str, Any] = {}
    for name, default in _DEFAULTS.items():
        value = getattr(status, name)
        if value != named.get(name, default):
            row[name] = dataclasses.asdict(value) if name in _PARTS and value is not None else value
    return row


def status_of(entry: JournalEntry) -> AlarmStatus:
    """Return how an alarm stood after a line. Names that this program does not know are left out: a newer one wrote
    them. A line from before rows were kept says state and flags; who and until when is not known then."""
    row = entry.detail.get(ROW)
    found = _named(entry.detail) | (_plain(row) if isinstance(row, Mapping) else _guessed(entry))
    return AlarmStatus(path=entry.what, priority=entry.priority, **found)


def _named(detail: Mapping[str, Any]) -> dict[str, Any]:
    state = _state(detail.get("state"))
    names = _NAMED if state is AlarmState.NORM else (*_NAMED, *_OF_AN_EPISODE)
    return {"state": state, **{name: detail[name] for name in names if name in detail}}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in row.items() if name in _DEFAULTS}
    if "state" in found:
        found["state"] = _state(found["state"])
    for name, part in _PARTS.items():
        if isinstance(body := found.get(name), Mapping):
            known = {f.name for f in dataclasses.fields(part)}
            found[name] = part(**{key: value for key, value in body.items() if key in known})
    return found


def _guessed(entry: JournalEntry) -> dict[str, Any]:
    detail, flags = entry.detail, entry.detail.get("flags") or ()
    _, _, raised = str(detail.get("occurrence", "")).rpartition("@")
    found: dict[str, Any] = {"since_ms": entry.at_ms}
    if raised.isdecimal() and _state(detail.get("state")) is not AlarmState.NORM:
        found |= {"raised_ms": int(raised), "annunciated_ms": int(raised)}
    if "shelved" in flags:
        found["shelf"] = Shelf("", "", entry.at_ms, int(detail.get("until_ms", entry.at_ms)))
    if "suppressed" in flags:
        found |= {"suppressed": str(detail.get("rule", "—")), "suppressed_ms": entry.at_ms}
    if "out_of_service" in flags:
        found["out_of_service"] = OutOfService("", "", "", entry.at_ms)
    return found


def _state(value: Any) -> AlarmState:
    return AlarmState(value) if value in _STATES else AlarmState.NORM
