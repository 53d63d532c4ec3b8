"""Groups of pens: the one that every station has by itself, and what a page makes of its pens to be saved. Pure."""

from __future__ import annotations

from typing import Final

from app.model.spec import Facility, Site, TagKind
from app.model.trends import Pen, TrendGroup
from app.views.state.station import stations_of

__all__ = ["default_group", "default_groups", "facility_of", "same_pens", "setpoint_of", "tags_for"]

_SPAN_MS: Final = 3_600_000
_MOST_OF_EQUIPMENT: Final = 8


def default_group(site: Site, facility: Facility, language: str) -> TrendGroup:
    """Return a station's own group: its headline tags, and when its pumps ran."""
    runs = [path for e in site.equipment if e.facility == facility.id and e.symbol == "pump" and (path := e.tag("run"))]
    paths = dict.fromkeys((*facility.headline, *runs))
    return TrendGroup(facility.label.get(language), tuple(Pen(p) for p in paths), _SPAN_MS)


def default_groups(site: Site, language: str) -> tuple[tuple[Facility, TrendGroup], ...]:
    """Return those of all stations."""
    return tuple((f, default_group(site, f, language)) for f in stations_of(site))


def facility_of(site: Site, path: str) -> Facility | None:
    """Return the station that a tag, equipment or alarm belongs to."""
    head = path.partition(":")[0].partition("/")[0]
    return next((f for f in stations_of(site) if f.id == head), None)


def tags_for(site: Site, path: str) -> tuple[str, ...]:
    """Return the tags that a path stands for: itself, the tag of an alarm, or what an equipment measures."""
    known = {t.path: t for t in site.tags}
    tag = path.partition(":")[0]
    if tag in known:
        return (tag,)
    owner = next((e for e in site.equipment if e.path == tag), None)
    if owner is None:
        return ()
    of_it = [p for _, p in owner.tags if p in known]
    measured = [p for p in of_it if known[p].kind is TagKind.ANALOG]
    run = [p for role, p in owner.tags if role == "run" and p in known]
    return tuple(dict.fromkeys((*run, *measured) if measured else of_it))[:_MOST_OF_EQUIPMENT]


def setpoint_of(site: Site, path: str) -> str:
    """Return the tag that a measurement is to reach: what a deviation alarm says, or the role with `_sp` beside it; ""
    where there is none."""
    said = next((a.setpoint for a in site.alarms if a.tag == path and a.setpoint), "")
    if said:
        return said
    for equipment in site.equipment:
        role = next((role for role, p in equipment.tags if p == path), None)
        if role is not None:
            return equipment.tag(f"{role}_sp") or ""
    return ""


def same_pens(one: tuple[Pen, ...], other: tuple[Pen, ...]) -> bool:
    """Return whether two groups draw the same: hues may be given yet or not."""
    keys = [[(p.tag, p.shift_ms, p.hidden) for p in pens] for pens in (one, other)]
    return keys[0] == keys[1]
