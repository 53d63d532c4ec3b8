"""Times as people and programs write them, for whole columns.

Rows whose times have the same *shape* (the same length, digits in the same places, the same other characters) are read
together: a regular expression finds the fields of the first, and their digits are added up for all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.errors import ConfigurationFault
from app.exchange.numbers import numbers
from app.exchange.time_shapes import read_alike
from app.exchange.zone_times import to_utc, year_start_ms

__all__ = ["Fold", "TimeFault", "TimeFormat", "Times", "times_of"]

_ISO: Final = (
    r"(?P<Y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})"
    r"(?:[T ](?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?)?"
    r"(?: ?(?P<z>Z|[+-]\d{2}(?::?\d{2})?))?"
)
_FIELDS: Final = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d{2})",
    "m": r"(?P<m>\d{1,2})",
    "d": r"(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{1,2})",
    "I": r"(?P<I>\d{1,2})",
    "M": r"(?P<M>\d{1,2})",
    "S": r"(?P<S>\d{1,2})",
    "f": r"(?P<f>\d{1,9})",
    "p": r"(?P<p>[AaPp][Mm]|上午|下午)",
    "z": r"(?P<z>Z|[+-]\d{2}(?::?\d{2})?)",
    "%": "%",
}
_MOST_SHAPES: Final = 200
"""Shapes of one piece that are read together; what has still others is garbage, and is read one by one."""
_LOOK: Final = 1_000
_UNIX: Final = {"unix-s": 1_000.0, "unix-ms": 1.0}
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
"""Beyond them a time is read, but no zone's rules are asked: it is not plausible anyhow."""

Longs = NDArray[np.int64]


class TimeFault(IntEnum):
    """What is wrong with a time."""

    NONE = 0
    UNREADABLE = 1
    TWICE = 2
    """A wall clock showed it twice, and nothing says which is meant."""
    NEVER = 3
    """No wall clock ever showed it: the hour was left out."""


class Fold(IntEnum):
    """Which instant is meant by a time of an hour that came twice."""

    REFUSE = 0
    EARLIER = 1
    LATER = 2


@dataclass(frozen=True, slots=True)
class Times:
    """Instants (UTC ms), what is wrong with each (TimeFault), and how many stood in an hour that came twice."""

    ms: Longs
    fault: NDArray[np.uint8]
    folded: int = 0


@dataclass(frozen=True, slots=True)
class TimeFormat:
    """How times are written: `iso` (also with slashes, a blank, and without seconds), `unix-s`, `unix-ms`, or a format
    of strptime with %Y %y %m %d %H %I %M %S %f %p %z. `zone` is for those that say none themselves."""

    text: str
    zone: ZoneInfo
    fold: Fold = Fold.REFUSE

    def pattern(self) -> re.Pattern[str]:
        """Return what a whole time looks like. Raises ConfigurationFault."""
        if self.text == "iso":
            return _compiled(_ISO)
        parts = re.split(r"%(.)", self.text)
        unknown = [f"%{p}" for p in parts[1::2] if p not in _FIELDS]
        named = parts[1::2]
        if unknown or not ({"Y", "y"} & {*named} and {"m", "d"} <= {*named}) or len(named) != len({*named}):
            raise ConfigurationFault(
                f"{self.text!r} is no format of times: iso, unix-s, unix-ms, or such as %Y-%m-%d %H:%M:%S, "
                "with year, month and day once each"
            )
        return _compiled("".join(_FIELDS[p] if i % 2 else re.escape(p) for i, p in enumerate(parts)))

    def check(self) -> None:
        """Raise ConfigurationFault for a format that is none."""
        if self.text not in _UNIX:
            self.pattern()


def _compiled(text: str) -> re.Pattern[str]:
    """Return a pattern of plain digits, with blanks around it."""
    return re.compile(f" *{text} *", re.ASCII)


def times_of(column: Any, how: TimeFormat) -> Times:
    """Read a column of an Arrow table."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_timestamp(array.type):
        return _of_timestamps(array, how)
    if pa.types.is_integer(array.type) or pa.types.is_floating(array.type) or how.text in _UNIX:
        return _of_unix(array, _UNIX.get(how.text, 1.0))
    if not len(array):
        return Times(np.empty(0, np.int64), np.empty(0, np.uint8))
    texts = pc.cast(array, pa.string()).fill_null("")
    if not _says_again(texts):
        return _in_zone(*_Words(texts).read(how.pattern()), how)
    coded = pc.dictionary_encode(texts)
    wall, readable, local = _Words(coded.dictionary).read(how.pattern())
    single = _in_zone(wall, readable, local, how)
    at = coded.indices.to_numpy(zero_copy_only=False)
    folded = _folded(wall, readable & local, how)[at]
    return Times(single.ms[at], single.fault[at], int(folded.sum()))


def _says_again(texts: Any) -> bool:
    """Return whether a column says each time often, as a file in the order of time does: one row of a poll after the
    other. Its beginning tells."""
    first = texts.slice(0, _LOOK)
    return int(pc.count_distinct(first).as_py()) * 2 < len(first)


def _of_timestamps(array: Any, how: TimeFormat) -> Times:
    """Read a column that is of times already; one without a zone is a wall clock's."""
    empty = array.is_null().to_numpy(zero_copy_only=False)
    ms = pc.cast(array, pa.timestamp("ms", array.type.tz), safe=False).cast(pa.int64()).fill_null(0)
    wall = ms.to_numpy(zero_copy_only=False)
    local = np.full(len(wall), array.type.tz is None)
    return _in_zone(wall, ~empty, local, how)


