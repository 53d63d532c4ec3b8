"""A sink that remembers, and bounded waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random

from app.series.batch import SampleBatch

__all__ = ["QuickRandom", "RecordingSink", "eventually"]


class RecordingSink:
    """Keeps the newest value and quality of each tag, and everything else in order."""

    def __init__(self) -> None:
        self.values: dict[int, float] = {}
        self.quality: dict[int, int] = {}
        self.source_ms: dict[int, int] = {}
        self.batches: list[SampleBatch] = []
        self.events: list[tuple[str, str]] = []
        self.raws: list[tuple[str, bytes]] = []
        self.seen_quality: dict[int, set[int]] = {}
        self.seen_values: dict[int, set[float]] = {}

    def samples(self, device: str, batch: SampleBatch) -> None:
        """Remember a batch; a tag twice in one batch is a fault of the driver."""
        assert len(set(batch.tags.tolist())) == len(batch)
        assert len(batch.values) == len(batch.quality) == len(batch.source_ms) == len(batch)
        self.batches.append(batch)
        columns = zip(batch.tags.tolist(), batch.values.tolist(), batch.quality.tolist(), batch.source_ms.tolist(),
                      strict=True)  # fmt: skip
        for tag, value, quality, source_ms in columns:
            self.values[tag] = value
            self.source_ms[tag] = source_ms
            self.seen_values.setdefault(tag, set()).add(value)
            self._judge(tag, quality)

    def lost(self, device: str, group: str, tags: tuple[int, ...], quality: int) -> None:
        """Remember that tags are bad."""
        for tag in tags:
            self._judge(tag, quality)

    def event(self, device: str, kind: str, text: str) -> None:
        """Remember an event."""
        self.events.append((kind, text))

    def raw(self, device: str, reason: str, data: bytes) -> None:
        """Remember unreadable bytes."""
        self.raws.append((reason, data))

    def kinds(self) -> list[str]:
        """Return the kinds of all events in order."""
        return [kind for kind, _ in self.events]

    def all_of(self, quality: int, *tags: int) -> bool:
        """Return True if every tag has this quality now."""
        return all(self.quality.get(tag) == quality for tag in tags)

    def _judge(self, tag: int, quality: int) -> None:
        self.quality[tag] = quality
        self.seen_quality.setdefault(tag, set()).add(quality)


class QuickRandom(Random):
    """Makes every back-off fifty times shorter: tests wait for what happens, not for time to pass."""

    def uniform(self, a: float, b: float) -> float:
        """Return a fiftieth of the upper end."""
        return b / 50


async def eventually(condition: Callable[[], object], *, within_s: float = 8.0, what: str = "") -> None:
    """Wait until the condition holds; fail after `within_s`."""
    try:
        async with asyncio.timeout(within_s):
            while not condition():  # noqa: ASYNC110 - any condition, of things that know no event
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(what or "what was waited for did not happen") from None
