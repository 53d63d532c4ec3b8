"""To which areas things belong: rights are given per area, and everything that can be asked for has a place. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.model.records import RequestKind
from app.model.spec import Site

__all__ = ["Whereabouts"]

_ACTS_ON: Final[Mapping[RequestKind, str]] = {
    RequestKind.SELECT: "equipment",
    RequestKind.CANCEL: "equipment",
    RequestKind.OPERATE: "equipment",
    RequestKind.HOLD: "equipment",
    RequestKind.UNHOLD: "equipment",
    RequestKind.PROVE: "equipment",
    RequestKind.SUBSTITUTE: "tag",
    RequestKind.UNSUBSTITUTE: "tag",
    RequestKind.ACCEPT_LATE: "device",
    RequestKind.PIN_CERTIFICATE: "device",
    RequestKind.RESET_ALARM: "alarm",
    RequestKind.SHELVE: "alarm",
    RequestKind.UNSHELVE: "alarm",
    RequestKind.OUT_OF_SERVICE: "alarm",
    RequestKind.IN_SERVICE: "alarm",
    RequestKind.CHANGE_ALARM: "alarm",
}
"""What of a payload names the thing that is acted on; whatever else it names gives nobody a right. A site belongs to no
single area."""


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

    def of_request(self, kind: RequestKind, payload: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the areas of what a request acts on, whatever else it names. An acknowledgement of several alarms
        belongs to the areas of all of them: whoever does it looks at each again."""
        if kind is RequestKind.ACKNOWLEDGE:
            return tuple(dict.fromkeys(area for path in _listed(payload) for area in self.of(path)))
        path = payload.get(_ACTS_ON.get(kind, ""))
        return self.of(path) if isinstance(path, str) else ()


def _listed(payload: Mapping[str, Any]) -> Iterable[str]:
    alarms = payload.get("alarms")
    for item in alarms if isinstance(alarms, list) else ():
        if isinstance(item, list) and item and isinstance(item[0], str):
            yield item[0]
