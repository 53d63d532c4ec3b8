"""Questions to the journals: a page of lines, newest first. Every value travels as a parameter."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from app.model.records import JournalEntry
from app.storage.canonical import clean, to_text
from app.storage.contract import JournalQuery
from app.storage.journals import entry_of
from app.storage.tables_live import journal

__all__ = ["query_journals", "under"]

_SEPARATORS: Final = ("/", ":")
"""What stands in a path between a thing and its parts."""
_FEW_PLACES: Final = 8
"""So many are looked up by the index of places; of more, most lines are likely to be found by walking back in time."""


def query_journals(connection: sa.Connection, query: JournalQuery) -> tuple[JournalEntry, ...]:
    """Return the newest lines that meet all conditions, at most `query.limit`."""
    limit = max(0, query.limit)
    wanted = [kind.value for kind in dict.fromkeys(query.journals)]
    few = 0 < len(query.places) <= _FEW_PLACES
    conditions = _conditions(connection.dialect.name, query, by_places=few)
    if few or query.who:
        # Joined to nothing, the name of the journal cannot tempt SQLite away from the index of places or persons.
        groups: list[sa.ColumnElement[bool]] = [(journal.c.journal + sa.literal_column("''")).in_(wanted)]
    else:
        # Each journal by itself is an index in the order that is asked for; all together would have to be sorted.
        groups = [journal.c.journal == name for name in wanted]
    order = (journal.c.at_ms.desc(), journal.c.journal.desc(), journal.c.seq.desc())
    rows: list[sa.Row[Any]] = []
    for group in groups:
        rows += connection.execute(sa.select(journal).where(group, *conditions).order_by(*order).limit(limit))
    rows.sort(key=lambda row: (row.at_ms, row.journal, row.seq), reverse=True)
    return tuple(entry_of(row) for row in rows[:limit])


def under(dialect: str, column: sa.ColumnElement[str], place: str) -> sa.ColumnElement[bool]:
    """Return whether a path is `place` or stands under it. Written so that an index of the column can answer."""
    place = clean(place)
    return sa.or_(column == place, *(_begins(dialect, column, place, separator) for separator in _SEPARATORS))


def _begins(dialect: str, column: sa.ColumnElement[str], place: str, separator: str) -> sa.ColumnElement[bool]:
    if dialect == "postgresql":
        return column.startswith(place + separator, autoescape=True)
    # LIKE disregards case on SQLite, and then uses no index. It compares bytes: the next separator ends the range.
    return sa.and_(column >= place + separator, column < place + chr(ord(separator) + 1))


def _conditions(dialect: str, query: JournalQuery, *, by_places: bool) -> list[sa.ColumnElement[bool]]:
    entry = journal.c
    found: list[sa.ColumnElement[bool]] = [entry.at_ms >= query.start_ms, entry.at_ms < query.end_ms]
    if query.before is not None:
        place = sa.tuple_(entry.at_ms, entry.journal, entry.seq)
        found += [entry.at_ms <= query.before[0], place < sa.tuple_(*query.before)]
    for column, wanted in ((entry.area, query.areas), (entry.kind, query.kinds)):
        if wanted:
            found.append(column.in_([clean(text) for text in wanted]))
    if query.priorities:
        found.append(entry.priority.in_(query.priorities))
    if query.places:
        what = entry.what if by_places else entry.what + sa.literal_column("''")
        found.append(sa.or_(*(under(dialect, what, place) for place in query.places)))
    if query.who:
        # The literal lets both planners use the index of those lines that have somebody.
        found += [entry.who == clean(query.who), entry.who != sa.literal_column("''")]
    if query.text:
        found.append(_says(dialect, query.text))
    return found


def _says(dialect: str, text: str) -> sa.ColumnElement[bool]:
    """Return whether a line has `text` somewhere. In the detail it stands as JSON writes it."""
    entry = journal.c
    plain = _folded(clean(text))
    written = _folded(to_text(text)[1:-1])
    wanted = ((entry.kind, plain), (entry.what, plain), (entry.who, plain), (entry.detail, written))
    return sa.or_(*(_contains(dialect, column, part) for column, part in wanted))


def _contains(dialect: str, column: sa.Column[Any], part: str) -> sa.ColumnElement[bool]:
    if dialect == "postgresql":
        # Under the collation "C" only ASCII letters are folded, as SQLite does it.
        return sa.func.strpos(sa.func.lower(sa.collate(column, "C")), part) > 0
    return sa.func.instr(sa.func.lower(column), part) > 0


def _folded(text: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in text)
