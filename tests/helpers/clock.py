"""A clock that jumps: tests move time by hand and never wait for it."""

from __future__ import annotations

__all__ = ["FakeClock"]


class FakeClock:
    """`app.clock.Clock` under a test's control. All three clocks move together with `advance`."""

    def __init__(self, now_ms: int = 1_760_000_000_000) -> None:
        self._now_ms = now_ms
        self._monotonic = 1_000.0
        self._boot = 5_000.0
        self.boot_name = "boot 1"
        """The name of this run of the machine; `restart_machine` gives another."""

    def now_ms(self) -> int:
        return self._now_ms

    def monotonic(self) -> float:
        return self._monotonic

    def boot(self) -> float:
        return self._boot

    def boot_id(self) -> str:
        return self.boot_name

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass on every clock."""
        self._now_ms += round(seconds * 1000)
        self._monotonic += seconds
        self._boot += seconds

    def suspend(self, seconds: float) -> None:
        """Let the machine sleep: the wall and the boot clock go on, the monotonic one stands."""
        self._now_ms += round(seconds * 1000)
        self._boot += seconds

    def step_wall(self, seconds: float) -> None:
        """Set the wall clock forward or back, as a time service may."""
        self._now_ms += round(seconds * 1000)

    def restart_machine(self, seconds: float) -> None:
        """Let the machine be off for a while: the boot clock begins anew under another name."""
        self._now_ms += round(seconds * 1000)
        self._monotonic = self._boot = 10.0
        self.boot_name = f"{self.boot_name}+"
