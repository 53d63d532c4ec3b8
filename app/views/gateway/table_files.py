"""Files that other programs read: CSV, and spreadsheets written in constant memory. Whole or not at all.

Rows go into a new file beside the wanted one, which takes its name only when everything is on the disk.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final, Protocol
from zoneinfo import ZoneInfo

from app.exchange.new_file import NewFile, trouble_of
from app.model.journal_rows import Cell, Column, ColumnKind, Moment, csv_row, local_time

__all__ = ["CsvFile", "TableFile", "XlsxFile", "open_file", "trouble_of"]

_SHEET_ROWS: Final = 1_048_576
"""Rows of a spreadsheet's sheet at most."""
_CELL_LENGTH: Final = 32_767
"""Characters of a spreadsheet's cell at most."""


class TableFile(Protocol):
    """Sheets one after the other, rows in order. After `finish` or `abandon` nothing more is called."""

    def sheet(self, title: str, columns: Sequence[Column]) -> None:
        """Begin a table."""

    def row(self, cells: Sequence[Cell]) -> None:
        """Write a row of it."""

    def facts(self, title: str, facts: Mapping[str, str]) -> None:
        """Write what was asked for and when, where the format has a place for it."""

    def finish(self) -> None:
        """Put the file in its place."""

    def abandon(self) -> None:
        """Leave nothing behind. Never fails."""


def open_file(path: Path, zone: ZoneInfo, language: str) -> TableFile:
    """Begin a file; its suffix says what it is. Raises OSError."""
    return XlsxFile(path, zone, language) if path.suffix.lower() == ".xlsx" else CsvFile(path, zone)


class CsvFile:
    """UTF-8 with a mark, so that spreadsheets take it for that; one table, headed by the columns' ids."""

    def __init__(self, path: Path, zone: ZoneInfo) -> None:
        self._new = NewFile(path)
        self._zone = zone
        self._file = self._new.part.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)

    def sheet(self, title: str, columns: Sequence[Column]) -> None:
        self._writer.writerow([c.id for c in columns])

    def row(self, cells: Sequence[Cell]) -> None:
        self._writer.writerow(csv_row(cells, self._zone))

    def facts(self, title: str, facts: Mapping[str, str]) -> None:
        """CSV has no place for them."""

    def finish(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._new.put()

    def abandon(self) -> None:
        with suppress(OSError):
            self._file.close()
        self._new.drop()


class XlsxFile:
    """A workbook: times are times, text is text whatever it begins with; heads stand and filter."""

    def __init__(self, path: Path, zone: ZoneInfo, language: str) -> None:
        import xlsxwriter  # only here: it takes a tenth of a second to load

        self._new = NewFile(path)
        self._zone, self._language = zone, language
        self._file: IO[bytes] = self._new.part.open("wb")
        self._book: Any = xlsxwriter.Workbook(self._file, {"constant_memory": True, "default_date_format": _TIME})
        self._time = self._book.add_format({"num_format": _TIME, "align": "left"})
        self._head = self._book.add_format({"bold": True, "bottom": 1, "bg_color": "#E5E7E9"})
        self._title = ""
        self._columns: Sequence[Column] = ()
        self._sheet: Any = None
        self._rows = self._sheets = 0

    def sheet(self, title: str, columns: Sequence[Column]) -> None:
        self._end_sheet()
        self._title, self._columns, self._sheets = title, columns, 0
        self._begin_sheet()

    def row(self, cells: Sequence[Cell]) -> None:
        if self._rows >= _SHEET_ROWS:
            self._end_sheet()
            self._begin_sheet()
        for i, cell in enumerate(cells):
            self._write(self._rows, i, cell)
        self._rows += 1

    def facts(self, title: str, facts: Mapping[str, str]) -> None:
        self._end_sheet()
        self._sheet = None
        sheet = self._book.add_worksheet(title)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 90)
        for i, (name, text) in enumerate(facts.items()):
            sheet.write_string(i, 0, name, self._head)
            sheet.write_string(i, 1, text[:_CELL_LENGTH])

    def finish(self) -> None:
        from xlsxwriter.exceptions import XlsxFileError

        self._end_sheet()
        try:
            self._book.close()
        except XlsxFileError as error:
            cause = error.args[0] if error.args else error
            raise cause if isinstance(cause, OSError) else OSError(str(error)) from error
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._new.put()

    def abandon(self) -> None:
        for sheet in self._book.worksheets():
            # Its rows wait in a temporary file; a book that is not written is never told to close them.
            with suppress(OSError, AttributeError):
                sheet.row_data_fh.close()
                Path(sheet.row_data_filename).unlink(missing_ok=True)
        self._book.fileclosed = True
        with suppress(OSError):
            self._file.close()
        self._new.drop()

    def _begin_sheet(self) -> None:
        self._sheets += 1
        title = self._title if self._sheets == 1 else f"{self._title} {self._sheets}"
        self._sheet = self._book.add_worksheet(title[:31])
        for i, column in enumerate(self._columns):
            self._sheet.set_column(i, i, column.width)
        self._sheet.freeze_panes(1, 0)
        for i, column in enumerate(self._columns):
            zone = f" ({self._zone.key})" if column.kind is ColumnKind.TIME else ""
            self._sheet.write_string(0, i, column.label.get(self._language) + zone, self._head)
        self._rows = 1

    def _end_sheet(self) -> None:
        if self._sheet is not None and self._columns:
            self._sheet.autofilter(0, 0, max(1, self._rows - 1), len(self._columns) - 1)

    def _write(self, row: int, column: int, cell: Cell) -> None:
        sheet = self._sheet
        if cell is None or cell == "":
            return
        if isinstance(cell, Moment):
            sheet.write_datetime(row, column, local_time(cell.ms, self._zone), self._time)
        elif isinstance(cell, str):
            sheet.write_string(row, column, cell[:_CELL_LENGTH])
        elif cell != cell or cell in (float("inf"), float("-inf")):
            sheet.write_string(row, column, str(cell))
        else:
            sheet.write_number(row, column, cell)


_TIME: Final = "yyyy-mm-dd hh:mm:ss.000"
