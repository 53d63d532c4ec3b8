"""One equipment of a station: its template, its device and layout, and its tags. Conditions come later, when every tag
of the site is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.model.commands.verbs import Verb
from app.model.points import Point
from app.model.spec import Label
from app.site.compiling.bench import Bench
from app.site.compiling.keeping import check_keep
from app.site.compiling.layers import Layer, Layers
from app.site.compiling.points import Setting, point_of
from app.site.compiling.tags import check_tag, tag_of
from app.site.compiling.types import Template
from app.site.forms.devices import DeviceForm
from app.site.forms.layouts import LayoutTypeForm
from app.site.forms.station import EquipmentForm, StationFile
from app.site.validating import Read, suggestion

__all__ = ["Instance", "check_group", "direct_places", "instances_of"]


@dataclass(frozen=True, slots=True)
class Instance:
    """An equipment half made."""

    station: Read[StationFile]
    id: str
    form: EquipmentForm
    template: Template
    device: str
    device_form: DeviceForm | None
    layout: str | None

    @property
    def facility(self) -> str:
        return self.station.form.station

    @property
    def path(self) -> str:
        return f"{self.facility}/{self.id}"

    @property
    def loc(self) -> tuple[str, ...]:
        return ("equipment", self.id)

    @property
    def unit(self) -> int:
        """Modbus unit."""
        own = self.form.modbus_unit
        return self.station.form.modbus_unit if own is None else own

    @property
    def parameters(self) -> dict[str, float]:
        """Return the parameters: the type's, the station's, the equipment's; the last wins."""
        declared = self.template.parameters
        of_station = {n: v for n, v in self.station.form.parameters.items() if n in declared}
        return {**declared, **of_station, **self.form.parameters}

    def fault(self, message: str, *more: str) -> None:
        """Note a fault at this equipment, or deeper."""
        self.station.document.fault((*self.loc, *more), message)

    def label(self) -> Label:
        """Return its own label, or the type's with the number that ends the id: pump2 → "2#泵", "Pump 2"."""
        if self.form.label is not None:
            return self.form.label.label()
        kind = self.template.label
        number = self.id[len(self.id.rstrip("0123456789")) :]
        return Label(f"{number}#{kind.zh}", f"{kind.en} {number}") if number else kind

    def setting(self, role: str, *, absolute: bool = False) -> Setting | None:
        """Return what surrounds a point of `role`, or None while the device is unknown."""
        if self.device_form is None:
            return None
        base = self.form.base
        names: dict[str, str | int] = {
            "facility": self.facility,
            "equipment": self.id,
            "role": role,
            "index": self.form.index,
            "base": base if isinstance(base, int) else 0,
        }
        return Setting(
            self.device_form.protocol, self.device_form.word_order, self.unit, 0 if absolute else base, names
        )


def instances_of(station: Read[StationFile], bench: Bench) -> list[Instance]:
    """Make the equipment of a station and put its tags on the bench."""
    made: list[Instance] = []
    for name, form in station.form.equipment.items():
        instance = _instance(station, name, form, bench)
        if instance is None:
            bench.loose.add(f"{station.form.station}/{name}")
            continue
        made.append(instance)
        _check_words(instance)
        _make_tags(instance, bench)
    bench.loose.update(f"{station.form.station}/{name}" for name in station.broken)
    return made


def _instance(station: Read[StationFile], name: str, form: EquipmentForm, bench: Bench) -> Instance | None:
    loc = ("equipment", name)
    device = form.device or station.form.device
    message = bench.unknown("device", bench.folder.devices, bench.devices, device)
    if message:
        station.document.fault((*loc, "device") if form.device else ("device",), message)
    template = bench.templates.get(form.type)
    if template is None:
        if message := bench.unknown_type(form.type):
            station.document.fault((*loc, "type"), message)
        return None
    device_form = bench.devices.get(device)
    layout = form.layout or station.form.layout or (device_form.layout if device_form else None)
    return Instance(station, name, form, template, device, device_form, layout)


def _check_words(instance: Instance) -> None:
    """Note words of the instance that its type does not know."""
    form, template = instance.form, instance.template
    given: tuple[tuple[str, Any, Any, str], ...] = (
        ("tags", form.tags, template.tags, "role"),
        ("omit", form.omit, template.tags, "role"),
        ("commands", form.commands, template.commands, "command"),
        ("parameters", form.parameters, template.parameters, "parameter"),
    )
    for key, names, known, word in given:
        for name in names:
            if name not in known:
                deeper = () if key == "omit" else (str(name),)
                instance.fault(
                    f"the type {template.name} has no {word} {str(name)!r}{suggestion(name, known)}", key, *deeper
                )


