"""Which alarms a site has: of the roles of each equipment, of equipment as a whole, of further tags, of devices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pydantic import ValidationError

from app.model.alarms.spec import AlarmKind
from app.model.spec import DeviceSpec, Facility, TagSpec
from app.site.compiling.alarms.draft import Draft, Home
from app.site.compiling.bench import Bench
from app.site.compiling.conditions import full_path
from app.site.compiling.instance import Instance
from app.site.compiling.layers import Layer, Layers, Source
from app.site.csv_alarms import override_of
from app.site.forms.alarms import AlarmForm, AlarmOverride, EquipmentAlarmForm
from app.site.forms.station import StationFile
from app.site.forms.types import TagForm
from app.site.validating import Read, suggestion

__all__ = ["device_drafts", "engine_drafts", "instance_drafts", "station_drafts", "with_sheet"]

_FIXED: Mapping[str, AlarmKind] = {
    "mismatch": AlarmKind.MISMATCH,
    "uncommanded_run": AlarmKind.UNCOMMANDED,
    "uncommanded_stop": AlarmKind.UNCOMMANDED,
    "comm": AlarmKind.COMM,
    "clock": AlarmKind.CLOCK,
}
_ROLES_OF_UNCOMMANDED = ("run", "mode", "remote")


def instance_drafts(instance: Instance, bench: Bench) -> Iterator[Draft]:
    """Yield the alarms of an equipment: those of its roles, then its own."""
    home = Home(
        facility=instance.facility,
        equipment=instance.path,
        device=instance.device,
        areas=(instance.station.form.area,),
        instance=instance,
        parameters=instance.parameters,
    )
    for role in instance.template.tags:
        tag = bench.tags.get(f"{instance.path}/{role}")
        if tag is not None and tag.path in bench.said:
            yield from _of_role(instance, role, tag, home, bench)
    yield from _of_equipment(instance, home, bench)


def _of_role(instance: Instance, role: str, tag: TagSpec, home: Home, bench: Bench) -> Iterator[Draft]:
    base, override = instance.template.tags[role].layers[-1], instance.form.tags.get(role)
    assert isinstance(base.form, TagForm)
    declared, own = base.form.alarms, (override.alarms or {}) if override else {}
    loc = (*instance.loc, "tags", role, "alarms")
    for name in {**declared, **own}:
        form = declared.get(name)
        of_type = Layers((Layer(base.source, (*base.loc, "alarms", name), form),)) if form else None
        said = _layered(of_type, own.get(name), instance.station.document, (*loc, name), AlarmForm)
        if said is not None:
            yield Draft(tag.path, name, said, home, tag, bench.said[tag.path])


def _of_equipment(instance: Instance, home: Home, bench: Bench) -> Iterator[Draft]:
    declared, own = instance.template.alarms, instance.form.alarms
    for name in {**declared, **own}:
        place = (*instance.loc, "alarms", name)
        said = _layered(declared.get(name), own.get(name), instance.station.document, place, EquipmentAlarmForm)
        if said is not None and (draft := _equipment_draft(instance, name, said, home, bench)) is not None:
            yield draft


def _equipment_draft(instance: Instance, name: str, said: Layers, home: Home, bench: Bench) -> Draft | None:
    kind = _FIXED.get(name)
    draft = Draft(instance.path, name, said, home, fixed=kind)
    if kind in (AlarmKind.COMM, AlarmKind.CLOCK):
        draft.fault("kind", f"{name} is the alarm of a device, not of an equipment")
        return None
    if kind is None:
        return _watching(draft, instance, bench)
    if said.says("tag"):
        draft.fault("tag", f"`tag` does not go with {name}")
    if kind is AlarmKind.MISMATCH:
        if not instance.template.commands:
            draft.fault("kind", f"the type {instance.template.name} has no commands")
        return None if instance.station.form.monitoring_only else draft
    return _uncommanded(draft, instance, bench)


def _uncommanded(draft: Draft, instance: Instance, bench: Bench) -> Draft | None:
    """An uncommanded run or stop is judged by what the equipment runs, its mode and its selector; where the layout
    lacks one of them there is no such alarm."""
    unknown = [role for role in _ROLES_OF_UNCOMMANDED if role not in instance.template.tags]
    if unknown:
        draft.fault("kind", f"the type {instance.template.name} has no role {unknown[0]!r}, by which it is judged")
        return None
    tags = [bench.tags.get(f"{instance.path}/{role}") for role in _ROLES_OF_UNCOMMANDED]
    if None in tags or instance.station.form.monitoring_only:
        return None
    return replace(draft, tag=tags[0])


def _watching(draft: Draft, instance: Instance, bench: Bench) -> Draft | None:
    """An alarm of an equipment that watches a tag of a neighbour; a station without that neighbour does not have it."""
    if draft.said.says("when") and not draft.said.says("tag"):
        return draft
    if not draft.said.says("tag"):
        free = ", ".join(n for n in _FIXED if len(n) > 5)
        draft.fault("tag", f"say which `tag` it watches, or a formula with `when`: only {free} need neither")
        return None
    ref = draft.said.get("tag")
    tag = bench.tags.get(full_path(ref, instance.facility, instance.id))
    role = ref.rpartition("/")[2]
    if tag is None:
        roles = {r for template in bench.templates.values() for r in template.tags}
        if role not in roles and not bench.broken_types:
            draft.fault("tag", f"no type has a role {role!r}{suggestion(role, roles)}")
        return None
    return replace(draft, tag=tag, tag_said=bench.said.get(tag.path))


def station_drafts(station: Read[StationFile], instances: list[Instance], bench: Bench) -> Iterator[Draft]:
    """Yield the alarms that a station gives to tags of lists, which no type knows."""
    owners = {instance.id: instance for instance in instances}
    given: list[tuple[str, dict[str, AlarmForm], tuple[str, ...]]]
    given = [(ref, alarms, ("alarms", ref)) for ref, alarms in station.form.alarms.items()]
    given += [(ref, form.alarms, ("calculated", ref, "alarms")) for ref, form in station.form.calculated.items()]
    for ref, alarms, loc in given:
        path = f"{station.form.station}/{ref}"
        if message := bench.tag_missing(path):
            station.document.fault(loc, message)
        tag = bench.tags.get(path)
        if tag is None:
            continue
        instance = owners.get(ref.partition("/")[0])
        home = Home(
            facility=station.form.station,
            equipment=instance.path if instance else "",
            device=tag.device,
            areas=(station.form.area,),
            instance=instance,
            parameters=instance.parameters if instance else {},
        )
        for name, form in alarms.items():
            said = Layers((Layer(station.document, (*loc, name), form),))
            yield Draft(path, name, said, home, tag, bench.said.get(path))


def device_drafts(
    devices: tuple[DeviceSpec, ...], facilities: tuple[Facility, ...], tags: Mapping[str, TagSpec], bench: Bench
) -> Iterator[Draft]:
    """Yield the alarms of devices: declared once for all, with what a device says differently."""
    read = bench.folder.devices
    if read is None:
        return
    for device in devices:
        own = bench.devices[device.id].alarms
        home = _device_home(device.id, facilities)
        for name in {**read.form.alarms, **own}:
            base = read.form.alarms.get(name)
            of_all = Layers((Layer(read.document, ("alarms", name), base),)) if base else None
            said = _layered(of_all, own.get(name), read.document, ("devices", device.id, "alarms", name), AlarmForm)
            tag = tags[f"dev/{device.id}/{'state' if name == 'comm' else 'clock_offset'}"]
            if said is not None and (name == "comm" or device.clock is not None):
                yield Draft(device.id, name, said, home, tag, None, _FIXED[name])


def engine_drafts(tags: Mapping[str, TagSpec], bench: Bench) -> Iterator[Draft]:
    """Yield the alarms of the engine's own values: they are the business of every area."""
    site = bench.folder.site
    for name, alarms in (site.form.engine if site is not None else {}).items():
        assert site is not None
        tag = tags.get(f"engine/{name}")
        if tag is None:
            known = [path.removeprefix("engine/") for path in tags if path.startswith("engine/")]
            site.document.fault(("engine", name), f"the engine says nothing of {name!r}{suggestion(name, known)}")
            continue
        for alarm, form in alarms.items():
            said = Layers((Layer(site.document, ("engine", name, alarm), form),))
            yield Draft(tag.path, alarm, said, Home(areas=tuple(site.form.areas)), tag)


