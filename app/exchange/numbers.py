"""Columns of texts as numbers: all at once, and where that fails one by one those that are."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = ["Numbers", "numbers"]

Numbers = tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]
"""Values (NaN where none), which cells are a finite number, which are empty."""

_NUMBER: Final = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$"


def numbers(column: Any, decimal: str = ".") -> Numbers:
    """Read a column of an Arrow table: numbers as they are, texts with `decimal` as their mark. What has both marks,
    or the other one than it should, is no number: whoever writes 1.234 for a thousand means something else."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        return _of_numbers(array)
    empty = pc.fill_null(pc.equal(array, ""), True)
    text = pc.if_else(empty, None, array)
    if decimal == ",":
        text = pc.if_else(pc.match_substring(text, "."), "?", pc.replace_substring(text, ",", "."))
    try:
        values = pc.cast(text, pa.float64())
    except pa.ArrowInvalid:
        text = pc.utf8_trim_whitespace(text)
        empty = pc.or_(empty, pc.fill_null(pc.equal(text, ""), True))
        good = pc.match_substring_regex(text, _NUMBER)
        values = pc.cast(pc.if_else(good, text, None), pa.float64())
    found = _plain(values)
    return found, np.isfinite(found), np.asarray(empty.to_numpy(zero_copy_only=False), np.bool_)


def _of_numbers(array: Any) -> Numbers:
    try:
        values = _plain(pc.cast(array, pa.float64(), safe=False))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        values = np.full(len(array), np.nan)
    # A number that is not one says the same as none: a program that writes Parquet has no other word for it.
    return values, np.isfinite(values), np.isnan(values)


def _plain(values: Any) -> NDArray[np.float64]:
    """Return an Arrow column as floats, NaN for nulls."""
    return np.asarray(values.to_numpy(zero_copy_only=False), np.float64)
