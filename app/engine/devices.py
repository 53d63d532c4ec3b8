"""One task per endpoint, and one command link for each that is asked to act."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.clock import Clock
from app.devices.addresses import is_loopback
from app.devices.base import CommandLink, Device
from app.engine.outbox import Outbox
from app.engine.pipeline import Pipeline
from app.errors import ConfigurationFault
from app.model.quality import Quality
from app.model.spec import DeviceSpec, Protocol, Site, TagSpec
from app.series.batch import SampleBatch

__all__ = ["Devices"]

RESTART_S: Final = 5.0
"""Pause before a driver that ended by a defect is started again."""

IDLE_LINK_S: Final = 60.0
"""A command link that nobody needs is closed after so long."""

_log: Final = logging.getLogger(__name__)

MakeDevice = Callable[[DeviceSpec, Sequence[TagSpec]], Device]
MakeLink = Callable[[DeviceSpec, Device], CommandLink]


class Devices:
    """Runs the drivers of the applied site and is their sink."""

    def __init__(
        self,
        *,
        make_device: MakeDevice,
        make_link: MakeLink,
        pipeline: Pipeline,
        outbox: Outbox,
        clock: Clock,
        loopback_only: bool,
    ) -> None:
        self._make_device = make_device
        self._make_link = make_link
        self._pipeline = pipeline
        self._outbox = outbox
        self._clock = clock
        self._loopback_only = loopback_only
        self._running: dict[str, _Running] = {}
        self._refused: set[str] = set()

    # ---- the sink, called by drivers

    def samples(self, device: str, batch: SampleBatch) -> None:
        self._pipeline.samples(batch)

    def lost(self, device: str, group: str, tags: tuple[int, ...], quality: int) -> None:
        self._pipeline.lost(tags, quality)

    def event(self, device: str, kind: str, text: str) -> None:
        running = self._running.get(device)
        if running is None or not running.spec.commissioning:
            # A device that is being commissioned shows its values and raises nothing.
            self._outbox.event(f"device-{kind}", device, text=text)
        self._outbox.comm(device, kind, text)

    def raw(self, device: str, reason: str, data: bytes) -> None:
        self._outbox.raw(device, reason, data)

    # ---- life

    async def use(self, site: Site) -> tuple[str, ...]:
        """Run the devices of a site. Those whose spec or tags are as before keep running; return the ids that were
        stopped or started."""
        wanted = {spec.id: (spec, _tags_of(site, spec.id)) for spec in site.devices}
        gone = [d for d, r in self._running.items() if wanted.get(d) != (r.spec, r.tags)]
        await self._stop(gone)
        self._refused.clear()
        fresh = [d for d in wanted if d not in self._running]
        for device_id in fresh:
            self._start(*wanted[device_id])
            # A driver of a thousand tags takes a tenth of a second to make; ticks must not wait for all of them.
            await asyncio.sleep(0)
        return tuple(dict.fromkeys([*gone, *fresh]))

    async def stop(self) -> None:
        """End all drivers and drop all command links."""
        await self._stop(list(self._running))

    def drop_links(self) -> None:
        """Drop every connection for commands at once: the lease is gone."""
        for running in self._running.values():
            running.drop_link()

    def each(self) -> Iterable[Device]:
        """Return the running drivers."""
        return [r.device for r in self._running.values()]

    def refused(self) -> Iterable[str]:
        """Return the devices of the site that have no driver, because they may not or cannot run."""
        return sorted(self._refused)

    def up(self, device_id: str) -> bool:
        """Return whether the endpoint answers now."""
        running = self._running.get(device_id)
        return running is not None and running.device.status.state == "up"

    def link(self, device_id: str) -> CommandLink | None:
        """Return the command link of a device, made on first use; None for a device that does not run."""
        running = self._running.get(device_id)
        if running is None:
            return None
        running.used = self._clock.monotonic()
        if running.link is None:
            running.link = self._make_link(running.spec, running.device)
        return running.link

    def reconnect(self, device_id: str) -> None:
        """Cut a device's back-off short: a person changed something about it."""
        running = self._running.get(device_id)
        if running is not None:
            running.device.reconnect_now()

    def tick(self) -> None:
        """Confirm what subscriptions left unsaid, and close command links that nobody used for a while."""
        now = self._clock.monotonic()
        for running in self._running.values():
            last_good = running.device.status.last_good_ms
            if running.by_exception and last_good != running.confirmed_ms:
                running.confirmed_ms = last_good
                self._pipeline.confirm(running.numbers)
            if running.link is not None and now - running.used > IDLE_LINK_S:
                running.drop_link()

    # ---- inside

    def _start(self, spec: DeviceSpec, tags: tuple[TagSpec, ...]) -> None:
        if self._loopback_only and not is_loopback(spec):
            _log.error("%s: %s is no loopback address, and this is a demo store: not started", spec.id, spec.address)
            self._refuse(spec.id, f"{spec.address} is no loopback address")
            return
        try:
            device = self._make_device(spec, tags)
        except ConfigurationFault as fault:
            _log.error("%s: not started: %s", spec.id, fault)
            self._refuse(spec.id, str(fault))
            return
        running = _Running(spec, tags, device)
        running.task = asyncio.get_running_loop().create_task(self._keep(running), name=f"device {spec.id}")
        self._running[spec.id] = running

    def _refuse(self, device_id: str, why: str) -> None:
        self._refused.add(device_id)
        self._outbox.event("device-refused", device_id, text=why)

    async def _keep(self, running: _Running) -> None:
        """Run a driver for ever. One that ends by a defect of ours takes no other with it."""
        device_id = running.spec.id
        while True:
            try:
                await running.device.run(self)
            except Exception:  # noqa: BLE001 - the driver's defect is logged with its trace and the driver started anew
                _log.exception("%s: the driver ended by a defect; it is started again", device_id)
                running.device.status.state = "failed"
                self.event(device_id, "defect", "the driver ended by a defect and is started again")
            self._pipeline.lost(tuple(running.numbers.tolist()), Quality.COMM_LOST)
            await asyncio.sleep(RESTART_S)

    async def _stop(self, device_ids: Sequence[str]) -> None:
        stopped = [self._running.pop(d) for d in device_ids]
        tasks = [r.task for r in stopped if r.task is not None]
        for running in stopped:
            running.drop_link()
            if running.task is not None:
                running.task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for running in stopped:
            self._pipeline.lost(tuple(running.numbers.tolist()), Quality.COMM_LOST)


class _Running:
    """One driver at work."""

    def __init__(self, spec: DeviceSpec, tags: tuple[TagSpec, ...], device: Device) -> None:
        self.spec: Final = spec
        self.tags: Final = tags
        self.device: Final = device
        self.numbers: Final[NDArray[np.int32]] = np.array([t.number for t in tags], dtype=np.int32)
        # A subscription speaks only of changes: silence about a tag is good while the endpoint itself is heard.
        self.by_exception: Final = spec.protocol is Protocol.OPCUA
        self.confirmed_ms = 0
        self.link: CommandLink | None = None
        self.used = 0.0
        self.task: asyncio.Task[None] | None = None

    def drop_link(self) -> None:
        if self.link is not None:
            self.link.abort()
            self.link = None


def _tags_of(site: Site, device_id: str) -> tuple[TagSpec, ...]:
    return tuple(t for t in site.tags if t.device == device_id and t.point is not None)