def _device_home(device: str, facilities: tuple[Facility, ...]) -> Home:
    """A device that serves one station belongs there; one that serves several belongs to all their areas."""
    served = [f for f in facilities if device in f.devices]
    areas = tuple(dict.fromkeys(f.area for f in served))
    return Home(facility=served[0].id if len(served) == 1 else "", device=device, areas=areas)


def _layered(
    base: Layers | None, own: AlarmOverride | None, source: Source, loc: tuple[str, ...], form: type[AlarmForm]
) -> Layers | None:
    """Return the layers of an alarm, None where the instance leaves it out. What has no base must be whole."""
    if own is None:
        return base
    if base is not None:
        return None if own.omit else base.over(Layer(source, loc, own))
    if own.omit:
        source.fault((*loc, "omit"), "there is nothing to leave out: the type has no such alarm")
        return None
    names = own.model_fields_set - {"omit"}
    try:
        whole = form.model_validate({name: getattr(own, name) for name in names})
    except ValidationError as error:
        missing = [str(d["loc"][0]) for d in error.errors(include_url=False, include_input=False)]
        source.fault(loc, f"the type has no such alarm, and a new one needs {', '.join(missing)}")
        return None
    return Layers((Layer(source, loc, whole),))


def with_sheet(draft: Draft, bench: Bench) -> Draft:
    """Return the draft with what alarms.csv changes."""
    table = bench.folder.alarms
    entry = bench.sheet.get(draft.path)
    if table is None or entry is None:
        return draft
    said = draft.said
    override = override_of(entry.row, said.get("consequence"), said.get("action"))
    return replace(draft, said=said.over(Layer(table, (entry.index,), override)))
