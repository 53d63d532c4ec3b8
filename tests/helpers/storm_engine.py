"""An engine as a process in a storm of alarms: what must be right after it was killed in the middle of one.

`python -m tests.helpers.storm_engine STORE RATE WALL_OFFSET_S` runs until it is killed. A tenth of its tags stands in
alarm for good, the others come and go so that RATE alarms a second change their state.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Sequence

from app.clock import Clock, SystemClock
from app.config import Config, load_config
from app.devices.base import Sink
from app.engine.devices import MakeDevice
from app.engine.running import _Run
from app.model.points import ModbusPoint, Table, WordType
from app.model.spec import DeviceSpec, Label, Protocol, ScanGroup, Site, TagKind, TagSpec
from tests.helpers.alarmed import make_alarm
from tests.helpers.sources import ROOT
from tests.helpers.wire import FakeDevice

__all__ = ["STANDING", "start_storm", "storm_site"]

TAGS, STEADY = 500, 50
BEAT_S = 0.05
HIGH, LOW = 90.0, 10.0


def _tag(number: int) -> str:
    return f"ps01/storm/t{number:03d}"


STANDING = tuple(f"{_tag(n)}:H" for n in range(STEADY))
"""The alarms that stand all the time."""


def storm_site() -> Site:
    """Return a site with one device and an alarm on each of its tags."""
    device = DeviceSpec(
        "plc", Label("控制器", "PLC"), Protocol.MODBUS_TCP, "127.0.0.1:15021", (ScanGroup("fast", 1000),)
    )
    points = (ModbusPoint(1, Table.HOLDING, n, WordType.U16) for n in range(TAGS))
    tags = tuple(
        TagSpec(_tag(n), Label("值", "Value"), TagKind.ANALOG, device="plc", group="fast", point=point, high=100.0)
        for n, point in enumerate(points)
    )
    alarms = tuple(make_alarm(f"{t.path}:H", limit=80.0, side=1, areas=(), facility="") for t in tags)
    return Site("storm", Label("风暴", "Storm"), "UTC", demo=True, devices=(device,), tags=tags, alarms=alarms)


class _SetClock(SystemClock):
    """The machine's clocks, the wall clock set off by some seconds."""

    def __init__(self, offset_s: float) -> None:
        self._offset_ms = round(offset_s * 1000)

    def now_ms(self) -> int:
        return super().now_ms() + self._offset_ms


class _StormDevice(FakeDevice):
    """A driver that reads everything twenty times a second, while its values come and go in turn."""

    def __init__(self, spec: DeviceSpec, tags: Sequence[TagSpec], clock: Clock, rate: float) -> None:
        super().__init__(spec, tags, clock)
        self._values = {_tag(n): HIGH if n < STEADY else LOW for n in range(TAGS)}
        self._each = round(rate * BEAT_S)
        self._next = 0

    async def run(self, sink: Sink) -> None:
        self._sink = sink
        while True:
            for _ in range(self._each):
                path = _tag(STEADY + self._next % (TAGS - STEADY))
                self._values[path] = LOW if self._values[path] == HIGH else HIGH
                self._next += 1
            self.hear(self._values)
            await asyncio.sleep(BEAT_S)


class _StormRun(_Run):
    """One life of a real engine whose one device is the storm."""

    def __init__(self, config: Config, clock: Clock, rate: float) -> None:
        super().__init__(config, clock)
        self._rate = rate

    def _device_maker(self, intern: Callable[[str], float]) -> MakeDevice:
        return lambda spec, tags: _StormDevice(spec, tags, self._clock, self._rate)


def start_storm(address: str, *, rate: float = 500.0, offset_s: float = 0.0) -> subprocess.Popen[bytes]:
    """Start such an engine."""
    words = [sys.executable, "-m", "tests.helpers.storm_engine", address, str(rate), str(offset_s)]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


if __name__ == "__main__":
    _, store, per_second, offset = sys.argv
    storm = _StormRun(load_config(store=store), _SetClock(float(offset)), float(per_second))
    sys.exit(asyncio.run(storm.main()))
