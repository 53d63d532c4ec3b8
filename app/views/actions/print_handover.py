"""Write a handover sheet as PDF; that it was done is noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from app.views.pages.shift.paper import write_pdf
from app.views.room import Room
from app.views.state.handover_html import Paper

__all__ = ["print_handover"]


def print_handover(
    room: Room,
    file: Path,
    sheet: Mapping[str, Any],
    paper: Paper,
    done: Callable[[str], None],
    failed: Callable[[str], None],
) -> None:
    """Lay out and write on a worker."""
    room.query(lambda _store: write_pdf(file, sheet, paper), partial(_printed, room, file, paper, done), failed)


def _printed(room: Room, file: Path, paper: Paper, done: Callable[[str], None], pages: int) -> None:
    what = paper.kept.id if paper.kept is not None else ""
    room.note_act("printed", what, {"file": str(file), "pages": pages, "sha256": paper.sha256})
    done(str(file))
