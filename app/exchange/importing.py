"""An import: files are read piece by piece, samples gathered, put in order, looked up, packed and given to history.

What has been added stays if an import ends early: it carries the import's revision, by which it can be taken back, and
the same import begun again adds what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Final, Protocol

from app.errors import Cancelled, ConfigurationFault
from app.exchange.headings import Headings, Layout, TagList, headings_of
from app.exchange.ordering import Deduced, ordered, without_repeats
from app.exchange.packing import groups_of
from app.exchange.refusals import RefusalReport
from app.exchange.rows import Reason, Refusal, Rows, joined
from app.exchange.samples_of import HowToRead, samples_of
from app.exchange.sources import Source
from app.exchange.telling import Telling
from app.storage.history_contract import ImportedSpan, Stop, StoredGroup

__all__ = ["CHUNK", "Import", "ImportFile", "ImportProgress", "ImportSink", "Lookup"]

CHUNK: Final = 1_500_000
"""Samples that are gathered before they are put in order: some 45 MB, and as much again while that is done."""
_PORTION: Final = 400_000
"""Samples of one call to history, about: a transaction that lets others write too, and ends soon."""
_HELD_BACK: Final = 10
"""At most one part in so many of a chunk waits for the next, so that samples of one time stay together."""

Lookup = Callable[[Rows], Deduced]
"""Takes out of ordered samples those that history has already."""


class ImportSink(Protocol):
    """Where groups go."""

    def note_imported(self, spans: Sequence[ImportedSpan]) -> None:
        """Note how far samples may hold, before they are added. Raises LeaseLost, StoreUnavailable."""

    def add(self, groups: Sequence[StoredGroup]) -> None:
        """Add groups. Raises LeaseLost, StoreUnavailable."""

    def keep(self) -> None:
        """Say that we are still at it; called often."""


@dataclass(slots=True)
class ImportProgress:
    """How far it is, for whoever shows it: bytes of all files, rows read and samples in them, samples added, samples
    that were there already, refused rows or cells, and the time last read (UTC ms)."""

    total_bytes: int = 0
    bytes: int = 0
    rows: int = 0
    samples: int = 0
    added: int = 0
    repeated: int = 0
    refused: int = 0
    folded: int = 0
    at_ms: int = 0


@dataclass(slots=True)
class ImportFile:
    """One file, what its columns are and how it is read; `sha256` once it was read."""

    source: Source
    headings: Headings
    how: HowToRead
    sha256: str = ""

    @classmethod
    def of(cls, source: Source, how: HowToRead, tags: TagList, layout: Layout = Layout.AUTO) -> ImportFile:
        """Look at a file's headings. Raises ConfigurationFault."""
        how.times.check()
        try:
            headings = headings_of(source.names, tags, layout)
        except ConfigurationFault as fault:
            raise ConfigurationFault(f"{source.headed_at}: {fault}") from fault
        if source.empty and not headings.timed:  # such as one line of a map: nothing says that it is a table at all
            raise ConfigurationFault(f"{source.headed_at}: no column is headed as a time, and no row follows")
        return cls(source, headings, how)


