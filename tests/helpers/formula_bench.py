"""Formulas on a bench: tags with units, formulas as text, a real pipeline, and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from app.engine.formulas.service import Formulas, Judged
from app.engine.pipeline import Pipeline
from app.model.alarms.spec import AlarmKind
from app.model.formulas.spec import Formula
from app.model.numbering import number_tags
from app.model.points import ModbusPoint, Table, WordType
from app.model.quality import Quality
from app.model.records import AppliedSite
from app.model.spec import Label, Site, TagKind, TagSpec
from app.series.batch import SampleBatch
from app.site.formulas.checking import Names
from app.site.formulas.making import value_of, when_of
from app.storage.contract import KEY, FrameRow
from tests.helpers.alarm_bench import alarm_spec
from tests.helpers.clock import FakeClock

__all__ = ["FormulaBench", "formula_of", "tag"]

_POINT: Final = ModbusPoint(1, Table.HOLDING, 0, WordType.F32)


def tag(name: str, unit: str = "", kind: TagKind = TagKind.ANALOG) -> TagSpec:
    """Return a tag `ps/x/<name>` that a device sends."""
    return TagSpec(f"ps/x/{name}", Label(name, name), kind, unit=unit, device="plc", point=_POINT)


def formula_of(text: str, target: TagSpec, tags: Mapping[str, TagSpec], *, alarm: bool = False) -> Formula:
    """Return a formula over tags by their last word; its faults fail the test."""
    names = Names(lambda word: tags.get(word, f"there is no tag {word!r}"), {})
    found = when_of(text, names) if alarm else value_of(text, target, names)
    assert isinstance(found, Formula), found
    return found


class FormulaBench:
    """`outputs` are calculated tags by name: (formula, unit, kind); `alarms` formulas of alarms by name."""

    def __init__(
        self,
        inputs: Mapping[str, tuple[str, TagKind]],
        outputs: Mapping[str, tuple[str, str, TagKind]],
        alarms: Mapping[str, str] | None = None,
        *,
        clock: FakeClock | None = None,
    ) -> None:
        self.clock = clock or FakeClock()
        self.told: list[Judged] = []
        self.frames: list[FrameRow] = []
        """Since the newest key frame, it included."""
        self.site = self._site(inputs, outputs)
        tags = {t.path.rpartition("/")[2]: t for t in self.site.tags}
        self.alarms = [
            alarm_spec(path=f"ps/x:{name}", name=name, kind=AlarmKind.EXPRESSION, limit=None, tag="", side=0,
                       when=formula_of(text, self.site.tags[0], tags, alarm=True))
            for name, text in (alarms or {}).items()
        ]  # fmt: skip
        self.pipeline = Pipeline(AppliedSite(1, "h", 0, "p", "r", self.site), clock=self.clock)
        self.formulas = Formulas(clock=self.clock, pipeline=self.pipeline, tell=self.told.append)
        self.begin()

    def _site(self, inputs: Mapping[str, tuple[str, TagKind]], outputs: Mapping[str, tuple[str, str, TagKind]]) -> Site:
        tags = {name: tag(name, unit, kind) for name, (unit, kind) in inputs.items()}
        made = {
            name: replace(tag(name, unit, kind), device="", point=None, group="")
            for name, (_, unit, kind) in outputs.items()
        }
        every = {**tags, **made}
        done = [replace(t, formula=formula_of(outputs[n][0], t, every)) for n, t in made.items()]
        site = Site("x", Label("x", "x"), "Asia/Shanghai", demo=True, tags=(*tags.values(), *done))
        return number_tags(site, {})

    def begin(self, former: Site | None = None, frames: tuple[FrameRow, ...] = ()) -> None:
        """Let the formulas begin on the pipeline as it stands."""
        self.formulas.use(self.site, self.alarms, former=former, frames=frames)
        self.pipeline.judge = self.formulas.samples

    def restart(self, former: Site | None = None) -> None:
        """Let an engine begin anew on the newest key frame and what came after it."""
        frames = tuple(self.frames)
        self.pipeline = Pipeline(AppliedSite(1, "h", 0, "p", "r", self.site), clock=self.clock)
        self.pipeline.restore(next(frame for frame in frames if frame.kind == KEY))
        self.formulas = Formulas(clock=self.clock, pipeline=self.pipeline, tell=self.told.append)
        self.begin(former, frames)
        self.frames.clear()

    def send(self, quality: int = Quality.GOOD, *, source_ms: int | None = None, **values: float) -> None:
        """Let the device send values now."""
        at = self.clock.now_ms() if source_ms is None else source_ms
        numbers = [self._number(name) for name in values]
        n = len(numbers)
        self.pipeline.samples(
            SampleBatch(
                np.array(numbers, np.int32),
                np.array(list(values.values()), np.float64),
                np.full(n, quality, np.uint16),
                np.full(n, at, np.int64),
                self.clock.now_ms(),
            )
        )

    def lose(self, *names: str, quality: int = Quality.COMM_LOST) -> None:
        """Let the link to some tags break."""
        self.pipeline.lost([self._number(name) for name in names], quality)

    def step(self, seconds: float = 1.0, **values: float) -> None:
        """Let time pass, values come and the engine tick."""
        self.clock.advance(seconds)
        if values:
            self.send(**values)
        self.formulas.tick()
        rows = self.pipeline.frames()
        if rows[-1].kind == KEY:
            self.frames.clear()
        self.frames += rows

    def of(self, name: str) -> tuple[float, int]:
        """Return value and quality of a tag as they are shown."""
        number = self._number(name)
        return float(self.pipeline.columns.value[number]), int(self.pipeline.columns.quality[number])

    def source_ms(self, name: str) -> int:
        """Return the source time of a tag's value."""
        return int(self.pipeline.columns.source_ms[self._number(name)])

    def _number(self, name: str) -> int:
        number = self.pipeline.columns.number(f"ps/x/{name}")
        assert number is not None, name
        return number
