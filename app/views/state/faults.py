"""What is abnormal about an equipment, and how bad: from the site's limits and abnormal states alone.

Until alarms exist this decides the indicator beside a symbol (priorities: state.priority). Values that cannot be
trusted raise nothing here: their own mark shows them.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.model.spec import Equipment, TagKind, TagSpec
from app.views.state.live import LiveValues
from app.views.state.priority import role_priority, zone_priority
from app.views.state.scale import zone_of
from app.views.state.values import mark_of

__all__ = ["Fault", "faults_of", "priority_of"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is abnormal. `zone` is HH, H, L or LL for a measurement, "" otherwise."""

    priority: int
    role: str
    tag: str
    zone: str = ""


def faults_of(equipment: Equipment, live: LiveValues) -> tuple[Fault, ...]:
    """Return everything abnormal about `equipment`, worst first."""
    suspects = live.suspects()
    if not suspects:
        return ()
    found = []
    for role, path in equipment.tags:
        spec = live.spec(path) if path in suspects else None
        fault = _fault(role, spec, live) if spec is not None else None
        if fault is not None:
            found.append(fault)
    return tuple(sorted(found, key=_priority))


def priority_of(equipment: Equipment, live: LiveValues) -> int:
    """Return the worst priority, 0 when nothing is abnormal."""
    faults = faults_of(equipment, live)
    return faults[0].priority if faults else 0


def _priority(fault: Fault) -> int:
    return fault.priority


def _fault(role: str, spec: TagSpec, live: LiveValues) -> Fault | None:
    value = live.get(spec.path)
    if not mark_of(value.quality).usable or value.value != value.value:
        return None
    if spec.kind in (TagKind.DISCRETE, TagKind.ENUM):
        if int(value.value) not in spec.abnormal:
            return None
        return Fault(role_priority(role), role, spec.path)
    zone = zone_of(value.value, spec)
    if not zone:
        return None
    return Fault(zone_priority(zone), role, spec.path, zone)
