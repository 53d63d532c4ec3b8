"""Rows of a table as samples: every check that one row can pass or fail by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.exchange.csv_tables import Table
from app.exchange.headings import Headings, Layout, TagList, WideColumn
from app.exchange.numbers import numbers
from app.exchange.quality_codes import QualityCodes, quality_of
from app.exchange.rows import Reason, Refusal, Rows, Taken, joined
from app.exchange.time_text import TimeFault, TimeFormat, Times, times_of

__all__ = ["HowToRead", "samples_of"]

_NONE, _LEFT_OUT = 0, 255
_CODES: Final[tuple[Reason, ...]] = tuple(Reason)

Codes = NDArray[np.uint8]
"""For each row 0, or 1 + the place of a Reason, or 255: left out, without being refused."""


@dataclass(frozen=True, slots=True)
class HowToRead:
    """What a person says about a file. Times before `earliest_ms` or after `latest_ms` are not plausible."""

    times: TimeFormat
    decimal: str
    earliest_ms: int
    latest_ms: int
    quality: QualityCodes = QualityCodes.OURS


def samples_of(table: Table, headings: Headings, tags: TagList, how: HowToRead) -> Taken:
    """Return the samples of a table and what was refused, in the order of lines."""
    count = len(table.line)
    if not count:
        return Taken(joined([]), table.refused, len(table.refused))
    times = times_of(table.columns[headings.time], how.times)
    codes = _time_codes(times, how)
    text = _Texts(table)
    if headings.layout is Layout.LONG:
        parts, refused = _long(table, headings, tags, how, times.ms, codes, text)
    else:
        parts, refused = _wide(table, headings, tags, how, times.ms, codes, text)
    everything = sorted([*table.refused, *refused], key=_line)
    return Taken(joined(parts), everything, count + len(table.refused), times.folded)


def _time_codes(times: Times, how: HowToRead) -> Codes:
    codes = np.zeros(len(times.ms), np.uint8)
    codes[(times.ms < how.earliest_ms) | (times.ms > how.latest_ms)] = _code(Reason.TIME_RANGE)
    for fault, reason in (
        (TimeFault.UNREADABLE, Reason.TIME),
        (TimeFault.TWICE, Reason.TIME_TWICE),
        (TimeFault.NEVER, Reason.TIME_NEVER),
    ):
        codes[times.fault == fault] = _code(reason)
    return codes


def _long(
    table: Table,
    headings: Headings,
    tags: TagList,
    how: HowToRead,
    ms: NDArray[np.int64],
    codes: Codes,
    text: _Texts,
) -> tuple[list[Rows], list[Refusal]]:
    tag = _places(table.columns[headings.tag], tags)
    _mark(codes, tag == -1, Reason.TAG)
    codes[(codes == _NONE) & (tag == -2)] = _LEFT_OUT
    quality_column = table.columns[headings.quality] if headings.quality >= 0 else None
    value, quality, own = _values(table.columns[headings.value], quality_column, how)
    if quality_column is None:
        own[own == _LEFT_OUT] = _code(Reason.VALUE)  # a value is missing; with a quality a row may say nothing
    _mark(own, tags.declared.strange(tag, value), Reason.STATE)
    codes = np.where(codes == _NONE, own, codes)
    good = codes == _NONE
    rows = Rows(tag, ms, value, quality, table.line)
    bad = np.flatnonzero((codes != _NONE) & (codes != _LEFT_OUT))
    refused = [Refusal(int(table.line[i]), _CODES[codes[i] - 1], text(int(i))) for i in bad.tolist()]
    return [rows if good.all() else rows.at(good)], refused


def _wide(
    table: Table,
    headings: Headings,
    tags: TagList,
    how: HowToRead,
    ms: NDArray[np.int64],
    codes: Codes,
    text: _Texts,
) -> tuple[list[Rows], list[Refusal]]:
    """A row whose time is wrong is refused whole, else each cell by itself; an empty cell says nothing."""
    bad = np.flatnonzero(codes)
    refused = [Refusal(int(table.line[i]), _CODES[codes[i] - 1], text(int(i))) for i in bad.tolist()]
    fine = codes == _NONE
    parts = []
    for column in headings.wide:
        rows, wrong = _cells(table, column, tags, how, ms, fine)
        parts.append(rows)
        refused += wrong
    return parts, refused


def _cells(
    table: Table, column: WideColumn, tags: TagList, how: HowToRead, ms: NDArray[np.int64], fine: NDArray[np.bool_]
) -> tuple[Rows, list[Refusal]]:
    qualities = table.columns[column.quality] if column.quality >= 0 else None
    value, quality, codes = _values(table.columns[column.value], qualities, how)
    tag = np.full(len(value), column.tag, np.int32)
    _mark(codes, tags.declared.strange(tag, value), Reason.STATE)
    good = np.flatnonzero(fine & (codes == _NONE))
    rows = Rows(tag[good], ms[good], value[good], quality[good], table.line[good])
    bad = np.flatnonzero(fine & (codes != _NONE) & (codes != _LEFT_OUT))
    said = [_said(table.columns[column.value], i, qualities) for i in bad.tolist()]
    refused = [
        Refusal(int(table.line[i]), _CODES[codes[i] - 1], words, column.name)
        for i, words in zip(bad.tolist(), said, strict=True)
    ]
    return rows, refused


def _values(cells: Any, qualities: Any, how: HowToRead) -> tuple[NDArray[np.float64], NDArray[np.uint16], Codes]:
    """Return values, quality and what is wrong. Without a value there is a sample only if its quality says why."""
    value, finite, empty = numbers(cells, how.decimal)
    codes = np.where(finite, _NONE, _code(Reason.VALUE)).astype(np.uint8)
    if qualities is None:
        codes[empty] = _LEFT_OUT
        return value, np.zeros(len(value), np.uint16), codes
    code, whole, unsaid = quality_of(qualities, how.quality)
    codes[empty & ~unsaid] = _NONE
    codes[empty & unsaid] = _LEFT_OUT
    codes[(codes == _NONE) & ~whole & ~unsaid] = _code(Reason.QUALITY)
    return np.where(empty, np.nan, value), code, codes


def _places(column: Any, tags: TagList) -> NDArray[np.int32]:
    coded = pc.dictionary_encode(pc.fill_null(pc.cast(column, pa.string()), ""))
    places = np.array([tags.place(name.strip()) for name in coded.dictionary.to_pylist()], np.int32)
    found: NDArray[np.int32] = places[coded.indices.to_numpy(zero_copy_only=False)]
    return found


def _mark(codes: Codes, where: NDArray[np.bool_], reason: Reason) -> None:
    codes[where & (codes == _NONE)] = _code(reason)


def _code(reason: Reason) -> int:
    return 1 + _CODES.index(reason)


def _said(cells: Any, place: int, qualities: Any) -> str:
    value = cells[place].as_py()
    return f"{value}" if qualities is None else f"{value} (quality {qualities[place].as_py()})"


def _line(refusal: Refusal) -> int:
    return refusal.line


class _Texts:
    """The text of rows, split only when one is asked for."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._lines: list[bytes] | None = None

    def __call__(self, place: int) -> str:
        table = self._table
        if table.piece is None:
            return ",".join(str(c[place].as_py()) for c in table.columns)
        if self._lines is None:
            self._lines = table.piece.lines()
        return table.piece.text(self._lines[int(table.line[place]) - table.piece.line])
