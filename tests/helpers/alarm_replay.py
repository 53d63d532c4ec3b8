"""An independent reading of the alarm journal: what every alarm is, made from its lines alone.

Written from docs/alarm-states.md and not from the engine's code: it knows of the core's edges, the flags beside them
and what a change at run time does, and compares what each line says of before and after with what it made of the lines
before. For alarms without latch, delay and suppression, as in the storm of `storm_engine`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.model.alarms.status import AlarmStatus
from app.model.records import JournalEntry

__all__ = ["Replayed", "differences", "replay"]

_EDGES = {
    ("raised", "norm"): "unack",
    ("realarmed", "acked"): "unack",
    ("realarmed", "unack"): "unack",
    ("realarmed", "rtn_unack"): "unack",
    ("after-gap", "acked"): "unack",
    ("acknowledged", "unack"): "acked",
    ("acknowledged", "rtn_unack"): "norm",
    ("returned", "unack"): "rtn_unack",
    ("returned", "acked"): "norm",
}
_FLAGS = {"shelved": ("shelf", True), "unshelved": ("shelf", False), "shelf-ended": ("shelf", False),
          "out-of-service": ("order", True), "in-service": ("order", False)}  # fmt: skip
_MARKS = {"frozen": True, "thawed": False}
_NO_EDGE = "noted"
"""The record changed without a transition (a step of escalation, a shelf bound to another boot): the state stands."""
_LAWFUL = ("released", "priority")
"""Why an acknowledged alarm may sound again within the restart window."""


@dataclass(slots=True)
class Replayed:
    """One alarm by its lines. `shelf` is (person, one-shot), `order` the work order; both None when not set."""

    limit: float
    priority: int
    state: str = "norm"
    occurrence: str = ""
    count: int = 0
    ack_by: str = ""
    frozen: bool = False
    shelf: tuple[str, bool] | None = None
    order: str | None = None
    faults: list[str] = field(default_factory=list)

    @property
    def aside(self) -> bool:
        return self.shelf is not None or self.order is not None

    def take(self, line: JournalEntry) -> None:
        """Take the next line of this alarm."""
        said = line.detail
        if said["from"] != self.state:
            self.faults.append(f"{line.seq}: {line.kind} begins in {said['from']}, but it was {self.state}")
        if line.kind == "realarmed" and self.state == "acked" and said.get("cause") not in _LAWFUL:
            self.faults.append(f"{line.seq}: what was acknowledged sounds again: {dict(said)}")
        if line.kind in _FLAGS:
            self._flag(line)
        elif line.kind in _MARKS:
            self.frozen = _MARKS[line.kind]
        elif line.kind == "changed":
            for name, (_, now) in said["changed"].items():
                setattr(self, name, now)
        elif line.kind != _NO_EDGE:
            self._move(line)
        if said["state"] != self.state:
            self.faults.append(f"{line.seq}: {line.kind} ends in {said['state']}, not in {self.state}")
            self.state = said["state"]

    def _move(self, line: JournalEntry) -> None:
        edge = _EDGES.get((line.kind, self.state))
        if edge is None:
            self.faults.append(f"{line.seq}: no edge {line.kind} from {self.state}")
            return
        self.state = edge
        if line.kind == "raised":
            self.occurrence, self.count = line.detail["occurrence"], 0
        if line.detail["annunciated"]:
            self.count += 1
        self.ack_by = line.who if edge == "acked" else "" if edge in ("norm", "unack") else self.ack_by
        self._end_episode()

    def _flag(self, line: JournalEntry) -> None:
        name, on = _FLAGS[line.kind]
        if name == "shelf":
            self.shelf = (line.who, line.detail["one_shot"]) if on else None
        else:
            self.order = line.detail["work_order"] if on else None
        if not on and not self.aside and self.state == "rtn_unack":
            self.state = "norm"
            self._end_episode()

    def _end_episode(self) -> None:
        if self.state == "norm":
            self.occurrence, self.count, self.ack_by, self.frozen = "", 0, "", False


def replay(lines: Iterable[JournalEntry], *, limit: float, priority: int) -> dict[str, Replayed]:
    """Return every alarm that has a line; `limit` and `priority` are what the site says of all of them."""
    found: dict[str, Replayed] = {}
    for line in lines:
        found.setdefault(line.what, Replayed(limit, priority)).take(line)
    return found


def differences(replayed: dict[str, Replayed], rows: dict[str, AlarmStatus]) -> list[str]:
    """Return what journal and rows say otherwise, and what is wrong with the journal itself."""
    found = [f"{path}: {fault}" for path, alarm in replayed.items() for fault in alarm.faults]
    found += [f"{path} has no row" for path in replayed if path not in rows]
    for path, row in rows.items():
        if path not in replayed:
            found.append(f"{path} has a row and no line")
        elif (told := _by_lines(replayed[path])) != _by_row(row):
            found.append(f"{path}: lines say {told}, the row {_by_row(row)}")
    return found


def _by_lines(a: Replayed) -> tuple[object, ...]:
    return (a.state, a.occurrence, a.count, a.ack_by, a.frozen, a.shelf, a.order, a.limit, a.priority)


def _by_row(row: AlarmStatus) -> tuple[object, ...]:
    shelf = (row.shelf.person, row.shelf.one_shot) if row.shelf is not None else None
    order = row.out_of_service.work_order if row.out_of_service is not None else None
    core = (row.state.value, row.occurrence, row.count, row.ack_by, row.frozen)
    return (*core, shelf, order, row.limit, row.priority)
