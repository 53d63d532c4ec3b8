"""Alarms of the demo site and their rows, made by a test: specs on real tags, statuses in any state."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from app.model.alarms.spec import AlarmKind, AlarmSpec
from app.model.alarms.status import AlarmState, AlarmStatus, OutOfService, Shelf
from app.model.spec import Label, Site, TagKind, TagSpec
from tests.helpers.xiasha import xiasha

__all__ = ["NOW", "alarm_site", "many_alarms", "raised", "some_status", "with_alarms"]

NOW = 1_790_000_000_000
_ROLE = {"HH": 1, "LL": 1, "H": 2, "L": 3}


def alarm_site() -> Site:
    """Return the demo site with an alarm on each limit mark and each abnormal state of its tags."""
    site = xiasha()
    homes = {path: e for e in site.equipment for _, path in e.tags}
    areas = {f.id: f.area for f in site.facilities}
    specs: list[AlarmSpec] = []
    for tag in site.tags:
        home = homes.get(tag.path)
        if home is None:
            continue
        place = {"facility": home.facility, "equipment": home.path, "areas": (areas[home.facility],)}
        specs += [_limit(tag, name, limit, place) for name, limit in tag.marks if name in _ROLE]
        if tag.kind is not TagKind.ANALOG:
            specs += [_state(tag, value, place) for value in tag.abnormal]
    return with_alarms(site, specs)


def with_alarms(site: Site, specs: Sequence[AlarmSpec]) -> Site:
    """Return a site with these alarms and no others."""
    return replace(site, alarms=tuple(specs))


def many_alarms(count: int) -> tuple[AlarmSpec, ...]:
    """Return alarms on the demo site's places, as many as asked for."""
    base = alarm_site().alarms
    return tuple(replace(base[i % len(base)], path=f"{base[i % len(base)].path}~{i}") for i in range(count))


def _limit(tag: TagSpec, name: str, limit: float, place: dict[str, object]) -> AlarmSpec:
    high = name.startswith("H")
    words = {"HH": ("高高", "high-high"), "H": ("高", "high"), "L": ("低", "low"), "LL": ("低低", "low-low")}[name]
    return AlarmSpec(
        f"{tag.path}:{name}", name, AlarmKind.LIMIT, Label(f"{tag.label.zh}{words[0]}", f"{tag.label.en} {words[1]}"),
        _ROLE[name], Label("可能溢流", "The well may spill"), Label("启动备用泵", "Start a standby pump"), 300,
        tag=tag.path, limit=limit, side=1 if high else -1, deadband=0.05, on_delay_s=2.0, off_delay_s=5.0,
        **place,  # type: ignore[arg-type]
    )  # fmt: skip


def _state(tag: TagSpec, value: int, place: dict[str, object]) -> AlarmSpec:
    trip = tag.path.endswith("/trip")
    return AlarmSpec(
        f"{tag.path}:s{value}", f"s{value}", AlarmKind.STATE, tag.label, 2 if trip else 3,
        Label("设备停运", "The machine stands still"), Label("现场查看", "Look on site"), 600,
        tag=tag.path, values=(value,), latching=trip, **place,  # type: ignore[arg-type]
    )  # fmt: skip


def raised(
    spec: AlarmSpec, state: AlarmState = AlarmState.UNACK, *, ago_s: float = 60.0, **more: object
) -> AlarmStatus:
    """Return the row of an alarm that was raised some seconds before NOW."""
    at = NOW - int(ago_s * 1000)
    acked = not state.unacknowledged
    made = AlarmStatus(
        spec.path, state, revision=1, priority=spec.priority, occurrence=f"o-{spec.path}", count=1, raised_ms=at,
        since_ms=at, annunciated_ms=at, source_ms=at, value=spec.limit if spec.limit is not None else 1.0,
        limit=spec.limit, ack_by="li" if acked else "", ack_ms=at + 5000 if acked else 0,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def some_status(spec: AlarmSpec, dice: random.Random, revision: int = 1) -> AlarmStatus:
    """Return a row in any state, with any flag, as chance has it."""
    state = dice.choice(list(AlarmState))
    row = raised(spec, state, ago_s=dice.uniform(0, 80_000), revision=revision, frozen=dice.random() < 0.1)
    flag = dice.random()
    if flag < 0.05:
        row = replace(row, shelf=Shelf("li", "pump test", NOW - 60_000, NOW + dice.randrange(60_000, 900_000)))
    elif flag < 0.1:
        row = replace(row, suppressed="泵已停|Pump stopped", suppressed_ms=NOW - 120_000)
    elif flag < 0.13:
        row = replace(row, out_of_service=OutOfService("wang", "new sensor", "WO-1842", NOW - 7_200_000))
    return row
