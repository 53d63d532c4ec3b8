"""Rows of `live` as records: what the engine's and the room's store both read."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.model.records import (
    AppliedSite,
    CommandState,
    EquipmentStatus,
    Hold,
    InternedText,
    Reason,
    Result,
    Substitute,
)
from app.model.spec_json import site_from_json
from app.storage import tables_live as live
from app.storage.backend import Backend
from app.storage.canonical import from_text, to_text
from app.storage.contract import KEY, LATE, FrameRow, StoreFacts
from app.storage.row_checks import our_own

__all__ = [
    "equipment_body",
    "equipment_of",
    "frame_of",
    "read_facts",
    "read_frames_after",
    "read_newest_keyframe",
    "read_site",
    "read_substitutes",
    "read_texts",
    "reasons_text",
    "result_of",
]


def frame_of(row: Sequence[Any]) -> FrameRow:
    """Return a row of `frame` as a record."""
    seq, t, kind, payload = row  # by place: `t` is a method of rows
    return FrameRow(t=t, kind=kind, payload=bytes(payload), seq=seq)


def result_of(row: sa.Row[Any]) -> Result:
    """Return a row of `result` as a record."""
    with our_own("result", row.id):
        reasons = tuple(Reason(r["check"], r["params"], r["blocking"]) for r in from_text(row.reasons))
        return Result(row.id, row.request_id, row.at_ms, CommandState(row.state), reasons, from_text(row.detail))


def reasons_text(reasons: tuple[Reason, ...]) -> str:
    """Return reasons as the text that `result_of` reads."""
    return to_text([{"check": r.check, "params": r.params, "blocking": r.blocking} for r in reasons])


def equipment_body(status: EquipmentStatus) -> str:
    """Return everything of a status but its path and revision as text."""
    body = dataclasses.asdict(status)
    del body["path"], body["revision"]
    return to_text(body)


def equipment_of(row: sa.Row[Any]) -> EquipmentStatus:
    """Return a row of `equipment` as a record. Keys that this program does not know are left out: a newer one wrote
    them."""
    with our_own("equipment", row.path):
        body: Mapping[str, Any] = from_text(row.body)
        known = {f.name for f in dataclasses.fields(EquipmentStatus)}
        plain = {key: value for key, value in body.items() if key in known}
        plain["hold"] = _hold(body["hold"]) if body.get("hold") else None
        plain["state"] = CommandState(body["state"]) if body.get("state") else None
        plain["unproven"] = tuple(body.get("unproven", ()))
        return EquipmentStatus(path=row.path, revision=row.revision, **plain)


def _hold(body: Mapping[str, Any]) -> Hold:
    return Hold(body["person"], body["reason"], body["since_ms"], body.get("request_id", ""))


def read_site(connection: sa.Connection, revision: int | None = None) -> AppliedSite | None:
    """Return the applied site of `revision`, or the one in force."""
    query = sa.select(live.site).order_by(live.site.c.revision.desc()).limit(1)
    if revision is not None:
        query = query.where(live.site.c.revision == revision)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return AppliedSite(row.revision, row.hash, row.at_ms, row.person, row.reason, site_from_json(row.body))


def read_newest_keyframe(connection: sa.Connection) -> FrameRow | None:
    """Return the newest keyframe."""
    # The literal lets both planners use the index of keyframes alone.
    query = sa.select(live.frame).where(live.frame.c.kind == sa.literal_column(str(KEY)))
    row = connection.execute(query.order_by(live.frame.c.seq.desc()).limit(1)).one_or_none()
    return None if row is None else frame_of(row)


def read_frames_after(connection: sa.Connection, seq: int, limit: int) -> tuple[FrameRow, ...]:
    """Return key and delta frames after a number, in order."""
    frame = live.frame.c
    query = sa.select(live.frame).where(frame.seq > seq, frame.kind != LATE).order_by(frame.seq).limit(limit)
    return tuple(frame_of(row) for row in connection.execute(query))


def read_substitutes(connection: sa.Connection) -> tuple[Substitute, ...]:
    """Return the manual values in force, by tag."""
    rows = connection.execute(sa.select(live.substitute).order_by(live.substitute.c.tag))
    return tuple(Substitute(*row) for row in rows)


def read_texts(connection: sa.Connection, after: int = 0) -> tuple[InternedText, ...]:
    """Return interned texts numbered after `after`."""
    query = sa.select(live.text).where(live.text.c.number > after).order_by(live.text.c.number)
    return tuple(InternedText(row.number, row.text) for row in connection.execute(query))


def read_facts(connection: sa.Connection, backend: Backend) -> StoreFacts:
    """Measure the store. Frames are counted by number: they are pruned from the oldest on, without gaps."""
    ends = sa.select(sa.func.min(live.frame.c.seq), sa.func.max(live.frame.c.seq)).select_from(live.frame)
    first, last = connection.execute(ends).one()
    oldest = connection.execute(sa.select(live.frame.c.t).where(live.frame.c.seq == first)).scalar()
    used_bytes, used_fraction = backend.size(connection)
    return StoreFacts(
        backend=backend.name,
        address=backend.address,
        bytes=used_bytes,
        used_fraction=used_fraction,
        frames=0 if first is None else last - first + 1,
        oldest_frame_ms=oldest or 0,
        history_bytes=backend.history_size(connection),
        demo=bool(connection.execute(sa.select(live.meta.c.demo)).scalar_one()),
    )
