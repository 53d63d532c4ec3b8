"""Alarms as a terminal shows them: rows of the store with what the site says of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from app.cli.times import shown_time
from app.model.alarms.spec import AlarmSpec
from app.model.alarms.status import AlarmState, AlarmStatus
from app.model.alarms.suppression import flags

__all__ = ["UNJUDGED", "Shown", "judged_now", "shown_alarms", "table"]

UNJUDGED: Final = (
    "没有采集引擎在运行：以下为其停止时的状态，此后无人判断报警",
    "no engine runs: this is how the last one left them, and nobody has judged alarms since",
)
"""What must stand beside a list that no engine keeps, in Chinese and in English."""

_STATES: Final[dict[AlarmState, tuple[str, str]]] = {
    AlarmState.NORM: ("正常", "normal"),
    AlarmState.UNACK: ("未确认", "unacknowledged"),
    AlarmState.ACKED: ("已确认", "acknowledged"),
    AlarmState.RTN_UNACK: ("已恢复，未确认", "returned, unacknowledged"),
    AlarmState.LATCH_UNACK: ("自锁，未确认", "latched, unacknowledged"),
    AlarmState.LATCH_ACK: ("自锁，已确认", "latched, acknowledged"),
}
_FLAGS: Final[dict[str, tuple[str, str]]] = {
    "shelved": ("搁置", "shelved"),
    "suppressed": ("设计抑制", "suppressed"),
    "out_of_service": ("停用", "out of service"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One alarm: how it stands, what the site says of it (None: the site in force no longer has it), and the unit."""

    status: AlarmStatus
    spec: AlarmSpec | None
    unit: str
    zone: ZoneInfo

    def plain(self) -> dict[str, Any]:
        """Return it as plain values for JSON: the row, its condition and its areas."""
        row = dataclasses.asdict(self.status) | {"listed": self.status.listed}
        if self.spec is None:
            return row
        label = {"zh": self.spec.label.zh, "en": self.spec.label.en}
        return row | {"label": label, "areas": list(self.spec.areas), "unit": self.unit}


def shown_alarms(
    store: str, *, everything: bool = False, areas: Iterable[str] = (), priorities: Iterable[int] = ()
) -> list[Shown]:
    """Return the alarms of the main list, with `everything` also those aside; the unacknowledged of the highest
    priority and the newest first."""
    from app.storage.opening import open_room_store

    reader = open_room_store(store)
    try:
        applied, rows = reader.applied_site(), reader.alarms_after(-1)
    finally:
        reader.close()
    wanted, chosen = set(areas), set(priorities)
    site = applied.site if applied else None
    specs, units = ({}, {}) if site is None else ({a.path: a for a in site.alarms}, {t.path: t.unit for t in site.tags})
    zone = ZoneInfo(site.timezone if site is not None else "UTC")
    found = []
    for row in rows:
        if row.listed or (everything and row.aside):
            spec = specs.get(row.path)
            found.append(Shown(row, spec, units.get(spec.tag, "") if spec is not None else "", zone))
    kept = [
        one
        for one in found
        if (not chosen or one.status.priority in chosen)
        and (not wanted or (one.spec is not None and wanted & set(one.spec.areas)))
    ]
    return sorted(kept, key=_order)


def judged_now(store: str) -> bool:
    """Return whether an engine keeps the rows now: whether its lease stands by the store's own clock."""
    from app.storage.opening import open_desk_store, open_room_store

    reader, desk = open_room_store(store), open_desk_store(store)
    try:
        lease = reader.lease()
        return lease is not None and lease.until_ms >= desk.now_ms()
    finally:
        reader.close()
        desk.close()


def table(found: Sequence[Shown], language: str) -> list[str]:
    """Return one line for each alarm: priority, state, since when, path, condition, value and limit, flags."""
    return [_line(one, language) for one in found]


def _order(one: Shown) -> tuple[bool, bool, int, int]:
    status = one.status
    return status.aside, not status.state.unacknowledged, status.priority, -status.raised_ms


def _since(utc_ms: int, zone: ZoneInfo) -> str:
    """Return a time of the site; an alarm that was put aside before it ever came has none."""
    return shown_time(utc_ms, zone) if utc_ms else "–"


def _line(one: Shown, language: str) -> str:
    status, english = one.status, language == "en"
    since = _since(status.raised_ms or status.since_ms, one.zone)
    label = one.spec.label.get(language) if one.spec is not None else ""
    marks = [_FLAGS[flag][english] for flag in flags(status)] + (["?"] if status.frozen else [])
    value = "" if status.value is None else f"{status.value:g} {one.unit}".strip()
    limit = "" if status.limit is None else f"/ {status.limit:g}"
    parts = (
        f"{status.priority}  {_STATES[status.state][english]}  {since}  {status.path}",
        label,
        " ".join(part for part in (value, limit) if part),
        ", ".join(marks),
    )
    return "  ".join(part for part in parts if part)
