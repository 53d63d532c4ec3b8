"""Makes what the canvas shows from the page's pens: views of pens with their lines, limits and set-points."""

from __future__ import annotations

from app.model.alarms.spec import AlarmKind
from app.model.spec import Site, TagSpec
from app.model.trends import Pen
from app.views.room import Room
from app.views.state.scale import LIMITS, mark_text
from app.views.state.trend_groups import setpoint_of
from app.views.state.trend_line import TrendLine
from app.views.state.trend_pens import TrendPens
from app.views.widgets.trend_scene import Limit, PenView, limits_for

__all__ = ["Scenes", "in_force"]


class Scenes:
    """Keeps the line of every pen for as long as the pen is there; a pen that comes back is read anew."""

    def __init__(self, room: Room, pens: TrendPens) -> None:
        self._room = room
        self._pens = pens
        self._lines: dict[tuple[str, int], TrendLine] = {}
        self._setpoints: dict[str, str] = {}
        self._views: tuple[PenView, ...] = ()
        self._seen: object = None

    @property
    def lines(self) -> tuple[TrendLine, ...]:
        """Return every line that is to be read: of pens, then of set-points. Hidden ones rest."""
        views = self.views()
        shown = [v for v in views if not v.pen.hidden]
        extra = [v.setpoint for v in shown if v.setpoint is not None]
        return tuple(dict.fromkeys((*(v.line for v in shown), *extra)))

    def forget(self) -> None:
        """Another site is shown: numbers of tags may be others."""
        self._lines.clear()
        self._setpoints.clear()
        self._seen = None

    def views(self) -> tuple[PenView, ...]:
        """Return the pens with all that is drawn of them."""
        site = self._room.applied.site if self._room.applied is not None else None
        seen = (site, self._pens.revision, self._room.language, self._room.book.revision)
        if seen != self._seen:
            self._seen = seen
            self._views = () if site is None else self._made(site)
        return self._views

    def _made(self, site: Site) -> tuple[PenView, ...]:
        specs = {t.path: t for t in site.tags}
        pens = [p for p in self._pens.pens if p.tag in specs]
        drawn = {p.tag for p in pens}
        wanted: dict[tuple[str, int], TrendLine] = {}
        views = []
        for pen in pens:
            line = self._line(wanted, specs[pen.tag], pen.shift_ms)
            target = "" if pen.shift_ms else self._setpoint(site, pen.tag)
            setpoint = self._line(wanted, specs[target], 0) if target in specs and target not in drawn else None
            views.append(self._view(site, pen, specs[pen.tag], line, setpoint))
        self._lines = wanted
        return tuple(views)

    def _line(self, wanted: dict[tuple[str, int], TrendLine], spec: TagSpec, shift_ms: int) -> TrendLine:
        key = (spec.path, shift_ms)
        line = wanted.get(key) or self._lines.get(key) or TrendLine(spec.path, spec.number, shift_ms)
        wanted[key] = line
        return line

    def _view(self, site: Site, pen: Pen, spec: TagSpec, line: TrendLine, setpoint: TrendLine | None) -> PenView:
        language = self._room.language
        limits = limits_for(spec, language, in_force(self._room, spec.path)) if not pen.shift_ms else ()
        spills = next((f.overflow_level for f in site.facilities if f.level == spec.path), None)
        if spills is not None and not pen.shift_ms and all(limit.value != spills for limit in limits):
            limits = (*limits, Limit(mark_text("overflow", language), spills, limit=False))
        return PenView(pen, spec, line, spec.label.get(language), limits, setpoint)

    def _setpoint(self, site: Site, path: str) -> str:
        if path not in self._setpoints:
            self._setpoints[path] = setpoint_of(site, path)
        return self._setpoints[path]


def in_force(room: Room, path: str) -> list[tuple[str, float]]:
    """Return the limits of a tag's alarms as they are now, by name: what was changed at run time counts."""
    site = room.applied.site if room.applied is not None else None
    found = []
    for alarm in site.alarms if site is not None else ():
        if alarm.tag == path and alarm.kind is AlarmKind.LIMIT and alarm.limit is not None:
            status = room.book.status(alarm.path)
            changed = status.override.limit if status.override is not None else None
            name = alarm.name if alarm.name in LIMITS else alarm.label.get(room.language)
            found.append((name, changed if changed is not None else alarm.limit))
    return found
