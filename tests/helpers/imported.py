"""A history that keeps what an import gives it, and a shorthand to import texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from app.exchange.headings import Layout, TagList
from app.exchange.importing import CHUNK, Import, ImportFile, Lookup
from app.exchange.pieces import PIECE_BYTES
from app.exchange.refusals import RefusalReport
from app.exchange.samples_of import HowToRead
from app.exchange.sources import open_source
from app.exchange.standing import Standing
from app.exchange.time_text import Fold, TimeFormat
from app.series.blocks import unpack_block
from app.series.samples import Samples
from app.series.spans import Span
from app.series.times import unpack_times
from app.storage.history_contract import ImportedSpan, Stop, StoredGroup, never
from tests.helpers.fake_history import FakeHistory

__all__ = ["TAGS", "Kept", "import_file", "tag_list"]

TAGS = ("ps01/flow", "ps01/well/level", "ps02/well/level")
EARLIEST, LATEST = 0, 4_000_000_000_000


def tag_list(paths: Sequence[str] = TAGS, **mapped: str) -> TagList:
    """Return tags numbered from 1."""
    places = {path: i for i, path in enumerate(paths)}
    return TagList(tuple(paths), tuple(range(1, len(paths) + 1)), mapped, places)


@dataclass
class Kept:
    """Takes groups, and shows what is in them."""

    groups: list[StoredGroup] = field(default_factory=list)
    spans: dict[tuple[int, int, int], Span] = field(default_factory=dict)
    kept: int = 0

    def note_imported(self, spans: Sequence[ImportedSpan]) -> None:
        self.spans.update({(one.tag, one.revision, one.part): one.span for one in spans})

    def add(self, groups: Sequence[StoredGroup]) -> None:
        self.groups += groups

    def keep(self) -> None:
        self.kept += 1

    def samples(self, tag: int) -> Samples:
        """Return a tag's samples in the order of time; those of one time as they were added."""
        found = []
        for group in self.groups:
            times = unpack_times(group.times)
            for block in group.blocks:
                if block.tag == tag:
                    column = unpack_block(tag, block.payload)
                    at = slice(None) if column.events is None else column.events
                    found.append((times.source_ms[at], column.values, column.quality))
        if not found:
            return Samples(np.empty(0, np.int64), np.empty(0), np.empty(0, np.uint16), np.empty(0, np.int64))
        ms, values, quality = (np.concatenate([f[i] for f in found]) for i in range(3))
        order = np.argsort(ms, kind="stable")
        return Samples(ms[order], values[order], quality[order], np.zeros(len(ms), np.int64))

    def reader(self) -> FakeHistory:
        """Return a history with what is there now."""
        tags = {b.tag for g in self.groups for b in g.blocks}
        return FakeHistory({tag: self.samples(tag) for tag in tags}, LATEST)

    def lookup(self, tags: TagList) -> Lookup:
        """Return what an import asks: always of what is there at that moment."""

        def ask(rows):  # type: ignore[no-untyped-def]
            return Standing(self.reader(), tags.numbers, never).without_known(rows)

        return ask


def import_file(
    file: Path,
    kept: Kept,
    *,
    tags: TagList | None = None,
    times: str = "iso",
    zone: str = "Asia/Shanghai",
    fold: Fold = Fold.REFUSE,
    decimal: str = ".",
    layout: Layout = Layout.AUTO,
    report: Path | None = None,
    chunk: int = CHUNK,
    piece: int = PIECE_BYTES,
    stop: Stop = never,
    revision: int = 1,
) -> Import:
    """Import a file, and return the run."""
    tags = tags or tag_list()
    how = HowToRead(TimeFormat(times, ZoneInfo(zone), fold), decimal, EARLIEST, LATEST)
    files = [ImportFile.of(open_source(file, piece=piece), how, tags, layout)]
    run = Import(files, tags, RefusalReport(report), revision, 7, kept, kept.lookup(tags))
    run.run(stop, chunk=chunk)
    run.report.finish()
    return run
