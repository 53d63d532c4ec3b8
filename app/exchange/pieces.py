"""A text file in pieces of whole lines, each small enough to be held, with the number of its first line.

A line is a row: a quotation mark that is never closed spoils its own line alone, not the rest of the file.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from app.errors import ConfigurationFault, EnvironmentFault

__all__ = ["PIECE_BYTES", "Piece", "TextFile"]

PIECE_BYTES: Final = 1 << 20
LONGEST_LINE: Final = 16 << 20
"""Bytes of one line at most: whatever is longer is no table of values."""
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS: Final = (",", ";", "\t")
_SNIFF: Final = 256 << 10


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines, as UTF-8. `line` is the number of the first, from 1; `end` is where the file goes on, in bytes."""

    data: bytes
    line: int
    end: int

    def lines(self) -> list[bytes]:
        """Return its lines as they stand."""
        return self.data.removesuffix(b"\n").split(b"\n")

    def unclosed(self) -> list[int]:
        """Return the places (from 0) of lines whose quotation marks do not close."""
        if b'"' not in self.data:
            return []
        letters = np.frombuffer(self.data, np.uint8)
        ends = np.flatnonzero(letters == 10)
        if not self.data.endswith(b"\n"):
            ends = np.append(ends, len(letters))
        marks = np.searchsorted(np.flatnonzero(letters == 34), ends)
        odd: list[int] = np.flatnonzero(np.diff(marks, prepend=0) % 2).tolist()
        return odd

    @staticmethod
    def text(line: bytes) -> str:
        """Return a line as a person may read it, whatever is in it."""
        return line.decode("utf-8", "replace").removesuffix("\r")


@dataclass(slots=True)
class TextFile:
    """A CSV file: UTF-8 or GB 18030 (what Chinese spreadsheets write), separated by comma, semicolon or tab, and begun
    by a line of headings. `delimiter` and `encoding` are found out where they are not given."""

    path: Path
    delimiter: str = ""
    encoding: str = ""
    size: int = 0
    sha256: str = ""
    """Known once all pieces have been read."""
    names: tuple[str, ...] = ()
    empty: bool = False
    """Whether nothing follows the headings."""
    _skip: int = field(default=0)

    def open(self) -> None:
        """Look at its beginning. Raises ConfigurationFault for what is no such file, EnvironmentFault if it cannot be
        read."""
        try:
            self.size = self.path.stat().st_size
            with self.path.open("rb") as file:
                head = file.read(_SNIFF)
        except OSError as error:
            raise _unreadable(self.path, error) from error
        mark, named = next(((m, e) for m, e in _MARKS if head.startswith(m)), (b"", ""))
        if named == "utf-16" or b"\0" in head:
            raise ConfigurationFault(f"{self.path} is no CSV file in UTF-8 or GB 18030: save it as one")
        self._skip = len(mark)
        first, _, rows = head[self._skip :].partition(b"\n")
        self.empty = self.size <= len(head) and not rows.strip()
        self.encoding = self.encoding or named or _encoding_of(head)
        try:
            text = first.rstrip(b"\r").decode(self.encoding)
        except (UnicodeDecodeError, LookupError) as error:
            raise ConfigurationFault(f"{self.path} is not in {self.encoding}: {error}") from error
        self.delimiter = self.delimiter or max(_DELIMITERS, key=text.count)
        self.names = tuple(n.strip() for n in next(csv.reader([text], delimiter=self.delimiter), ()))
        if len(self.names) < 2:
            raise ConfigurationFault(f"{self.path}, line 1: expected headings, such as time,tag,value")

    def pieces(self, *, size: int = PIECE_BYTES) -> Iterator[Piece]:
        """Yield what follows the headings."""
        try:
            with self.path.open("rb") as file:
                yield from self._pieces(file, size)
        except OSError as error:
            raise _unreadable(self.path, error) from error

    def _pieces(self, file: BinaryIO, size: int) -> Iterator[Piece]:
        digest = hashlib.sha256()
        line, at, rest = 1, 0, b""
        while True:
            fresh = file.read(size)
            digest.update(fresh)
            data = rest + fresh if at else (rest + fresh)[self._skip :]
            at += len(fresh)
            cut = data.rfind(b"\n") + 1 if fresh else len(data)
            if len(data) - cut > LONGEST_LINE:
                raise ConfigurationFault(f"{self.path}, line {line}: longer than {LONGEST_LINE >> 20} MB")
            whole, rest = data[:cut], data[cut:]
            lines = whole.count(b"\n") + (not whole.endswith(b"\n") and bool(whole))
            if line == 1 and whole:  # the headings have been read
                whole = whole.partition(b"\n")[2]
                line, lines = 2, lines - 1
            if whole:
                yield Piece(self._utf8(whole), line, at)
            line += lines
            if not fresh:
                self.sha256 = digest.hexdigest()
                return

    def _utf8(self, data: bytes) -> bytes:
        return data if self.encoding in ("utf-8", "ascii") else data.decode(self.encoding, "replace").encode("utf-8")


def _encoding_of(head: bytes) -> str:
    """Return utf-8, unless the beginning is not; the last line may be cut anywhere."""
    whole = head[: head.rfind(b"\n") + 1] or head
    try:
        whole.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _unreadable(path: Path, error: OSError) -> EnvironmentFault:
    return EnvironmentFault(f"{path} cannot be read: {error.strerror or error}")