def _make_tags(instance: Instance, bench: Bench) -> None:
    places = _places(instance, bench)
    if places is None:
        bench.loose.add(instance.path)
        return
    for role, said in instance.template.tags.items():
        own = instance.form.tags.get(role)
        here = Layer(instance.station.document, (*instance.loc, "tags", role), own) if own else None
        if role in instance.form.omit:
            continue
        if own is not None and own.formula is not None:
            if own.point is not None:
                instance.fault(f"{role!r} is read or worked out: give `point` or `formula`", "tags", role, "formula")
            continue  # `formulas` makes it
        if own is not None and own.point is not None:
            place = Layer(instance.station.document, (*instance.loc, "tags", role, "point"), own.point)
        elif role in places:
            place = places[role]
        else:
            if own is not None and not said.over(here).says("formula"):
                instance.fault(f"the layout {instance.layout} has no place for {role!r}: give `point`", "tags", role)
            continue
        _make_tag(instance, role, said.over(here), place, bench)


def _make_tag(instance: Instance, role: str, said: Layers, place: Layer, bench: Bench) -> None:
    bench.said[f"{instance.path}/{role}"] = said
    check_tag(said, besides=bench.wrong.get((instance.template.name, role), frozenset()))
    check_keep(said, bench)
    absolute = place.source is instance.station.document
    setting = instance.setting(role, absolute=absolute)
    point: Point | None = point_of(place, setting) if setting else None
    tag = tag_of(f"{instance.path}/{role}", said, instance.device, point)
    if instance.device_form is not None:
        check_group(instance.device, instance.device_form, said)
    bench.add_tag(tag, Layer(instance.station.document, (*instance.loc, *_deeper(place, role)), place.form))


def _deeper(place: Layer, role: str) -> tuple[str, ...]:
    return ("tags", role, "point") if place.loc[0] == "equipment" else ()


def check_group(device: str, form: DeviceForm, said: Layers) -> None:
    """Note a scan group that the device does not have, or a tag that would be stale before its next scan."""
    group, max_age_s = said.get("group"), said.get("max_age_s")
    period = form.periods_ms.get(group)
    if period is None:
        hint = suggestion(group, form.periods_ms) or f"; it has {', '.join(form.periods_ms)}"
        said.fault("group", f"the device {device} has no scan group {group!r}{hint}")
    elif max_age_s * 1000 <= period:
        said.fault("max_age_s", f"older than {max_age_s:g} s before the group {group} of {device} is read again")


def _places(instance: Instance, bench: Bench) -> dict[str, Layer] | None:
    """Return where the layout places each role; None while that cannot be known."""
    if instance.layout is None:
        return {} if instance.device_form is not None else None
    if instance.layout not in bench.layouts:
        message = bench.unknown("layout", bench.folder.layouts, bench.layouts, instance.layout)
        if message:
            _fault_layout(instance, bench, message)
        return None
    layout = bench.layouts[instance.layout]
    assert bench.folder.layouts is not None
    document = bench.folder.layouts.document
    placing = instance.template.placing(layout)
    if not placing and all(said.says("formula") for said in instance.template.tags.values()):
        return {}
    if not placing:
        instance.fault(f"the layout {instance.layout} does not say where a {instance.template.name} stands", "type")
        return None
    found: dict[str, Layer] = {}
    for member in placing:
        loc = ("layouts", instance.layout, member, "tags")
        found |= {role: Layer(document, (*loc, role), form) for role, form in layout[member].tags.items()}
    return found


def _fault_layout(instance: Instance, bench: Bench, message: str) -> None:
    if instance.form.layout:
        instance.fault(message, "layout")
    elif instance.station.form.layout:
        instance.station.document.fault(("layout",), message)
    elif bench.folder.devices is not None:
        bench.folder.devices.document.fault(("devices", instance.device, "layout"), message)


def direct_places(instance: Instance, bench: Bench) -> dict[Verb, Layer]:
    """Return the registers that the layout gives to commands themselves, for PLCs without a command block."""
    layout = bench.layouts.get(instance.layout or "", {})
    found: dict[Verb, Layer] = {}
    for member in instance.template.placing(layout):
        commands: LayoutTypeForm = layout[member]
        assert bench.folder.layouts is not None
        loc = ("layouts", instance.layout or "", member, "commands")
        document = bench.folder.layouts.document
        found |= {verb: Layer(document, (*loc, verb.value), form) for verb, form in commands.commands.items()}
    return found
