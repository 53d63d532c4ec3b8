"""Whether a compiled site holds together: asked again where a site arrives as JSON, since whoever sent it is not
trusted to have checked it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from app.model.spec import Equipment, Facility, Site

__all__ = ["inconsistencies"]


def inconsistencies(site: Site) -> tuple[str, ...]:
    """Return a sentence for every name that is said twice or leads nowhere; empty for a site that `load_site` made."""
    return (*_repeated(site), *_of_tags(site), *_of_devices(site), *_of_facilities(site), *_of_equipment(site))


def _repeated(site: Site) -> Iterator[str]:
    groups: tuple[tuple[str, Iterable[str]], ...] = (
        ("area", (a.id for a in site.areas)),
        ("facility", (f.id for f in site.facilities)),
        ("device", (d.id for d in site.devices)),
        ("equipment", (e.path for e in site.equipment)),
        ("tag", (t.path for t in site.tags)),
    )
    for what, names in groups:
        yield from (f"the {what} {name} is there {n} times" for name, n in Counter(names).items() if n > 1)


def _of_tags(site: Site) -> Iterator[str]:
    groups = {device.id: {group.name for group in device.groups} for device in site.devices}
    for tag in site.tags:
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
