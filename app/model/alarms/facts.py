"""What the alarm journal says, as small facts to count; and from when to when each alarm was active.

Facts stand in the journal's order. A wall clock that was set back makes no length negative.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from app.model.alarms.status import AlarmChange, AlarmState, AlarmStatus
from app.model.records import Journal, JournalEntry

__all__ = ["Activation", "Fact", "activations", "fact_of"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One transition. `aside` says whether the alarm was shelved, suppressed or out of service after it."""

    at_ms: int
    change: AlarmChange
    path: str
    priority: int = 4
    annunciated: bool = False
    occurrence: str = ""
    state: AlarmState = AlarmState.NORM
    aside: bool = False
    person: str = ""
    workstation: str = ""
    area: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Activation:
    """One time for which a condition was true. `end_ms` None: it still is. `annunciated` at its start; `aside` at its
    end, or now."""

    path: str
    start_ms: int
    end_ms: int | None
    priority: int
    annunciated: bool
    aside: bool


def fact_of(entry: JournalEntry) -> Fact | None:
    """Return a line of the alarm journal as a fact; None for another journal, or a kind that a newer program wrote."""
    if entry.journal is not Journal.ALARMS or entry.kind not in _KINDS:
        return None
    detail: Any = entry.detail
    state = str(detail.get("state", ""))
    return Fact(
        at_ms=entry.at_ms,
        change=AlarmChange(entry.kind),
        path=entry.what,
        priority=entry.priority,
        annunciated=bool(detail.get("annunciated")),
        occurrence=str(detail.get("occurrence", "")),
        state=AlarmState(state) if state in _STATES else AlarmState.NORM,
        aside=bool(detail.get("flags")),
        person=entry.who,
        workstation=entry.where,
        area=entry.area,
        note=str(detail.get("note", "")),
    )


_KINDS = frozenset(AlarmChange)
_STATES = frozenset(AlarmState)


def activations(facts: Iterable[Fact], standing: Iterable[AlarmStatus] = ()) -> tuple[Activation, ...]:
    """Return when alarms were active, by start and path. `standing` are the rows of now: one that has been active since
    before the first fact is known from there alone."""
    running: dict[str, Activation] = {}
    done: list[Activation] = []
    for fact in facts:
        before = running.get(fact.path)
        if before is None and fact.state.active and fact.change in (AlarmChange.RAISED, AlarmChange.REALARMED):
            running[fact.path] = Activation(fact.path, fact.at_ms, None, fact.priority, fact.annunciated, fact.aside)
        elif before is not None and fact.state.active:
            running[fact.path] = replace(before, aside=fact.aside)
        elif before is not None:
            done.append(replace(before, end_ms=max(before.start_ms, fact.at_ms)))
            del running[fact.path]
    older = [s for s in standing if s.state.active and s.path not in running]
    done += running.values()
    done += [Activation(s.path, s.raised_ms, None, s.priority, s.count > 0, s.aside) for s in older]
    return tuple(sorted(done, key=lambda a: (a.start_ms, a.path)))
