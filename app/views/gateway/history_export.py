"""Writes samples of the past into a file, on the thread that reads the past for the room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.errors import Cancelled
from app.exchange.exporting import Export, export
from app.exchange.headings import Layout
from app.exchange.new_file import trouble_of
from app.storage.history_contract import HistoryReader, Stop
from app.views.gateway.exporting import ENDED, Exported, Progress

__all__ = ["Export", "Layout", "export_history"]


def export_history(asked: Export, file: Path, *, progress: Progress) -> Callable[[HistoryReader, Stop], Exported]:
    """Return the work, for `room.history`. `progress` tells rows and the instant that was reached, and ends it when
    somebody sets `cancelled`: then, as after trouble with the file, nothing of it is left."""

    def work(reader: HistoryReader, ended: Stop) -> Exported:
        def stop() -> bool:
            return progress.cancelled or ended()

        try:
            export(reader, asked, file, progress, stop)
        except Cancelled:
            return Exported(file, progress.rows, ENDED)
        except OSError as error:
            return Exported(file, progress.rows, *trouble_of(error))
        return Exported(file, progress.rows)

    return work
