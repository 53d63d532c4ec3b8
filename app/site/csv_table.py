"""Lists in CSV: the first row names the columns, in any order; each further row is one form.

An empty cell is as if absent. In faults the column is the number of the cell.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from pydantic import ValidationError

from app.site.document import Loc, read_text
from app.site.faults import FaultList
from app.site.forms.base import Form
from app.site.validating import suggestion

__all__ = ["CsvTable", "Row", "RowKind", "read_table", "table_of"]

F = TypeVar("F", bound=Form)

_YES: Final = ("yes", "true", "是")
_NO: Final = ("no", "false", "否")


@dataclass(frozen=True, slots=True)
class RowKind(Generic[F]):
    """What the rows of a list are. `texts` are columns whose cells are never numbers, `flags` those of yes and no;
    `places` says in which column a word of another form stands."""

    form: type[F]
    texts: tuple[str, ...]
    flags: tuple[str, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row(Generic[F]):
    """A row that could be read, and its number in the list."""

    row: F
    index: int


@dataclass(slots=True)
class CsvTable(Generic[F]):
    """One file: its rows, and where each cell stands. A location is (row, column name)."""

    file: str
    faults: FaultList
    kind: RowKind[F]
    columns: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    rows: list[Row[F]] = field(default_factory=list)

    def fault(self, loc: Loc, message: str, *, cause: str = "", at: int | None = None) -> None:
        """Note a fault at a row and, if named, a column; `cause` as in `FaultList.add`. `at` is
        not looked at: a cell is one place."""
        line = self.lines[int(loc[0])] if loc else 1
        name = self.kind.places.get(str(loc[-1]), str(loc[-1])) if loc else ""
        column = self.columns.index(name) + 1 if name in self.columns else 1
        self.faults.add(self.file, line, column, message, cause=cause)


def read_table(folder: Path, file: str, kind: RowKind[F], faults: FaultList) -> CsvTable[F] | None:
    """Read one list, noting the faults of each row; None if it is not a list at all."""
    text = read_text(folder, file, faults)
    return None if text is None else table_of(text, file, kind, faults)


def table_of(text: str, file: str, kind: RowKind[F], faults: FaultList) -> CsvTable[F] | None:
    """Return the list that `text` says; as `read_table`."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    table = CsvTable(file, faults, kind)
    try:
        table.columns = [name.strip() for name in next(reader, [])]
        if not _columns_are_good(table):
            return None
        _read_rows(table, reader)
    except csv.Error as error:
        faults.add(file, max(1, reader.line_num), 1, f"not CSV: {error}")
    return table


def _columns_are_good(table: CsvTable[F]) -> bool:
    fields = table.kind.form.model_fields
    needed = [name for name, field in fields.items() if field.is_required() and name not in table.columns]
    for name in needed:
        table.faults.add(table.file, 1, 1, f"the column {name} is missing")
    for number, name in enumerate(table.columns, 1):
        if name not in fields:
            hint = suggestion(name, fields) or f"; known: {', '.join(fields)}"
            table.faults.add(table.file, 1, number, f"unknown column {name!r}{hint}")
        elif name in table.columns[: number - 1]:
            table.faults.add(table.file, 1, number, f"the column {name} stands here twice")
    return not needed


def _read_rows(table: CsvTable[F], reader: Any) -> None:
    line = reader.line_num + 1
    for cells in reader:
        table.lines.append(line)
        line = reader.line_num + 1
        index = len(table.lines) - 1
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(table.columns):
            table.fault((index,), f"{len(cells)} cells, but the first row names {len(table.columns)} columns")
            continue
        _read_row(table, index, dict(zip(table.columns, cells, strict=True)))


def _read_row(table: CsvTable[F], index: int, cells: dict[str, str]) -> None:
    form = table.kind.form
    known = {n: _value(table.kind, n, c.strip()) for n, c in cells.items() if c.strip() and n in form.model_fields}
    try:
        table.rows.append(Row(form.model_validate_json(json.dumps(known)), index))
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            name = str(detail["loc"][0]) if detail["loc"] else ""
            missing = detail["type"] == "missing"
            text = "is missing" if missing else detail["msg"].removeprefix("Input ")
            table.fault((index, name), f"{name} {text}")


def _value(kind: RowKind[F], name: str, cell: str) -> str | int | float | bool:
    if name in kind.texts:
        return cell
    if name in kind.flags and cell.lower() in (*_YES, *_NO):
        return cell.lower() in _YES
    for number in (int, float):
        try:
            value = number(cell)
        except ValueError:
            continue
        # A number that is none, or one without end, stays a word, which the form then refuses.
        return value if abs(value) <= 1e300 else cell
    return cell
