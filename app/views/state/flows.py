"""Which lines of the map carry water now. Pure."""

from __future__ import annotations

from typing import Final

from app.model.quality import BAD
from app.model.spec import Link, Site
from app.views.state.live import LiveValues
from app.views.state.station import equipment_of, stations_of

__all__ = ["flowing_links"]

_FLOWS: Final = 1.0
"""m³/h from which a flow meter shows a flow; below it stands."""
_WATERS: Final = ("storm", "river")


def flowing_links(site: Site, live: LiveValues) -> frozenset[int]:
    """Return the places in `site.links` of those with flow: what a station pumps out, its relief line while the well
    spills, and what leads on from a place that something flows into. Where nothing is known nothing flows."""
    if live.engine_silent:
        return frozenset()
    found = {i for i, link in enumerate(site.links) if _from_station(site, live, link)}
    stations = {f.id for f in stations_of(site)}
    while True:
        fed = {site.links[i].target for i in found}
        more = {i for i, link in enumerate(site.links) if link.source in fed and link.source not in stations}
        if more <= found:
            return frozenset(found)
        found |= more


def _from_station(site: Site, live: LiveValues, link: Link) -> bool:
    station = next((f for f in stations_of(site) if f.id == link.source), None)
    if station is None:
        return False
    has_main = any(x.source == link.source and x.kind not in _WATERS for x in site.links)
    role, least = ("overflow_float", 0.5) if has_main and link.kind in _WATERS else ("flow", _FLOWS)
    values = [live.get(p) for e in equipment_of(site, station) if (p := e.tag(role)) is not None]
    return any(v.quality < BAD and v.value >= least for v in values)
