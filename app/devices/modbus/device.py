"""A Modbus endpoint: connects, polls, and starts over for ever."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby
from random import Random

from app.clock import Clock
from app.devices.base import DeviceStatus, GroupStatus, Sink
from app.devices.batching import Item
from app.devices.health import Health
from app.devices.modbus.line import Line, Note
from app.devices.modbus.poller import Poller
from app.devices.modbus.unit import Rules, Unit
from app.errors import ConfigurationFault, LinkDown
from app.model.points import ModbusPoint
from app.model.quality import Quality
from app.model.spec import DeviceSpec, TagSpec

__all__ = ["Connector", "ModbusDevice"]

Connector = Callable[[Note], Awaitable[Line]]
"""Opens a line or raises LinkDown; the line reports stray bytes to the note."""


class ModbusDevice:
    """The driver of one Modbus endpoint, over whatever lines its connector opens."""

    def __init__(self, spec: DeviceSpec, tags: Sequence[TagSpec], *, clock: Clock, connect: Connector,
                 random: Random | None = None, intern: Callable[[str], float] | None = None) -> None:  # fmt: skip
        self.spec = spec
        self.status = DeviceStatus()
        self._clock = clock
        self._connect = connect
        random = random or Random()
        self._health = Health(spec.id, self.status, clock=clock, random=random)
        for group in spec.groups:
            self.status.groups[group.name] = GroupStatus(group.name, group.period_ms)
        clock_tag = next((tag.number for tag in tags if tag.path == spec.clock), 0)
        rules = Rules(
            spec.max_gap, spec.max_block, timeout_s=spec.timeout_ms / 1000, clock_tag=clock_tag, intern=intern
        )
        self._units = _units(tags, self.status, rules, random)
        self.line: Line | None = None

    async def run(self, sink: Sink) -> None:
        """Read for ever; cancel to end."""
        self._health.sink = sink
        first = True
        while True:
            try:
                self.line = await self._connect(lambda reason, raw: self._stray(sink, reason, raw))
            except LinkDown as fault:
                self._lose(sink, str(fault))
            else:
                self.status.reconnects += not first
                first = False
                await self._poll(self.line, sink)
            await self._health.pause()

    def reconnect_now(self) -> None:
        """Cut the current back-off short."""
        self._health.hurry()

    async def _poll(self, line: Line, sink: Sink) -> None:
        poller = Poller(self.spec.id, line, self._units, status=self.status, health=self._health, sink=sink,
                        clock=self._clock, timeout_s=self.spec.timeout_ms / 1000)  # fmt: skip
        try:
            why = await poller.run()
        finally:
            line.abort()
            await line.wait_closed()
            self.line = None
        self._lose(sink, why)

    def _lose(self, sink: Sink, why: str) -> None:
        self._health.failed(why)
        for unit in self._units:
            unit.answers = False
            unit.announced = False
            for job in unit.jobs:
                job.grid.stop()
                sink.lost(self.spec.id, job.group, job.tags, Quality.COMM_LOST)

    def _stray(self, sink: Sink, reason: str, raw: bytes) -> None:
        self.status.bad_replies += 1
        sink.raw(self.spec.id, reason, raw)


def _units(tags: Sequence[TagSpec], status: DeviceStatus, rules: Rules, random: Random) -> tuple[Unit, ...]:
    items: list[tuple[int, str, Item]] = []
    for tag in tags:
        if not isinstance(tag.point, ModbusPoint):
            continue
        if tag.group not in status.groups:
            raise ConfigurationFault(f"{tag.path}: no scan group {tag.group!r}")
        items.append((tag.point.unit, tag.group, Item(tag.number, tag.path, tag.point, tag.low, tag.high)))
    items.sort(key=lambda entry: entry[:2])
    units = []
    for number, of_unit in groupby(items, key=lambda entry: entry[0]):
        groups = [
            (status.groups[name], [item for _, _, item in entries])
            for name, entries in groupby(of_unit, key=lambda entry: entry[1])
        ]
        units.append(Unit(number, groups, rules, random))
    return tuple(units)