@dataclass(slots=True)
class Import:
    """One run. `sink` is None for a rehearsal, `lookup` where there is no history to look at."""

    files: Sequence[ImportFile]
    tags: TagList
    report: RefusalReport
    revision: int
    receipt_ms: int
    sink: ImportSink | None = None
    lookup: Lookup | None = None
    progress: ImportProgress = field(default_factory=ImportProgress)
    first_ms: int | None = None
    last_ms: int | None = None
    _tags_seen: set[int] = field(default_factory=set)
    _telling: Telling = field(default_factory=partial(Telling, 0))
    _noted: dict[int, ImportedSpan] = field(default_factory=dict)

    @property
    def numbers(self) -> frozenset[int]:
        """Return the numbers of the tags of which samples were added."""
        return frozenset(self._tags_seen)

    @property
    def tag_count(self) -> int:
        """Return of how many tags samples were added."""
        return len(self._tags_seen)

    def run(self, stop: Stop, *, chunk: int = CHUNK) -> None:
        """Import all files. Raises Cancelled once `stop` says so, and what files, report and store raise."""
        self.progress.total_bytes = sum(f.source.size for f in self.files)
        before = 0
        for file in self.files:
            self._refuse_columns(file)
            self._telling = self._telling.next(self.revision)
            gathered: list[Rows] = []
            count = 0
            for rows in self._rows(file, before, stop):
                self._telling.read(rows.ms)
                gathered.append(rows)
                count += len(rows)
                if count >= chunk:
                    gathered = [self._put(file, gathered, stop, last=False)]
                    count = len(gathered[0])
            self._put(file, gathered, stop, last=True)
            self._telling.settle()
            self._note()
            file.sha256 = file.source.sha256()
            before += file.source.size
        self.progress.bytes = self.progress.total_bytes

    def _rows(self, file: ImportFile, before: int, stop: Stop) -> Iterator[Rows]:
        for table, done in file.source.tables():
            self._alive(stop)
            taken = samples_of(table, file.headings, self.tags, file.how)
            self._refuse(file, taken.refused)
            now = self.progress
            now.bytes, now.rows, now.folded = before + done, now.rows + taken.read, now.folded + taken.folded
            now.samples += len(taken.rows)
            if len(taken.rows):
                now.at_ms = int(taken.rows.ms[-1])
            yield taken.rows

    def _put(self, file: ImportFile, gathered: list[Rows], stop: Stop, *, last: bool) -> Rows:
        """Add a chunk, which is taken from the caller's hands to save memory; return what waits for the next."""
        rows = joined(gathered)
        gathered.clear()
        waiting = rows.at(slice(0, 0))
        if not last:
            newest = rows.ms == rows.ms.max()
            if newest.sum() * _HELD_BACK <= len(rows):
                waiting, rows = rows.at(newest), rows.at(~newest)
        if not len(rows):
            return waiting
        rows = self._fresh(file, without_repeats(ordered(rows)))
        self._alive(stop)
        if self.lookup is not None and len(rows):
            rows = self._fresh(file, self.lookup(rows))
        self._add(rows, stop)
        return waiting

    def _note(self) -> None:
        """Note how far what is added holds, unless that is known."""
        spans = self._telling.spans(self.revision)
        news = [span for tag, span in spans.items() if self._noted.get(tag) != span]
        if news and self.sink is not None:
            self.sink.note_imported(news)
        self._noted.update(spans)

    def _fresh(self, file: ImportFile, found: Deduced) -> Rows:
        self.progress.repeated += found.repeated
        self._refuse(file, [self._another(found.other, i) for i in range(len(found.other))])
        return found.rows

    def _add(self, rows: Rows, stop: Stop) -> None:
        batch: list[StoredGroup] = []
        held = 0
        for group in groups_of(rows, self.tags.numbers, self.revision, self.receipt_ms):
            self._alive(stop)
            batch.append(group)
            held += group.events * len(group.blocks)
            if held >= _PORTION:
                self._give(batch)
                batch, held = [], 0
        self._give(batch)

    def _give(self, groups: Sequence[StoredGroup]) -> None:
        if groups:
            self._telling.give(groups)
            self._note()
            if self.sink is not None:
                self.sink.add(groups)
            self.progress.added += sum(g.events * len(g.blocks) for g in groups)
            self.first_ms = min([g.start_ms for g in groups] + ([] if self.first_ms is None else [self.first_ms]))
            self.last_ms = max([g.end_ms for g in groups] + ([] if self.last_ms is None else [self.last_ms]))
            self._tags_seen.update(b.tag for g in groups for b in g.blocks)

    def _alive(self, stop: Stop) -> None:
        if stop():
            raise Cancelled("the import was ended")
        if self.sink is not None:
            self.sink.keep()

    def _refuse_columns(self, file: ImportFile) -> None:
        unknown = file.headings.unknown
        self._refuse(file, [Refusal(1, Reason.TAG, "", name) for name in unknown])

    def _refuse(self, file: ImportFile, refused: Sequence[Refusal]) -> None:
        if refused:
            self.report.add(file.source.path, refused)
            self.progress.refused += len(refused)

    def _another(self, rows: Rows, place: int) -> Refusal:
        """Tell a sample in our own words: its line is no longer at hand."""
        time = datetime.fromtimestamp(int(rows.ms[place]) / 1000, UTC).isoformat(timespec="milliseconds")
        text = f"{time},{self.tags.paths[int(rows.tag[place])]},{float(rows.value[place])!r}"
        return Refusal(int(rows.line[place]), Reason.ANOTHER_VALUE, text)
