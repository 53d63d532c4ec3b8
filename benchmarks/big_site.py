"""A site with more and larger stations than the demo's, made by copying one of its stations."""

from __future__ import annotations

from dataclasses import replace

from app.model.spec import CommandSpec, Condition, Equipment, Facility, Place, Site, TagSpec
from app.site.loading import load_site
from tests.helpers.sources import ROOT

__all__ = ["big_site", "pumps_of"]

MODEL = "ps02"
"""The station that is copied: four pumps with frequency converters."""


def big_site(*, stations: int, pumps: int) -> Site:
    """Return a site of `stations` copies of one station, each with `pumps` pumps. Devices are the demo's and unused."""
    demo = load_site(ROOT / "resources/sites/xiasha")
    made = [_station(demo, f"b{i + 1:02d}", pumps, i) for i in range(stations)]
    own = tuple(t for t in demo.tags if t.point is None)
    return replace(
        demo,
        facilities=tuple(f for f, _, _ in made),
        equipment=tuple(e for _, equipment, _ in made for e in equipment),
        tags=(*own, *(t for _, _, tags in made for t in tags)),
        links=(),
    )


def pumps_of(site: Site, facility: str) -> int:
    """Return how many pumps a station has."""
    return sum(e.facility == facility and e.symbol == "pump" for e in site.equipment)


def _station(demo: Site, name: str, pumps: int, place: int) -> tuple[Facility, list[Equipment], list[TagSpec]]:
    facility = next(f for f in demo.facilities if f.id == MODEL)
    copies = [(e, e.path.replace(MODEL, name, 1)) for e in demo.equipment if e.facility == MODEL]
    model_pump = next(e for e, _ in copies if e.symbol == "pump")
    kept = [(e, path) for e, path in copies if e.symbol != "pump"]
    kept += [(model_pump, f"{name}/pump{n + 1}") for n in range(pumps)]
    equipment = [_equipment(e, path, name) for e, path in kept]
    tags = [
        replace(t, path=path + t.path[len(e.path) :])
        for e, path in kept
        for t in demo.tags
        if t.path.startswith(e.path + "/")
    ]
    moved = replace(
        facility,
        id=name,
        place=Place(100 + 200 * (place % 5), 150 + 220 * (place // 5)),
        headline=tuple(_path(p, MODEL, name) for p in facility.headline),
        level=_path(facility.level, MODEL, name) if facility.level else None,
        block=None,
    )
    return moved, equipment, tags


def _equipment(model: Equipment, path: str, name: str) -> Equipment:
    def condition(c: Condition) -> Condition:
        return replace(c, tag=_path(_path(c.tag, model.path, path), MODEL, name))

    def command(c: CommandSpec) -> CommandSpec:
        return replace(c, feedback=tuple(condition(f) for f in c.feedback))

    return replace(
        model,
        path=path,
        facility=name,
        tags=tuple((role, _path(_path(tag, model.path, path), MODEL, name)) for role, tag in model.tags),
        commands=tuple(command(c) for c in model.commands),
        permissives=tuple(condition(c) for c in model.permissives),
        interlocks=tuple(condition(c) for c in model.interlocks),
        place=None,
    )


def _path(path: str, old: str, new: str) -> str:
    """Return a path below `new` instead of below `old`."""
    return new + path[len(old) :] if path == old or path.startswith(old + "/") else path
