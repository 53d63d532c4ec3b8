"""What a handover sheet is made from, gathered before it is made. Frozen and free of Qt: workers hand it around."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.model.alarms.status import AlarmStatus
from app.model.people import Duty, Note
from app.model.records import AppliedSite, EquipmentStatus, JournalEntry, JournalHead, Lease, Substitute
from app.model.shifts import Shift

__all__ = ["AlarmCounts", "Asked", "ShiftFacts", "TagNow"]


@dataclass(frozen=True, slots=True)
class TagNow:
    """One tag as the room shows it at that instant."""

    quality: int
    source_ms: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Which sheet, and what the room knows: the values of that instant by path, and what the desk said.

    `shift` None: a site without a calendar; `start_ms` is where the period begins either way."""

    at_ms: int
    start_ms: int
    shift: Shift | None
    applied: AppliedSite
    tags: Mapping[str, TagNow]
    devices: Mapping[str, float]
    """State of each device's link as its tag `dev/<id>/state` says; 1 is up."""
    last_good: Mapping[str, int]
    """When each device answered last, UTC ms, 0 if not known."""
    engine_silent: bool = False
    notes: tuple[Note, ...] = ()
    pinned: tuple[Note, ...] = ()
    duties: tuple[Duty, ...] = ()


@dataclass(frozen=True, slots=True)
class AlarmCounts:
    """What the alarm journal counts in a shift."""

    raised: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Annunciations by priority, 1 first."""
    acknowledged: int = 0
    most: tuple[tuple[str, int], ...] = ()
    """The alarms that came most often, with how often."""
    whole: bool = True
    """False when there were more lines than are counted."""


@dataclass(frozen=True, slots=True)
class ShiftFacts:
    """What the store said at one instant. `heads` are the journals' chain heads of it."""

    alarms: tuple[AlarmStatus, ...] = ()
    equipment: tuple[EquipmentStatus, ...] = ()
    substitutes: tuple[Substitute, ...] = ()
    commands: tuple[JournalEntry, ...] = ()
    """Lines of the command journal in the shift, oldest first."""
    commands_whole: bool = True
    counts: AlarmCounts = field(default_factory=AlarmCounts)
    heads: tuple[JournalHead, ...] = ()
    lease: Lease | None = None
