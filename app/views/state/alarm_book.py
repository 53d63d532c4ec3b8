"""The alarms of the site as rooms show them: the main list in order, what stands aside, and how many there are where.

One book for all windows, fed with the rows that changed. Everything in it is derived from rows, never from events, so
that a count can not drift away from what is listed. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from app.model.alarms.rates import Flood
from app.model.alarms.spec import PRIORITIES, AlarmSpec
from app.model.alarms.status import AlarmStatus
from app.model.spec import Label, Site
from app.views.state.alarm_window import AnnunciationWindow
from app.views.state.sorted_rows import SortedRows

__all__ = [
    "ACTIVE",
    "NOTHING",
    "OUT_OF_SERVICE",
    "SEGMENTS",
    "SHELVED",
    "SUPPRESSED",
    "AlarmBook",
    "Tally",
    "order_key",
    "segments_of",
    "shown_priority",
]

Segment = str
ACTIVE: Final = "active"
SHELVED: Final = "shelved"
SUPPRESSED: Final = "suppressed"
OUT_OF_SERVICE: Final = "out_of_service"
SEGMENTS: Final = (ACTIVE, SHELVED, SUPPRESSED, OUT_OF_SERVICE)
_MANY: Final = 2_000
"""So many changes at once are taken by sorting anew rather than one by one."""


@dataclass(slots=True)
class Tally:
    """How many alarms of the main list stand in one place, by priority: `unack[p]` and `acked[p]`, p from 1."""

    unack: list[int]
    acked: list[int]

    @property
    def worst(self) -> int:
        """Return the highest priority that stands, 0 for none."""
        return next((p for p in PRIORITIES if self.unack[p] or self.acked[p]), 0)

    @property
    def worst_unack(self) -> int:
        """Return the highest priority that nobody acknowledged, 0 for none."""
        return next((p for p in PRIORITIES if self.unack[p]), 0)

    @property
    def total(self) -> int:
        """Return how many stand."""
        return sum(self.unack) + sum(self.acked)

    @property
    def unacknowledged(self) -> int:
        """Return how many of them nobody acknowledged."""
        return sum(self.unack)

    def add(self, status: AlarmStatus, step: int) -> None:
        """Count a row in (+1) or out (-1)."""
        column = self.unack if status.state.unacknowledged else self.acked
        column[shown_priority(status)] += step


def _zero() -> Tally:
    return Tally([0] * 5, [0] * 5)


NOTHING: Final = _zero()
"""The tally of a place without alarms. Not to be changed."""


def shown_priority(status: AlarmStatus) -> int:
    """Return a priority that has a mark, also for a row that a newer program wrote."""
    return min(max(status.priority, PRIORITIES[0]), PRIORITIES[-1])


def order_key(status: AlarmStatus) -> tuple[int, bool, int, str]:
    """Sort by priority, unacknowledged first, newest first; equal ones by path, so that they never swap places."""
    return (shown_priority(status), not status.state.unacknowledged, -status.raised_ms, status.path)


def segments_of(status: AlarmStatus) -> frozenset[Segment]:
    """Return the lists in which a row stands: the main one, or each that says why it is not in the main one."""
    if not status.aside:
        return _IN_MAIN if status.listed else _NOWHERE
    flags = (
        (SHELVED, status.shelf is not None),
        (SUPPRESSED, bool(status.suppressed)),
        (OUT_OF_SERVICE, status.out_of_service is not None),
    )
    return frozenset(name for name, stands in flags if stands)


_IN_MAIN: Final = frozenset({ACTIVE})
_NOWHERE: Final[frozenset[str]] = frozenset()


class AlarmBook:
    """`statuses` are the newest rows by path; `revision` grows with every change of any of them.

    `known` is False while the rows may be out of date because the engine is silent: they stay, marked.
    """

    def __init__(self) -> None:
        self.statuses: dict[str, AlarmStatus] = {}
        self.specs: dict[str, AlarmSpec] = {}
        self.revision = 0
        self.known = True
        self.main = SortedRows()
        """Paths of the main list, worst first."""
        self.newest = SortedRows()
        """The same paths, last annunciated first."""
        self.aside: dict[Segment, set[str]] = {s: set() for s in SEGMENTS[1:]}
        self._site: Site | None = None
        self._facilities: frozenset[str] = frozenset()
        self._areas: dict[str, str] = {}
        self._tallies: dict[str, Tally] = {}
        self._known_places: dict[str, tuple[str, ...]] = {}
        self._window = AnnunciationWindow()

    def set_site(self, site: Site | None) -> None:
        """Take the alarms' words and places from a site; the rows stay."""
        self._site = site
        self.specs = {a.path: a for a in site.alarms} if site is not None else {}
        self._facilities = frozenset(f.id for f in site.facilities) if site is not None else frozenset()
        self._areas = {f.id: f.area for f in site.facilities} if site is not None else {}
        self._known_places = {}
        self._rebuild()

    def replace(self, statuses: Iterable[AlarmStatus]) -> tuple[str, ...]:
        """Take all rows there are; return the paths of those that differ from before."""
        new = {s.path: s for s in statuses}
        changed = [p for p, s in new.items() if self.statuses.get(p) != s]
        changed += [p for p in self.statuses if p not in new]
        if changed:
            self._note(new[p] for p in changed if p in new)
            self.statuses = new
            self._rebuild()
        return tuple(changed)

    def apply(self, changed: Mapping[str, AlarmStatus]) -> tuple[str, ...]:
        """Take rows that changed, the last of each path; return the paths of those that really differ."""
        different = {p: s for p, s in changed.items() if self.statuses.get(p) != s}
        if len(different) > _MANY:
            self._note(different.values())
            self.statuses.update(different)
            self._rebuild()
            return tuple(different)
        self._note(different.values())
        for path, status in different.items():
            self._take(path, status)
        self.revision += bool(different)
        return tuple(different)

    def status(self, path: str) -> AlarmStatus:
        """Return how an alarm stands; NORM for one without a row."""
        found = self.statuses.get(path)
        if found is not None:
            return found
        spec = self.specs.get(path)
        return AlarmStatus(path, priority=spec.priority if spec is not None else PRIORITIES[-1])

    def tally(self, place: str = "") -> Tally:
        """Return the counts of a facility, `area:<id>`, equipment, tag or device; "" for the whole site. A device that
        several facilities share counts only what is its own: the alarms of its tags belong to their facilities."""
        return self._tallies.get(place, NOTHING)

    def place_of(self, path: str) -> str:
        """Return the facility of an alarm, "" for one of the whole site."""
        spec = self.specs.get(path)
        if spec is not None:
            return spec.facility
        first = path.partition(":")[0].partition("/")[0]
        return first if first in self._facilities else ""

    def label(self, path: str) -> Label:
        """Return the condition in words; the path itself for an alarm that the site in force does not know."""
        spec = self.specs.get(path)
        return spec.label if spec is not None else Label(path, path)

    def alarms_of(self, place: str) -> tuple[AlarmSpec, ...]:
        """Return what the site says of the alarms of an equipment, facility, tag or device, in its order."""
        return tuple(s for s in self.specs.values() if place in (s.equipment, s.facility, s.tag, s.device))

    def flood(self, now_ms: int) -> Flood | None:
        """Return the flood that runs now, None without one."""
        return self._window.flood(now_ms)

    def _note(self, statuses: Iterable[AlarmStatus]) -> None:
        """Count annunciations: rows whose last one is another than before."""
        fresh = [s for s in statuses if s.annunciated_ms and self._before(s.path) != s.annunciated_ms]
        for status in sorted(fresh, key=_annunciated):
            self._window.add(status.annunciated_ms, status.path)

    def _before(self, path: str) -> int:
        known = self.statuses.get(path)
        return known.annunciated_ms if known is not None else 0

    def _rebuild(self) -> None:
        """Make all lists and counts anew."""
        listed = {p: s for p, s in self.statuses.items() if s.listed}
        self.main.fill({p: order_key(s) for p, s in listed.items()})
        self.newest.fill({p: _newest_key(s) for p, s in listed.items()})
        for segment, paths in self.aside.items():
            paths.clear()
            paths.update(p for p, s in self.statuses.items() if segment in segments_of(s))
        self._tallies = {}
        for status in listed.values():
            self._count(status, 1)
        self.revision += 1

    def _take(self, path: str, status: AlarmStatus) -> None:
        before = self.statuses.get(path)
        self.statuses[path] = status
        listed, was = status.listed, before is not None and before.listed
        if before is None or not (listed and was and _column(before) == _column(status)):
            if before is not None and was:
                self._count(before, -1)
            if listed:
                self._count(status, 1)
        if listed:
            self.main.put(path, order_key(status))
            self.newest.put(path, _newest_key(status))
        elif was:
            self.main.drop(path)
            self.newest.drop(path)
        if status.aside or (before is not None and before.aside):
            where = segments_of(status)
            for segment, paths in self.aside.items():
                (paths.add if segment in where else paths.discard)(path)

    def _count(self, status: AlarmStatus, step: int) -> None:
        places = self._known_places.get(status.path)
        if places is None:
            places = self._known_places[status.path] = tuple(self._places(status.path))
        for place in places:
            tally = self._tallies.get(place)
            if tally is None:
                tally = self._tallies[place] = _zero()
            tally.add(status, step)

    def _places(self, path: str) -> Iterator[str]:
        """Yield every place whose counts an alarm belongs to."""
        yield ""
        spec = self.specs.get(path)
        facility = self.place_of(path)
        areas = spec.areas if spec is not None else tuple(a for a in (self._areas.get(facility),) if a)
        yield from (f"area:{area}" for area in areas)
        named = (
            (facility, spec.equipment, spec.tag, "" if facility else spec.device) if spec is not None else (facility,)
        )
        yield from dict.fromkeys(name for name in named if name)


def _newest_key(status: AlarmStatus) -> tuple[int, str]:
    return (-max(status.annunciated_ms, status.raised_ms), status.path)


def _annunciated(status: AlarmStatus) -> tuple[int, str]:
    return (status.annunciated_ms, status.path)


def _column(status: AlarmStatus) -> tuple[int, bool]:
    """Return where a row is counted."""
    return (shown_priority(status), status.state.unacknowledged)
