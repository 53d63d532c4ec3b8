"""An engine process on the mix of the history benchmarks, that notes how late each of its ticks began.

`python -m benchmarks.history_engine STORE [--without-historian]` runs the product's own engine until SIGTERM; only its
wires are made here: forty devices hand in the mix's replies, 2,000 samples a second. Then it prints one line of JSON:
for each tick when it began (monotonic, s), how late (ms), how long it took (ms), and how long the newest commit had
taken (ms).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle
from typing import Final

import numpy as np
import uvloop

from app.clock import Clock, SystemClock
from app.config import Config, load_config
from app.devices.base import Sink
from app.engine.assembly import Engine
from app.engine.devices import MakeDevice
from app.engine.running import _Run
from app.model.points import ModbusPoint, Table, WordType
from app.model.spec import DeviceSpec, Label, Protocol, ScanGroup, Site, TagKind, TagSpec
from app.series.batch import SampleBatch, one_time
from benchmarks.history_mix import GROUPS, PER_GROUP, Mix, shape_of
from tests.helpers.wire import FakeDevice

__all__ = ["mix_site"]

_LABEL: Final = Label("", "")
_PREPARED_S: Final = 120
"""So much of the mix is made before the start, and comes again and again."""


def mix_site() -> Site:
    """Return a site whose tags, in the order of their paths, are those of the mix, each without a deadband."""
    devices = tuple(
        DeviceSpec(f"g{g:02d}", _LABEL, Protocol.MODBUS_TCP, f"127.0.0.1:{15000 + g}", (ScanGroup("fast", 1000),))
        for g in range(GROUPS)
    )
    tags = tuple(
        TagSpec(f"mix/g{g:02d}/{n:02d}-{shape_of(n)}", _LABEL, TagKind.ANALOG, device=f"g{g:02d}", group="fast",
                point=ModbusPoint(1, Table.HOLDING, n, WordType.U16), low=-1e9, high=1e9)
        for g in range(GROUPS) for n in range(PER_GROUP)
    )  # fmt: skip
    return Site("mix", _LABEL, "UTC", demo=True, devices=devices, tags=tags)


class _Reply:
    """What one device answers, second by second, again and again."""

    def __init__(self) -> None:
        self._slice = next(Mix(seed=7).slices(_PREPARED_S, _PREPARED_S))

    def of(
        self, group: int, numbers: np.ndarray[tuple[int], np.dtype[np.int32]], clock: Clock
    ) -> Iterator[SampleBatch]:
        cut = slice(group * PER_GROUP, (group + 1) * PER_GROUP)
        for second in cycle(range(_PREPARED_S)):
            now = clock.now_ms()
            rows = self._slice.values[second, cut], self._slice.quality[second, cut]
            yield SampleBatch(numbers, *rows, one_time(now, PER_GROUP), now)


class _MixDevice(FakeDevice):
    """A driver that gets one reply a second."""

    def __init__(self, spec: DeviceSpec, tags: Sequence[TagSpec], clock: Clock, reply: _Reply) -> None:
        super().__init__(spec, tags, clock)
        numbers = np.array(sorted(t.number for t in tags), dtype=np.int32)
        numbers.setflags(write=False)
        self._group = int(spec.id[1:])
        self._replies = reply.of(self._group, numbers, clock)

    async def run(self, sink: Sink) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + self._group / GROUPS
        while True:
            await asyncio.sleep(max(0.0, due - loop.time()))
            due += 1.0
            self.status.last_good_ms = self._clock.now_ms()
            sink.samples(self.spec.id, next(self._replies))


async def _nothing() -> None:
    """Start nothing."""


class _MixRun(_Run):
    """One life of a real engine on such devices, that notes its ticks."""

    def __init__(self, config: Config, clock: Clock, *, historian: bool) -> None:
        super().__init__(config, clock)
        if not historian:
            self._historian.start = _nothing  # type: ignore[method-assign]
        self.ticks: list[tuple[float, float, float, float]] = []
        self._reply = _Reply()

    def _device_maker(self, intern: Callable[[str], float]) -> MakeDevice:
        return lambda spec, tags: _MixDevice(spec, tags, self._clock, self._reply)

    async def _tick_on(self, engine: Engine) -> None:
        tick = engine.tick

        def noted(loop_lag_ms: float = 0.0) -> None:
            began = time.monotonic()
            tick(loop_lag_ms)
            took = 1000 * (time.monotonic() - began)
            self.ticks.append((began, loop_lag_ms, took, self._writer.status.commit_ms))

        engine.tick = noted  # type: ignore[method-assign]
        await super()._tick_on(engine)


def main() -> int:
    """Run until SIGTERM, then say what was noted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store")
    parser.add_argument("--without-historian", action="store_true")
    asked = parser.parse_args()
    run = _MixRun(load_config(store=asked.store), SystemClock(), historian=not asked.without_historian)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        code = runner.run(run.main())
    json.dump(run.ticks, sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
