"""What an applied site would change: for the preview before, and the journal after."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, Final

from app.model.formulas.spec import Formula
from app.model.points import ModbusPoint, OpcUaPoint
from app.model.spec import (
    CommandSpec,
    Condition,
    DeviceSpec,
    Equipment,
    EscalationStep,
    Label,
    Place,
    RetentionClass,
    ScanGroup,
    ShiftSpec,
    Site,
    State,
)
from app.site.outline import address_of

__all__ = ["Change", "ChangeKind", "FieldChange", "Rewired", "SiteDifference", "difference"]


class ChangeKind(StrEnum):
    """What happened to a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One word of a thing that changed, both sides as text a person can read."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed. `what` is site, area, facility, device, equipment, command, tag, alarm, shift, link or
    map."""

    kind: ChangeKind
    what: str
    path: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Rewired:
    """Verbs of an equipment that now reach another place in a PLC: disabled until a person has proven them.

    `moved` existed before at another address, code or index, `new` did not exist.
    """

    equipment: str
    moved: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SiteDifference:
    """Everything that differs between two sites; tag numbers, which the store gives, are left out."""

    changes: tuple[Change, ...]
    rewired: tuple[Rewired, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)

    def lines(self) -> Iterator[str]:
        """Yield one line per change ("+", "-" or "~"), then one per rewired equipment ("!")."""
        for change in self.changes:
            yield f"{_SIGNS[change.kind]} {change.what} {change.path}"
            for field in change.fields:
                yield f"    {field.name}: {field.before} → {field.after}"
        for wire in self.rewired:
            words = (("moved", wire.moved), ("new", wire.new))
            yield f"! {wire.equipment}: " + "; ".join(f"{word}: {', '.join(verbs)}" for word, verbs in words if verbs)

    def counts(self) -> dict[str, int]:
        """Return how much was added, removed and changed per kind of thing, such as {"added tag": 12}."""
        found: dict[str, int] = {}
        for change in self.changes:
            key = f"{change.kind.value} {change.what}"
            found[key] = found.get(key, 0) + 1
        return found

    def to_plain(self) -> dict[str, Any]:
        """Return it as plain data for a journal's detail."""
        return {
            "changes": [
                {
                    "kind": c.kind.value,
                    "what": c.what,
                    "path": c.path,
                    "fields": [dataclasses.asdict(f) for f in c.fields],
                }
                for c in self.changes
            ],
            "rewired": [{"equipment": r.equipment, "moved": list(r.moved), "new": list(r.new)} for r in self.rewired],
        }


_SIGNS: Final = {ChangeKind.ADDED: "+", ChangeKind.REMOVED: "-", ChangeKind.CHANGED: "~"}
# Told as things of their own, or given by the store.
_ELSEWHERE: Final = frozenset(
    {"number", "commands", "areas", "facilities", "devices", "tags", "links", "alarms", "shifts"}
)
_SIDES: Final = {1: "above", -1: "below", 0: "both"}


def difference(before: Site | None, after: Site) -> SiteDifference:
    """Return what applying `after` changes. With no site before, everything is added and nothing is rewired: there is
    no proven state that it could be compared with."""
    changes = list(_compare("site", {before.id: before} if before else {}, {after.id: after}))
    for what, parts in _parts(after).items():
        changes += _compare(what, _parts(before)[what] if before else {}, parts)
    rewired = _rewired(before, after) if before is not None else ()
    return SiteDifference(tuple(changes), rewired)


def _parts(site: Site) -> dict[str, dict[str, Any]]:
    return {
        "area": {area.id: area for area in site.areas},
        "facility": {facility.id: facility for facility in site.facilities},
        "device": {device.id: device for device in site.devices},
        "equipment": {equipment.path: equipment for equipment in site.equipment},
        "command": {f"{e.path} {c.verb}": c for e in site.equipment for c in e.commands},
        "tag": {tag.path: tag for tag in site.tags},
        "alarm": {alarm.path: alarm for alarm in site.alarms},
        "shift": {shift.id: shift for shift in site.shifts},
        "link": {f"{link.source} → {link.target} ({link.kind})": link for link in site.links},
    }


