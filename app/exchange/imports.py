"""Imports as the audit journal tells them: begun, ended, taken back. The journal is their only list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from app.exchange.importing import Import
from app.model.records import Journal, JournalEntry, Person
from app.storage.contract import JournalQuery, RoomStore
from app.storage.journal_walk import pages_of

__all__ = ["BEGUN", "ENDED", "TAKEN_BACK", "ImportRecord", "ImportState", "begun", "ended", "imports_of", "taken_back"]

BEGUN: Final = "import_begun"
ENDED: Final = "import_ended"
TAKEN_BACK: Final = "import_taken_back"
_MOST_FILES: Final = 200
"""Files that a line names; how many there were it says anyhow."""


class ImportState(StrEnum):
    """What became of an import."""

    WHOLE = "whole"
    PART = "part"
    """Ended by a person or by a fault: what was added until then is there."""
    OPEN = "open"
    """Begun, and no end is known: it is running, or its process died. What was added is there."""
    TAKEN_BACK = "taken-back"


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One import, newest facts. Counts are of samples; `first_ms`, `last_ms` of those added (None: none were)."""

    revision: int
    at_ms: int
    who: str
    where: str
    files: tuple[str, ...]
    state: ImportState
    added: int = 0
    repeated: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    tags: int = 0
    first_ms: int | None = None
    last_ms: int | None = None
    reason: str = ""


def begun(run: Import, by: Person, reason: str, at_ms: int) -> JournalEntry:
    """Return the line that goes before the first sample."""
    files = [{"name": f.source.path.name, "bytes": f.source.size} for f in run.files[:_MOST_FILES]]
    return _entry(BEGUN, run.revision, by, at_ms, {"files": files, "count": len(run.files), "reason": reason})


def ended(run: Import, by: Person, reason: str, at_ms: int, *, whole: bool, fault: str = "") -> JournalEntry:
    """Return the line that tells what was added. `fault` is why it ended early, "" if a person wanted that."""
    detail = {
        "whole": whole,
        "added": run.progress.added,
        "repeated": run.progress.repeated,
        "refused": {str(reason): count for reason, count in run.report.counts.items()},
        "tags": run.tag_count,
        "first_ms": run.first_ms,
        "last_ms": run.last_ms,
        "sha256": [f.sha256 for f in run.files[:_MOST_FILES]],
        "fault": fault,
        "reason": reason,
    }
    return _entry(ENDED, run.revision, by, at_ms, detail)


def taken_back(revision: int, removed: int, by: Person, reason: str, at_ms: int) -> JournalEntry:
    """Return the line that tells that an import's samples were removed."""
    return _entry(TAKEN_BACK, revision, by, at_ms, {"removed": removed, "reason": reason})


def imports_of(store: RoomStore) -> tuple[ImportRecord, ...]:
    """Return all imports, newest first."""
    query = JournalQuery(journals=(Journal.AUDIT,), kinds=(BEGUN, ENDED, TAKEN_BACK))
    lines = [entry for page in pages_of(store, query) for entry in page]
    found: dict[int, list[JournalEntry]] = {}
    for line in sorted(lines, key=_seq):
        found.setdefault(int(line.detail.get("revision", 0)), []).append(line)
    return tuple(_record(revision, found[revision]) for revision in sorted(found, reverse=True))


def _record(revision: int, lines: Sequence[JournalEntry]) -> ImportRecord:
    first = lines[0]
    end = next((line for line in reversed(lines) if line.kind == ENDED), None)
    detail = end.detail if end is not None else {}
    files: Iterable[Any] = first.detail.get("files", ())
    return ImportRecord(
        revision,
        first.at_ms,
        first.who,
        first.where,
        tuple(str(f.get("name", "")) for f in files if isinstance(f, Mapping)),
        _state(lines),
        int(detail.get("added", 0)),
        int(detail.get("repeated", 0)),
        {str(k): int(v) for k, v in dict(detail.get("refused", {})).items()},
        int(detail.get("tags", 0)),
        detail.get("first_ms"),
        detail.get("last_ms"),
        str(first.detail.get("reason", "")),
    )


def _state(lines: Sequence[JournalEntry]) -> ImportState:
    last = lines[-1]
    if last.kind == TAKEN_BACK:
        return ImportState.TAKEN_BACK
    if last.kind == BEGUN:
        return ImportState.OPEN
    return ImportState.WHOLE if last.detail.get("whole") else ImportState.PART


def _entry(kind: str, revision: int, by: Person, at_ms: int, detail: dict[str, Any]) -> JournalEntry:
    told = {"revision": revision, **detail}
    return JournalEntry(Journal.AUDIT, kind, at_ms, what="store", who=by.name, where=by.workstation, detail=told)


def _seq(entry: JournalEntry) -> int:
    return entry.seq
