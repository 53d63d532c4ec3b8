"""A store that takes the mix in time-lapse: the engine's own commits and the historian, in turn in one thread."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from app.clock import SystemClock
from app.engine.historian.opening import open_parts
from app.engine.historian.plan import DAY_MS, HistorianPlan
from app.engine.historian.work import Historian, HistorianStatus
from app.errors import LeaseLost
from app.series.batch import SampleBatch
from app.series.frames import encode
from app.storage.contract import DELTA, KEY, FrameRow, Tick
from app.storage.opening import create_store, open_engine_store
from benchmarks.history_engine import mix_site
from benchmarks.history_mix import START_MS, Slice
from benchmarks.history_mix import Tick as Replies
from tests.helpers.clock import FakeClock

__all__ = ["House"]

TOGETHER: Final = 15
"""Ticks in one transaction, as the engine's writer merges them when it lags; it prunes up to 20 frames in each."""
RENEW_S: Final = 0.5
KEPT_MS: Final = 1_800_000
KEY_EACH: Final = 300
"""Ticks from one key frame to the next: a minute."""


class House:
    """One store and what works on it. `cpu_s` counts our CPU time by part: `encode`, `commit`, `historian`."""

    def __init__(
        self, address: str, *, start_ms: int = START_MS, together: int = TOGETHER, plan: HistorianPlan | None = None
    ) -> None:
        self.address = address
        self.clock = FakeClock(start_ms)
        self.cpu_s: Counter[str] = Counter()
        self.samples = 0
        self._together = together
        self._ticks = 0
        self._renewed = time.monotonic()
        create_store(address, demo=True)
        self.store = open_engine_store(address, clock=SystemClock())
        lease = self.store.take_lease("benchmark")
        self._revision = self.store.apply_site(mix_site(), "benchmark", "benchmark").revision
        self._standing: dict[int, SampleBatch] = {}
        self._parts = open_parts(address)
        self._parts.store.lead(lease.epoch)
        self.historian = self._historian(plan or HistorianPlan())
        self.longest_step_s = 0.0

    def _historian(self, plan: HistorianPlan) -> Historian:
        applied = self.store.applied_site()
        assert applied is not None
        self.status = HistorianStatus()
        return Historian(
            self._parts.store,
            self._parts.frames_after,
            self._parts.reader,
            clock=self.clock,
            plan=plan,
            site=lambda: applied.site,
            status=self.status,
            tell=_complain,
        )

    @contextmanager
    def counted(self, part: str) -> Iterator[None]:
        """Count the CPU time of a block to a part."""
        began = time.process_time()
        yield
        self.cpu_s[part] += time.process_time() - began

    def feed(self, part: Slice, *, prune: bool = True) -> None:
        """Commit a slice, tick by tick."""
        ticks = list(part.ticks())
        for first in range(0, len(ticks), self._together):
            some = ticks[first : first + self._together]
            with self.counted("encode"):
                frames = tuple(frame for tick in some for frame in self._frames(tick))
            with self.counted("commit"):
                self._commit(Tick(frames=frames, prune_before_ms=some[-1].t - KEPT_MS if prune else None))
        self.clock.advance(part.seconds)
        self.samples += part.samples

    def _frames(self, tick: Replies) -> Iterator[FrameRow]:
        """Yield a tick's delta frame, and at the end of each minute a key frame with every tag as it stands."""
        self._standing.update((int(batch.tags[0]), batch) for batch in tick.batches)
        yield FrameRow(tick.t, DELTA, encode(tick.batches, t=tick.t, revision=self._revision))
        self._ticks += 1
        if self._ticks % KEY_EACH == 0:
            everything = list(self._standing.values())
            yield FrameRow(tick.t, KEY, encode(everything, t=tick.t, revision=self._revision))

    def work(self) -> None:
        """Let the historian do everything that is due now."""
        pause = 0.0
        while pause <= 0.0:
            began = time.perf_counter()
            with self.counted("historian"):
                pause = self.historian.step()
            self.longest_step_s = max(self.longest_step_s, time.perf_counter() - began)
            self._renew()

    def _commit(self, tick: Tick) -> None:
        try:
            self.store.commit(tick)
        except LeaseLost:  # a busy machine let it run out
            self._parts.store.lead(self.store.retake_lease().epoch)
            self.store.commit(tick)
        self._renewed = time.monotonic()

    def _renew(self) -> None:
        """Keep the lease, whose time is the machine's own."""
        if time.monotonic() - self._renewed > RENEW_S:
            self._commit(Tick())

    def settle(self) -> None:
        """Let time pass beyond the end of the day, a heartbeat now and then: then every window is closed, and every
        merge and rollup of the day is made."""
        now = self.clock.now_ms()
        tomorrow = -(-now // DAY_MS) * DAY_MS
        for t in (now + 1_000, *(tomorrow + 1_000 + k * 600_000 for k in range(1, 5))):
            self.clock.advance((t - self.clock.now_ms()) / 1000)
            beat = FrameRow(t, DELTA, encode((), t=t, revision=self._revision))
            self._commit(Tick(frames=(beat,), prune_before_ms=t - KEPT_MS))
            self.work()

    def close(self) -> None:
        """Let go of the store."""
        self._parts.close()
        self.store.release_lease()
        self.store.close()


def _complain(kind: str, **detail: object) -> None:
    raise RuntimeError(f"the historian tells: {kind} {detail}")
