"""Subscriptions of one session: notifications become columns, and silence is noticed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from asyncua import ua
from asyncua.ua.attribute_ids import AttributeIds

from app.clock import Clock
from app.devices.opcua.lots import MOST, Lots
from app.devices.opcua.session import Session, foreign_errors
from app.devices.opcua.status import number_of, quality_of, utc_ms
from app.errors import BadReply, Refused
from app.model.points import OpcUaPoint
from app.model.quality import UNCERTAIN, Quality
from app.model.spec import ScanGroup, TagSpec
from app.series.batch import SampleBatch

__all__ = ["Subscription", "Taken"]

_log: Final = logging.getLogger(__name__)

Taken = Callable[["Subscription", SampleBatch], None]


@dataclass(slots=True)
class _Held:
    """The newest value of one tag."""

    value: float
    quality: int
    source_ms: int


class Subscription:
    """The subscription of one scan group in one session. `taken` gets each notification as one batch."""

    def __init__(self, session: Session, lots: Lots, group: ScanGroup, tags: Sequence[TagSpec], *, clock: Clock,
                 taken: Taken, intern: Callable[[str], float] | None) -> None:  # fmt: skip
        self.group: Final = group
        self.tags: Final = tuple(tags)
        self.refused: dict[str, str] = {}
        """Why the server refuses a tag, by path."""
        self.heard_at = clock.monotonic()
        """When the server last published anything, keep-alives included (monotonic s)."""
        self.granted_ms = float(group.period_ms)
        """The publishing interval that the server granted, which may be longer than asked."""
        self._session = session
        self._lots = lots
        self._clock = clock
        self._taken = taken
        self._intern = intern
        self._held: dict[int, _Held] = {}

    @property
    def keep_alive_s(self) -> float:
        """Return how long the server may say nothing when nothing changes: a period, or one second if that is more."""
        return max(self.group.period_ms / 1000, 1.0)

    async def create(self) -> None:
        """Create the subscription and its monitored items. Raises LinkDown, Refused or BadReply."""
        period_ms = self.group.period_ms
        keep_alives = max(1, round(1000 * self.keep_alive_s / period_ms))
        parameters = ua.CreateSubscriptionParameters(
            RequestedPublishingInterval=float(period_ms),
            RequestedLifetimeCount=max(30, 10 * keep_alives),
            RequestedMaxKeepAliveCount=keep_alives,
            MaxNotificationsPerPublish=0,
            PublishingEnabled=True,
            Priority=0,
        )
        async with foreign_errors(self._session.timeout_s):
            created = await self._session.client.uaclient.create_subscription(parameters, self._published)
        self.granted_ms = float(created.RevisedPublishingInterval)
        everything = range(len(self.tags))
        await self._lots.monitors.each(everything, partial(self._monitor, created.SubscriptionId))
        await self._lots.reads.each(everything, self._read_now)
        self.heard_at = self._clock.monotonic()

    def held(self) -> SampleBatch | None:
        """Return all values that the server has not taken back, with the times it gave them; None if there are none."""
        return self._batch(self._held) if self._held else None

    async def _monitor(self, subscription: int, wanted: Sequence[int]) -> None:
        handles: list[int] = []
        requests: list[ua.MonitoredItemCreateRequest] = []
        for handle in wanted:
            try:
                requests.append(self._request(handle, self._node(handle)))
                handles.append(handle)
            except Refused as refusal:
                self._refuse(handle, str(refusal), refusal.code)
        if not requests:
            return
        async with foreign_errors(self._session.timeout_s + len(requests) / MOST):
            results = await self._session.client.uaclient.create_monitored_items(
                ua.CreateMonitoredItemsParameters(
                    SubscriptionId=subscription,
                    TimestampsToReturn=ua.TimestampsToReturn.Both,
                    ItemsToCreate=requests,
                )
            )
        if len(results) != len(requests):
            raise BadReply(f"{len(results)} answers to {len(requests)} monitored items")
        for handle, result in zip(handles, results, strict=True):
            if not result.StatusCode.is_good():
                self._refuse(handle, result.StatusCode.name, result.StatusCode.value)

    async def _read_now(self, wanted: Sequence[int]) -> None:
        """Read values at once: a slow group's first notification may be a whole period away."""
        handles = [handle for handle in wanted if handle not in self._held]
        if not handles:
            return
        found = await self._session.read([self._node(handle) for handle in handles])
        receipt_ms = self._clock.now_ms()
        fresh = {handle: self._sample(handle, data, receipt_ms) for handle, data in zip(handles, found, strict=True)
                 if handle not in self._held}  # fmt: skip
        if fresh:
            self._held.update(fresh)
            self._taken(self, self._batch(fresh))

    def _node(self, handle: int) -> ua.NodeId:
        point = self.tags[handle].point
        assert isinstance(point, OpcUaPoint)
        return self._session.node_id(point.node)

    def _request(self, handle: int, node: ua.NodeId) -> ua.MonitoredItemCreateRequest:
        return ua.MonitoredItemCreateRequest(
            ItemToMonitor=ua.ReadValueId(NodeId=node, AttributeId=AttributeIds.Value),
            MonitoringMode=ua.MonitoringMode.Reporting,
            RequestedParameters=ua.MonitoringParameters(
                ClientHandle=handle, SamplingInterval=float(self.group.period_ms), QueueSize=1, DiscardOldest=True
            ),
        )

    def _refuse(self, handle: int, why: str, code: int) -> None:
        self.refused[self.tags[handle].path] = why
        quality = quality_of(code)
        now_ms = self._clock.now_ms()
        self._held[handle] = _Held(float("nan"), quality if quality >= UNCERTAIN else Quality.REFUSED, now_ms)

    def _published(self, result: ua.PublishResult) -> None:
        """Take one publish response (called by the session's publish loop)."""
        self.heard_at = self._clock.monotonic()
        receipt_ms = self._clock.now_ms()
        fresh: dict[int, _Held] = {}
        for notification in result.NotificationMessage.NotificationData or ():
            if isinstance(notification, ua.DataChangeNotification):
                for item in notification.MonitoredItems:
                    if item.ClientHandle < len(self.tags):
                        fresh[item.ClientHandle] = self._sample(item.ClientHandle, item.Value, receipt_ms)
            elif isinstance(notification, ua.StatusChangeNotification):
                # The server ends the subscription (time-out, shutdown): whoever watches starts anew.
                _log.info("subscription of group %s ended: %s", self.group.name, notification.Status)
                self.heard_at = float("-inf")
        if fresh:
            self._held.update(fresh)
            self._taken(self, self._batch(fresh))

    def _sample(self, handle: int, data: ua.DataValue, receipt_ms: int) -> _Held:
        tag = self.tags[handle]
        assert isinstance(tag.point, OpcUaPoint)
        status = data.StatusCode.value if data.StatusCode is not None else 0
        raw = data.Value.Value if data.Value is not None else None
        value = number_of(raw, self._intern)
        if not isinstance(raw, str | ua.LocalizedText):  # the number of a text: scaled it would be another's
            value = value * tag.point.scale + tag.point.offset
        quality: int = quality_of(status)
        if quality < UNCERTAIN:
            if not np.isfinite(value):
                value, quality = float("nan"), Quality.SENSOR_FAULT
            elif (tag.low is not None and value < tag.low) or (tag.high is not None and value > tag.high):
                quality = Quality.OUT_OF_RANGE
        stamp = data.SourceTimestamp or data.ServerTimestamp
        return _Held(value, quality, receipt_ms if stamp is None else utc_ms(stamp))

    def _batch(self, held: dict[int, _Held]) -> SampleBatch:
        return SampleBatch(
            tags=np.array([self.tags[handle].number for handle in held], np.int32),
            values=np.array([one.value for one in held.values()], np.float64),
            quality=np.array([one.quality for one in held.values()], np.uint16),
            source_ms=np.array([one.source_ms for one in held.values()], np.int64),
            receipt_ms=self._clock.now_ms(),
        )
