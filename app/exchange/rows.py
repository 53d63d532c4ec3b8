"""Rows of a file as columns, and those that were refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

__all__ = ["Reason", "Refusal", "Rows", "Taken", "joined"]


class Reason(StrEnum):
    """Why a row was refused. The words stand in reports: never change one."""

    COLUMNS = "columns"
    """Other columns than the headings say, or a quotation mark that is never closed."""
    TIME = "time"
    TIME_TWICE = "time-twice"
    """An hour that came twice, and nothing says which is meant."""
    TIME_NEVER = "time-never"
    """An hour that was left out when clocks were put forward."""
    TIME_RANGE = "time-range"
    """Before the first or after the last time that is plausible."""
    TAG = "tag"
    """The site in force has no such tag, or one whose values are texts."""
    VALUE = "value"
    """Not a finite number, or none and no quality that says why."""
    STATE = "state"
    """A number that the tag, which is discrete or has states, never has."""
    QUALITY = "quality"
    ANOTHER_VALUE = "another-value"
    """Another value stands at this time of this tag already."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row, or a cell of a wide one (`column` is its heading), with the text that stands there."""

    line: int
    reason: Reason
    text: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """Samples, columns of one length: `tag` int32 place in the importer's list of tags · `ms` int64 UTC · `value` f8 ·
    `quality` u2 · `line` int64 number of the line."""

    tag: NDArray[np.int32]
    ms: NDArray[np.int64]
    value: NDArray[np.float64]
    quality: NDArray[np.uint16]
    line: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.tag)

    def at(self, where: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Rows:
        """Return some of them."""
        return Rows(self.tag[where], self.ms[where], self.value[where], self.quality[where], self.line[where])


@dataclass(frozen=True, slots=True)
class Taken:
    """What a part of a file gave. `read` counts its rows (a wide row has many samples), `folded` times in an hour that
    came twice and were read as --fold says."""

    rows: Rows
    refused: Sequence[Refusal]
    read: int
    folded: int = 0


def joined(parts: Sequence[Rows]) -> Rows:
    """Return parts as one."""
    if len(parts) == 1:
        return parts[0]
    return Rows(
        np.concatenate([p.tag for p in parts], dtype=np.int32) if parts else np.empty(0, np.int32),
        np.concatenate([p.ms for p in parts], dtype=np.int64) if parts else np.empty(0, np.int64),
        np.concatenate([p.value for p in parts], dtype=np.float64) if parts else np.empty(0, np.float64),
        np.concatenate([p.quality for p in parts], dtype=np.uint16) if parts else np.empty(0, np.uint16),
        np.concatenate([p.line for p in parts], dtype=np.int64) if parts else np.empty(0, np.int64),
    )
