"""Writes down what alarms do: each change a line of the journal, in order; each alarm one row for a tick."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.engine.alarms.board import Watched
from app.engine.outbox import Outbox
from app.model.alarms.alarm import Change
from app.model.alarms.status import AlarmChange, AlarmState, AlarmStatus
from app.model.alarms.suppression import flags
from app.model.records import Journal, Person

__all__ = ["Ledger"]


class Ledger:
    """`revision` is that of the site in force."""

    def __init__(self, outbox: Outbox, revision: Callable[[], int]) -> None:
        self._outbox = outbox
        self._revision = revision

    def tell(self, one: Watched, changes: Iterable[Change], *, receipt_ms: int, by: Person | None = None) -> None:
        """Journal changes of an alarm and put its row into the next commit. `receipt_ms` is when the sample behind
        them arrived; `by` says from where a person did it."""
        for change in changes:
            detail = {**change.detail, "receipt_ms": receipt_ms, "site_revision": self._revision()}
            where = by.workstation if by is not None and change.person else ""
            person = Person(change.person, "", "", where)
            self._outbox.journal(
                Journal.ALARMS,
                change.change.value,
                one.path,
                detail,
                by=person,
                area=one.area,
                priority=change.status.priority,
            )
        self.row(one.alarm.status)

    def fell(self, one: Watched, changed: Mapping[str, Any]) -> None:
        """Journal that what was changed at run time holds no more, because the site in force says it anew."""
        status = one.alarm.status
        detail = {**_state_of(status), "changed": dict(changed), "cause": "site", "site_revision": self._revision()}
        self._write(AlarmChange.CHANGED, status, one.area, detail)

    def row(self, status: AlarmStatus) -> None:
        """Put a row into the next commit without a line: what changed is no transition."""
        self._outbox.alarm(status)

    def gone(self, status: AlarmStatus, area: str, now_ms: int) -> None:
        """Journal that the site in force has an alarm no longer, and drop its row."""
        detail = {**_state_of(status), "state": AlarmState.NORM.value, "site_revision": self._revision()}
        self._write(AlarmChange.GONE, status, area, detail)
        self._outbox.alarm(AlarmStatus(status.path, priority=status.priority, since_ms=now_ms))

    def _write(self, kind: AlarmChange, status: AlarmStatus, area: str, detail: Mapping[str, Any]) -> None:
        self._outbox.journal(Journal.ALARMS, kind.value, status.path, detail, area=area, priority=status.priority)
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
