"""Takes what people did in rooms and at terminals into the chained audit journal: each act once, for ever."""

from __future__ import annotations

import asyncio
from typing import Final

from app.clock import Clock
from app.engine.outbox import Outbox
from app.engine.tasks import Tasks
from app.engine.writer import Writer
from app.errors import StoreUnavailable
from app.model.people import Act
from app.model.records import Journal, Person, RequestKind

__all__ = ["Acts"]

ASK_AGAIN_S: Final = 0.5
"""Pause between two questions to a store that is away, which acts an engine before us took."""

FUTURE_MS: Final = 3_600_000
"""An act that says it was done later than this after now is told at the time of now: it may say anything."""
TAKEN_KEPT: Final = 20_000
"""Acts remembered until their claims are durable; longer than that the store remembers them."""

_OWN: Final = frozenset({*(kind.value for kind in RequestKind), "site_applied"})


class Acts:
    """Acts are claimed like requests, in the commit of their line: an engine that comes after us leaves them out."""

    def __init__(self, *, clock: Clock, writer: Writer, outbox: Outbox) -> None:
        self._clock = clock
        self._writer = writer
        self._outbox = outbox
        self._tasks = Tasks()
        self._taken: dict[str, None] = {}
        self._turn = asyncio.Lock()

    def take(self, acts: tuple[Act, ...]) -> None:
        """Journal acts that nobody has journaled yet, in their order."""
        self._tasks.spawn(self._take(acts), "take acts")

    async def stop(self) -> None:
        """End what is under way; what is not journaled yet is found by the next engine."""
        await self._tasks.stop()

    async def _take(self, acts: tuple[Act, ...]) -> None:
        async with self._turn:
            claimed = await self._claimed([_claim_of(act) for act in acts])
            for act in acts:
                if _claim_of(act) not in claimed and act.id not in self._taken:
                    self._taken[act.id] = None
                    self._write(act)
            while len(self._taken) > TAKEN_KEPT:
                del self._taken[next(iter(self._taken))]

    async def _claimed(self, ids: list[str]) -> frozenset[str]:
        while True:
            try:
                return await self._writer.run(lambda store: store.claimed(ids))
            except StoreUnavailable:
                await asyncio.sleep(ASK_AGAIN_S)

    def _write(self, act: Act) -> None:
        self._outbox.claim(_claim_of(act))
        by = Person(act.who, "", "", act.where)
        detail = {**act.detail, "act": act.id}
        at_ms: int | None = act.at_ms
        if act.at_ms > self._clock.now_ms() + FUTURE_MS:
            at_ms, detail["said_ms"] = None, act.at_ms
        self._outbox.journal(Journal.AUDIT, _kind_of(act), act.what, detail, by=by, at_ms=at_ms)


def _kind_of(act: Act) -> str:
    """Return under which kind an act is told. Rows are their writers' own words: none may look like a line by which
    the engine tells what it did itself."""
    kind = act.kind
    own = kind in _OWN or kind.partition("-")[0] == "command" or kind.endswith("-refused")
    return f"written-{kind}" if own else kind


def _claim_of(act: Act) -> str:
    """Return under which id an act is claimed. No request has such a one: ids are their writers' own words."""
    return f"act:{act.id}"
