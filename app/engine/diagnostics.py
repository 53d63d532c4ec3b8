"""The engine's own tags: how each device and the engine itself are doing, once a second."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import psutil

from app.devices.base import Device, DeviceStatus
from app.engine.historian.work import HistorianStatus
from app.engine.outbox import Outbox
from app.engine.pipeline import Pipeline
from app.engine.writer import Writer
from app.model.quality import BAD

__all__ = ["CLOCK_LIMIT_S", "Diagnostics", "Figures"]

CLOCK_LIMIT_S: Final = 2.0
"""A device clock that is further off is an event."""

CLOCK_BACK_S: Final = 1.5
CLOCK_LOOKS: Final = 3
"""Looks in a row that must find a clock off: one reply that came late is none."""

_STATES: Final = {"connecting": 0.0, "up": 1.0, "failed": 2.0}
_NAN: Final = float("nan")
_WORKS, _WAITS, _FAILED, _HALF = 0.0, 1.0, 2.0, 3.0
"""What `engine/history` says."""


@dataclass(slots=True)
class Figures:
    """What the engine measures about itself elsewhere: the worst loop lag since the last look, store and disk."""

    loop_lag_ms: float = 0.0
    store_bytes: int = 0
    disk_fraction: float = 0.0


class Diagnostics:
    """Makes `dev/<device>/…` and `engine/…` values, and tells when a device's clock leaves or regains its limit."""

    def __init__(
        self,
        *,
        pipeline: Pipeline,
        outbox: Outbox,
        writer: Writer,
        devices: Callable[[], Iterable[Device]],
        refused: Callable[[], Iterable[str]],
        figures: Figures,
        history: HistorianStatus | None,
        now_ms: Callable[[], int],
    ) -> None:
        self._pipeline = pipeline
        self._outbox = outbox
        self._writer = writer
        self._devices = devices
        self._refused = refused
        self._figures = figures
        self._history = history
        self._now_ms = now_ms
        self._began_ms = now_ms()
        self._process = psutil.Process()
        self._process.cpu_percent()  # the first call only starts the measurement
        self._clock_off: set[str] = set()
        self._off_looks: dict[str, int] = {}

    def tick(self) -> None:
        """Hand the newest figures to the pipeline. Once a second."""
        values: list[tuple[str, float]] = [*self._of_engine(), *self._of_history()]
        for device in self._devices():
            values += self._of_device(device)
        # Nobody even tries: for whoever looks that is a device that does not answer.
        values += [(f"dev/{device_id}/state", _STATES["failed"]) for device_id in self._refused()]
        self._pipeline.own(values)
        self._figures.loop_lag_ms = 0.0

    def _of_engine(self) -> Iterator[tuple[str, float]]:
        figures, writer = self._figures, self._writer
        yield "engine/cpu", self._process.cpu_percent()
        yield "engine/memory", self._process.memory_info().rss / 1e6
        yield "engine/loop_lag", figures.loop_lag_ms
        yield "engine/commit_ms", writer.status.commit_ms
        yield "engine/writer_queue", float(writer.queued)
        yield "engine/store_size", figures.store_bytes / 1e6
        yield "engine/disk", figures.disk_fraction * 100.0
        yield "engine/spooled", float(writer.queued) if writer.status.away else 0.0
        yield "engine/log_left_out", float(self._outbox.left_out)

    def _of_history(self) -> Iterator[tuple[str, float]]:
        history = self._history
        if history is None:
            return
        # Before the first window ever, since we began.
        since_ms = history.mark_ms or self._began_ms
        yield "engine/history", _state_of(history)
        yield "engine/history_lag", max(0.0, (self._now_ms() - since_ms) / 1000.0)
        yield "engine/history_samples", float(history.samples) if history.windows else _NAN
        yield "engine/history_bytes", float(history.bytes) if history.windows else _NAN
        yield "engine/history_ms", history.took_ms if history.windows else _NAN

    def _of_device(self, device: Device) -> Iterator[tuple[str, float]]:
        status, base = device.status, f"dev/{device.spec.id}"
        groups = status.groups.values()
        yield f"{base}/state", _STATES.get(status.state, _NAN)
        yield f"{base}/last_good", float(status.last_good_ms) if status.last_good_ms else _NAN
        yield f"{base}/rate", _rate(status)
        yield f"{base}/scan_ms", max((g.last_scan_ms for g in groups), default=_NAN)
        yield f"{base}/overruns", float(sum(g.overruns for g in groups))
        yield f"{base}/reconnects", float(status.reconnects)
        yield f"{base}/failures", float(status.failures)
        yield f"{base}/bad_replies", float(status.bad_replies)
        yield f"{base}/clock_offset", self._clock_offset(device)

    def _clock_offset(self, device: Device) -> float:
        """Return the device's clock minus ours in seconds, NaN when it cannot be known now."""
        offset = self._measured(device)
        if device.spec.commissioning:
            return offset
        device_id = device.spec.id
        self._off_looks[device_id] = self._off_looks.get(device_id, 0) + 1 if abs(offset) > CLOCK_LIMIT_S else 0
        if self._off_looks[device_id] >= CLOCK_LOOKS and device_id not in self._clock_off:
            self._clock_off.add(device_id)
            self._outbox.event("clock-off", device_id, offset_s=round(offset, 1))
        elif abs(offset) < CLOCK_BACK_S and device_id in self._clock_off:
            self._clock_off.discard(device_id)
            self._outbox.event("clock-back", device_id, offset_s=round(offset, 1))
        return offset

    def _measured(self, device: Device) -> float:
        if device.status.clock_offset_ms is not None:
            return device.status.clock_offset_ms / 1000.0
        columns, path = self._pipeline.columns, device.spec.clock
        number = None if path is None else columns.number(path)
        # A controller that just started shows zero until its clock is set.
        if number is None or columns.quality[number] >= BAD or columns.value[number] <= 0:
            return _NAN
        return float(columns.value[number]) - float(columns.receipt_ms[number]) / 1000.0


def _state_of(history: HistorianStatus) -> float:
    if history.failed:
        return _FAILED
    if history.away:
        return _WAITS
    return _HALF if history.upkeep_failed else _WORKS


def _rate(status: DeviceStatus) -> float:
    """Return how much of the asked scan rate is achieved, in per cent, of the worst group."""
    rates = [g.achieved_hz * g.period_ms / 10.0 for g in status.groups.values() if g.period_ms]
    return min(100.0, min(rates)) if rates else _NAN
