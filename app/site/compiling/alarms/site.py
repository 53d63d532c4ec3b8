"""All alarms of a site, in the order of its files: stations, then devices, then the engine's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.model.alarms.spec import AlarmKind, AlarmSpec
from app.model.formulas.behind import devices_behind
from app.model.spec import DeviceSpec, Facility, TagSpec
from app.site.compiling.alarms.draft import Draft
from app.site.compiling.alarms.gathering import (
    device_drafts,
    engine_drafts,
    instance_drafts,
    station_drafts,
    with_sheet,
)
from app.site.compiling.alarms.spec import alarm_of
from app.site.compiling.alarms.together import check_order, check_repeats, grouped
from app.site.compiling.bench import Bench
from app.site.compiling.instance import Instance
from app.site.forms.station import StationFile
from app.site.validating import Read, suggestion

__all__ = ["alarms_of", "marked"]


def alarms_of(
    stations: Iterable[tuple[Read[StationFile], list[Instance]]],
    devices: tuple[DeviceSpec, ...],
    facilities: tuple[Facility, ...],
    diagnostics: Iterable[TagSpec],
    bench: Bench,
) -> tuple[tuple[AlarmSpec, ...], tuple[AlarmSpec, ...]]:
    """Return the alarms in force, and those that would be: of devices that are being commissioned too. What is wrong
    is noted for all of them."""
    drafts: list[Draft] = []
    for station, instances in stations:
        drafts += (draft for instance in instances for draft in instance_drafts(instance, bench))
        drafts += station_drafts(station, instances, bench)
    own = {tag.path: tag for tag in diagnostics}
    drafts += device_drafts(devices, facilities, own, bench)
    drafts += engine_drafts(own, bench)
    _check_sheet(drafts, bench)
    layered = [with_sheet(draft, bench) for draft in drafts]
    made = [(d, spec) for d in layered if (spec := alarm_of(d, bench)) is not None]
    made = list(check_repeats(made))
    check_order(made)
    silent = {device.id for device in devices if device.commissioning}
    alarms = grouped(made)
    in_force = tuple(
        spec
        for (draft, _), spec in zip(made, alarms, strict=True)
        if not (_devices(draft) | devices_behind(spec.when, bench.tags)) & silent
    )
    return in_force, alarms


def _devices(draft: Draft) -> set[str]:
    return {draft.home.device} | ({draft.tag.device} if draft.tag else set())


def _check_sheet(drafts: list[Draft], bench: Bench) -> None:
    """Read alarms.csv onto the bench, noting rows that say an alarm twice or speak of one that does not exist."""
    table = bench.folder.alarms
    known = {draft.path for draft in drafts}
    for entry in table.rows if table else ():
        path = entry.row.path
        assert table is not None
        if path in bench.sheet:
            table.fault((entry.index, "path"), f"the alarm {path} stands here twice")
        elif path not in known and path.partition("/")[0] not in bench.loose:
            table.fault((entry.index, "path"), f"there is no alarm {path}{suggestion(path, known)}")
        bench.sheet[path] = entry


def marked(tags: Iterable[TagSpec], alarms: Iterable[AlarmSpec]) -> tuple[TagSpec, ...]:
    """Return the tags with the limits of their alarms among their marks: what is drawn beside an indicator is what
    alarms, whichever file says it."""
    limits: dict[str, dict[str, float]] = {}
    for alarm in alarms:
        own = alarm.path == f"{alarm.tag}:{alarm.name}"
        if own and alarm.kind is AlarmKind.LIMIT and alarm.limit is not None:
            limits.setdefault(alarm.tag, {})[alarm.name] = alarm.limit
    return tuple(replace(t, marks=_merged(t, limits[t.path])) if t.path in limits else t for t in tags)


def _merged(tag: TagSpec, limits: dict[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple({**dict(tag.marks), **limits}.items())
