"""The state of one endpoint, told once when it fails and once when it is back."""

from __future__ import annotations

import asyncio
import logging
from random import Random
from typing import Final

from app.clock import Clock
from app.devices.backoff import Backoff
from app.devices.base import DeviceStatus, Sink

__all__ = ["Health"]

_log: Final = logging.getLogger(__name__)


class Health:
    """Keeps a device's status and its back-off, and reports changes to the log and the sink."""

    def __init__(self, device: str, status: DeviceStatus, *, clock: Clock, random: Random) -> None:
        self._device = device
        self._status = status
        self._clock = clock
        self._backoff = Backoff(random=random)
        self._hurry = asyncio.Event()
        self.sink: Sink | None = None

    def good(self) -> int:
        """Note a good reply and return its receipt time (UTC ms)."""
        now_ms = self._clock.now_ms()
        status = self._status
        status.last_good_ms = now_ms
        if status.state != "up":
            was_failed = status.state == "failed"
            status.state = "up"
            self._backoff.reset()
            if was_failed:
                self.tell("recovered", "answers again", level=logging.WARNING)
            else:
                _log.info("%s: connected", self._device)
        return now_ms

    def failed(self, why: str) -> None:
        """Note that the endpoint as a whole does not serve; said once until it is good again."""
        self._status.last_error = why
        if self._status.state != "failed":
            self._status.state = "failed"
            self.tell("failed", why, level=logging.WARNING)

    def tell(self, kind: str, text: str, *, level: int) -> None:
        """Write one line to the log and one event to the sink."""
        _log.log(level, "%s: %s: %s", self._device, kind, text)
        if self.sink is not None:
            self.sink.event(self._device, kind, text)

    async def pause(self) -> None:
        """Wait for the back-off, or until `hurry`."""
        try:
            await asyncio.wait_for(self._hurry.wait(), self._backoff.next())
        except TimeoutError:
            return
        self._hurry.clear()

    def hurry(self) -> None:
        """Cut the current pause short and start the back-off over."""
        self._backoff.reset()
        self._hurry.set()
