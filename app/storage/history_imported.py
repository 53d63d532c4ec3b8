"""The spans of time that imports told of, among what lives for ever."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import sqlalchemy as sa

from app.series.spans import Span, between_changes
from app.storage.history_contract import ImportedSpan
from app.storage.inserting import replacing
from app.storage.months import days_of
from app.storage.tables_history import imported

__all__ = ["drop_spans", "spans_of", "tags_of_revision", "write_spans"]

_TAGS_AT_ONCE: Final = 500
_OF_TAGS: Final = sa.select(imported).where(imported.c.tag.in_(sa.bindparam("tags", expanding=True)))
"""Built once: putting it together costs more than running it."""
_Spans = dict[int, dict[tuple[int, int], Span]]


def spans_of(connection: sa.Connection, tags: Sequence[int]) -> Mapping[int, Iterable[Span]]:
    """Return the spans of those of some tags that have any."""
    return {tag: its.values() for tag, its in _read(connection, tags).items()}


def write_spans(connection: sa.Connection, spans: Sequence[ImportedSpan]) -> set[tuple[int, int]]:
    """Write spans over those of the same tag, revision and part; return (tag, day) for which that changes anything."""
    before = _read(connection, sorted({one.tag for one in spans}))
    after: _Spans = {tag: dict(its) for tag, its in before.items()}
    for one in spans:
        after.setdefault(one.tag, {})[one.revision, one.part] = one.span
    if spans:
        connection.execute(replacing(connection, imported), [_row(one) for one in spans])
    return _changed(before, after)


def tags_of_revision(connection: sa.Connection, revision: int) -> list[int]:
    """Return the tags of which an import tells."""
    query = sa.select(imported.c.tag).where(imported.c.revision == revision).distinct().order_by(imported.c.tag)
    return list(connection.execute(query).scalars())


def drop_spans(connection: sa.Connection, revision: int, tags: Sequence[int]) -> set[tuple[int, int]]:
    """Drop what an import tells of some tags; return (tag, day) for which that changes anything."""
    before = _read(connection, tags)
    connection.execute(sa.delete(imported).where(imported.c.revision == revision, imported.c.tag.in_(tags)))
    return _changed(before, {tag: {k: s for k, s in its.items() if k[0] != revision} for tag, its in before.items()})


def _read(connection: sa.Connection, tags: Sequence[int]) -> _Spans:
    found: _Spans = {}
    for first in range(0, len(tags), _TAGS_AT_ONCE):
        rows = connection.execute(_OF_TAGS, {"tags": list(tags[first : first + _TAGS_AT_ONCE])})
        for tag, revision, part, start_ms, end_ms, pause_ms in rows:
            found.setdefault(tag, {})[revision, part] = Span(start_ms, end_ms, pause_ms)
    return found


def _changed(before: _Spans, after: _Spans) -> set[tuple[int, int]]:
    return {
        (tag, day)
        for tag, its in after.items()
        for change in between_changes(before.get(tag, {}).values(), its.values())
        for day in days_of(*change)
    }


def _row(one: ImportedSpan) -> dict[str, int]:
    span = one.span
    return {
        "tag": one.tag, "revision": one.revision, "part": one.part, "start_ms": span.start_ms, "end_ms": span.end_ms,
        "pause_ms": span.pause_ms,
    }  # fmt: skip
