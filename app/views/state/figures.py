"""The key figures on top of the overview: a few numbers that say how the zone is. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.model.quality import BAD
from app.model.spec import Site
from app.views.state.health import devices_up
from app.views.state.live import LiveValue, LiveValues
from app.views.state.overflow import Outlook, ahead_text
from app.views.state.scale import zone_of
from app.views.state.station import Health, StationState, stations_of
from app.views.state.values import Mark, Shown, number_text

__all__ = ["AreaView", "Figure", "areas_of", "figures_of", "flow_paths", "rain_paths", "river_paths"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One card. `key` names it; `note` is a second line (a count, a place); `fraction` draws a bar when not NaN;
    `tags` are what it is made of."""

    key: str
    shown: Shown
    note: str = ""
    fraction: float = math.nan
    abnormal: bool = False
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AreaView:
    """Roll-up of one area."""

    name: str
    normal: Shown
    pumps: Shown
    outflow: Shown
    priority: int
    abnormal: bool


def flow_paths(site: Site, facility: str = "") -> tuple[str, ...]:
    """Return the tags whose sum is what the stations (or one of them) pump out, in m³/h."""
    ids = {f.id for f in stations_of(site)} if not facility else {facility}
    return tuple(p for e in site.equipment if e.facility in ids and (p := e.tag("flow")) is not None)


def rain_paths(site: Site, role: str = "intensity") -> tuple[str, ...]:
    """Return the tags of rain gauges."""
    return tuple(p for e in site.equipment if (p := e.tag(role)) is not None)


def river_paths(site: Site) -> tuple[str, ...]:
    """Return the levels of the waters that stations pump into."""
    return tuple(p for e in site.equipment if e.type == "river_level" and (p := e.tag("level")) is not None)


def figures_of(
    site: Site,
    live: LiveValues,
    states_of: Mapping[str, StationState],
    *,
    outlooks: Mapping[str, Outlook],
    language: str,
) -> tuple[Figure, ...]:
    """Return the figures in their order on screen. `states_of` and `outlooks` are by facility."""
    states = [states_of[f.id] for f in stations_of(site)]
    normal = sum(s.health is Health.NORMAL for s in states)
    running = sum(s.pumps.running for s in states)
    total = sum(s.pumps.total for s in states)
    available = sum(s.pumps.available for s in states)
    up, devices = devices_up(live)
    lost = live.engine_silent
    mark = Mark.LOST if lost else Mark.PLAIN
    ready = f"可用 {available} / {total}" if language == "zh" else f"{available} of {total} available"
    return (
        Figure("normal", _count(normal, len(states), lost=lost), abnormal=normal < len(states)),
        Figure("pumps", _count(running, total, lost=lost), "" if lost else ready, abnormal=available < total),
        Figure("outflow", _sum(live, flow_paths(site), "m³/h"), tags=flow_paths(site)),
        Figure(
            "rain", _highest(live, rain_paths(site), "mm/h"), _rain_note(live, site, language), tags=rain_paths(site)
        ),
        _river(site, live, language),
        _fill(site, live, language),
        _spill(site, outlooks, mark, language),
        Figure("devices", _count(up, devices, lost=lost), abnormal=up < devices),
    )


def areas_of(
    site: Site, live: LiveValues, states_of: Mapping[str, StationState], *, language: str
) -> tuple[AreaView, ...]:
    """Return the roll-ups of the areas that have stations."""
    views = []
    for area in site.areas:
        stations = [f for f in stations_of(site) if f.area == area.id]
        states = [states_of[f.id] for f in stations]
        if not stations:
            continue
        flow = _sum(live, [p for f in stations for p in flow_paths(site, f.id)], "m³/h")
        worst = min((s.priority for s in states if s.priority), default=0)
        normal = sum(s.health is Health.NORMAL for s in states)
        lost = live.engine_silent
        pumps = _count(sum(s.pumps.running for s in states), sum(s.pumps.total for s in states), lost=lost)
        ready = _count(normal, len(stations), lost=lost)
        views.append(AreaView(area.label.get(language), ready, pumps, flow, worst, normal < len(stations)))
    return tuple(views)


def _count(count: int, total: int, *, lost: bool) -> Shown:
    """A count of a total; with a silent engine nobody knows it."""
    return Shown("?" if lost else str(count), f"/ {total}", Mark.LOST if lost else Mark.PLAIN)


