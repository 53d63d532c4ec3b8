"""Reads of the past for pages and for the time machine: each returns a function that a worker runs with its own reader.
Answers are frozen or fresh."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from app.model.quality import BAD
from app.storage.history_contract import HistoryReader, Stop
from app.views.gateway.history import HistoryWork

__all__ = ["past_series"]

Series = dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]]


def past_series(tags: Mapping[int, str], *, start_ms: int, end_ms: int) -> HistoryWork[Series]:
    """Read what rooms saw of some tags between two times: path → (source times UTC ms, values, NaN where bad)."""

    def work(reader: HistoryReader, stop: Stop) -> Series:
        found = {}
        for number, path in tags.items():
            s = reader.raw(number, start_ms, end_ms + 1, as_seen=True, stop=stop)
            found[path] = (s.source_ms, np.where(s.quality < BAD, s.values, np.nan))
        return found

    return work
