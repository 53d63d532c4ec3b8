"""Export the samples behind a trend."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from app.views.gateway.exporting import Progress
from app.views.gateway.trend_export import export_samples
from app.views.room import Room
from app.views.state.zone_time import date_text, time_text
from app.views.widgets.export_bar import Export, Work

__all__ = ["trend_export"]


def trend_export(room: Room, paths: Sequence[str], start_ms: int, end_ms: int) -> Export:
    """Return the export of every sample of some tags between two instants."""
    live = room.live
    zone = live.site.timezone if live is not None else "UTC"
    specs = [s for p in dict.fromkeys(paths) if live is not None and (s := live.spec(p)) is not None]
    tags = tuple((s.number, s.path) for s in specs)
    name = f"trend_{date_text(start_ms, zone, 'en')[:10]}_{time_text(start_ms, zone).replace(':', '')}"
    asked = {"tags": [path for _, path in tags], "start_ms": start_ms, "end_ms": end_ms}
    return Export(name, "trend", partial(_make, tags, start_ms, end_ms, zone), {"asked": asked})


def _make(
    tags: tuple[tuple[int, str], ...], start_ms: int, end_ms: int, zone: str, file: Path, progress: Progress
) -> Work:
    return export_samples(tags, start_ms, end_ms, file, zone=zone, progress=progress)
