"""An export: samples as they are, or buckets of a width that was asked for, into one CSV or Parquet file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from app.exchange.buckets import Bucketed, buckets_of, edges_of
from app.exchange.headings import QUALITY_OF, Layout
from app.exchange.raw_reading import Slice, slices_of
from app.exchange.table_writing import TableWriter, open_writer
from app.storage.history_contract import HistoryReader, Stop

__all__ = ["Counting", "Export", "export"]

_BUCKET: Final = ("min", "max", "mean", "covered", "quality")
_MOST_AT_ONE_TIME: Final = 1 << 10


class Counting(Protocol):
    """Who shows how far it is: rows written, and until which instant."""

    rows: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Export:
    """What is asked for: tags as (number, path), a time (UTC ms, end excluded), the width of buckets (0: every sample),
    the layout, the format (csv or parquet), and the zone of times and days."""

    tags: tuple[tuple[int, str], ...]
    start_ms: int
    end_ms: int
    every_ms: int
    layout: Layout
    form: str
    zone: ZoneInfo

    def facts(self) -> dict[str, str]:
        """Return what was asked for, in words for programs."""
        ends = [datetime.fromtimestamp(ms / 1000, self.zone).isoformat() for ms in (self.start_ms, self.end_ms)]
        every = f"{self.every_ms} ms" if self.every_ms else "raw"
        return {"from": ends[0], "to": ends[1], "every": every, "layout": self.layout.value, "zone": self.zone.key}


def export(reader: HistoryReader, asked: Export, file: Path, progress: Counting, stop: Stop) -> None:
    """Write the file, whole or not at all. Raises OSError, Cancelled, StoreUnavailable."""
    names, kinds = _columns(asked)
    out = open_writer(file, asked.form, names, kinds, asked.zone, asked.facts())
    try:
        for columns, until in _bucketed(reader, asked, out, stop) if asked.every_ms else _raw(reader, asked, out, stop):
            out.write(columns)
            progress.rows += len(columns[0])
            progress.at_ms = until
        out.finish()
    except BaseException:
        out.abandon()
        raise


def _columns(asked: Export) -> tuple[list[str], list[Any]]:
    """Return the headings, and the Arrow types of all but the first."""
    number, code, text = pa.float64(), pa.uint16(), pa.string()
    per_tag = list(_BUCKET) if asked.every_ms else ["value", "quality"]
    kinds = [code if name == "quality" else number for name in per_tag]
    if asked.layout is Layout.LONG:
        return ["time", "tag", *per_tag], [text, *kinds]
    heads = [_heading(path, name) for _, path in asked.tags for name in per_tag]
    return ["time", *heads], kinds * len(asked.tags)


def _heading(path: str, name: str) -> str:
    return path if name == "value" else path + QUALITY_OF if name == "quality" else f"{path}:{name}"


def _raw(reader: HistoryReader, asked: Export, out: TableWriter, stop: Stop) -> Iterator[tuple[list[Any], int]]:
    paths = pa.array([path for _, path in asked.tags], pa.string())
    for part in slices_of(reader, [n for n, _ in asked.tags], asked.start_ms, asked.end_ms, stop):
        if asked.layout is Layout.LONG:
            yield _long(part, paths, out), part.end_ms
        else:
            yield _wide(part, out), part.end_ms


def _long(part: Slice, paths: Any, out: TableWriter) -> list[Any]:
    """Return all samples in the order of time; those of one tag at one time stay as they are. From where nothing is
    known of a tag it has a row that says nothing."""
    silences = sum(len(its) for its in part.silences)
    ms = np.concatenate([*(s.source_ms for s in part.tags), *part.silences])
    order = np.argsort(ms, kind="stable")
    each = np.arange(len(part.tags))
    tag = np.concatenate([np.repeat(each, [len(its) for its in rows]) for rows in (part.tags, part.silences)])
    values = np.concatenate([*(s.values for s in part.tags), np.full(silences, np.nan)])[order]
    quality = np.concatenate([*(s.quality for s in part.tags), np.zeros(silences, np.uint16)])[order]
    silent = order >= len(ms) - silences
    return [out.times(ms[order]), paths.take(pa.array(tag[order])), _numbers(values), pa.array(quality, mask=silent)]


def _wide(part: Slice, out: TableWriter) -> list[Any]:
    """Return a row for each time at which any tag has a sample; a second one if a tag has two. From where nothing is
    known of all of them, a row of empty cells stands: an empty cell by itself is no sample."""
    silences = reduce(np.intersect1d, part.silences)
    keys = [s.source_ms * _MOST_AT_ONE_TIME + _nth(s.source_ms) for s in part.tags]
    rows = np.unique(np.concatenate([*keys, silences * _MOST_AT_ONE_TIME + _MOST_AT_ONE_TIME - 1]))
    columns = [out.times(rows // _MOST_AT_ONE_TIME)]
    for key, samples in zip(keys, part.tags, strict=True):
        at = np.searchsorted(rows, key)
        values, there = np.full(len(rows), np.nan), np.zeros(len(rows), np.bool_)
        quality = np.zeros(len(rows), np.uint16)
        values[at], quality[at], there[at] = samples.values, samples.quality, True
        columns += [_numbers(values), pa.array(quality, mask=~there)]
    return columns


def _nth(ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each of ordered times how many equal ones stand before it."""
    return np.arange(len(ms)) - np.searchsorted(ms, ms, "left")


def _bucketed(reader: HistoryReader, asked: Export, out: TableWriter, stop: Stop) -> Iterator[tuple[list[Any], int]]:
    edges = edges_of(asked.start_ms, asked.end_ms, asked.every_ms, asked.zone)
    paths = pa.array([path for _, path in asked.tags], pa.string())
    for part, tags in buckets_of(reader, [n for n, _ in asked.tags], edges, stop):
        columns = [_cells(tag) for tag in tags]
        if asked.layout is Layout.WIDE:
            yield [out.times(part[:-1]), *(cell for column in columns for cell in column)], int(part[-1])
            continue
        count = len(part) - 1
        # By time, then by tag: cell i of tag k stands at k·count + i of what is put together by tags.
        order = pa.array(np.arange(count * len(tags)).reshape(len(tags), count).T.ravel())
        rows = [pa.concat_arrays([c[i] for c in columns]).take(order) for i in range(len(_BUCKET))]
        tag = paths.take(pa.array(np.tile(np.arange(len(tags)), count)))
        yield [out.times(np.repeat(part[:-1], len(tags))), tag, *rows], int(part[-1])


def _cells(tag: Bucketed) -> Sequence[Any]:
    quality = pa.array(np.maximum(tag.quality, 0).astype(np.uint16), mask=tag.quality < 0)
    return [_numbers(tag.low), _numbers(tag.high), _numbers(tag.mean), pa.array(np.round(tag.covered, 5)), quality]


def _numbers(values: NDArray[np.float64]) -> Any:
    return pa.array(values, mask=np.isnan(values))
