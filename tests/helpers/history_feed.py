"""What an engine would commit in fast time: a small plant through the real pipeline, everything that history must
take: polls that share their time, samples with times of their own, late ones, lost devices, values that are none."""

from __future__ import annotations

import random
from typing import Final

import numpy as np

from app.engine.pipeline import Pipeline
from app.model.points import ModbusPoint, Table, WordType
from app.model.quality import Quality
from app.model.records import AppliedSite
from app.model.retention import SHORT, STANDARD, RetentionClass
from app.model.spec import DeviceSpec, Label, Protocol, ScanGroup, Site, TagKind, TagSpec
from app.series.batch import SampleBatch, one_time
from app.storage.contract import FrameRow
from tests.helpers.clock import FakeClock

__all__ = ["MONTHS", "Feed", "feed_site"]

POLLED: Final = 4
"""Devices that are polled; one more reports changes, each with its own time."""
EACH: Final = 12
MONTHS: Final = {STANDARD: 2, SHORT: 1}
"""Whole months for which samples are kept after their own, by class."""
STEP_S: Final = (0.2, 4.5)
"""Time between two ticks; less than what makes a gap."""


def _tag(device: int, number: int) -> TagSpec:
    # Of each device a counter and a switch, and deadbands that hold something back.
    kind = {0: TagKind.COUNTER, 1: TagKind.DISCRETE}.get(number, TagKind.ANALOG)
    return TagSpec(
        f"ps0{device}/t{number:02d}", Label("值", "Value"), kind, device=f"plc{device}", group="fast",
        point=ModbusPoint(1, Table.HOLDING, number, WordType.U16), high=100.0,
        deadband=0.5 if number % 3 == 2 else 0.0, keep=SHORT if number % 4 == 3 else STANDARD,
    )  # fmt: skip


def feed_site() -> Site:
    """Return the plant's site."""
    label = Label("控制器", "PLC")
    devices = tuple(
        DeviceSpec(f"plc{d}", label, Protocol.MODBUS_TCP, f"127.0.0.1:{15100 + d}", (ScanGroup("fast", 1000),))
        for d in range(POLLED + 1)
    )
    tags = tuple(_tag(d, n) for d in range(POLLED + 1) for n in range(EACH))
    kept = tuple(RetentionClass(name, label, months) for name, months in MONTHS.items())
    return Site("feed", Label("历史", "History"), "UTC", demo=True, devices=devices, tags=tags, retention=kept)


class Feed:
    """Lets time pass on `clock` and gives the frames of each tick."""

    def __init__(self, applied: AppliedSite, clock: FakeClock, *, seed: int) -> None:
        self._clock = clock
        self._dice = random.Random(seed)
        self._chance = np.random.default_rng(seed)
        self.pipeline = Pipeline(applied, clock=clock)
        numbers = np.array(sorted(t.number for t in applied.site.tags), dtype=np.int32)
        self._devices = numbers.reshape(POLLED + 1, EACH)
        self._devices.setflags(write=False)
        self._values = self._chance.uniform(0.0, 100.0, self._devices.shape)

    def tick(self) -> tuple[FrameRow, ...]:
        """Let a tick pass and return its frames."""
        self._clock.advance(self._dice.uniform(*STEP_S))
        for device in range(POLLED):
            match self._dice.random():
                case p if p < 0.02:
                    self.pipeline.lost(self._devices[device].tolist(), Quality.COMM_LOST)
                case p if p < 0.9:
                    self._poll(device)
        self._report(POLLED)
        return self.pipeline.frames()

    def _poll(self, device: int) -> None:
        now = self._clock.now_ms() - self._dice.randrange(150)
        self.pipeline.samples(self._batch(device, one_time(now, EACH), now))

    def _report(self, device: int) -> None:
        """Samples of the last seconds, each with its time; now and then one from before."""
        now = self._clock.now_ms()
        source = now - self._chance.integers(0, 900, EACH)
        if self._dice.random() < 0.05:
            source[: self._dice.randrange(1, EACH)] -= self._dice.choice((5_000, 600_000, 86_400_000, 40 * 86_400_000))
        self.pipeline.samples(self._batch(device, source, now))

    def _batch(self, device: int, source: np.ndarray[tuple[int], np.dtype[np.int64]], now: int) -> SampleBatch:
        values = self._values[device]
        values += np.where(self._chance.random(EACH) < 0.5, self._chance.normal(0.0, 0.4, EACH), 0.0)
        shown = np.round(values, 2)
        quality = np.zeros(EACH, dtype=np.uint16)
        if self._dice.random() < 0.02:
            shown[3], quality[3] = np.nan, Quality.SENSOR_FAULT
        return SampleBatch(self._devices[device], shown, quality, source, now)
