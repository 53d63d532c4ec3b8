"""How large history is: the mix through frames, compaction, merges, rollups and pruning, on a real disk.

`python -m benchmarks.history_size [--hours 2] [--full]`; `--full` is the 24 hours of the acceptance. The frames are
committed as the engine commits them, the historian does what it does each ten minutes, hour and day, and time is let
pass to the next day, so that every merge has been made. Then every file of history is counted whole, its log brought
in before. The newest half hour of frames, which `live` holds for rooms whatever history has, is said apart.

Beside it the same samples as rows: a slice of them, since rows are slow.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.figures import Figure, show
from benchmarks.history_house import House
from benchmarks.history_mix import SLICE_S, TAGS, Mix
from benchmarks.history_parts import checkpoint, history_files, parts_of
from benchmarks.history_references import duck_rows, postgres_rows, sqlite_rows
from tests.helpers.postgres import fresh_database
from tests.helpers.sources import ROOT

__all__ = ["run"]

LIMIT = 1.2
SCALED_H = 2.0
SQLITE_S, DUCK_S, POSTGRES_S = 300, 1_800, 300
"""Seconds of the mix that the references take."""


def run(hours: float = SCALED_H, place: Path | None = None) -> list[Figure]:
    """Measure."""
    place = place or ROOT / "var"
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        figures = _history(Path(folder) / "store", hours)
        return figures + _references(Path(folder), figures[0].value)


def _history(folder: Path, hours: float) -> list[Figure]:
    house = House(str(folder))
    for part in Mix().slices(round(hours * 3_600)):
        house.feed(part)
        house.work()
    house.settle()
    house.close()
    files = [f for f in history_files(folder) if f.suffix == ".sqlite"]
    for file in [*files, folder / "live.sqlite"]:
        checkpoint(file)
    whole = sum(f.stat().st_size for f in history_files(folder))
    parts, samples = parts_of(files), house.samples
    name = f"history of {TAGS:,} tags, {hours:g} h at 1 Hz"
    live = sum(f.stat().st_size for f in folder.glob("live.sqlite*"))
    return [
        Figure(f"{name}: every file of it", whole / samples, "bytes/sample", limit=LIMIT),
        *(Figure(f"{name}, of it {what}", n / samples, "bytes/sample") for what, n in parts.most_common()),
        Figure(f"{name}: samples", samples / 1e6, "million"),
        Figure(f"{name}: `live` beside it, which does not grow", live / 1e6, "MB"),
    ]


def _references(folder: Path, ours: float) -> list[Figure]:
    kept = {
        f"rows in SQLite, {SQLITE_S} s": sqlite_rows(folder / "rows", Mix().slices(SQLITE_S)),
        f"DuckDB sorted by tag, {DUCK_S} s": duck_rows(folder / "duck", Mix().slices(DUCK_S, SLICE_S)),
    }
    if server := os.environ.get("QIANLIYAN_TEST_POSTGRES"):
        with fresh_database(server) as url:
            kept[f"rows in PostgreSQL, {POSTGRES_S} s"] = postgres_rows(url, Mix().slices(POSTGRES_S))
    return [
        figure
        for name, k in kept.items()
        for figure in (
            Figure(f"the same in {name}", k.per_sample, "bytes/sample"),
            Figure(f"the same in {name}, against history", k.per_sample / ours, "×"),
        )
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=SCALED_H)
    parser.add_argument("--full", action="store_true", help="24 hours")
    parser.add_argument("--folder", type=Path, help="on which disk")
    asked = parser.parse_args()
    sys.exit(0 if show(run(24.0 if asked.full else asked.hours, asked.folder)) else 1)
