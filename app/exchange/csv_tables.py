"""A piece of a CSV file as an Arrow table of texts, with the line of each row; lines that do not fit are refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from app.exchange.pieces import Piece
from app.exchange.rows import Reason, Refusal

__all__ = ["Table", "table_of"]


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` by place; `line` int64 number of each row's line; `lines` of the piece, blank and refused ones too."""

    columns: tuple[Any, ...]
    line: NDArray[np.int64]
    refused: tuple[Refusal, ...]
    lines: int
    piece: Piece | None = None


def table_of(piece: Piece, width: int, delimiter: str) -> Table:
    """Split a piece into `width` columns."""
    unclosed = piece.unclosed()
    data = piece.data
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    keep = np.ones(lines, np.bool_)
    keep[unclosed] = False
    if unclosed:
        data = b"\n".join([text for text, kept in zip(data.split(b"\n"), keep, strict=False) if kept]) + b"\n"
    at = np.flatnonzero(keep)
    strange: list[int] = []
    table = _parsed(data, width, delimiter, strange) if len(data.strip(b"\r\n")) else None
    if table is None:
        return Table((), np.empty(0, np.int64), _refused(piece, unclosed), lines, piece)
    good = np.ones(len(at), np.bool_)
    good[strange] = False
    refused = _refused(piece, sorted([*unclosed, *at[strange].tolist()]))
    columns = tuple(c.combine_chunks() for c in table.columns)
    line = piece.line + at[good]
    blank = _blank(columns)
    if blank.any():
        kept = pa.array(~blank)
        return Table(tuple(c.filter(kept) for c in columns), line[~blank], refused, lines, piece)
    return Table(columns, line, refused, lines, piece)


def _parsed(data: bytes, width: int, delimiter: str, strange: list[int]) -> Any:
    """Return the rows that have the right number of columns, and write the places of the others into `strange`."""

    def handle(row: Any) -> str:
        strange.append(row.number - 1)
        return "skip"

    names = [str(i) for i in range(width)]
    convert = pacsv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    parse = pacsv.ParseOptions(
        delimiter=delimiter, invalid_row_handler=handle, ignore_empty_lines=False, newlines_in_values=False
    )
    read = pacsv.ReadOptions(use_threads=False, column_names=names, block_size=len(data) + 1)
    try:
        return pacsv.read_csv(pa.BufferReader(data), read, parse, convert)
    except pa.ArrowInvalid:
        # Bytes that are no text: they become marks that no check lets through, and spoil their own rows alone.
        again = data.decode("utf-8", "replace").encode("utf-8")
        if again == data:
            raise
        strange.clear()
        return _parsed(again, width, delimiter, strange)


def _blank(columns: tuple[Any, ...]) -> NDArray[np.bool_]:
    """Return which rows have nothing in any column."""
    empty = np.ones(len(columns[0]), np.bool_)
    for column in columns:
        offsets = np.frombuffer(column.buffers()[1], np.int32, len(column) + 1, column.offset * 4)
        empty &= np.diff(offsets) == 0
        if not empty.any():
            break
    return empty


def _refused(piece: Piece, places: list[int]) -> tuple[Refusal, ...]:
    if not places:
        return ()
    lines = piece.lines()
    return tuple(Refusal(piece.line + i, Reason.COLUMNS, piece.text(lines[i])) for i in places)
