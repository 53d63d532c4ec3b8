"""What the map shows of each facility: one frozen card, compared with the one drawn before. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.model.records import EquipmentStatus
from app.model.spec import Facility, FacilityKind, Label, Site
from app.views.state.faults import priority_at
from app.views.state.live import LiveValues
from app.views.state.overflow import Outlook, Rise
from app.views.state.readings import device_up
from app.views.state.scale import ScaleMark, scale_of, zone_of
from app.views.state.station import equipment_of
from app.views.state.values import Mark, Shown, clock_text, number_text

__all__ = ["KIND_NAMES", "Card", "Situation", "card_of"]

KIND_NAMES = {
    FacilityKind.SEWAGE_STATION: Label("污水", "Sewage"),
    FacilityKind.RAIN_STATION: Label("雨水", "Rain"),
    FacilityKind.COMBINED_STATION: Label("合流", "Combined"),
    FacilityKind.OUTLET: Label("排放口", "Outlet"),
    FacilityKind.RIVER_SECTION: Label("河道断面", "River section"),
    FacilityKind.TREATMENT_PLANT: Label("污水处理厂", "Treatment plant"),
}


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a card is made from, beside the facility itself."""

    site: Site
    live: LiveValues
    equipment: Mapping[str, EquipmentStatus]
    worst: Callable[[str], int]
    waits: Callable[[str], bool]
    """Highest priority at a facility, and whether somebody must acknowledge there (`Watch`)."""
    rises: Mapping[str, Rise]
    outlooks: Mapping[str, Outlook]
    now_ms: int
    language: str


@dataclass(frozen=True, slots=True)
class Card:
    """Two equal cards look the same. `at` and `marks` are 0 to 1 on the level's scale (NaN: not to be drawn).

    `pumps` are the state words of all pumps in the site's order. `priority` is the highest at the facility (0: normal),
    `alarm` that of the level alone, `waits` that somebody must acknowledge there; `dark` says that no device of it
    answers; `lost` that the engine is silent.
    """

    name: str
    kind: str
    priority: int = 0
    waits: bool = False
    dark: bool = False
    lost: bool = False
    level: Shown | None = None
    at: float = math.nan
    zone: str = ""
    alarm: int = 0
    marks: tuple[ScaleMark, ...] = ()
    trend: str = ""
    overflow: str = ""
    spilling: bool = False
    """True when the time to overflow stands in the abnormal list, and is written strong."""
    pumps: tuple[str, ...] = ()
    figures: tuple[Shown, ...] = ()


def card_of(facility: Facility, s: Situation) -> Card:
    """Return the card of a facility now."""
    pumps = _pumps(facility, s)
    spec = s.live.spec(facility.level) if facility.level else None
    level = s.live.showing.of(spec.path, now_ms=s.now_ms, language=s.language) if spec else None
    usable = level is not None and (level.mark.usable or level.mark is Mark.STALE)
    scale = scale_of(spec) if spec else None
    ahead = s.outlooks.get(facility.id)
    return Card(
        name=facility.label.get(s.language),
        kind=KIND_NAMES[facility.kind].get(s.language),
        priority=s.worst(facility.id),
        waits=s.waits(facility.id),
        dark=bool(facility.devices) and not any(device_up(s.live, d) for d in facility.devices),
        lost=s.live.engine_silent,
        level=level,
        # In steps of a pixel of the bar (about 60 px): less repaints nothing.
        at=round(scale.at(level.value), 2) if scale and level and usable else math.nan,
        zone=zone_of(level.value, spec) if spec and level and level.mark.usable else "",
        alarm=priority_at(spec.path, s.live) if spec else 0,
        marks=scale.marks if scale else (),
        trend=_trend(s.rises.get(facility.id), spec.unit if spec else "")
        if usable and not s.live.engine_silent
        else "",
        overflow=_spills_in(ahead) if not s.live.engine_silent else "",
        spilling=ahead is not None and ahead.priority > 0 and not s.live.engine_silent,
        pumps=pumps,
        figures=_figures(facility, s),
    )


def _spills_in(ahead: Outlook | None) -> str:
    """While pumps are in reserve a time to overflow on the map would cry wolf; the station page has it, in grey."""
    return "" if ahead is None or ahead.reserve else clock_text(10 * (ahead.seconds // 10))


def _pumps(facility: Facility, s: Situation) -> tuple[str, ...]:
    return tuple(s.live.showing.word(e) for e in equipment_of(s.site, facility) if e.symbol == "pump")


def _figures(facility: Facility, s: Situation) -> tuple[Shown, ...]:
    """The headline but for the level, which has a bar: two at most."""
    specs = [s.live.spec(p) for p in facility.headline if p != facility.level]
    shown = [s.live.showing.of(x.path, now_ms=s.now_ms, language=s.language) for x in specs if x is not None]
    return tuple(shown[:2])


def _trend(rise: Rise | None, unit: str) -> str:
    """Arrow and rate when the level moves visibly; "" when it stands."""
    if rise is None or abs(rise.per_min) < 0.005:
        return ""
    return f"{'▲' if rise.per_min > 0 else '▼'} {number_text(abs(rise.per_min), 2)} {unit}/min"
