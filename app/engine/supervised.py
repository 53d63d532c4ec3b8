"""Tells a service manager that our loop turns (systemd's notify protocol, sd_notify(3)), so that it can end us when it
does not: an engine that stands still is ended by whoever started it."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Mapping
from typing import Final

__all__ = ["Supervised"]

_log: Final = logging.getLogger(__name__)


class Supervised:
    """Does nothing unless the manager asks for signs of life of this very process."""

    def __init__(self, env: Mapping[str, str] = os.environ) -> None:
        """Read what the manager wants: NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID."""
        self._socket: socket.socket | None = None
        self._failed = False
        address = env.get("NOTIFY_SOCKET", "")
        if address and "WATCHDOG_USEC" in env and env.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid()):
            # An address that begins with @ is of Linux' abstract name space.
            self._address = "\0" + address[1:] if address.startswith("@") else address
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self._socket.setblocking(False)

    def tell(self) -> None:
        """Say that we live; called at each tick, never waits."""
        if self._socket is None:
            return
        try:
            self._socket.sendto(b"WATCHDOG=1", self._address)
            self._failed = False
        except OSError as error:
            if not self._failed:
                _log.warning("the service manager cannot be told that we live: %s", error)
            self._failed = True

    def close(self) -> None:
        """Say nothing more. Idempotent."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
