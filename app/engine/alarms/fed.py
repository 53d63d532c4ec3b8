"""Conditions that no tag carries: a command whose outcome is wrong or unknown, and equipment that runs or stopped
although nobody told it to. Judged from the book of the command desk and live readings; pure but for its memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.model.commands.checks import Reading, holds, usable
from app.model.commands.verbs import Verb
from app.model.quality import Quality
from app.model.records import CommandState, EquipmentStatus
from app.model.spec import Equipment, TargetKind

__all__ = ["SETTLE_S", "Uncommanded", "mismatched"]

SETTLE_S: Final = 5.0
"""A command's end, and a difference from it, must stand so long: tags of one event may come in different scans."""

_OFF, _HAND = 0, 1
_RUNS_AFTER: Final[Mapping[str, int]] = {Verb.START: 1, Verb.STOP: 0}
_LEAVE_IT: Final = (Verb.SPEED, Verb.LEVEL, Verb.RESET)
"""Verbs that neither start nor stop: what was said before them holds on."""
# A stop leaves the switch at Off, or finds it at Hand; in Auto the PLC decides, in Local who stands there.
_MODES: Final[Mapping[int, tuple[int, ...]]] = {1: (_HAND,), 0: (_OFF, _HAND)}

Read = Callable[[str], Reading | None]


def mismatched(equipment: Equipment, status: EquipmentStatus, detail: Mapping[str, Any], read: Read) -> bool:
    """Return whether the equipment's newest command ended otherwise than it should, or nobody knows how. It stands
    until the desk finds the outcome, a later command supersedes it, or the feedback comes after all. `detail` is what
    the desk knows of that command, empty after a restart."""
    if status.state is CommandState.UNKNOWN:
        return True
    return status.state is CommandState.MISMATCH and not _proven(equipment, status, detail, read)


def _proven(equipment: Equipment, status: EquipmentStatus, detail: Mapping[str, Any], read: Read) -> bool:
    spec = equipment.command(status.verb)
    target = None if spec is None or spec.target is TargetKind.NONE else detail.get("value")
    if spec is None or not spec.feedback or (spec.target is not TargetKind.NONE and target is None):
        return False
    for condition in spec.feedback:
        reading = read(condition.tag)
        if reading is None or not usable(reading) or reading.quality == Quality.MANUAL:
            return False
        if not holds(condition, reading.value, target=target, tolerance=spec.tolerance):
            return False
    return True


@dataclass(slots=True)
class _Order:
    """What the last command said, from the moment we saw it so. `run` is what it left the equipment at (None: nothing
    that holds); `proven` is False while that was only read from the book after a start."""

    request_id: str
    state: CommandState | None
    run: int | None
    since: float
    proven: bool
    wrong_since: float | None = None


class Uncommanded:
    """Remembers for one equipment what its last command left it at, as long as that is what rules it."""

    def __init__(self, equipment: Equipment) -> None:
        self.equipment: Final = equipment
        self._tags = {role: tag for role in ("run", "mode", "remote", "trip") if (tag := equipment.tag(role))}
        self._order: _Order | None = None

    def look(self, status: EquipmentStatus, read: Read, now: float, *, standing: bool) -> int | None:
        """Return what the run tag says against the last command: 1 runs, 0 stopped, -1 as it should be; None while
        that cannot be known. Once a switch, the mode or a trip took over, the command says nothing any more.

        `standing` says that an alarm of this stands. After a start a difference is believed only then: else nobody saw
        whether a person at the equipment had taken over in between."""
        order = self._newest(status, now)
        if order.run is None or now - order.since < SETTLE_S:
            return -1
        values = {role: _whole(read(tag)) for role, tag in self._tags.items()}
        if any(value is None for value in values.values()):
            order.wrong_since = None
            return None
        if values.get("remote", 1) != 1 or values.get("trip", 0) != 0 or not _ruled(order.run, values.get("mode")):
            order.run = None
            return -1
        run = values.get("run")
        if run is None or run == order.run:
            order.proven, order.wrong_since = True, None
            return -1
        if not order.proven and not standing:
            order.run = None
            return -1
        if order.wrong_since is None:
            order.wrong_since = now
        return run if standing or now - order.wrong_since >= SETTLE_S else -1

    def _newest(self, status: EquipmentStatus, now: float) -> _Order:
        order = self._order
        if order is not None and (status.request_id, status.state) == (order.request_id, order.state):
            return order
        if order is not None and status.verb in _LEAVE_IT:
            order.request_id, order.state = status.request_id, status.state
            return order
        run = _RUNS_AFTER.get(status.verb) if status.state is CommandState.DONE else None
        self._order = _Order(status.request_id, status.state, run, now, proven=order is not None)
        return self._order


def _whole(reading: Reading | None) -> int | None:
    return round(reading.value) if reading is not None and usable(reading) else None


def _ruled(run: int, mode: int | None) -> bool:
    return mode is None or mode in _MODES[run]
