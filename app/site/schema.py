"""JSON Schemas of the site files, for editors that check while one types."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from app.site.csv_alarms import AlarmRow
from app.site.csv_tags import CsvRow
from app.site.folder import ALARMS_CSV, FORMS

__all__ = ["schemas"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, dict[str, Any]]:
    """Return one schema per kind of file, by its name in the folder ("stations/*.yaml"; CSV: one row)."""
    every: dict[str, type[BaseModel]] = {**FORMS, "tags/*.csv": CsvRow, ALARMS_CSV: AlarmRow}
    return {name: {"$schema": _DIALECT, **form.model_json_schema()} for name, form in every.items()}
