"""Notes of the log book as rows of text, and what a note can be linked to. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.model.alarms.spec import AlarmSpec
from app.model.people import Note
from app.model.spec import Site
from app.views.state.alarm_places import place_to_go
from app.views.state.alarm_words import moment_text
from app.views.state.sentences import Names

__all__ = ["NoteRow", "link_page", "linkable", "note_rows"]


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One note; `cells` are time, person, text on one line, what it speaks of."""

    note: Note
    cells: tuple[str, ...]
    on_top: bool


def note_rows(
    pinned: Sequence[Note], notes: Sequence[Note], names: Names, zone: str, text: str, *, now_ms: int
) -> list[NoteRow]:
    """Return pinned notes first, oldest first, then the others, newest first; of these only those with every word of
    `text` in text, person or places."""
    on_top = {note.id for note in pinned}
    words = text.casefold().split()
    rows = [_row(note, names, zone, now_ms, on_top=True) for note in pinned]
    rows += [_row(note, names, zone, now_ms, on_top=False) for note in notes if note.id not in on_top]
    return [r for r in rows if not words or all(w in _haystack(r) for w in words)]


def linkable(site: Site | None, names: Names) -> list[tuple[str, str]]:
    """Return everything that a note can speak of, as (name, path): facilities, equipment, devices, tags, alarms."""
    if site is None:
        return []
    paths = [f.id for f in site.facilities] + [e.path for e in site.equipment] + [d.id for d in site.devices]
    paths += [t.path for t in site.tags if not t.path.startswith(("dev/", "engine/"))] + [a.path for a in site.alarms]
    return [(names.of(path), path) for path in paths]


def link_page(path: str, specs: dict[str, AlarmSpec], site: Site | None) -> tuple[str, str]:
    """Return page and target of what a note speaks of: an alarm's own page and place, a device on the system page,
    anything else on its station's."""
    if path in specs:
        return place_to_go(specs[path], path)
    if site is not None and any(d.id == path for d in site.devices):
        return "system", path
    return "station", path


def _row(note: Note, names: Names, zone: str, now_ms: int, *, on_top: bool) -> NoteRow:
    links = "; ".join(names.of(path) for path in note.links)
    when = moment_text(note.at_ms, now_ms, zone)
    return NoteRow(note, (when, note.person, " ".join(note.text.split()), links), on_top)


def _haystack(row: NoteRow) -> str:
    return " ".join((*row.cells, *row.note.links)).casefold()
