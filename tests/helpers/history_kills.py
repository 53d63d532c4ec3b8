"""Kills a writer and its historian again and again, and judges by an independent witness what history holds."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime

from app.clock import SystemClock
from app.storage.history_reading import open_history_reader
from app.storage.opening import create_store, open_engine_store
from tests.helpers.history_actor import PHASES
from tests.helpers.history_feed import MONTHS, feed_site
from tests.helpers.history_judge import history_faults
from tests.helpers.history_witness import Witness
from tests.helpers.sources import ROOT

__all__ = ["HistoryKills"]

DAY_S = 86_400.0
MOMENTS = ("commit", *PHASES.values())
AT_ONCE = ("expire", "tidy")
LONGEST_S = 3.0
"""How long a moment that was chosen is waited for; then any will do."""


class HistoryKills:
    """Runs one actor after the other on a store. `strike` is called between a kill and the next life, when nobody has
    the store open (a power cut), `stop` before the kill, while the actor works (a server that stops)."""

    def __init__(
        self,
        address: str,
        *,
        seed: int,
        env: Mapping[str, str] | None = None,
        strike: Callable[[], object] | None = None,
        stop: Callable[[], object] | None = None,
    ) -> None:
        self.address = address
        self.kills: Counter[str] = Counter()
        self._dice = random.Random(seed)
        self._env, self._strike, self._stop = dict(env or {}), strike, stop
        self._acknowledged = 0
        create_store(address, demo=True)
        store = open_engine_store(address, clock=SystemClock())
        store.take_lease("test")
        applied = store.apply_site(feed_site(), "test", "test")
        self._months = {tag.number: MONTHS[tag.keep] for tag in applied.site.tags}
        store.release_lease()
        store.close()
        self.witness = Witness(address)
        self.witness.start()

    def kill(self) -> None:
        """Let an actor live for a while, kill it in a moment chosen by chance, and strike."""
        jump_s = self._dice.choice((0.0, 0.0, 30.0, DAY_S / 2, 3 * DAY_S, 35 * DAY_S))
        # Rare moments are taken when they come.
        fewest = min(self.kills[moment] for moment in MOMENTS)
        wanted = {self._dice.choice(MOMENTS), *(m for m in MOMENTS if self.kills[m] == fewest)}
        actor = self._start(jump_s)
        try:
            hit = self._wait_for(actor, wanted)
            time.sleep(self._dice.expovariate(1 / 0.01))
            if self._stop is not None:
                self.witness.pause()
                self._stop()
        finally:
            actor.kill()
            told, said = actor.communicate()
        assert self._stop is not None or (actor.returncode == -9 and not said), said.decode()[-2_000:]
        self.kills[hit] += 1
        self._note(told)
        self.witness.pause()
        if self._strike is not None:
            self._strike()
        self.witness.start()

    def faults(self) -> list[str]:
        """Return what is wrong now, one sentence each."""
        self.witness.pause()
        self.witness.start()
        self.witness.pause()
        faults = list(self.witness.faults)
        if self.witness.last_seq < self._acknowledged:
            faults.append(f"frame {self._acknowledged} was acknowledged, the newest is {self.witness.last_seq}")
        with closing(open_history_reader(self.address)) as reader:
            faults += history_faults(reader, self.witness.frames, self._may_be_gone)
        self.witness.start()
        return faults

    def told(self) -> str:
        """Say how much was judged."""
        frames = self.witness.frames
        days = (frames[-1][1] - frames[0][1]) / 86_400_000
        return f"{len(frames):,} frames in {days:.0f} days"

    def close(self) -> None:
        """End the witness."""
        self.witness.pause()

    def _start(self, jump_s: float) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-m", "tests.helpers.history_actor", self.address]
        words += [str(self._dice.randrange(1 << 30)), str(jump_s)]
        return subprocess.Popen(
            words, cwd=ROOT, env={**os.environ, **self._env}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
        )

    def _wait_for(self, actor: subprocess.Popen[bytes], wanted: set[str]) -> str:
        """Wait until the actor begins one of what is wanted, after it has lived for a moment; return what it began."""
        assert actor.stdout is not None
        live_until: float | None = None
        pause = self._dice.uniform(0.05, 1.5)
        for line in iter(actor.stdout.readline, b""):
            now = time.monotonic()
            if live_until is None:
                live_until = now + pause
            self._note(line)
            word = line.decode().split()[0]
            if word == "done":
                continue
            if word in wanted and word in AT_ONCE:
                return word  # it comes at the start of a life alone
            if now > live_until and (word in wanted or now > live_until + LONGEST_S):
                return word
        raise AssertionError(f"the actor ended: {actor.communicate()[1].decode()[-2_000:]}")

    def _note(self, told: bytes) -> None:
        """Note the newest frame whose commit the actor knew of."""
        done = [int(line.split()[1]) for line in told.splitlines() if line.startswith(b"done ") and len(line) > 5]
        self._acknowledged = max([self._acknowledged, *done])

    def _may_be_gone(self, tag: int, ms: int) -> bool:
        """Return whether a tag's samples of a time were kept as long as they must."""
        return _month(self.witness.frames[-1][1]) - _month(ms) > self._months[tag]


def _month(ms: int) -> int:
    at = datetime.fromtimestamp(ms / 1000, UTC)
    return at.year * 12 + at.month
