"""What happened while a trend ran, as marks on its time axis: alarms, commands, notes, changes of shift. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from app.model.alarms.status import AlarmChange
from app.model.people import Note
from app.model.records import CommandState, Journal, JournalEntry
from app.model.shifts import shifts_between
from app.model.spec import Site
from app.views.state.sentences import Names, sentence
from app.views.state.zone_time import time_text

__all__ = ["ALARM_KINDS", "COMMAND_KINDS", "Cluster", "Mark", "MarkKind", "clusters_of", "marks_of", "shift_marks"]

ALARM_KINDS: Final = tuple(str(c) for c in (AlarmChange.RAISED, AlarmChange.REALARMED, AlarmChange.AFTER_GAP))
COMMAND_KINDS: Final = tuple(
    str(s) for s in (CommandState.DONE, CommandState.FAILED, CommandState.MISMATCH, CommandState.UNKNOWN)
)
_NOTE_LENGTH: Final = 80
_SHIFTS_MS: Final = 15 * 86_400_000
"""In a longer picture changes of shift would be a fence."""


class MarkKind(IntEnum):
    """What a mark tells; of several at one place the first one's sign is drawn."""

    ALARM = 0
    COMMAND = 1
    NOTE = 2
    SHIFT = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark. `page` and `target` are where a click leads ("" for nowhere). `priority` is an alarm's."""

    kind: MarkKind
    at_ms: int
    text: str
    page: str = ""
    target: str = ""
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Cluster:
    """Marks that stand at one place of the lane, in order of time."""

    x: float
    marks: tuple[Mark, ...]

    @property
    def lead(self) -> Mark:
        """Return the mark whose sign is drawn: the highest alarm, else the first kind there is."""
        return min(self.marks, key=lambda m: (m.kind, m.priority or 9, m.at_ms))


def marks_of(entries: Iterable[JournalEntry], notes: Iterable[Note], names: Names, zone: str) -> tuple[Mark, ...]:
    """Return marks for journal lines and notes, in order of time."""
    found = [_entry_mark(e, names, zone) for e in entries]
    found += [_note_mark(n, zone) for n in notes]
    return tuple(sorted(found, key=lambda m: m.at_ms))


def shift_marks(site: Site | None, start_ms: int, end_ms: int, language: str) -> tuple[Mark, ...]:
    """Return the changes of shift in a time that is short enough for them."""
    if site is None or end_ms - start_ms > _SHIFTS_MS:
        return ()
    shifts = shifts_between(site.shifts, start_ms, end_ms, site.timezone)
    return tuple(
        Mark(MarkKind.SHIFT, s.start_ms, s.spec.label.get(language)) for s in shifts if start_ms <= s.start_ms < end_ms
    )


def clusters_of(marks: Sequence[Mark], to_x: Callable[[int], float], *, near: float) -> tuple[Cluster, ...]:
    """Put marks that would stand less than `near` px from the first of their cluster together."""
    found: list[Cluster] = []
    held: list[Mark] = []
    first = 0.0
    for mark in marks:
        x = to_x(mark.at_ms)
        if held and x - first >= near:
            found.append(Cluster(first, tuple(held)))
            held = []
        if not held:
            first = x
        held.append(mark)
    if held:
        found.append(Cluster(first, tuple(held)))
    return tuple(found)


def _entry_mark(entry: JournalEntry, names: Names, zone: str) -> Mark:
    at = time_text(entry.at_ms, zone)
    place = names.of(entry.what)
    said = sentence(entry, names)
    if entry.journal is Journal.ALARMS:
        text = "  ".join(part for part in (at, place, said) if part)
        return Mark(MarkKind.ALARM, entry.at_ms, text, "alarms", entry.what, entry.priority)
    who = f"({entry.who})" if entry.who else ""
    text = "  ".join(part for part in (at, place, said, who) if part)
    return Mark(MarkKind.COMMAND, entry.at_ms, text, "events", entry.what)


def _note_mark(note: Note, zone: str) -> Mark:
    text = note.text if len(note.text) <= _NOTE_LENGTH else f"{note.text[:_NOTE_LENGTH]}…"
    about = note.links[0] if note.links else ""
    return Mark(MarkKind.NOTE, note.at_ms, f"{time_text(note.at_ms, zone)}  {text}  ({note.person})", "shift", about)
