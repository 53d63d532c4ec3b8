"""Writes down what alarms do: each change a line of the journal, in order; each alarm one row for a tick."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.engine.alarms.board import Watched
from app.engine.outbox import Outbox
from app.model.alarms.alarm import Change
from app.model.alarms.status import AlarmChange, AlarmState, AlarmStatus
from app.model.alarms.suppression import flags
from app.model.alarms.told import ROW, row_of
from app.model.records import Journal, Person

__all__ = ["Ledger"]


class Ledger:
    """`revision` is that of the site in force."""

    def __init__(self, outbox: Outbox, revision: Callable[[], int]) -> None:
        self._outbox = outbox
        self._revision = revision

    def tell(self, one: Watched, changes: Iterable[Change], *, receipt_ms: int, by: Person | None = None) -> None:
        """Journal changes of an alarm and put its row into the next commit. `receipt_ms` is when the sample behind
        them arrived; `by` says from where a person did it. The last line keeps the record as it stands now."""
        changes = tuple(changes)
        for i, change in enumerate(changes, 1):
            detail = {**change.detail, "receipt_ms": receipt_ms, "site_revision": self._revision()}
            status = one.alarm.status if i == len(changes) else change.status
            detail[ROW] = row_of(status, detail)
            where = by.workstation if by is not None and change.person else ""
            person = Person(change.person, "", "", where)
            self._outbox.journal(
                Journal.ALARMS,
                change.change.value,
                one.path,
                detail,
                by=person,
                area=one.area,
                priority=status.priority,
            )
        self.row(one.alarm.status)

    def fell(self, one: Watched, changed: Mapping[str, Any]) -> None:
        """Journal that what was changed at run time holds no more, because the site in force says it anew."""
        status = one.alarm.status
        detail = {**_state_of(status), "changed": dict(changed), "cause": "site", "site_revision": self._revision()}
        self._write(AlarmChange.CHANGED, status, one.area, detail)

    def noted(self, status: AlarmStatus, area: str) -> None:
        """Journal what changed in a record without a transition, so that the journal alone tells how it stood."""
        self._write(AlarmChange.NOTED, status, area, {**_state_of(status), "site_revision": self._revision()})

    def row(self, status: AlarmStatus) -> None:
        """Put a row into the next commit whose line tells it."""
        self._outbox.alarm(status)

    def gone(self, status: AlarmStatus, area: str, now_ms: int) -> None:
        """Journal that the site in force has an alarm no longer, and drop its row."""
        detail = {**_state_of(status), "state": AlarmState.NORM.value, "site_revision": self._revision()}
        self._write(AlarmChange.GONE, AlarmStatus(status.path, priority=status.priority, since_ms=now_ms), area, detail)

    def _write(self, kind: AlarmChange, status: AlarmStatus, area: str, detail: Mapping[str, Any]) -> None:
        told = {**detail, ROW: row_of(status, detail)}
        self._outbox.journal(Journal.ALARMS, kind.value, status.path, told, area=area, priority=status.priority)
        self._outbox.alarm(status)


def _state_of(status: AlarmStatus) -> dict[str, Any]:
    """Return what a line says of an alarm that is as it was."""
    return {
        "occurrence": status.occurrence,
        "from": status.state.value,
        "state": status.state.value,
        "value": status.value,
        "limit": status.limit,
        "quality": status.quality,
        "source_ms": status.source_ms,
        "receipt_ms": 0,
        "flags": flags(status),
        "annunciated": False,
        "note": "",
    }