def _compare(what: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    yield from (Change(ChangeKind.REMOVED, what, path) for path in before if path not in after)
    for path, thing in after.items():
        if path not in before:
            yield Change(ChangeKind.ADDED, what, path)
        elif fields := tuple(_fields(before[path], thing)):
            yield Change(ChangeKind.CHANGED, what, path, fields)


def _fields(before: Any, after: Any) -> Iterator[FieldChange]:
    for field in dataclasses.fields(after):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old == new or field.name in _ELSEWHERE or (field.name == "equipment" and isinstance(after, Site)):
            continue
        if field.name == "shapes":
            yield FieldChange("map", f"{len(old)} shapes", f"{len(new)} shapes")
        elif field.name == "side":
            yield FieldChange("side", _SIDES[old], _SIDES[new])
        elif isinstance(after, ShiftSpec) and isinstance(new, int):
            yield FieldChange(field.name, _time(old), _time(new))
        else:
            yield FieldChange(field.name, _words(old), _words(new))


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _words(value: Any) -> str:
    """Return a value as a person would say it."""
    match value:
        case None | "" | ():
            return "—"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case Enum():
            return str(value.value)
        case Label():
            return f"{value.zh} · {value.en}"
        case State():
            return f"{value.value} {_words(value.label)}"
        case Formula():
            return value.text
        case Condition():
            return f"{value.tag} {value.op.value} {value.value:g}"
        case EscalationStep():
            return f"priority {value.priority} after {value.after_s:g} s {value.role}"
        case ScanGroup():
            return f"{value.name} {value.period_ms} ms"
        case RetentionClass():
            return f"{value.id} {f'{value.months} months' if value.months else 'for ever'}"
        case Place():
            return f"({value.x:g}, {value.y:g})"
        case ModbusPoint() | OpcUaPoint():
            return address_of(value)
        case tuple():
            return ", ".join(map(_words, value))
    if dataclasses.is_dataclass(value):
        return " ".join(f"{f.name}={_words(getattr(value, f.name))}" for f in dataclasses.fields(value))
    return str(value)


def _rewired(before: Site, after: Site) -> tuple[Rewired, ...]:
    old, new = _wires(before), _wires(after)
    found: dict[str, tuple[list[str], list[str]]] = {}
    for (equipment, verb), wire in new.items():
        moved, added = found.setdefault(equipment, ([], []))
        if (equipment, verb) not in old:
            added.append(verb)
        elif old[equipment, verb] != wire:
            moved.append(verb)
    return tuple(Rewired(e, tuple(m), tuple(n)) for e, (m, n) in found.items() if m or n)


def _wires(site: Site) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Return, for each command, everything that decides where it arrives and as what."""
    blocks = {facility.id: facility.block for facility in site.facilities}
    devices = {device.id: device for device in site.devices}
    tags = {tag.path: tag for tag in site.tags}
    found: dict[tuple[str, str], tuple[Any, ...]] = {}
    for equipment in site.equipment:
        block = blocks.get(equipment.facility)
        device = devices.get(block.device if block else _device_of(equipment, tags))
        for command in equipment.commands:
            found[equipment.path, command.verb] = (_endpoint(device), block, *_target(equipment, command))
    return found


def _target(equipment: Equipment, command: CommandSpec) -> tuple[Any, ...]:
    return equipment.index, command.code, command.point


def _endpoint(device: DeviceSpec | None) -> tuple[str, ...]:
    return (device.id, device.protocol.value, device.address) if device else ()


def _device_of(equipment: Equipment, tags: Mapping[str, Any]) -> str:
    """Return the device of an equipment without a command block: that of its tags."""
    return next((str(tags[path].device) for _, path in equipment.tags if path in tags), "")
