"""To which areas things belong: rights are given per area, and everything that can be asked for has a place. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.model.spec import Site

__all__ = ["Whereabouts"]

_NAMED: Final = ("equipment", "alarm", "tag", "device")


class Whereabouts:
    """The areas of one site. A device that serves stations of several areas belongs to all of them."""

    def __init__(self, site: Site) -> None:
        self._facilities = {f.id: f.area for f in site.facilities}
        self._devices: dict[str, tuple[str, ...]] = {
            d.id: tuple(dict.fromkeys(f.area for f in site.facilities if d.id in f.devices)) for d in site.devices
        }
        self._alarms = {a.path: a.areas for a in site.alarms}

    def of(self, path: str) -> tuple[str, ...]:
        """Return the areas of a facility, equipment, tag, device or alarm; () for what belongs to no single area or
        does not exist, so that only a role of the whole site counts."""
        if path in self._alarms:
            return self._alarms[path]
        place = path.partition(":")[0]
        first, _, rest = place.partition("/")
        if first == "dev":
            first = rest.partition("/")[0]
        if first in self._facilities:
            return (self._facilities[first],)
        return self._devices.get(first, ())

    def of_request(self, payload: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the areas of what a request speaks of. One about several alarms belongs to the areas of all of them:
        whoever does it looks at each again."""
        named = [payload[key] for key in _NAMED if isinstance(payload.get(key), str)]
        return tuple(dict.fromkeys(area for path in (*named, *_listed(payload)) for area in self.of(path)))


def _listed(payload: Mapping[str, Any]) -> Iterable[str]:
    alarms = payload.get("alarms")
    for item in alarms if isinstance(alarms, list) else ():
        if isinstance(item, list) and item and isinstance(item[0], str):
            yield item[0]
