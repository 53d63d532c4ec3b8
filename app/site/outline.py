"""A compiled site in words: one line that sums it up, and a tree."""

from __future__ import annotations

from collections.abc import Iterator

from app.model.counting import Count
from app.model.formulas.spec import Formula
from app.model.points import ModbusPoint, Point, WordType
from app.model.spec import CommandSpec, Equipment, Facility, Site, TagKind, TagSpec

__all__ = ["address_of", "outline", "summary"]


def summary(site: Site) -> str:
    """Return one line: what the site has, and that it is sound."""
    stations = sum(1 for facility in site.facilities if facility.devices)
    measured = sum(1 for tag in site.tags if tag.point is not None)
    calculated = sum(1 for tag in site.tags if tag.formula is not None)
    commands = sum(len(equipment.commands) for equipment in site.equipment)
    places = len(site.facilities) - stations
    return (
        f"{site.id} ({site.label.zh} · {site.label.en}) is sound: {Count(stations):station}, "
        f"{Count(places):other place}, {Count(len(site.devices)):device}, {Count(len(site.equipment)):equipment}, "
        f"{Count(measured):tag}{f' and {calculated} calculated' if calculated else ''}, "
        f"{Count(commands):command}, {Count(len(site.alarms)):alarm}"
        f"{', demo' if site.demo else ''}"
    )


def outline(site: Site, *, with_tags: bool = False) -> Iterator[str]:
    """Yield the lines of a tree: devices, then facilities with their equipment and, if asked for, every tag."""
    yield f"{site.id}  {site.label.zh} · {site.label.en}  {site.timezone}{'  demo' if site.demo else ''}"
    yield from _branch("devices", [[_device_line(site, d.id)] for d in site.devices], last=False)
    facilities = [list(_facility(site, f, with_tags)) for f in site.facilities]
    yield from _branch("facilities", facilities, last=True)


def address_of(point: Point | None, formula: Formula | None = None) -> str:
    """Return a point in words, such as "unit 3 holding 104 u32 abcd × 0.1", or "= a + b" for what is worked out."""
    if formula is not None:
        return f"= {formula.text}"
    if point is None:
        return "made by the engine"
    scale = "" if point.scale == 1 else f" × {point.scale:g}"
    offset = "" if point.offset == 0 else f" {point.offset:+g}"
    if not isinstance(point, ModbusPoint):
        return f"{point.node}{scale}{offset}"
    kind = f"bit {point.bit}" if point.type is WordType.BIT else point.type.value
    order = f" {point.order.value}" if point.type.value[1:] in ("32", "64") else ""
    word = "" if point.table.value in ("coil", "discrete") else f" {kind}{order}"
    return f"unit {point.unit} {point.table.value} {point.address}{word}{scale}{offset}"


def _branch(title: str, items: list[list[str]], *, last: bool) -> Iterator[str]:
    yield f"{'└─' if last else '├─'} {title}"
    rail = "   " if last else "│  "
    for number, lines in enumerate(items, 1):
        end = number == len(items)
        yield f"{rail}{'└─' if end else '├─'} {lines[0]}"
        for line in lines[1:]:
            yield f"{rail}{'   ' if end else '│  '}{line}"


def _device_line(site: Site, name: str) -> str:
    device = next(d for d in site.devices if d.id == name)
    groups = ", ".join(f"{g.name} {g.period_ms} ms" for g in device.groups)
    count = sum(1 for tag in site.tags if tag.device == name)
    state = "  commissioning" if device.commissioning else ""
    return f"{name}  {device.protocol.value}  {device.address}  {groups}  {Count(count):tag}{state}"


def _facility(site: Site, facility: Facility, with_tags: bool) -> Iterator[str]:
    yield f"{facility.id}  {facility.kind.value}  {facility.label.zh} · {facility.label.en}"
    tags = {tag.path: tag for tag in site.tags}
    own = [e for e in site.equipment if e.facility == facility.id]
    others = list(_of_no_equipment(site, facility)) if with_tags else []
    for number, equipment in enumerate(own, 1):
        end = number == len(own) and not others
        yield f"{'└─' if end else '├─'} {_equipment_line(equipment)}"
        for _, path in equipment.tags if with_tags else ():
            yield f"{'   ' if end else '│  '}   {_tag_line(tags[path])}"
    for number, tag in enumerate(others, 1):
        yield f"{'└─' if number == len(others) else '├─'} {_tag_line(tag, within=facility.id)}"


def _of_no_equipment(site: Site, facility: Facility) -> Iterator[TagSpec]:
    """Yield the tags of a facility that stand in its lists alone."""
    of_equipment = {path for equipment in site.equipment for _, path in equipment.tags}
    for tag in site.tags:
        if tag.path.startswith(f"{facility.id}/") and tag.path not in of_equipment:
            yield tag


def _equipment_line(equipment: Equipment) -> str:
    name = equipment.path.partition("/")[2]
    commands = "  ".join(map(_command_word, equipment.commands))
    parts = [name, equipment.type, f"{equipment.label.zh} · {equipment.label.en}", f"{Count(len(equipment.tags)):tag}"]
    if commands:
        parts.append(f"index {equipment.index}: {commands}")
    return "  ".join(parts)


def _command_word(command: CommandSpec) -> str:
    return f"{command.verb}={command.code}"


def _tag_line(tag: TagSpec, *, within: str = "") -> str:
    """Return a tag by its role, or by its path within a facility."""
    name = tag.path.removeprefix(f"{within}/") if within else tag.path.rpartition("/")[2]
    unit = f" {tag.unit}" if tag.unit else ""
    span = f" [{tag.low:g}, {tag.high:g}]" if tag.low is not None and tag.high is not None else ""
    kind = "" if tag.kind is TagKind.ANALOG else f" {tag.kind.value}"
    return f"{name}:{kind}{span}{unit}  {tag.group}  {address_of(tag.point, tag.formula)}"
