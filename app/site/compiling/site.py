"""The whole site: in order, tags first, then everything that speaks of tags."""

from __future__ import annotations

from collections.abc import Mapping

from app.errors import ConfigurationFault
from app.model.spec import Area, Facility, Label, Link, Place, Shape, Site
from app.site.checks.names import check_names, check_templates
from app.site.checks.overlaps import check_overlaps
from app.site.compiling.alarms.site import alarms_of, marked
from app.site.compiling.bench import Bench
from app.site.compiling.calendar import escalation_of, shifts_of
from app.site.compiling.devices import devices_of
from app.site.compiling.equipment import finish
from app.site.compiling.formulas import add_calculated, settle_formulas
from app.site.compiling.instance import instances_of
from app.site.compiling.keeping import retention_of
from app.site.compiling.lists import add_lists
from app.site.compiling.station import check_indices, check_parameters, facility_of
from app.site.folder import SiteFolder
from app.site.forms.base import LabelForm
from app.site.forms.site import SiteFile

__all__ = ["compile_site"]


def compile_site(folder: SiteFolder, addresses: Mapping[str, str], *, commissioned: bool = False) -> Site | None:
    """Return the site, with faults noted in the list that the folder was read with; if there are any it is not to be
    used. `addresses` replaces addresses of devices by id; raises ConfigurationFault if it names an unknown device.
    With `commissioned` devices that are being commissioned have their alarms too, for people who judge them.
    """
    bench = Bench.of(folder)
    check_names(bench)
    check_templates(bench)
    instances = [(read, instances_of(read, bench)) for read in folder.stations]
    add_lists(bench)
    for read, made in instances:
        add_calculated(read, made, bench)
    settle_formulas(bench)
    for read, made in instances:
        check_indices(read)
        check_parameters(read, made)
    equipment = tuple(finish(instance, bench) for _, made in instances for instance in made)
    facilities = tuple(facility_of(read, made, bench) for read, made in instances)
    check_overlaps(bench, facilities)
    if folder.devices is not None and (
        unknown := sorted(addresses.keys() - bench.devices.keys() - folder.devices.broken)
    ):
        raise ConfigurationFault(f"an address is given for {', '.join(unknown)}, which the site does not have")
    demo = folder.site.form.demo if folder.site else False
    devices = devices_of(bench, demo=demo, addresses=addresses)
    diagnostics = tuple(bench.diagnostics.values())
    alarms, every = alarms_of(instances, devices, facilities, diagnostics, bench)
    if folder.site is None:
        return None
    form = folder.site.form
    facilities = (*facilities, *_places(form))
    return Site(
        id=form.site,
        label=form.label.label(),
        timezone=form.timezone,
        demo=form.demo,
        areas=tuple(Area(name, label.label()) for name, label in form.areas.items()),
        facilities=facilities,
        equipment=equipment,
        devices=devices,
        tags=(*marked(bench.tags.values(), every), *marked(diagnostics, every)),
        links=_links(form, facilities),
        shapes=tuple(Shape(x.kind, _path(x.path), _label(x.label)) for x in form.map.shapes),
        alarms=every if commissioned else alarms,
        escalation=escalation_of(folder.site),
        shifts=shifts_of(folder.site),
        retention=retention_of(folder.site),
    )


def _places(form: SiteFile) -> tuple[Facility, ...]:
    places = form.places.items()
    return tuple(Facility(name, p.kind, p.label.label(), p.area, Place(*p.place)) for name, p in places)


def _links(form: SiteFile, facilities: tuple[Facility, ...]) -> tuple[Link, ...]:
    """Return the links with whole paths, both ends included; a link whose end is unknown was noted as a fault."""
    places = {facility.id: facility.place for facility in facilities}
    known = (x for x in form.map.links if x.source in places and x.target in places)
    return tuple(Link(x.source, x.target, x.kind, (places[x.source], *_path(x.path), places[x.target])) for x in known)


def _path(points: tuple[tuple[float, float], ...]) -> tuple[Place, ...]:
    return tuple(Place(x, y) for x, y in points)


def _label(form: LabelForm | None) -> Label | None:
    return form.label() if form else None
