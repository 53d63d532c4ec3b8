"""Names that must exist or must be new: areas, facilities, links, time zone; and templates that nobody uses yet."""

from __future__ import annotations

from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from app.site.compiling.bench import Bench
from app.site.compiling.diagnostics import RESERVED
from app.site.compiling.tags import check_tag
from app.site.compiling.types import Template, safe_action_fault
from app.site.validating import BROKEN, suggestion

__all__ = ["check_names", "check_templates"]


def check_names(bench: Bench) -> None:
    """Note unknown areas and link ends, repeated facilities, file names that do not fit, an unknown time zone."""
    facilities = _facilities(bench)
    site = bench.folder.site
    areas = site.form.areas if site else {}
    for read in bench.folder.stations:
        if message := bench.unknown("area", site, areas, read.form.area):
            read.document.fault(("area",), message)
    if site is None:
        return
    _check_zone(bench)
    for name, place in site.form.places.items():
        if message := bench.unknown("area", site, areas, place.area):
            site.document.fault(("places", name, "area"), message)
    known = facilities | bench.loose | site.broken
    for index, link in enumerate(site.form.map.links):
        for key in ("source", "target"):
            end = getattr(link, key)
            if end not in known:
                loc = ("map", "links", index, key)
                site.document.fault(loc, f"unknown facility {end!r}{suggestion(end, facilities)}")


def _facilities(bench: Bench) -> set[str]:
    """Return the names of all facilities, noting those that are taken twice or reserved."""
    site = bench.folder.site
    names: set[str] = set()
    for name in site.form.places if site else ():
        if site and name in RESERVED:
            site.document.fault(("places", name), f"{name!r} is reserved for the engine's own values")
        names.add(name)
    for read in bench.folder.stations:
        name = read.form.station
        stem = PurePosixPath(read.document.file).stem
        if name == BROKEN:
            bench.loose.add(stem)
        elif name in RESERVED:
            read.document.fault(("station",), f"{name!r} is reserved for the engine's own values")
        elif name in names:
            read.document.fault(("station",), f"the facility {name!r} exists already")
        elif name != stem:
            read.document.fault(("station",), f"the station {name!r} belongs into the file {name}.yaml")
        names.add(name)
    return names


def _check_zone(bench: Bench) -> None:
    site = bench.folder.site
    assert site is not None
    try:
        ZoneInfo(site.form.timezone)
    except (OSError, ValueError, KeyError):
        site.document.fault(("timezone",), f"unknown time zone {site.form.timezone!r}, such as Asia/Shanghai")


def check_templates(bench: Bench) -> None:
    """Check every role of every type, and that layouts speak of types, roles and commands that exist."""
    for template in bench.templates.values():
        for role, said in template.tags.items():
            bench.wrong[template.name, role] = check_tag(said)
        _check_safe_action(template)
    layouts = bench.folder.layouts
    for name, layout in bench.layouts.items():
        for kind, places in layout.items():
            assert layouts is not None
            loc = ("layouts", name, kind)
            if message := bench.unknown_type(kind):
                layouts.document.fault(loc, message)
            if kind not in bench.templates:
                continue
            known = bench.templates[kind]
            for role in places.tags:
                if role not in known.tags:
                    hint = suggestion(role, known.tags)
                    layouts.document.fault((*loc, "tags", role), f"the type {kind} has no role {role!r}{hint}")
            for verb in places.commands:
                if verb not in known.commands:
                    layouts.document.fault(
                        (*loc, "commands", verb.value), f"the type {kind} has no command {verb.value}"
                    )


def _check_safe_action(template: Template) -> None:
    own = template.layer.form
    if "safe_action" in own.model_fields_set and (message := safe_action_fault(template, template.safe_action)):
        template.layer.source.fault((*template.layer.loc, "safe_action"), message)
