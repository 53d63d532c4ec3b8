"""An OPC UA endpoint: connects, subscribes, watches that the server is alive, and starts over for ever."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Final

from asyncua import ua
from asyncua.ua.object_ids import ObjectIds

from app.clock import Clock
from app.devices.base import DeviceStatus, GroupStatus, Sink
from app.devices.health import Health
from app.devices.opcua.lots import lots_of
from app.devices.opcua.session import CertificateOffered, Session, open_session
from app.devices.opcua.status import utc_ms
from app.devices.opcua.subscription import Subscription
from app.errors import BadReply, ConfigurationFault, DeviceFault, LinkDown
from app.model.points import OpcUaPoint
from app.model.quality import Quality
from app.model.spec import DeviceSpec, ScanGroup, TagSpec
from app.series.batch import SampleBatch

__all__ = ["OpcUaDevice"]

_CURRENT_TIME: Final = ua.NodeId(ua.Int32(ObjectIds.Server_ServerStatus_CurrentTime))
SILENT_PERIODS: Final = 3
"""Keep-alive periods without anything published after which a subscription counts as dead."""


class OpcUaDevice:
    """The driver of one OPC UA server."""

    def __init__(self, spec: DeviceSpec, tags: Sequence[TagSpec], *, clock: Clock, private: Path,
                 random: Random | None = None, intern: Callable[[str], float] | None = None) -> None:  # fmt: skip
        self.spec = spec
        self.status = DeviceStatus()
        self._clock = clock
        self._private = private
        self._intern = intern
        self._health = Health(spec.id, self.status, clock=clock, random=random or Random())
        self._tags = _by_group(spec, tags)
        self.status.groups = {group.name: GroupStatus(group.name, group.period_ms) for group in self._tags}
        self._clock_tag = next((tag.number for tag in tags if tag.path == spec.clock), 0)
        self._offered = ""
        self._told_refused: set[str] = set()
        periods_s = [group.period_ms / 1000 for group in self._tags] or [1.0]
        # Look often enough that a frozen server is known within three periods of the fastest group, at most 3 s.
        self._look_every_s = min(1.0, max(0.2, min(periods_s)))
        self._look_timeout_s = max(0.3, min(1.5, 1.5 * min(periods_s)))

    async def run(self, sink: Sink) -> None:
        """Read for ever; cancel to end."""
        self._health.sink = sink
        first = True
        while True:
            why = ""
            try:
                session = await open_session(self.spec, private=self._private, watchdog_s=3600.0)
            except CertificateOffered as fault:
                why = str(fault)
                self._tell_offered(why)
            except (DeviceFault, ConfigurationFault) as fault:
                why = str(fault)
                self.status.failures += 1
            else:
                self.status.reconnects += not first
                first = False
                why = await self._serve_and_close(session, sink)
            self._lose(sink, why)
            await self._health.pause()

    def reconnect_now(self) -> None:
        """Cut the current back-off short."""
        self._health.hurry()

    async def _serve_and_close(self, session: Session, sink: Sink) -> str:
        try:
            return await self._serve(session, sink)
        except DeviceFault as fault:
            session.abort()
            self.status.failures += 1
            self.status.bad_replies += isinstance(fault, BadReply)
            return str(fault)
        finally:
            await session.close()

    async def _serve(self, session: Session, sink: Sink) -> str:
        """Subscribe and watch; return why it ended."""

        def taken(subscription: Subscription, batch: SampleBatch) -> None:
            self._take(sink, subscription, batch)

        lots = await lots_of(session)
        subscriptions = []
        for group, tags in self._tags.items():
            made = Subscription(session, lots, group, tags, clock=self._clock, taken=taken, intern=self._intern)
            await made.create()
            subscriptions.append(made)
            self._tell_refused(made)
        while not session.lost.is_set():
            await self._look(session)
            for subscription in subscriptions:
                silent_s = self._clock.monotonic() - subscription.heard_at
                if silent_s > SILENT_PERIODS * subscription.keep_alive_s:
                    raise LinkDown(f"the server publishes nothing for group {subscription.group.name}")
                self._confirm(sink, subscription)
            await _wait(session.lost, self._look_every_s)
        return "connection lost"

    async def _look(self, session: Session) -> None:
        """Ask the server for its time: an answer proves that it lives, whatever state the connection claims."""
        self.status.requests += 1
        try:
            async with asyncio.timeout(self._look_timeout_s):
                (now,) = await session.read([_CURRENT_TIME])
        except TimeoutError:
            raise LinkDown("the server does not answer") from None
        receipt_ms = self._health.good()
        if not self._clock_tag and now.Value is not None and now.Value.Value is not None:
            self.status.clock_offset_ms = float(utc_ms(now.Value.Value) - receipt_ms)

    def _take(self, sink: Sink, subscription: Subscription, batch: SampleBatch) -> None:
        self._health.good()
        self.status.groups[subscription.group.name].scans += 1
        if self._clock_tag:
            for at in (batch.tags == self._clock_tag).nonzero()[0]:
                if batch.quality[at] == Quality.GOOD:
                    self.status.clock_offset_ms = float(batch.values[at]) * 1000 - batch.receipt_ms
        sink.samples(self.spec.id, batch)

    def _confirm(self, sink: Sink, subscription: Subscription) -> None:
        """Hand in what is held anew: by OPC UA's contract a value that is not reported has not changed.

        So age means for these tags what it means for polled ones: the time since the server last answered.
        """
        self.status.groups[subscription.group.name].achieved_hz = 1000 / max(subscription.granted_ms, 1.0)
        held = subscription.held()
        if held is not None:
            sink.samples(self.spec.id, held)

    def _lose(self, sink: Sink, why: str) -> None:
        self._health.failed(why)
        for group, tags in self._tags.items():
            self.status.groups[group.name].achieved_hz = 0.0
            sink.lost(self.spec.id, group.name, tuple(tag.number for tag in tags), Quality.COMM_LOST)

    def _tell_offered(self, why: str) -> None:
        if why != self._offered:
            self._offered = why
            self._health.tell("certificate", why, level=logging.INFO)

    def _tell_refused(self, subscription: Subscription) -> None:
        for path, why in subscription.refused.items():
            if path not in self._told_refused:
                self._told_refused.add(path)
                self._health.tell("refused-point", f"{path}: {why}", level=logging.WARNING)


async def _wait(event: asyncio.Event, timeout_s: float) -> None:
    try:
        async with asyncio.timeout(timeout_s):
            await event.wait()
    except TimeoutError:
        return


def _by_group(spec: DeviceSpec, tags: Sequence[TagSpec]) -> dict[ScanGroup, list[TagSpec]]:
    groups = {group.name: group for group in spec.groups}
    found: dict[ScanGroup, list[TagSpec]] = {}
    for tag in tags:
        if isinstance(tag.point, OpcUaPoint):
            if tag.group not in groups:
                raise ConfigurationFault(f"{tag.path}: no scan group {tag.group!r}")
            found.setdefault(groups[tag.group], []).append(tag)
    return found
