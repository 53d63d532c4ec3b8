"""Instants as texts, for whole columns: 2026-03-01T08:00:00.000+08:00."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from app.exchange.zone_times import offsets_at

__all__ = ["iso_cells"]

_TEMPLATE: Final = b"0000-00-00T00:00:00.000+00:00"
_DAY_MS: Final = 86_400_000


def iso_cells(utc_ms: NDArray[np.int64], zone: ZoneInfo) -> Any:
    """Return an Arrow column of texts that say their offset; years 1 to 9999."""
    ahead = offsets_at(utc_ms, zone)
    ahead = ahead // 60_000 * 60_000  # what local mean times had beyond the minute, no format can say
    wall = utc_ms + ahead
    letters = np.empty((len(wall), len(_TEMPLATE)), np.uint8)
    letters[:] = np.frombuffer(_TEMPLATE, np.uint8)
    days, rest = np.divmod(wall, _DAY_MS)
    date = days.astype("M8[D]")
    month = date.astype("M8[M]")
    _write(letters, 0, 4, month.astype("M8[Y]").astype(np.int64) + 1970)
    _write(letters, 5, 2, month.astype(np.int64) % 12 + 1)
    _write(letters, 8, 2, (date - month.astype("M8[D]")).astype(np.int64) + 1)
    for place, width, unit, base in (
        (11, 2, 3_600_000, 24),
        (14, 2, 60_000, 60),
        (17, 2, 1_000, 60),
        (20, 3, 1, 1_000),
    ):
        _write(letters, place, width, rest // unit % base)
    letters[:, 23] = np.where(ahead < 0, ord("-"), ord("+"))
    _write(letters, 24, 2, np.abs(ahead) // 3_600_000)
    _write(letters, 27, 2, np.abs(ahead) // 60_000 % 60)
    ends = np.arange(len(wall) + 1, dtype=np.int32) * len(_TEMPLATE)
    return pa.StringArray.from_buffers(len(wall), pa.py_buffer(ends), pa.py_buffer(letters))


def _write(letters: NDArray[np.uint8], place: int, width: int, numbers: NDArray[np.int64]) -> None:
    for i in range(width - 1, -1, -1):
        numbers, digit = np.divmod(numbers, 10)
        letters[:, place + i] = digit + ord("0")
