"""Writes the samples of some tags into a CSV or Parquet file, on the thread of long reads of the past."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from app.errors import Cancelled
from app.storage.history_contract import HistoryReader, Stop
from app.views.gateway.exporting import ENDED, Exported, Progress
from app.views.gateway.table_files import trouble_of

__all__ = ["FORMATS", "export_samples"]

FORMATS: Final = {".csv": "csv", ".parquet": "parquet"}


def export_samples(
    tags: Sequence[tuple[int, str]], start_ms: int, end_ms: int, file: Path, *, zone: str, progress: Progress
) -> Callable[[HistoryReader, Stop], Exported]:
    """Return the work: every sample of the tags (number, path) in a time, one row each. The file appears whole or not
    at all."""

    def work(reader: HistoryReader, stop: Stop) -> Exported:
        from app.exchange.exporting import Export, export  # here: what writes Parquet takes long to load
        from app.exchange.headings import Layout

        form = FORMATS[file.suffix.lower()]
        asked = Export(tuple(tags), start_ms, end_ms, 0, Layout.LONG, form, ZoneInfo(zone))

        def ended() -> bool:
            return progress.cancelled or stop()

        try:
            export(reader, asked, file, progress, ended)
        except Cancelled:
            return Exported(file, progress.rows, ENDED)
        except OSError as error:
            return Exported(file, progress.rows, *trouble_of(error))
        return Exported(file, progress.rows)

    return work
