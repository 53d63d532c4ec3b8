"""The formulas of a site at work: samples in, results out through the pipeline, truths to the alarms."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from app.clock import Clock
from app.engine.formulas.inputs import At, Inputs
from app.engine.formulas.parts import AlarmFormula, Calculated, Taker, Working, ranked
from app.engine.formulas.resting import Sources, sources_of
from app.engine.formulas.restoring import last_values
from app.engine.formulas.states import Moment, State
from app.engine.pipeline import Pipeline
from app.model.alarms.spec import AlarmSpec
from app.model.formulas.spec import Formula, inputs_of
from app.model.quality import BAD
from app.model.spec import Site, TagSpec
from app.series.batch import SampleBatch, one_time
from app.storage.contract import FrameRow

__all__ = ["Formulas", "Judged", "Tell"]

MOVING_S: Final = 1.0
"""How often results are worked out anew that time alone moves."""

LONGEST_AGE_S: Final = 5.0
"""A sample that is older by its source came late, or its source's clock is off: it counts from now."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a formula says of its alarm; `holds` None: not known. `full`: all its windows are."""

    path: str
    holds: bool | None
    quality: int
    source_ms: int
    full: bool


Tell = Callable[[Judged], None]


@dataclass(slots=True)
class _Wiring:
    """What a sample of each input touches."""

    takers: dict[int, list[Taker]] = field(default_factory=lambda: defaultdict(list))
    tags: dict[int, list[Calculated]] = field(default_factory=lambda: defaultdict(list))
    alarms: dict[int, list[AlarmFormula]] = field(default_factory=lambda: defaultdict(list))


