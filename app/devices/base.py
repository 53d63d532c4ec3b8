"""The contract between a driver and the engine, on one screen.

A driver owns one endpoint. `run` connects, reads by scan group, and goes on for ever: it reconnects by itself
(0.5 s doubling to 10 s, with jitter, the first connect included), says once that it failed and once that it is back,
and hands every sample it gets to the sink. When the endpoint is silent it hands in nothing but `lost`: quality follows
from the last good reply, never from "connected".

Writing is a thing apart (`CommandLink`): its own connection, no retries, one block per command.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from app.model.commands.block import BlockOut, Echo
from app.model.points import Point
from app.model.spec import CommandBlock, DeviceSpec
from app.series.batch import SampleBatch

__all__ = ["CommandLink", "Device", "DeviceStatus", "GroupStatus", "Sink"]


class Sink(Protocol):
    """Where a driver puts what it hears. Called on the engine's loop; must not block."""

    def samples(self, device: str, batch: SampleBatch) -> None:
        """Take samples of one good reply (single points of it may carry bad quality)."""

    def lost(self, device: str, group: str, tags: tuple[int, ...], quality: int) -> None:
        """Mark tags bad: their last request failed, timed out or was answered wrongly."""

    def event(self, device: str, kind: str, text: str) -> None:
        """Report `failed` or `recovered` (each once), `restarted`, `certificate`, `refused-point`."""

    def raw(self, device: str, reason: str, data: bytes) -> None:
        """Keep bytes that could not be read, or did not match their question."""


@dataclass(slots=True)
class GroupStatus:
    """Running figures of one scan group."""

    name: str
    period_ms: int
    scans: int = 0
    late: int = 0
    """Scans started more than 10 % of the period after their time."""
    overruns: int = 0
    """Whole periods that were skipped since the scan before had not ended."""
    last_scan_ms: float = 0.0
    """How long the last scan took."""
    achieved_hz: float = 0.0
    """Scans completed per second over the last 10 s."""


@dataclass(slots=True)
class DeviceStatus:
    """What the System page shows of a device; read by the engine each second, written by the driver alone."""

    state: str = "connecting"
    """connecting, up, failed"""
    last_good_ms: int = 0
    reconnects: int = 0
    requests: int = 0
    failures: int = 0
    bad_replies: int = 0
    last_error: str = ""
    clock_offset_ms: float | None = None
    groups: dict[str, GroupStatus] = field(default_factory=dict)


class Device(Protocol):
    """A driver of one endpoint."""

    spec: DeviceSpec
    status: DeviceStatus

    async def run(self, sink: Sink) -> None:
        """Read for ever; cancel to end. Leaves no task, socket or thread behind."""

    def reconnect_now(self) -> None:
        """Cut the current back-off short: a person asked for it."""


class CommandLink(Protocol):
    """A connection for commands to one endpoint, separate from polling; refuses when not connected, never queues."""

    async def connect(self) -> None:
        """Connect or raise LinkDown. Called when an equipment is selected, so that a send needs no wait."""

    @property
    def connected(self) -> bool:
        """True while the connection stands; proves nothing about the PLC."""

    async def send(self, block: CommandBlock, out: BlockOut, fence: Callable[[], None]) -> None:
        """Write one block with one request and wait for the write's own reply.

        `fence` is called in the same synchronous step as the send, immediately before it: it raises LeaseLost when
        the lease has run out, and then nothing is sent. Raises LinkDown (nothing or something may have arrived),
        Refused (the device's answer proves that nothing was taken) or BadReply. Never retries.
        """

    async def send_direct(self, point: Point, value: float, fence: Callable[[], None]) -> None:
        """Write one value to a PLC without a command block; same promises."""

    async def read_echo(self, block: CommandBlock) -> Echo:
        """Read what the PLC says about the newest block. Raises LinkDown or BadReply."""

    def abort(self) -> None:
        """Drop the connection at once (RST), so that bytes still in the kernel are not delivered late."""
