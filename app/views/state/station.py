"""One station in a few words: how it is, which pumps run, what its headline shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from app.model.quality import BAD
from app.model.records import EquipmentStatus
from app.model.spec import Equipment, Facility, FacilityKind, Site
from app.views.state.faults import priority_of
from app.views.state.live import LiveValues
from app.views.state.readings import ageless, device_up

__all__ = [
    "Health",
    "Pumps",
    "StationState",
    "StationStates",
    "equipment_of",
    "station_state",
    "stations_of",
    "with_priority",
]

_AUTO: Final = 2
_STATIONS = (FacilityKind.SEWAGE_STATION, FacilityKind.RAIN_STATION, FacilityKind.COMBINED_STATION)


class Health(IntEnum):
    """The worst of a station; greater is worse."""

    NORMAL = 0
    ABNORMAL = 1
    DOUBTFUL = 2
    """The device answers, but the level or the state of a pump cannot be trusted: nobody may call that normal."""
    NO_COMMUNICATION = 3
    ENGINE_SILENT = 4


@dataclass(frozen=True, slots=True)
class Pumps:
    """Pumps of a station: all, running, tripped, available (known, remote, not tripped, not held), and spare
    (available, stopped, and in the level control's hands)."""

    total: int = 0
    running: int = 0
    tripped: int = 0
    available: int = 0
    unknown: int = 0
    spare: int = 0


@dataclass(frozen=True, slots=True)
class StationState:
    """What a list of stations shows of one."""

    health: Health
    priority: int
    pumps: Pumps
    held: int


def stations_of(site: Site) -> tuple[Facility, ...]:
    """Return the pumping stations in the site's order."""
    return tuple(f for f in site.facilities if f.kind in _STATIONS)


def equipment_of(site: Site, facility: Facility) -> tuple[Equipment, ...]:
    """Return the equipment of a facility in the site's order."""
    return tuple(e for e in site.equipment if e.facility == facility.id)


def station_state(site: Site, facility: Facility, live: LiveValues, status: dict[str, EquipmentStatus]) -> StationState:
    """Judge one station from the newest values."""
    equipment = equipment_of(site, facility)
    priorities = [p for p in (priority_of(e, live) for e in equipment) if p]
    held = sum(1 for e in equipment if e.path in status and status[e.path].hold is not None)
    priority = min(priorities, default=0)
    pumps = _pumps(equipment, live, status)
    return StationState(_health(facility, live, priority, pumps), priority, pumps, held)


def with_priority(state: StationState, priority: int) -> StationState:
    """Return the state with the priority of the worst row that stands in the abnormal list (0: none): the marks of
    rail, chooser and roll-ups are those of the list and the map."""
    health = state.health
    if health in (Health.NORMAL, Health.ABNORMAL):
        health = Health.ABNORMAL if priority else Health.NORMAL
    if (priority, health) == (state.priority, state.health):
        return state
    return replace(state, priority=priority, health=health)


class StationStates:
    """Judges each station at most once for what is shown now: every window's rail and chooser asks for all of them.

    A judgement holds until a value changes, or for a second: ages and hold tags change without a value.
    """

    _HOLDS_MS: Final = 1_000

    def __init__(self) -> None:
        self._key: tuple[LiveValues, int] | None = None
        self._judged_ms = 0
        self._states: dict[str, StationState] = {}

    def of(
        self, facility: Facility, live: LiveValues, status: dict[str, EquipmentStatus], *, now_ms: int
    ) -> StationState:
        """Return the state of a station of the live values' site."""
        key = (live, live.clock)
        if key != self._key or not 0 <= now_ms - self._judged_ms < self._HOLDS_MS:
            self._key, self._judged_ms, self._states = key, now_ms, {}
        state = self._states.get(facility.id)
        if state is None:
            state = self._states[facility.id] = station_state(live.site, facility, live, status)
        return state


def _health(facility: Facility, live: LiveValues, priority: int, pumps: Pumps) -> Health:
    if live.engine_silent:
        return Health.ENGINE_SILENT
    if not all(device_up(live, d) for d in facility.devices):
        return Health.NO_COMMUNICATION
    if pumps.unknown or (facility.level is not None and live.get(facility.level).quality >= BAD):
        return Health.DOUBTFUL
    return Health.ABNORMAL if priority else Health.NORMAL


def _pumps(equipment: tuple[Equipment, ...], live: LiveValues, status: dict[str, EquipmentStatus]) -> Pumps:
    read = ageless(live)
    pumps = [e for e in equipment if e.symbol == "pump"]
    words = {e.path: live.showing.word(e) for e in pumps}
    available = spare = 0
    for e in pumps:
        remote = read(e.tag("remote") or "")
        away = remote is not None and remote.quality < BAD and remote.value < 0.5
        held = e.path in status and status[e.path].hold is not None
        ready = words[e.path] in ("running", "stopped") and not away and not held
        available += ready
        spare += ready and words[e.path] == "stopped" and _automatic(e, live)
    said = list(words.values())
    return Pumps(len(pumps), said.count("running"), said.count("tripped"), available, said.count("unknown"), spare)


def _automatic(pump: Equipment, live: LiveValues) -> bool:
    """Return True when the PLC may start the pump by itself; a pump without modes is always its."""
    mode = pump.tag("mode")
    return mode is None or (live.get(mode).quality < BAD and live.get(mode).value == _AUTO)