class Formulas:
    """On the loop. `tell` hears what alarms are to know, at each sample that they speak of."""

    def __init__(self, *, clock: Clock, pipeline: Pipeline, tell: Tell) -> None:
        self._clock = clock
        self._pipeline = pipeline
        self._tell = tell
        self._moment = Moment()
        self._tags: dict[str, Calculated] = {}
        self._alarms: dict[str, AlarmFormula] = {}
        self._columns = pipeline.columns
        """Of the formulas' own site: while another one is put in force the pipeline has its columns first."""
        self._inputs = Inputs((), pipeline.columns)
        self._wiring = _Wiring()
        self._ranks: list[list[Calculated]] = []
        self._due: list[dict[str, Calculated]] = []
        self._moving_takers: list[Taker] = []
        self._moving_due = 0.0
        self.evaluations = 0
        """Formulas worked out since the start."""

    @property
    def any(self) -> bool:
        """Whether the site has a formula at all."""
        return bool(self._tags or self._alarms)

    # ---- the site

    def use(
        self, site: Site, alarms: Iterable[AlarmSpec], *, former: Site | None = None, frames: Iterable[FrameRow] = ()
    ) -> None:
        """Go over to a site, whose columns the pipeline has already. Formulas that are as before keep their memory.
        After a start `frames` are the newest key frame and what followed, `former` the site under which they came
        about, None if it is this one."""
        self._now()
        specs = [(tag, tag.formula) for tag in site.tags if tag.formula is not None]
        watched = [(spec.path, spec.when) for spec in alarms if spec.when is not None]
        formulas = [formula for _, formula in (*specs, *watched)]
        self._columns = self._pipeline.columns
        self._inputs = Inputs((path for f in formulas for path in inputs_of(f.root)), self._pipeline.columns)
        zone = site.timezone
        old_tags, old_alarms = self._tags, self._alarms
        self._tags, self._alarms = {}, {}
        for tag, formula in specs:
            states = _states(old_tags.get(tag.path), formula, tag)
            made = self._tags[tag.path] = Calculated(tag, formula, self._inputs, self._moment, zone, states)
            made.last = float(self._pipeline.columns.value[tag.number])
        for path, formula in watched:
            states = _states(old_alarms.get(path), formula)
            self._alarms[path] = AlarmFormula(path, formula, self._inputs, self._moment, zone, states)
        self._restore(site, former, frames)
        self._wire()

    def _restore(self, site: Site, former: Site | None, frames: Iterable[FrameRow]) -> None:
        """Let tags go on from their last values, if those came about by the same formula."""
        numbers = {t.path: t.number for t in site.tags}
        before = {t.path: t for t in (former or site).tags}
        same = [m for path, m in self._tags.items() if path in before and _alike(m.tag, before[path])]
        arguments = [numbers[m.argument] for m in same if m.argument]
        last = last_values(frames, (*(m.tag.number for m in same), *arguments))
        for made in same:
            if made.tag.number in last:
                argument = last.get(numbers.get(made.argument, -1))
                made.go_on(last[made.tag.number], argument.value if argument is not None else math.nan)

    def _wire(self) -> None:
        wiring = self._wiring = _Wiring()
        self._ranks = ranked(self._tags)
        # All once: a source that reports changes alone may be silent about what a new formula speaks of.
        self._due = [{made.tag.path: made for made in rank} for rank in self._ranks]
        self._moving_takers = []
        for working in (*self._tags.values(), *self._alarms.values()):
            for taker in working.takers:
                for place in taker.places:
                    wiring.takers[place].append(taker)
                # What is known now holds from now; after a start that is nothing yet.
                taker.take(self._moment.now)
            self._moving_takers += (taker for taker in working.takers if taker.moves)
        for made in self._tags.values():
            for place in made.places:
                wiring.tags[place].append(made)
        for alarm in self._alarms.values():
            for place in alarm.places:
                wiring.alarms[place].append(alarm)
            self._judge(alarm)

    # ---- samples

    def samples(self, batch: SampleBatch, at: At) -> None:
        """Take samples as they are shown, whose tags stand at `at` in the pipeline's columns."""
        wiring, newest = self._wiring, 0
        takers: list[Taker] = []
        alarms: dict[str, AlarmFormula] = {}
        for place in self._inputs.take(batch, at):
            newest = max(newest, self._inputs.source_ms[place])
            takers += wiring.takers.get(place, ())
            for made in wiring.tags.get(place, ()):
                self._due[made.rank][made.tag.path] = made
            for alarm in wiring.alarms.get(place, ()):
                alarms[alarm.path] = alarm
        if takers or alarms:
            self._now()
            if takers:
                self._take(takers, newest)
            for alarm in alarms.values():
                self._judge(alarm)

    def _take(self, takers: list[Taker], source_ms: int) -> None:
        moment = self._moment
        age_s = (moment.now_ms - source_ms) / 1000.0
        at = moment.now - age_s if 0.0 < age_s <= LONGEST_AGE_S else moment.now
        for taker in sorted(dict.fromkeys(takers), key=_order):
            taker.take(at)

    # ---- time

    def tick(self) -> None:
        """Work out what samples changed since the last tick, and now and then what time moves."""
        self._now()
        if self._moment.now >= self._moving_due:
            self._moving_due = self._moment.now + MOVING_S
            self._move()
        self._work_out()

    def _work_out(self) -> None:
        for rank, due in enumerate(self._due):
            if due:
                self._due[rank] = {}
                self._emit(due.values())

    # ---- for whoever decides by a result

    def sources(self, path: str) -> Sources | None:
        """Return what a calculated tag rests on now, after working out anew whatever is due: its value and these belong
        together. None for a tag that rests on itself: it has no formula, or a person speaks for it."""
        if path not in self._tags or self._columns is not self._pipeline.columns or self._manual(path):
            return None
        if any(self._due):
            self._now()
            self._work_out()
        return sources_of(path, self._tags, manual=self._manual, age=self._age)

    def _manual(self, path: str) -> bool:
        number = self._pipeline.columns.number(path)
        return number is not None and bool(self._pipeline.columns.manual[number])

    def _age(self, path: str) -> float:
        seen = self._pipeline.look(path)
        return math.inf if seen is None else seen[2]

    # ---- inside

    def _move(self) -> None:
        for taker in self._moving_takers:
            taker.take(self._moment.now)
        for made in self._tags.values():
            if made.moves:
                self._due[made.rank][made.tag.path] = made
        for alarm in self._alarms.values():
            if alarm.moves:
                self._judge(alarm)

    def _emit(self, due: Iterable[Calculated]) -> None:
        """Hand results to the pipeline, those of one source time together."""
        by_time: dict[int, list[tuple[int, float, int]]] = defaultdict(list)
        for made in due:
            self.evaluations += 1
            value, quality = made.result()
            source_ms = self._moment.now_ms if made.moves else made.source_ms() or self._moment.now_ms
            by_time[source_ms].append((made.tag.number, value, quality))
        for source_ms, rows in sorted(by_time.items()):
            numbers, values, qualities = zip(*rows, strict=True)
            self._pipeline.samples(
                SampleBatch(
                    np.array(numbers, dtype=np.int32),
                    np.array(values, dtype=np.float64),
                    np.array(qualities, dtype=np.uint16),
                    one_time(source_ms, len(rows)),
                    self._moment.now_ms,
                )
            )

    def _judge(self, alarm: AlarmFormula) -> None:
        self.evaluations += 1
        value, quality = alarm.run()
        holds = None if quality >= BAD else value != 0.0
        self._tell(Judged(alarm.path, holds, quality, alarm.source_ms(), alarm.full))

    def _now(self) -> None:
        self._moment.now, self._moment.now_ms = self._clock.monotonic(), self._clock.now_ms()


def _order(taker: Taker) -> int:
    return taker.order


def _states(old: Working | None, formula: Formula, tag: TagSpec | None = None) -> tuple[State, ...]:
    """Return the memory of the same formula before; of a tag number and unit must be the same too."""
    if old is None or old.formula.root != formula.root:
        return ()
    if tag is not None and isinstance(old, Calculated) and not _alike(old.tag, tag):
        return ()
    return old.states


def _alike(one: TagSpec, other: TagSpec) -> bool:
    """Return whether a value of one tag is one of the other: the same sum of the same thing in the same unit."""
    mine, theirs = one.formula, other.formula
    if mine is None or theirs is None:
        return False
    return (one.number, one.unit, mine.root) == (other.number, other.unit, theirs.root)
