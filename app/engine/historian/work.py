"""All that the historian does, in small steps: whoever calls `step` decides when."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from app.clock import Clock
from app.engine.historian.filling import Filler, FramesAfter, Tell, Written
from app.engine.historian.keeping import Keeper
from app.engine.historian.merging import Merger
from app.engine.historian.plan import HistorianPlan
from app.engine.historian.rolling import Roller
from app.engine.historian.spans import Spans
from app.errors import LeaseLost, StoreUnavailable
from app.model.spec import Site
from app.storage.history_contract import HistoryReader, HistoryStore

__all__ = ["Historian", "HistorianStatus"]

_FILLS_IN_A_ROW: Final = 8
"""However far behind we are, after so many steps of filling one goes to all the rest."""
_log: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class HistorianStatus:
    """Running figures; written by the historian's thread, read by the loop.

    `mark_ms`: time of the last frame that history has, 0 before the first · `waits_ms`: time of the first one that it
    does not have yet, as far as it was read; 0 for none · `samples`, `bytes`, `took_ms` of the last
    window · `away`: the store takes nothing · `failed`: what the last defect was, "" once it works again.
    """

    mark_ms: int = 0
    mark_seq: int = 0
    waits_ms: int = 0
    windows: int = 0
    samples: int = 0
    bytes: int = 0
    took_ms: float = 0.0
    away: bool = False
    failed: str = ""
    upkeep_failed: bool = False
    """Windows are written, but merging, rolling up or clearing away ended by a defect the last time."""


class Historian:
    """Not thread-safe: one thread makes it and calls it. After an error of `step` make another one.

    Filling comes first; merging, rolling up, retention and tidying take the time that is left. A defect of theirs is
    told and stops them for `mend_s`, not the filling.
    """

    def __init__(
        self,
        store: HistoryStore,
        frames_after: FramesAfter,
        reader: HistoryReader,
        *,
        clock: Clock,
        plan: HistorianPlan,
        site: Callable[[], Site | None],
        status: HistorianStatus,
        tell: Tell,
    ) -> None:
        self._clock = clock
        self._plan = plan
        self._tell = tell
        self._status = status
        spans = Spans(store)
        self._keeper = Keeper(store, site)
        self._merger = Merger(store, plan, spans)
        self._roller = Roller(store, reader, plan, spans, self._keeper.kept)
        filler = Filler(
            store,
            frames_after,
            clock=clock,
            plan=plan,
            rolled=self._roller.reached,
            written=self._written,
            waits=self._waits,
            tell=tell,
        )
        self._fill = filler.run()
        self._fills = 0
        self.behind = True
        """There are frames that could be taken now."""
        self._read_due = clock.monotonic()
        self._chores: Iterator[None] | None = None
        self._chores_due = clock.monotonic()
        self._untidy = (0, 0)
        if (mark := store.mark()) is not None:
            status.mark_seq, status.mark_ms = mark.seq, mark.t_ms

    def step(self) -> float:
        """Do one small step; return how many seconds nothing needs to be done."""
        now = self._clock.monotonic()
        if now >= self._read_due:
            self.behind = True
        if self.behind and not (self._fills >= _FILLS_IN_A_ROW and self._chores is not None):
            self._fills += 1
            self.behind = next(self._fill)
            self._read_due = now + self._plan.read_s
            return 0.0
        self._fills = 0
        if self._chores is None and now >= self._chores_due:
            self._chores = self._round()
        if self._chores is not None:
            self._one_chore()
            return 0.0
        return max(0.0, min(self._read_due, self._chores_due) - now)

    def _one_chore(self) -> None:
        assert self._chores is not None
        try:
            next(self._chores)
        except StopIteration:
            self._chores, self._status.upkeep_failed = None, False
            self._chores_due = self._clock.monotonic() + (0.0 if self._roller.more else self._plan.look_s)
        except (LeaseLost, StoreUnavailable):
            raise
        except Exception as defect:  # noqa: BLE001 - the rest goes on, and it is told
            self._chores = None
            self._chores_due = self._clock.monotonic() + self._plan.mend_s
            if not self._status.upkeep_failed:
                self._status.upkeep_failed = True
                _log.exception("the historian could not merge, roll up or clear away")
                self._tell("history-upkeep-failed", text=repr(defect)[:200])

    def _round(self) -> Iterator[None]:
        yield from self._merger.run()
        yield from self._roller.run()
        yield from self._roller.mend()
        yield from self._keeper.run()
        done = self._merger.spans, self._keeper.removed
        if done != self._untidy:
            yield from self._keeper.tidy()
            self._untidy = done

    def _waits(self, t_ms: int) -> None:
        self._status.waits_ms = t_ms

    def _written(self, window: Written) -> None:
        status = self._status
        status.waits_ms = 0
        status.mark_seq, status.mark_ms = window.mark.seq, window.mark.t_ms
        status.samples, status.bytes, status.took_ms = window.samples, window.bytes, window.took_s * 1000.0
        status.windows += 1
        self._roller.seen |= window.tags
        if not status.upkeep_failed:
            self._chores_due = self._clock.monotonic()
