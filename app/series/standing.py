"""How every tag stands while frames are taken one after the other: what tells news from what was known."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.errors import InternalFault
from app.series.batch import SampleBatch
from app.series.windows import State

__all__ = ["Standing"]

_MOST: Final = 1 << 24
"""Tag numbers end here: they are given one after the other and never reused, so a greater one is a defect."""


class Standing:
    """Newest value, quality and times of each tag, by its number."""

    def __init__(self, state: State | None) -> None:
        self._known = np.zeros(0, dtype=np.bool_)
        self._values = np.zeros(0, dtype=np.float64)
        self._quality = np.zeros(0, dtype=np.uint16)
        self._source = np.zeros(0, dtype=np.int64)
        self._receipt = np.zeros(0, dtype=np.int64)
        if state is not None:
            self.put(state)

    def put(self, state: State) -> None:
        """Let a state be the newest of its tags."""
        tags = state.tags
        if not len(tags):
            return
        self._make_room(int(tags[-1]))
        self._known[tags] = True
        self._values[tags] = state.values
        self._quality[tags] = state.quality
        self._source[tags] = state.source_ms
        self._receipt[tags] = state.receipt_ms

    def take(self, batch: SampleBatch) -> None:
        """Let a batch be the newest of its tags."""
        tags = batch.tags
        if not len(tags):
            return
        self._make_room(int(tags.max()))
        self._known[tags] = True
        self._values[tags] = batch.values
        self._quality[tags] = batch.quality
        self._source[tags] = batch.source_ms
        self._receipt[tags] = batch.receipt_ms

    def news(self, batch: SampleBatch) -> NDArray[np.bool_]:
        """Return which samples differ, bit by bit, in value or quality from what stands."""
        tags = batch.tags
        if not len(tags):
            return np.zeros(0, dtype=np.bool_)
        self._make_room(int(tags.max()))
        values = np.ascontiguousarray(batch.values).view(np.int64)
        same: NDArray[np.bool_] = self._values[tags].view(np.int64) == values
        same &= self._quality[tags] == batch.quality
        same &= self._known[tags]
        return ~same

    def forget_all_but(self, tags: NDArray[np.int32]) -> None:
        """Forget tags that a key frame, which has all, no longer has: the site does not have them any more."""
        kept = np.zeros(len(self._known), dtype=np.bool_)
        kept[tags] = True
        self._known &= kept

    def state(self) -> State:
        """Return how everything stands."""
        at = np.flatnonzero(self._known)
        return State(
            at.astype(np.int32), self._values[at], self._quality[at], self._source[at], self._receipt[at]
        )  # fmt: skip

    def _make_room(self, tag: int) -> None:
        size = len(self._known)
        if tag < size:
            return
        if tag >= _MOST:
            raise InternalFault(f"tag number {tag} is greater than any that can have been given")
        more = max(tag + 1, 2 * size) - size
        for name in ("_known", "_values", "_quality", "_source", "_receipt"):
            column = getattr(self, name)
            setattr(self, name, np.concatenate([column, np.zeros(more, column.dtype)]))
