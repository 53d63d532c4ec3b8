"""Flags that take an alarm out of the main list: shelved, suppressed by design, out of service. They stand beside the
core (OPC 10000-9 4.8): it goes on being evaluated and journaled, and nothing is annunciated while any flag is set.

Leaving the last flag: a standing alarm comes back unacknowledged with a new annunciation, also when it had been
acknowledged; one that has returned is normal. A latch is held: only a person's reset lets it go.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from app.model.alarms.machine import Edge
from app.model.alarms.spec import PRIORITIES, AlarmSpec
from app.model.alarms.status import AlarmChange, AlarmState, AlarmStatus, Shelf
from app.model.records import Reason

__all__ = ["LEAVING", "bound_to_boot", "flags", "needs_two", "remaining_s", "restamped", "shelving_refusal"]

_BACK: Final = Edge(AlarmState.UNACK, AlarmChange.REALARMED, annunciate=True)

LEAVING: Final[dict[AlarmState, Edge]] = {
    AlarmState.UNACK: _BACK,
    AlarmState.ACKED: _BACK,
    AlarmState.RTN_UNACK: Edge(AlarmState.NORM, AlarmChange.RETURNED),
}
"""Core state -> what leaving the last flag does; other states stay."""

_RESTAMP_MS: Final = 2000


def flags(status: AlarmStatus) -> list[str]:
    """Return the names of the flags that are set, for journal lines."""
    named = {
        "shelved": status.shelf is not None,
        "suppressed": bool(status.suppressed),
        "out_of_service": status.out_of_service is not None,
    }
    return [name for name, is_set in named.items() if is_set]


def shelving_refusal(status: AlarmStatus, duration_s: float) -> Reason | None:
    """Return why an alarm cannot be shelved, None where it can. How long who may shelve is `access`'s business."""
    if not (math.isfinite(duration_s) and duration_s > 0):
        return Reason("alarm", {"why": "duration"})
    return Reason("alarm", {"why": "shelved", "holder": status.shelf.person}) if status.shelf else None


def needs_two(spec: AlarmSpec | None, status: AlarmStatus) -> bool:
    """Return whether an alarm is shelved by two persons: those of the highest priority, in force or by the site
    (commands.md rule 12). What one person changes at run time takes no second person away."""
    return PRIORITIES[0] in (status.priority, spec.priority if spec is not None else 0)


def remaining_s(shelf: Shelf, *, now_ms: int, boot: float, boot_id: str, last_frame_ms: int) -> float:
    """Return how long a shelf still lasts at a restart, in seconds; 0 or less: it has ended.

    On the same boot of the machine its boot clock says it exactly. After another boot only the wall clock can, and a
    clock that was set back must not lengthen the shelf: it is at least the time of the newest frame (engines write
    several a second) and of the shelving itself.
    """
    if shelf.boot_id and shelf.boot_id == boot_id:
        return shelf.until_boot - boot
    return (shelf.until_ms - max(now_ms, last_frame_ms, shelf.since_ms)) / 1000.0


def restamped(shelf: Shelf, left_s: float, now_ms: int) -> Shelf | None:
    """Return a shelf that ends in `left_s` seconds with its stamps by the wall clock of now, both moved alike; None
    while they are right within 2 s: they are until the clock is set."""
    moved_ms = now_ms + round(left_s * 1000) - shelf.until_ms
    if abs(moved_ms) <= _RESTAMP_MS:
        return None
    return replace(shelf, since_ms=shelf.since_ms + moved_ms, until_ms=shelf.until_ms + moved_ms)


def bound_to_boot(shelf: Shelf, left_s: float, now_ms: int, boot: float, boot_id: str) -> Shelf:
    """Return a shelf that ends in `left_s` seconds with its end by the boot clock of this boot; as it is where that
    says so already."""
    if not boot_id or shelf.boot_id == boot_id:
        return shelf
    return replace(restamped(shelf, left_s, now_ms) or shelf, until_boot=boot + left_s, boot_id=boot_id)
