"""Rows of `alarm` as records, and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from app.model.alarms.status import AlarmState, AlarmStatus, OutOfService, Override, Shelf
from app.storage import tables_live as live
from app.storage.canonical import from_text, to_text
from app.storage.row_checks import our_own

__all__ = ["alarm_body", "alarm_of", "read_alarms"]

_COLUMNS: Final = ("path", "revision")
_DEFAULTS: Final = {f.name: f.default for f in dataclasses.fields(AlarmStatus) if f.name not in _COLUMNS}
_PARTS: Final = {"shelf": Shelf, "out_of_service": OutOfService, "override": Override}


def alarm_body(status: AlarmStatus) -> str:
    """Return what a status has besides its path and revision, as text. What stands at its default is left out: most
    of it does, and hundreds are written in a second."""
    body: dict[str, Any] = {}
    for name, default in _DEFAULTS.items():
        value = getattr(status, name)
        if value != default:
            body[name] = dataclasses.asdict(value) if name in _PARTS else value
    return to_text(body)


def alarm_of(row: sa.Row[Any]) -> AlarmStatus:
    """Return a row as a record. Keys that this program does not know are left out: a newer one wrote them. Raises
    ValueError or TypeError for a body that no program of ours writes."""
    body: Mapping[str, Any] = from_text(row.body)
    plain = {key: value for key, value in body.items() if key in _DEFAULTS}
    if "state" in plain:
        plain["state"] = AlarmState(plain["state"])
    for name, part in _PARTS.items():
        if plain.get(name) is not None:
            known = {f.name for f in dataclasses.fields(part)}
            plain[name] = part(**{key: value for key, value in plain[name].items() if key in known})
    return AlarmStatus(path=row.path, revision=row.revision, **plain)


def read_alarms(connection: sa.Connection, after: int = -1) -> tuple[AlarmStatus, ...]:
    """Return the alarms whose revision is greater than `after`, in its order."""
    query = sa.select(live.alarm).where(live.alarm.c.revision > after).order_by(live.alarm.c.revision)
    return tuple(_read(row) for row in connection.execute(query))


def _read(row: sa.Row[Any]) -> AlarmStatus:
    with our_own("alarm", row.path):
        return alarm_of(row)