def _of_unix(array: Any, factor: float) -> Times:
    values, good, _ = numbers(array)
    scaled = values * factor
    good &= np.abs(np.nan_to_num(scaled, nan=0.0)) < 1e17
    ms = np.rint(np.where(good, scaled, 0.0)).astype(np.int64)
    return Times(ms, np.where(good, TimeFault.NONE, TimeFault.UNREADABLE).astype(np.uint8))


def _plausible(wall: Longs) -> NDArray[np.bool_]:
    return (wall >= year_start_ms(_FIRST_YEAR)) & (wall < year_start_ms(_LAST_YEAR))


def _folded(wall: Longs, local: NDArray[np.bool_], how: TimeFormat) -> NDArray[np.bool_]:
    twice = np.zeros(len(wall), np.bool_)
    at = np.flatnonzero(local & _plausible(wall))
    twice[at] = to_utc(wall[at], how.zone)[2]
    return twice


def _in_zone(wall: Longs, readable: NDArray[np.bool_], local: NDArray[np.bool_], how: TimeFormat) -> Times:
    """Turn times of a wall clock into instants; others are instants already."""
    ms = wall.copy()
    fault = np.where(readable, TimeFault.NONE, TimeFault.UNREADABLE).astype(np.uint8)
    at = np.flatnonzero(readable & local & _plausible(wall))
    early, late, twice, never = to_utc(wall[at], how.zone)
    ms[at] = late if how.fold is Fold.LATER else early
    if how.fold is Fold.REFUSE:
        fault[at[twice]] = TimeFault.TWICE
    fault[at[never]] = TimeFault.NEVER
    return Times(ms, fault, int(twice.sum()))


class _Words:
    """Texts as one run of bytes."""

    def __init__(self, array: Any) -> None:
        _, offsets, data = array.buffers()
        self._texts = array
        ends = np.frombuffer(offsets, np.int32, len(array) + 1, array.offset * 4).astype(np.int64)
        self._start, self._length = ends[:-1], np.diff(ends)
        self._data = np.frombuffer(data, np.uint8) if data is not None and data.size else np.empty(0, np.uint8)

    def read(self, pattern: re.Pattern[str]) -> tuple[Longs, NDArray[np.bool_], NDArray[np.bool_]]:
        """Return ms (of a wall clock, or UTC), which could be read, and which are of a wall clock."""
        count = len(self._start)
        ms, readable, local = np.zeros(count, np.int64), np.zeros(count, np.bool_), np.ones(count, np.bool_)
        shapes = 0
        for length in np.unique(self._length).tolist():
            rest = np.flatnonzero(self._length == length)
            if not 0 < length <= 64:
                continue
            letters = self._letters(rest, length)
            shape = np.where((letters >= 48) & (letters <= 57), np.uint8(48), letters)
            while len(rest):
                shapes += 1
                alike = _alike(shape) if shapes <= _MOST_SHAPES else np.arange(len(rest)) == 0
                found = read_alike(self._texts[int(rest[0])].as_py(), letters[alike], pattern)
                if found is not None:
                    ms[rest[alike]], readable[rest[alike]], zoned = found
                    local[rest[alike]] = not zoned
                rest, letters, shape = rest[~alike], letters[~alike], shape[~alike]
        return ms, readable, local

    def _letters(self, rows: NDArray[np.intp], length: int) -> NDArray[np.uint8]:
        """Return the bytes of rows of one length; those of all rows stand side by side already."""
        if len(rows) == len(self._start):
            first = int(self._start[0])
            return self._data[first : first + len(rows) * length].reshape(len(rows), length)
        letters: NDArray[np.uint8] = self._data[self._start[rows, None] + np.arange(length)]
        return letters


def _alike(shape: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which rows look as the first."""
    same: NDArray[np.bool_] = (shape == shape[0]).all(axis=1)
    return same
