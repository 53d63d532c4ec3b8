"""The demo site's alarms on the plant's own water and noise: a dry day is silent, a cloudburst says each thing once."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest

from app.engine.formulas.service import Formulas, Judged
from app.engine.pipeline import Pipeline
from app.model.alarms.alarm import Alarm, Changes
from app.model.alarms.spec import AlarmKind
from app.model.commands.checks import holds
from app.model.quality import Quality, Severity, severity
from app.model.records import AppliedSite
from app.model.spec import Site
from app.plant.plan import plans_of
from app.plant.programs.sensors import SensorFault
from app.plant.rain import Scenario
from app.plant.running import MODEL
from app.plant.scene import Scene
from app.plant.swmm import SwmmHydraulics
from app.series.batch import SampleBatch, one_time
from tests.helpers.clock import FakeClock
from tests.helpers.xiasha import xiasha

MORNING = dt.datetime(2026, 3, 2, 8)  # noqa: DTZ001 - SWMM's clock is the site's local time without a zone
KINDS = (
    AlarmKind.LIMIT, AlarmKind.STATE, AlarmKind.RATE, AlarmKind.STUCK, AlarmKind.DEVIATION, AlarmKind.EXPRESSION,
)  # fmt: skip
STEP_S = 0.5


@dataclass
class Watched:
    """An alarm, and when its suppression ends: an on-delay after its last rule, as in the engine."""

    alarm: Alarm
    release: float | None = None


@dataclass
class Weather:
    """Plant and alarms under one clock. `heard` are the annunciations as (path, second)."""

    site: Site
    scene: Scene
    clock: FakeClock
    watched: list[Watched]
    sent: dict[str, float] = field(default_factory=dict)
    heard: list[tuple[str, int]] = field(default_factory=list)
    formulas: Formulas = field(init=False)
    pipeline: Pipeline = field(init=False)

    def __post_init__(self) -> None:
        self.begin = self.clock.monotonic()
        self.pipeline = Pipeline(AppliedSite(1, "h", 0, "p", "r", self.site), clock=self.clock)
        self.formulas = Formulas(clock=self.clock, pipeline=self.pipeline, tell=self.judged)
        self.formulas.use(self.site, [one.alarm.spec for one in self.watched])
        self.pipeline.judge = self.formulas.samples

    def judged(self, judged: Judged) -> None:
        """Tell an expression what its formula says, and note what sounds."""
        one = next(w for w in self.watched if w.alarm.spec.path == judged.path)
        now, now_ms = self.clock.monotonic(), self.clock.now_ms()
        if judged.holds is not None:
            self._hear(one, one.alarm.told(judged.holds, source_ms=now_ms, now=now, now_ms=now_ms))

    async def run(self, seconds: int) -> None:
        """Let plant and alarms live."""
        self.begin = self.clock.monotonic()
        for _ in range(round(seconds / STEP_S)):
            await self.scene.advance(STEP_S)
            self.clock.advance(STEP_S)
            self._tell()

    def _tell(self) -> None:
        values = self.scene.values()
        bands = {tag.path: tag.deadband for tag in self.site.tags}
        fresh = {p for p, v in values.items() if p not in self.sent or abs(v - self.sent[p]) > bands[p]}
        self.sent |= {path: values[path] for path in fresh}
        for one in self.watched:
            self._hear(one, (*self._rules(one), *self._samples(one, fresh)))
        self._work_out(fresh)

    def _hear(self, one: Watched, changes: Changes) -> None:
        if any(change.annunciated for change in changes):
            self.heard.append((one.alarm.spec.path, round(self.clock.monotonic() - self.begin)))

    def _work_out(self, fresh: set[str]) -> None:
        numbers = {n: self.sent[path] for path in fresh if (n := self.pipeline.columns.number(path)) is not None}
        rows, now_ms = len(numbers), self.clock.now_ms()
        tags, values = np.array(list(numbers), np.int32), np.array(list(numbers.values()), np.float64)
        batch = SampleBatch(tags, values, np.zeros(rows, np.uint16), one_time(now_ms, rows), now_ms)
        self.pipeline.samples(batch)
        self.formulas.tick()
        self.pipeline.frames()

    def _rules(self, one: Watched) -> Changes:
        now, now_ms, alarm = self.clock.monotonic(), self.clock.now_ms(), one.alarm
        rule = next((c for c in alarm.spec.suppress if holds(c, self.sent[c.tag])), None)
        if rule is not None:
            one.release = None
            return alarm.suppress(f"{rule.label.zh}|{rule.label.en}", now=now, now_ms=now_ms)
        if not alarm.status.suppressed:
            return ()
        one.release = now + alarm.spec.on_delay_s if one.release is None else one.release
        return alarm.unsuppress(now=now, now_ms=now_ms) if now >= one.release else ()

    def _samples(self, one: Watched, fresh: set[str]) -> Changes:
        now, now_ms, spec = self.clock.monotonic(), self.clock.now_ms(), one.alarm.spec
        done: Changes = ()
        if spec.tag in fresh or spec.setpoint in fresh:
            setpoint = self.sent.get(spec.setpoint)
            value = self.sent[spec.tag]
            done = one.alarm.sample(value, Quality.GOOD, source_ms=now_ms, now=now, now_ms=now_ms, setpoint=setpoint)
        return done + (one.alarm.tick(now, now_ms) if one.alarm.due <= now else ())

    def paths(self) -> Iterator[str]:
        """Yield what was heard, in order."""
        return (path for path, _ in self.heard)


@pytest.fixture
async def weather() -> AsyncIterator[Weather]:
    """Two minutes into a dry morning, so that levels and meters are what they are."""
    site, clock = xiasha(), FakeClock()
    plans = plans_of(site)
    scene = Scene(plans, SwmmHydraulics(MODEL, plans, begin=MORNING), clock=clock, seed=1)
    await scene.open()
    made = Weather(site, scene, clock, [Watched(Alarm(s)) for s in site.alarms if s.kind in KINDS])
    await made.run(120)
    yield made
    await scene.close()


async def test_a_dry_morning_is_silent(weather: Weather) -> None:
    """Pumps start and stop for a quarter of an hour, sensors scatter, and no alarm sounds."""
    await weather.run(900)
    assert weather.heard == []
    made = [t.path for t in weather.site.tags if t.formula is not None]
    shown = {path: weather.pipeline.look(path) for path in made}
    bad = {path: seen for path, seen in shown.items() if seen is None or severity(seen[1]) is Severity.BAD}
    assert len(made) > 30 and bad == {}, "what is calculated has a value"
    assert sum(len(p.start_log) for s in weather.scene.stations.values() for p in s.pumps.values()) > 20


async def test_a_cloudburst_says_each_thing_once(weather: Weather) -> None:
    """Rain, the fast rise of every well, high, high-high, spill: in this order at the forebay, and nothing twice."""
    weather.scene.sky.begin(Scenario.STORM)
    await weather.run(600)
    heard = list(weather.paths())
    assert len(heard) == len(set(heard)) and 12 <= len(heard) <= 25, heard
    forebay = [p.rpartition("/")[2] for p in heard if p.startswith("ps03/well/")]
    assert forebay == ["level:rise", "level:H", "level:HH", "overflow_float:overflow"]
    assert {f"ps0{n}/well/level:rise" for n in range(1, 6)} <= set(heard)
    assert not [p for p in heard if "pump" in p or "rack" in p or "high_float" in p], "machines do what they should"


async def test_a_stuck_level_is_told_by_the_float_before_it_spills(weather: Weather) -> None:
    """The level meter of a small well holds its value and no pump starts: the float contradicts it before the spill,
    and in three minutes it is told by itself."""
    weather.scene.stations["ps05"].sensors.faults["ps05/well/level"] = SensorFault("stuck")
    await weather.run(240)
    told = {path.removeprefix("ps05/well/"): at for path, at in weather.heard}
    assert told["high_float:float"] + 20 < told["overflow_float:overflow"]
    assert 150 < told["level:stuck"] <= 200
    assert not {"level:H", "level:HH", "level:rise"} & told.keys(), "the meter shows none of it"


async def test_a_flow_that_fails_is_told_by_the_pump_that_runs(weather: Weather) -> None:
    """The flow meter shows nothing: each pump says so when it has run for half a minute, none when it stands."""
    weather.scene.stations["ps01"].sensors.faults["ps01/outflow/flow"] = SensorFault("failed", value=0.0)
    await weather.run(420)
    heard = [path for path in weather.paths() if path.startswith("ps01/")]
    assert heard and all(path.endswith(":low_flow") for path in heard)
    ran = {p for p, s in weather.scene.stations["ps01"].pumps.items() if s.start_log}
    assert {path.partition(":")[0] for path in heard} <= ran
