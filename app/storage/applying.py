"""Makes a site the one in force: numbers, canonical JSON with its hash, and the difference in the audit journal."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from app.model.numbering import number_tags
from app.model.records import AppliedSite, Journal, JournalEntry
from app.model.spec import Site
from app.model.spec_json import site_to_json
from app.storage import tables_live as live
from app.storage.canonical import clean
from app.storage.heads import Heads
from app.storage.reading import read_site
from app.storage.tick_writing import write_journal

__all__ = ["site_difference", "write_site"]


def write_site(
    connection: sa.Connection, site: Site, *, person: str, reason: str, at_ms: int, heads: Heads
) -> AppliedSite:
    """Write the next revision inside the commit's transaction and return it."""
    before = read_site(connection)
    revision = before.revision + 1 if before else 1
    known = dict(connection.execute(sa.select(live.tag.c.path, live.tag.c.number)).all())
    numbered = number_tags(site, known)
    new = [{"path": t.path, "number": t.number, "since": revision} for t in numbered.tags if t.path not in known]
    if new:
        connection.execute(sa.insert(live.tag), new)
    body = site_to_json(numbered)
    digest = hashlib.sha256(body.encode()).hexdigest()
    person, reason = clean(person), clean(reason)
    row = {"revision": revision, "hash": digest, "at_ms": at_ms, "person": person, "reason": reason, "body": body}
    connection.execute(sa.insert(live.site), row)
    detail = {
        "revision": revision,
        "hash": digest,
        "reason": reason,
        "difference": site_difference(before.site if before else None, numbered),
    }
    entry = JournalEntry(Journal.AUDIT, "site_applied", at_ms, what=site.id, who=person, detail=detail)
    write_journal(connection, (entry,), heads)
    return AppliedSite(revision, digest, at_ms, person, reason, numbered)


def site_difference(before: Site | None, after: Site) -> dict[str, dict[str, list[str]]]:
    """Return what was added, removed and changed, by kind of record and by path or id. Kinds without a change are
    left out; the whole of both sites stays in the store under their revisions."""
    difference = {}
    for kind in ("areas", "facilities", "equipment", "devices", "tags"):
        old = _by_key(getattr(before, kind)) if before else {}
        new = _by_key(getattr(after, kind))
        parts = {
            "added": sorted(new.keys() - old.keys()),
            "removed": sorted(old.keys() - new.keys()),
            "changed": sorted(key for key in new.keys() & old.keys() if new[key] != old[key]),
        }
        if any(parts.values()):
            difference[kind] = {name: keys for name, keys in parts.items() if keys}
    return difference


def _by_key(records: tuple[Any, ...]) -> Mapping[str, Any]:
    return {getattr(r, "path", "") or r.id: r for r in records}
