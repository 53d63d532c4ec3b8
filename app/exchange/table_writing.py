"""Tables of columns into files that come whole or not at all: CSV and Parquet."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final, Protocol
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from app.exchange.new_file import NewFile
from app.exchange.time_cells import iso_cells

__all__ = ["FORMATS", "TableWriter", "open_writer"]

FORMATS: Final = ("csv", "parquet")
_BOM: Final = b"\xef\xbb\xbf"
"""Without it spreadsheets take Chinese for another encoding."""


class TableWriter(Protocol):
    """Takes tables with the same columns, one after the other. All may raise OSError."""

    def times(self, utc_ms: NDArray[np.int64]) -> Any:
        """Return instants as the format has them."""

    def write(self, columns: Sequence[Any]) -> None:
        """Write rows."""

    def finish(self) -> None:
        """Put the file in its place."""

    def abandon(self) -> None:
        """Leave nothing behind. Never fails."""


def open_writer(
    file: Path, form: str, names: Sequence[str], kinds: Sequence[Any], zone: ZoneInfo, facts: Mapping[str, str]
) -> TableWriter:
    """Begin a file. `kinds` are the Arrow types of the columns behind the first, which is the time; its heading says
    the zone. `facts` say what was asked for, where the format has a place for it. Raises OSError."""
    heads = [f"{names[0]} ({zone.key})", *names[1:]]
    if form == "csv":
        return _Csv(file, heads, kinds, zone)
    return _Parquet(file, heads, kinds, zone, facts)


class _Base:
    def __init__(self, file: Path, zone: ZoneInfo) -> None:
        self._new = NewFile(file)
        self._zone = zone
        self._file: IO[bytes] = self._new.part.open("wb")
        self._writer: Any = None
        self._schema: Any = None

    def write(self, columns: Sequence[Any]) -> None:
        if len(columns[0]):
            self._writer.write_batch(pa.RecordBatch.from_arrays(list(columns), schema=self._schema))

    def finish(self) -> None:
        try:
            self._writer.close()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except pa.ArrowException as error:
            raise OSError(str(error)) from error
        self._new.put()

    def abandon(self) -> None:
        with suppress(OSError, pa.ArrowException):
            self._writer.close()
        with suppress(OSError):
            self._file.close()
        self._new.drop()


class _Csv(_Base):
    """UTF-8 with a mark; a cell without a value is empty."""

    def __init__(self, file: Path, names: Sequence[str], kinds: Sequence[Any], zone: ZoneInfo) -> None:
        super().__init__(file, zone)
        self._file.write(_BOM + ",".join(names).encode("utf-8") + b"\n")
        self._schema = pa.schema(list(zip(names, [pa.string(), *kinds], strict=True)))
        # Paths of tags and our own headings need no quotation marks.
        how = pacsv.WriteOptions(include_header=False, quoting_style="none")
        self._writer = pacsv.CSVWriter(self._file, self._schema, write_options=how)

    def times(self, utc_ms: NDArray[np.int64]) -> Any:
        return iso_cells(utc_ms, self._zone)


class _Parquet(_Base):
    """Times are instants that name their zone."""

    def __init__(
        self, file: Path, names: Sequence[str], kinds: Sequence[Any], zone: ZoneInfo, facts: Mapping[str, str]
    ) -> None:
        super().__init__(file, zone)
        self._time = pa.timestamp("ms", zone.key)
        fields = list(zip(names, [self._time, *kinds], strict=True))
        self._schema = pa.schema(fields, metadata={f"qianliyan.{k}": v for k, v in facts.items()})
        self._writer = pq.ParquetWriter(self._file, self._schema, compression="zstd")

    def times(self, utc_ms: NDArray[np.int64]) -> Any:
        return pa.array(utc_ms).cast(self._time)
