"""tags/*.csv: flat lists of extra tags, one per row, for what an engineer has in a spreadsheet anyway.

The first row names the columns, in any order. Needed: path (`facility/equipment/role`), label_zh, label_en, device.
An empty cell is as if absent. In faults the column is the number of the cell.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints, ValidationError

from app.model.points import Table, WordOrder, WordType
from app.model.spec import TagKind
from app.site.document import Loc, read_text
from app.site.faults import FaultList
from app.site.forms.base import Form, Id, LabelForm, Number, Text
from app.site.forms.points import PointForm, Register
from app.site.forms.types import Decimals, Seconds, TagForm, Width
from app.site.validating import suggestion

__all__ = ["CsvRow", "CsvTags", "TagRow", "read_csv"]

_TEXTS: Final = ("path", "label_zh", "label_en", "unit", "device", "node")
TagPath = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*/[a-z][a-z0-9_-]*/[a-z][a-z0-9_-]*$")]


class CsvRow(Form):
    """One row. Columns carry the meanings of TagForm and PointForm; `at` counts from 0."""

    path: TagPath
    label_zh: Text
    label_en: Text
    device: Id
    modbus_unit: Annotated[int, Field(ge=0, le=255)] = 1
    group: Id = "fast"
    table: Table = Table.HOLDING
    at: Register | None = None
    type: WordType | None = None
    order: WordOrder | None = None
    bit: Annotated[int, Field(ge=0, le=15)] | None = None
    length: Annotated[int, Field(ge=1, le=120)] | None = None
    scale: Number = 1.0
    offset: Number = 0.0
    node: Text | None = None
    kind: TagKind = TagKind.ANALOG
    unit: str = ""
    low: Number | None = None
    high: Number | None = None
    normal_low: Number | None = None
    normal_high: Number | None = None
    deadband: Width = 0.0
    max_age_s: Seconds = 10.0
    decimals: Decimals = 2

    def tag_form(self) -> TagForm:
        """Return the row's tag as the form that types use. A range needs both of its ends."""
        return TagForm(
            label=LabelForm(zh=self.label_zh, en=self.label_en),
            kind=self.kind,
            unit=self.unit,
            range=_pair(self.low, self.high),
            normal=_pair(self.normal_low, self.normal_high),
            deadband=self.deadband,
            max_age_s=self.max_age_s,
            decimals=self.decimals,
            group=self.group,
        )

    def point_form(self) -> PointForm:
        """Return the row's place in the device, with exactly the cells that were filled."""
        names = self.model_fields_set & PointForm.model_fields.keys()
        return PointForm(**{name: getattr(self, name) for name in names})


def _pair(low: float | None, high: float | None) -> tuple[float, float] | None:
    return None if low is None or high is None else (low, high)


@dataclass(frozen=True, slots=True)
class TagRow:
    """A row that could be read, and its number in the list."""

    row: CsvRow
    index: int


@dataclass(slots=True)
class CsvTags:
    """One file: its rows, and where each cell stands. A location is (row, column name)."""

    file: str
    faults: FaultList
    columns: list[str]
    lines: list[int]
    rows: list[TagRow]

    def fault(self, loc: Loc, message: str, *, cause: str = "") -> None:
        """Note a fault at a row and, if named, a column; `cause` as in `FaultList.add`."""
        line = self.lines[int(loc[0])] if loc else 1
        name = {"range": "low", "normal": "normal_low"}.get(str(loc[-1]), str(loc[-1])) if loc else ""
        column = self.columns.index(name) + 1 if name in self.columns else 1
        self.faults.add(self.file, line, column, message, cause=cause)


def read_csv(folder: Path, file: str, faults: FaultList) -> CsvTags | None:
    """Read one list, noting the faults of each row; None if it is not a list at all."""
    text = read_text(folder, file, faults)
    if text is None:
        return None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    table = CsvTags(file, faults, [], [], [])
    try:
        table.columns = [name.strip() for name in next(reader, [])]
        if not _columns_are_good(table):
            return None
        _read_rows(table, reader)
    except csv.Error as error:
        faults.add(file, max(1, reader.line_num), 1, f"not CSV: {error}")
    return table


def _columns_are_good(table: CsvTags) -> bool:
    fields = CsvRow.model_fields
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


def _read_rows(table: CsvTags, reader: Any) -> None:
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


def _read_row(table: CsvTags, index: int, cells: dict[str, str]) -> None:
    known = {n: _value(n, c.strip()) for n, c in cells.items() if c.strip() and n in CsvRow.model_fields}
    try:
        table.rows.append(TagRow(CsvRow.model_validate_json(json.dumps(known)), index))
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            name = str(detail["loc"][0]) if detail["loc"] else ""
            missing = detail["type"] == "missing"
            text = "is missing" if missing else detail["msg"].removeprefix("Input ")
            table.fault((index, name), f"{name} {text}")


def _value(name: str, cell: str) -> str | int | float:
    if name in _TEXTS:
        return cell
    for number in (int, float):
        try:
            value = number(cell)
        except ValueError:
            continue
        # A number that is none, or one without end, stays a word, which the form then refuses.
        return value if abs(value) <= 1e300 else cell
    return cell
