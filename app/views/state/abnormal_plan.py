"""The site's limits and abnormal states as columns, so that thousands of tags are judged in one step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.model.quality import BAD
from app.model.spec import Equipment, Facility, Label, Site, TagKind, TagSpec
from app.views.state.abnormal_rows import Kind
from app.views.state.guidance import todo_for
from app.views.state.live import LiveValues
from app.views.state.priority import role_priority, zone_priority
from app.views.state.values import number_text

__all__ = ["Plan", "Rule", "make_plan"]

_WORDS = {
    "HH": Label("高高", "high-high"),
    "H": Label("偏高", "high"),
    "L": Label("偏低", "low"),
    "LL": Label("低低", "low-low"),
}
_WORSE = {"H": "HH", "L": "LL"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition on one tag, with everything its row says."""

    key: str
    kind: Kind
    priority: int
    tag: TagSpec
    role: str
    facility: str
    what: Label
    where: Label
    todo: Label
    zone: str = ""
    bound: str = ""
    """The limit in words, such as "HH ≥ 3.40 m"."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Rules and their columns (same order). For a limit `side` is +1 above, −1 below; for a state it is 0.

    `margin` is how far a measurement must come back before its row goes: noise on a limit must not flicker.
    `hidden_by` is the index of the rule that tells the same worse (HH for H), or −1.
    """

    rules: tuple[Rule, ...]
    number: NDArray[np.int32]
    limit: NDArray[np.float64]
    side: NDArray[np.float64]
    margin: NDArray[np.float64]
    hidden_by: NDArray[np.int64]

    def judge(self, live: LiveValues, before: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which rules stand now, and which of them rest on values that are bad now.

        A bad value freezes its rules as they were `before`.
        """
        values = live.values[self.number]
        bad = (live.quality[self.number] >= BAD) | np.isnan(values) | live.engine_silent
        beyond = self.side * (values - self.limit)
        on = np.where(self.side == 0, values == self.limit, beyond >= 0)
        stays = (self.side != 0) & before & (beyond > -self.margin)
        active = np.where(bad, before, on | stays)
        return active, active & bad


def make_plan(site: Site) -> Plan:
    """Compile a site. Devices that are being commissioned raise nothing."""
    silent = {d.id for d in site.devices if d.commissioning}
    homes = {path: (e, role) for e in site.equipment for role, path in e.tags}
    facilities = {f.id: f for f in site.facilities}
    rules: list[Rule] = []
    columns: list[tuple[int, float, float, float]] = []
    hidden: list[int] = []
    for tag in site.tags:
        if tag.device in silent or tag.path not in homes:
            continue
        equipment, role = homes[tag.path]
        start = len(rules)
        for rule, limit, side, margin in _rules(tag, role, equipment, facilities.get(equipment.facility)):
            rules.append(rule)
            columns.append((tag.number, limit, side, margin))
        zones = {rule.zone: i for i, rule in enumerate(rules[start:], start) if rule.zone}
        hidden += [zones.get(_WORSE.get(rule.zone, ""), -1) for rule in rules[start:]]
    table = np.array(columns, np.float64).reshape(-1, 4)
    return Plan(
        tuple(rules), table[:, 0].astype(np.int32), table[:, 1], table[:, 2], table[:, 3], np.array(hidden, np.int64)
    )


def _rules(
    tag: TagSpec, role: str, equipment: Equipment, facility: Facility | None
) -> Iterator[tuple[Rule, float, float, float]]:
    where = _where(equipment, facility)
    if role == "trip_code" and equipment.tag("trip") is not None:
        return  # it explains the trip's own row
    base = (tag, role, facility.id if facility else "")
    if tag.kind in (TagKind.DISCRETE, TagKind.ENUM):
        for value in tag.abnormal:
            what = _state_what(tag, value)
            rule = Rule(
                f"{tag.path}={value}", Kind.STATE, role_priority(role), *base, what, where, todo_for(Kind.STATE, role)
            )
            yield rule, float(value), 0.0, 0.0
        return
    margin = max(tag.deadband, 0.005 * ((tag.high or 0.0) - (tag.low or 0.0)))
    for zone, limit in tag.marks:
        if zone in _WORDS:
            todo = todo_for(Kind.LIMIT, role, zone)
            rule = Rule(
                f"{tag.path}>{zone}",
                Kind.LIMIT,
                zone_priority(zone),
                *base,
                _limit_what(tag, zone),
                where,
                todo,
                zone,
                _bound(tag, zone, limit),
            )
            yield rule, limit, 1.0 if zone in ("H", "HH") else -1.0, margin


def _where(equipment: Equipment, facility: Facility | None) -> Label:
    if facility is None:
        return equipment.label
    return Label(f"{facility.label.zh} · {equipment.label.zh}", f"{facility.label.en} · {equipment.label.en}")


def _state_what(tag: TagSpec, value: int) -> Label:
    state = next((s.label for s in tag.states if s.value == value), None)
    if state is None:
        return tag.label
    zh = state.zh if state.zh.startswith(tag.label.zh) else f"{tag.label.zh}：{state.zh}"
    again = state.en.lower().startswith(tag.label.en.lower())
    return Label(zh, f"{state.en[:1].upper()}{state.en[1:]}" if again else f"{tag.label.en}: {state.en}")


def _limit_what(tag: TagSpec, zone: str) -> Label:
    return Label(f"{tag.label.zh}{_WORDS[zone].zh}", f"{tag.label.en} {_WORDS[zone].en}")


def _bound(tag: TagSpec, zone: str, limit: float) -> str:
    sign = "≥" if zone in ("H", "HH") else "≤"
    return f"{zone} {sign} {number_text(limit, tag.decimals)} {tag.unit}".rstrip()
