"""tags/*.csv: flat lists of extra tags, one per row, for what an engineer has in a spreadsheet anyway.

Needed columns: path (`facility/equipment/role`), label_zh, label_en, device. How lists are read: `csv_table`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, TypeAlias

from pydantic import Field, StringConstraints

from app.model.points import Table, WordOrder, WordType
from app.model.retention import STANDARD
from app.model.spec import TagKind
from app.site.csv_table import CsvTable, RowKind, read_table
from app.site.faults import FaultList
from app.site.forms.base import Form, Id, LabelForm, Number, Text
from app.site.forms.points import PointForm, Register
from app.site.forms.types import Decimals, Seconds, TagForm, Width

__all__ = ["CsvRow", "CsvTags", "read_csv"]

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
    keep: Id = STANDARD

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
            keep=self.keep,
        )

    def point_form(self) -> PointForm:
        """Return the row's place in the device, with exactly the cells that were filled."""
        names = self.model_fields_set & PointForm.model_fields.keys()
        return PointForm(**{name: getattr(self, name) for name in names})


def _pair(low: float | None, high: float | None) -> tuple[float, float] | None:
    return None if low is None or high is None else (low, high)


CsvTags: TypeAlias = CsvTable[CsvRow]

_KIND: Final = RowKind(CsvRow, _TEXTS, places={"range": "low", "normal": "normal_low"})


def read_csv(folder: Path, file: str, faults: FaultList) -> CsvTags | None:
    """Read one list, noting the faults of each row; None if it is not a list at all."""
    return read_table(folder, file, _KIND, faults)
