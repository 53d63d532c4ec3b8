"""What the room knows of a command before it asks: every reason that would fail, judged with its own values.

It spares a person a refusal and explains grey controls. It decides nothing: the engine checks again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.model.access import best_role, may, permission_for, request_refusals
from app.model.commands.checks import CheckInput, failing, in_the_way
from app.model.commands.verbs import Verb
from app.model.quality import BAD
from app.model.records import EquipmentStatus, Person, Reason, RequestKind
from app.model.spec import Equipment, Facility
from app.views.state.live import LiveValues
from app.views.state.readings import device_up, reader

__all__ = ["Surroundings", "blocking", "link_up", "offers_first", "why_not"]

_DISK_LIMIT: Final = 95.0
_SLOWEST_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that the room lays before the checks, besides the command itself.

    `heartbeat_age_s` is None when the PLC's counter was never seen to change.
    """

    live: LiveValues
    facility: Facility
    status: dict[str, EquipmentStatus]
    person: Person
    now_ms: int
    heartbeat_age_s: float | None


def why_not(
    around: Surroundings, equipment: Equipment, verb: Verb, *, value: float | None, expect: str, selected: bool
) -> tuple[Reason, ...]:
    """Return all reasons against a command, blocking ones first. `selected` is True once a selection was granted."""
    live = around.live
    read = reader(live, now_ms=around.now_ms)
    status = around.status.get(equipment.path, EquipmentStatus(equipment.path))
    disk = live.get("engine/disk")
    areas = (around.facility.area,)
    given = CheckInput(
        verb=verb,
        value=value,
        expect=expect,
        equipment=equipment,
        facility=around.facility,
        read=read,
        status=status,
        session=around.person.session,
        permitted=may(around.person, permission_for(RequestKind.OPERATE), areas),
        second=(),  # asked for when the command is confirmed
        store_ok=True,  # only the engine knows; that it is silent is told apart from this
        disk_full=disk.quality < BAD and disk.value >= _DISK_LIMIT,
        age_s=0.0,
        expiry_s=1.0,
        busy_with=_busy_with(around, verb),
        link_up=link_up(live, around.facility, equipment),
        heartbeat_age_s=around.heartbeat_age_s,
        scan_period_s=_scan_period_s(live, equipment),
        commissioning=_commissioning(live, around.facility),
        role=best_role(around.person),
        needs_selection=selected,
    )
    early = request_refusals(RequestKind.OPERATE, around.person, areas)
    return (*(r for r in early if r.check != "right"), *failing(given))


def blocking(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Return those that would refuse the command."""
    return tuple(r for r in reasons if r.blocking)


def link_up(live: LiveValues, facility: Facility, equipment: Equipment) -> bool:
    """Return True when the device that obeys for this equipment answers."""
    return not live.engine_silent and all(device_up(live, d) for d in _devices(live, facility, equipment))


def offers_first(equipment: Equipment, *, upset: bool) -> tuple[str, ...]:
    """Return the equipment's verbs in the order they are offered: the safe action leads when something is wrong."""
    verbs = [c.verb for c in equipment.commands]
    safe = equipment.safe_action
    if upset and safe in verbs:
        verbs.remove(safe)
        verbs.insert(0, safe)
    return tuple(verbs)


def _devices(live: LiveValues, facility: Facility, equipment: Equipment) -> tuple[str, ...]:
    if facility.block is not None:
        return (facility.block.device,)
    specs = [live.spec(path) for _, path in equipment.tags]
    return tuple(dict.fromkeys(s.device for s in specs if s is not None and s.device))


def _busy_with(around: Surroundings, verb: Verb) -> str:
    """Return the equipment of this station whose command is in the way of the verb."""
    for path, status in around.status.items():
        if path.startswith(f"{around.facility.id}/") and in_the_way(status.state, verb):
            return path
    return ""


def _scan_period_s(live: LiveValues, equipment: Equipment) -> float:
    specs = [live.spec(path) for _, path in equipment.tags]
    periods = [live.period_s(s) for s in specs if s is not None]
    return min((p for p in periods if p is not None), default=_SLOWEST_S)


def _commissioning(live: LiveValues, facility: Facility) -> bool:
    return any(d.commissioning for d in live.site.devices if d.id in facility.devices)
