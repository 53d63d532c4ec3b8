"""Whether a compiled site holds together: asked again where a site arrives as JSON, since whoever sent it is not
trusted to have checked it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from app.model.points import ModbusPoint, Point, words_of
from app.model.retention import LONGEST_MONTHS
from app.model.spec import Equipment, Facility, Site
from app.site.consistency_alarms import of_alarms, of_duty
from app.site.consistency_formulas import of_formulas

__all__ = ["inconsistencies"]


def inconsistencies(site: Site) -> tuple[str, ...]:
    """Return a sentence for every name that is said twice or leads nowhere, and for every number that no driver could
    work with; empty for a site that `load_site` made."""
    parts = (
        _repeated, _of_tags, _of_devices, _of_facilities, _of_equipment, _of_numbers, _of_points, of_formulas,
        of_alarms, of_duty,
    )  # fmt: skip
    return tuple(sentence for part in parts for sentence in part(site))


def _repeated(site: Site) -> Iterator[str]:
    groups: tuple[tuple[str, Iterable[str]], ...] = (
        ("area", (a.id for a in site.areas)),
        ("facility", (f.id for f in site.facilities)),
        ("device", (d.id for d in site.devices)),
        ("equipment", (e.path for e in site.equipment)),
        ("tag", (t.path for t in site.tags)),
        ("class of retention", (c.id for c in site.retention)),
    )
    for what, names in groups:
        yield from (f"the {what} {name} is there {n} times" for name, n in Counter(names).items() if n > 1)


def _of_tags(site: Site) -> Iterator[str]:
    groups = {device.id: {group.name for group in device.groups} for device in site.devices}
    kept = {c.id for c in site.retention}
    for tag in site.tags:
        if tag.keep not in kept:
            yield f"the tag {tag.path} is kept like {tag.keep!r}, which is no class of retention"
        if tag.point is None:
            continue
        if tag.device not in groups:
            yield f"the tag {tag.path} is read from {tag.device!r}, which is no device"
        elif tag.group not in groups[tag.device]:
            yield f"the tag {tag.path} is in the scan group {tag.group!r}, which {tag.device} does not have"


def _of_devices(site: Site) -> Iterator[str]:
    tags = {tag.path for tag in site.tags}
    for device in site.devices:
        if device.clock is not None and device.clock not in tags:
            yield f"the clock of {device.id} is {device.clock!r}, which is no tag"


def _of_facilities(site: Site) -> Iterator[str]:
    areas, facilities = {area.id for area in site.areas}, {facility.id for facility in site.facilities}
    devices, tags = {device.id for device in site.devices}, {tag.path for tag in site.tags}
    for facility in site.facilities:
        if facility.area not in areas:
            yield f"the facility {facility.id} is in {facility.area!r}, which is no area"
        yield from (
            f"{facility.id} speaks of {d!r}, which is no device" for d in _devices(facility) if d not in devices
        )
        yield from (f"{facility.id} speaks of {t!r}, which is no tag" for t in _tags_of(facility) if t not in tags)
    for link in site.links:
        yield from (
            f"a link ends at {end!r}, which is no facility" for end in _ends(link.source, link.target, facilities)
        )


def _of_equipment(site: Site) -> Iterator[str]:
    facilities, tags = {facility.id for facility in site.facilities}, {tag.path for tag in site.tags}
    for equipment in site.equipment:
        if equipment.facility not in facilities:
            yield f"the equipment {equipment.path} is in {equipment.facility!r}, which is no facility"
        yield from (f"{equipment.path} speaks of {t!r}, which is no tag" for t in _spoken(equipment) if t not in tags)


def _of_numbers(site: Site) -> Iterator[str]:
    for device in site.devices:
        limits = (("timeout_ms", 50, 60_000), ("max_gap", 0, 120), ("max_block", 1, 125))
        yield from (
            _outside(device.id, n, getattr(device, n), a, b) for n, a, b in limits if not a <= getattr(device, n) <= b
        )
        periods = (g.period_ms for g in device.groups)
        yield from (_outside(device.id, "period_ms", p, 50, 3_600_000) for p in periods if not 50 <= p <= 3_600_000)
    for equipment in site.equipment:
        numbers = (("index", equipment.index), *((f"the code of {c.verb}", c.code) for c in equipment.commands))
        yield from (_outside(equipment.path, name, n, 0, 65_535) for name, n in numbers if not 0 <= n <= 65_535)
    for kept in site.retention:
        if not 0 <= kept.months <= LONGEST_MONTHS:
            yield _outside(kept.id, "months", kept.months, 0, LONGEST_MONTHS)
    for tag in site.tags:
        if tag.max_age_s <= 0 or tag.deadband < 0:
            yield f"the tag {tag.path} has a maximum age of {tag.max_age_s:g} s and a deadband of {tag.deadband:g}"


def _of_points(site: Site) -> Iterator[str]:
    for name, point in _points(site):
        if point.scale == 0:
            yield f"{name} has a scale of 0"
        if isinstance(point, ModbusPoint):
            end = point.address + words_of(point)
            if not (0 <= point.unit <= 255 and 0 <= point.address and end <= 65_536 and 0 <= point.bit <= 15):
                place = f"unit {point.unit}, address {point.address}, bit {point.bit}"
                yield f"{name} is at {place}, which Modbus does not have"
            elif not 1 <= point.length <= 120:
                yield f"{name} is a text of {point.length} registers, beyond 1 to 120"


def _points(site: Site) -> Iterator[tuple[str, Point]]:
    yield from ((f"the tag {t.path}", t.point) for t in site.tags if t.point is not None)
    for facility in site.facilities:
        if facility.block is not None:
            yield f"the command block of {facility.id}", facility.block.base
            yield f"the echo of {facility.id}", facility.block.echo
    for equipment in site.equipment:
        yield from (
            (f"the command {c.verb} of {equipment.path}", c.point) for c in equipment.commands if c.point is not None
        )


def _outside(what: str, name: str, value: int, low: int, high: int) -> str:
    return f"{name} of {what} is {value}, beyond {low} to {high}"


def _devices(facility: Facility) -> Iterator[str]:
    yield from facility.devices
    if facility.block is not None:
        yield facility.block.device


def _tags_of(facility: Facility) -> Iterator[str]:
    yield from facility.headline
    if facility.level is not None:
        yield facility.level
    if facility.block is not None:
        yield facility.block.heartbeat


def _spoken(equipment: Equipment) -> Iterator[str]:
    yield from (path for _, path in equipment.tags)
    yield from (c.tag for c in (*equipment.permissives, *equipment.interlocks))
    yield from (c.tag for command in equipment.commands for c in command.feedback)


def _ends(source: str, target: str, known: set[str]) -> list[str]:
    return [end for end in (source, target) if end not in known]
