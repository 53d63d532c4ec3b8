"""Files that histories come in, as tables one after the other: CSV and Parquet."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from app.errors import ConfigurationFault, EnvironmentFault
from app.exchange.csv_tables import Table, table_of
from app.exchange.pieces import PIECE_BYTES, TextFile

__all__ = ["Source", "open_source"]

_BATCH_ROWS: Final = 65_536
_HASH_BYTES: Final = 4 << 20


class Source(Protocol):
    """A file to read once. `headed_at` says where its headings stand, `empty` that no row follows them."""

    path: Path
    names: tuple[str, ...]
    size: int
    headed_at: str
    empty: bool

    def tables(self) -> Iterator[tuple[Table, int]]:
        """Yield tables and how many of the file's bytes have been read with them."""

    def sha256(self) -> str:
        """Return the hash of the whole file; call it after all tables were read."""


def open_source(path: Path, *, delimiter: str = "", encoding: str = "", piece: int = PIECE_BYTES) -> Source:
    """Look at a file's beginning; a CSV file is read `piece` bytes at a time. Raises ConfigurationFault for what is no
    table, EnvironmentFault if it cannot be read."""
    return _Parquet(path) if path.suffix.lower() in (".parquet", ".pq") else _Csv(path, delimiter, encoding, piece)


class _Csv:
    def __init__(self, path: Path, delimiter: str, encoding: str, piece: int) -> None:
        self._file = TextFile(path, delimiter, encoding)
        self._file.open()
        self._piece = piece
        self.path, self.names, self.size = path, self._file.names, self._file.size
        self.headed_at, self.empty = f"{path}, line 1", self._file.empty

    def tables(self) -> Iterator[tuple[Table, int]]:
        for piece in self._file.pieces(size=self._piece):
            yield table_of(piece, len(self.names), self._file.delimiter), piece.end

    def sha256(self) -> str:
        return self._file.sha256


@dataclass(slots=True)
class _Opened:
    file: Any
    rows: int


class _Parquet:
    """Rows are counted from 1: this format has no lines."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.size = path.stat().st_size
            file = pq.ParquetFile(path)
        except OSError as error:
            raise EnvironmentFault(f"{path} cannot be read: {error.strerror or error}") from error
        except pa.ArrowException as error:
            raise ConfigurationFault(f"{path} is no Parquet file: {error}") from error
        self._opened = _Opened(file, file.metadata.num_rows)
        self.names = tuple(file.schema_arrow.names)
        self.headed_at, self.empty = str(path), not self._opened.rows

    def tables(self) -> Iterator[tuple[Table, int]]:
        done, total = 0, max(1, self._opened.rows)
        try:
            for batch in self._opened.file.iter_batches(batch_size=_BATCH_ROWS, use_threads=False):
                columns = tuple(_plain(batch.column(i)) for i in range(batch.num_columns))
                line = np.arange(done + 1, done + batch.num_rows + 1, dtype=np.int64)
                done += batch.num_rows
                yield Table(columns, line, (), batch.num_rows), self.size * done // total
        except pa.ArrowException as error:
            raise EnvironmentFault(f"{self.path} cannot be read beyond row {done}: {error}") from error
        except OSError as error:
            raise EnvironmentFault(f"{self.path} cannot be read: {error.strerror or error}") from error
        finally:
            self._opened.file.close()

    def sha256(self) -> str:
        digest = hashlib.sha256()
        with self.path.open("rb") as file:
            while part := file.read(_HASH_BYTES):
                digest.update(part)
        return digest.hexdigest()


def _plain(column: Any) -> Any:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
