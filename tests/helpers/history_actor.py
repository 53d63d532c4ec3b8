"""An engine's writer and historian in fast time, to be killed: `python -m tests.helpers.history_actor STORE SEED JUMP`.

It commits what `history_feed` makes, a thousand times as fast as time passes, from JUMP seconds after the newest
frame on, with the product's own historian beside it. Whenever it begins something it says so in one word on standard
output, so that a test can kill it in the middle: `commit`, `window`, `merge`, `rollups`, `thin`, `expire`, `tidy`.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from dataclasses import replace
from typing import Any, cast

from app.clock import SystemClock
from app.engine.historian.opening import open_parts
from app.engine.historian.plan import HistorianPlan
from app.engine.historian.thread import HistorianParts, HistorianThread
from app.errors import LeaseHeld
from app.model.records import Lease
from app.model.spec import Site
from app.storage.contract import EngineStore, Tick
from app.storage.history_contract import HistoryStore
from app.storage.opening import open_engine_store, open_room_store
from tests.helpers.clock import FakeClock
from tests.helpers.history_feed import Feed

__all__ = ["PHASES"]

START_MS = 1_767_571_200_000
KEPT_MS = 1_800_000
PLAN = HistorianPlan(
    window_ms=60_000, merges_ms=(600_000, 86_400_000), roll_ms=600_000, read_s=0.02, rest=0.0, look_s=5.0
)
"""A window a minute: so that a life of some seconds sees everything."""
PHASES = {
    "write": "window",
    "replace": "merge",
    "write_rollups": "rollups",
    "thin": "thin",
    "expire": "expire",
    "tidy": "tidy",
}
"""What each writing call of HistoryStore is called."""


class Telling:
    """A HistoryStore that tells of its writing calls before it does them."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name not in PHASES:
            return found

        def told(*args: Any, **words: Any) -> Any:
            say(PHASES[name])
            return found(*args, **words)

        return told


def say(word: str) -> None:
    """Tell the test what begins now, in one write."""
    os.write(1, f"{word}\n".encode())


def start_historian(address: str, epoch: int, clock: FakeClock) -> HistorianThread:
    """Start the product's historian in a thread of its own."""

    def opened() -> HistorianParts:
        return replace(parts := open_parts(address), store=cast(HistoryStore, Telling(parts.store)))

    site = _site_of(address)
    historian = HistorianThread(
        opened, clock=clock, epoch=lambda: epoch, site=lambda: site, on_lost=_complain, tell=_complain, plan=PLAN
    )
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    asyncio.run_coroutine_threadsafe(historian.start(), loop).result()
    return historian


def _complain(*what: object, **detail: object) -> None:
    sys.stderr.write(f"the historian tells: {what} {detail}\n")


def _site_of(address: str) -> Site:
    room = open_room_store(address)
    applied = room.applied_site()
    room.close()
    assert applied is not None
    return applied.site


def main() -> None:
    """Run until killed."""
    address, seed, jump_s = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    store = open_engine_store(address, clock=SystemClock())
    lease = _lease_of(store)
    applied = store.applied_site()
    assert applied is not None
    clock = FakeClock(store.last_frame_ms() or START_MS)
    clock.advance(jump_s)
    feed = Feed(applied, clock, seed=seed)
    feed.pipeline.go_on_after(store.last_frame_ms())
    if (keyframe := store.newest_keyframe()) is not None:
        feed.pipeline.restore(keyframe)
    historian = start_historian(address, lease.epoch, clock)
    while True:
        say("commit")
        prune = min(clock.now_ms() - KEPT_MS, historian.status.mark_ms)
        receipt = store.commit(Tick(frames=feed.tick(), prune_before_ms=prune))
        say(f"done {receipt.last_seq}")


def _lease_of(store: EngineStore) -> Lease:
    """Take the lease; on PostgreSQL that of a killed engine stands for a while."""
    give_up = time.monotonic() + 10.0
    while True:
        try:
            return store.take_lease("history actor")
        except LeaseHeld:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)


if __name__ == "__main__":
    main()
