"""Which alarms a site has and what they look at. A device that is being commissioned raises nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from app.engine.alarms.fed import Uncommanded
from app.model.alarms.alarm import Alarm
from app.model.alarms.spec import AlarmKind, AlarmSpec
from app.model.formulas.behind import devices_behind
from app.model.spec import Condition, Equipment, Site

__all__ = ["Board", "Rule", "Watched", "specs_of", "tag_of"]

Rule = tuple[Condition, int]
"""A condition and the number of its tag."""


@dataclass(slots=True, eq=False)
class Watched:
    """One alarm at work. `number` is the tag that drives it (None: the engine tells its truth), `setpoint` that of a
    deviation. `release` is when a suppression ends that no rule asks for any more, `queued` the time at which its
    timer was put up."""

    alarm: Alarm
    number: int | None = None
    setpoint: int | None = None
    rules: tuple[Rule, ...] = ()
    equipment: Equipment | None = None
    release: float | None = None
    queued: float = float("inf")
    told: tuple[bool | None] | None = None
    """What the engine said last of a condition that it judges itself."""

    @property
    def path(self) -> str:
        return self.alarm.spec.path

    @property
    def area(self) -> str:
        """The area that its journal lines belong to, "" for the whole site."""
        areas = self.alarm.spec.areas
        return areas[0] if areas else ""


class Board:
    """The alarms of one site, by all that may concern them."""

    def __init__(self, site: Site, alarms: Iterable[Alarm]) -> None:
        numbers = {t.path: t.number for t in site.tags}
        equipment = {e.path: e for e in site.equipment}
        self.by_path: Final[dict[str, Watched]] = {}
        self.of_tag: Final[dict[int, list[Watched]]] = defaultdict(list)
        self.of_setpoint: Final[dict[int, list[Watched]]] = defaultdict(list)
        self.ruled_by: Final[dict[int, list[Watched]]] = defaultdict(list)
        self.mismatch: Final[list[Watched]] = []
        self.uncommanded: Final[dict[str, tuple[Uncommanded, list[Watched]]]] = {}
        self.groups: Final[dict[str, list[Watched]]] = defaultdict(list)
        self.communication: Final[set[int]] = set()
        """Tags that say whether a device answers."""
        for alarm in alarms:
            self._add(_watched(alarm, numbers, equipment))

    def _add(self, one: Watched) -> None:
        spec = one.alarm.spec
        self.by_path[spec.path] = one
        if one.number is not None:
            self.of_tag[one.number].append(one)
            if spec.kind is AlarmKind.COMM:
                self.communication.add(one.number)
        if one.setpoint is not None:
            self.of_setpoint[one.setpoint].append(one)
        for number in dict.fromkeys(number for _, number in one.rules):
            self.ruled_by[number].append(one)
        if spec.kind is AlarmKind.MISMATCH:
            self.mismatch.append(one)
        elif spec.kind is AlarmKind.UNCOMMANDED and one.equipment is not None:
            _, members = self.uncommanded.setdefault(one.equipment.path, (Uncommanded(one.equipment), []))
            members.append(one)
        if spec.group:
            self.groups[spec.group].append(one)

    def remember(self, before: Board) -> None:
        """Take over what is known of commands to equipment that is as it was."""
        for path, (judge, _) in before.uncommanded.items():
            mine = self.uncommanded.get(path)
            if mine is not None and mine[0].equipment == judge.equipment:
                self.uncommanded[path] = (judge, mine[1])

    @property
    def tags(self) -> frozenset[int]:
        """Numbers of all tags that an alarm looks at."""
        return frozenset((*self.of_tag, *self.of_setpoint, *self.ruled_by))


def specs_of(site: Site) -> dict[str, AlarmSpec]:
    """Return the alarms that a site judges now, by path."""
    silent = {d.id for d in site.devices if d.commissioning}
    tags = {t.path: t for t in site.tags}
    device_of = {t.path: t.device for t in site.tags}
    block_of = {f.id: f.block.device for f in site.facilities if f.block is not None}
    found = {}
    for spec in site.alarms:
        devices = {spec.device, device_of.get(spec.tag, ""), *devices_behind(spec.when, tags)}
        if not spec.tag and spec.equipment:
            devices.add(block_of.get(spec.facility, ""))
        if not devices & silent:
            found[spec.path] = spec
    return found


def tag_of(spec: AlarmSpec) -> str:
    """Return the path of the tag that drives an alarm; "" if the engine tells its truth."""
    if spec.kind is AlarmKind.COMM:
        return spec.tag or f"dev/{spec.device}/state"
    if spec.kind is AlarmKind.CLOCK:
        return spec.tag or f"dev/{spec.device}/clock_offset"
    if spec.kind in (AlarmKind.MISMATCH, AlarmKind.UNCOMMANDED, AlarmKind.EXPRESSION):
        return ""
    return spec.tag


def _watched(alarm: Alarm, numbers: Mapping[str, int], equipment: Mapping[str, Equipment]) -> Watched:
    spec = alarm.spec
    return Watched(
        alarm,
        number=numbers.get(tag_of(spec)),
        setpoint=numbers.get(spec.setpoint),
        rules=tuple((rule, numbers[rule.tag]) for rule in spec.suppress if rule.tag in numbers),
        equipment=equipment.get(spec.equipment),
    )