def _sum(live: LiveValues, paths: Iterable[str], unit: str) -> Shown:
    """Sum what can be trusted; say so when something is missing."""
    values = [live.get(p) for p in paths]
    good = [v.value for v in values if _counts(v, live)]
    if not good:
        return Shown("????", unit, Mark.LOST if live.engine_silent else Mark.BAD)
    mark = Mark.LOST if live.engine_silent else Mark.PLAIN if len(good) == len(values) else Mark.UNCERTAIN
    total = math.fsum(good)
    return Shown(number_text(total, 0), unit, mark, value=total)


def _highest(live: LiveValues, paths: Iterable[str], unit: str, *, decimals: int = 1) -> Shown:
    """The highest of what can be trusted; say so when something is missing, which may be higher."""
    values = [live.get(p) for p in paths]
    good = [v.value for v in values if _counts(v, live)]
    if not good:
        return Shown("????", unit, Mark.LOST if live.engine_silent else Mark.BAD)
    mark = Mark.LOST if live.engine_silent else Mark.PLAIN if len(good) == len(values) else Mark.UNCERTAIN
    return Shown(number_text(max(good), decimals), unit, mark, value=max(good))


def _counts(value: LiveValue, live: LiveValues) -> bool:
    """Whether a value is usable, or was when the engine fell silent."""
    return (value.quality < BAD or live.engine_silent) and not math.isnan(value.value)


def _rain_note(live: LiveValues, site: Site, language: str) -> str:
    hour = _highest(live, rain_paths(site, "rain_1h"), "mm")
    return f"{'1 小时' if language == 'zh' else '1 h'} {hour.text} mm" if hour.mark.usable else ""


def _fill(site: Site, live: LiveValues, language: str) -> Figure:
    """The fullest well: level over the level at which it spills."""
    best, name, level = math.nan, "", ""
    for facility in site.facilities:
        if facility.level is None or not facility.overflow_level:
            continue
        value = live.get(facility.level)
        fill = value.value / facility.overflow_level
        if _counts(value, live) and not fill <= best:
            best, name, level = fill, facility.label.get(language), facility.level
    if math.isnan(best):
        return Figure("fill", Shown("????", "%", Mark.LOST if live.engine_silent else Mark.BAD))
    mark = Mark.LOST if live.engine_silent else Mark.PLAIN
    shown = Shown(number_text(100 * best, 0), "%", mark)
    return Figure("fill", shown, name, round(min(1.0, best), 2), best >= 0.9, (level,))


def _river(site: Site, live: LiveValues, language: str) -> Figure:
    """The highest water outside the outlets: whether gates may open and how hard the pumps must work."""
    gauges = [(e, p) for e in site.equipment if e.type == "river_level" and (p := e.tag("level")) is not None]
    if not gauges:
        return Figure("river", Shown("—"))
    spec = live.spec(gauges[0][1])
    shown = _highest(live, [p for _, p in gauges], spec.unit if spec is not None else "m", decimals=2)
    best = [e for e, p in gauges if _counts(v := live.get(p), live) and v.value >= shown.value - 0.005]
    zones = {zone_of(live.get(p).value, s) for _, p in gauges if (s := live.spec(p)) and live.get(p).quality < BAD}
    home = next((f.label.get(language) for f in site.facilities if best and f.id == best[0].facility), "")
    tags = tuple(p for _, p in gauges)
    return Figure("river", shown, home, abnormal=bool(zones & {"H", "HH"}), tags=tags)


def _spill(site: Site, outlooks: Mapping[str, Outlook], mark: Mark, language: str) -> Figure:
    """The well that spills first at its present rise, of those whose level control has nothing more to give."""
    zh = language == "zh"
    bare = {i: ahead for i, ahead in outlooks.items() if not ahead.reserve}
    if mark is Mark.LOST:
        return Figure("spill", Shown("—", "", mark))
    if not bare:
        reserve, still = ("均有备用泵", "水位均未上升") if zh else ("pumps in reserve", "no level rises")
        return Figure("spill", Shown("—", "", mark), reserve if outlooks else still)
    facility_id = min(bare, key=lambda i: bare[i].seconds)
    ahead = bare[facility_id]
    facility = next(f for f in site.facilities if f.id == facility_id)
    text, unit = ahead_text(max(0.0, ahead.seconds))
    tags = (facility.level,) if facility.level is not None else ()
    return Figure(
        "spill", Shown(text, unit, mark), facility.label.get(language), abnormal=ahead.priority > 0, tags=tags
    )
