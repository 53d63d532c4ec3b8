"""Time, injected. Three clocks, because no single one serves: wall, monotonic and boot."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Final, Protocol

__all__ = ["Clock", "SystemClock"]

_LINUX_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_WINDOWS_BOOT_ID: Final = r"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters"


class Clock(Protocol):
    """What a module asks for time; tests pass one that jumps."""

    def now_ms(self) -> int:
        """Return UTC milliseconds since 1970. May step; stamps only, never periods."""

    def monotonic(self) -> float:
        """Return seconds that never step back; periods, ages and delays. May stand still in suspend."""

    def boot(self) -> float:
        """Return seconds that never step back and go on in suspend; the lease's local deadline."""

    def boot_id(self) -> str:
        """Return what names this run of the machine: only times of `boot` with the same name may be compared. "" if
        the machine does not tell."""


class SystemClock:
    """The machine's clocks."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()

    def boot(self) -> float:
        # Linux' and macOS' monotonic clocks stand still in suspend; each has another that does not. Windows' goes on.
        if sys.platform == "darwin":
            return time.clock_gettime(time.CLOCK_MONOTONIC)  # `time.monotonic` is CLOCK_UPTIME_RAW there
        if hasattr(time, "CLOCK_BOOTTIME"):
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        return time.monotonic()

    def boot_id(self) -> str:
        if sys.platform == "win32":
            return _windows_boot_id()
        try:
            return _LINUX_BOOT_ID.read_text(encoding="ascii").strip()
        except OSError:
            return ""


if sys.platform == "win32":
    import winreg

    def _windows_boot_id() -> str:
        """Return Windows' count of its starts; "" where it is not kept."""
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _WINDOWS_BOOT_ID) as key:
                return f"boot {winreg.QueryValueEx(key, 'BootId')[0]}"
        except OSError:
            return ""
