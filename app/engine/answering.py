"""Answers requests that are done or refused on the spot: claimed, answered and audited in one commit."""

from __future__ import annotations

from typing import Any, Final

from app.engine.outbox import Asked, Outbox
from app.engine.payloads import clipped, reason_of
from app.model.records import CommandState, Journal, Person, Reason

__all__ = ["Answering"]

_NAMED: Final = ("equipment", "alarm", "verb", "tag", "device")


class Answering:
    """Shared by the desks."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def refuse(self, asked: Asked, reasons: tuple[Reason, ...]) -> None:
        """Claim and refuse a request, with every reason."""
        self._outbox.claim(asked.request.id)
        payload = asked.request.payload
        detail = {k: clipped(payload[k]) for k in _NAMED if k in payload}
        self._outbox.answer(asked.request.id, CommandState.REFUSED, reasons, detail)
        record = {**detail, "request": asked.request.id, "reasons": [str(r.check) for r in reasons], **asked.says}
        what = str(next(iter(detail.values()), ""))
        self._outbox.journal(Journal.AUDIT, f"{asked.request.kind}-refused", what, record, by=asked.by)

    def done(self, asked: Asked, person: Person, what: str, detail: dict[str, Any]) -> None:
        """Claim, answer and audit a request that was done."""
        self._outbox.claim(asked.request.id)
        if asked.second is not None:
            detail = {**detail, "second": asked.second.name}
        self._outbox.answer(asked.request.id, CommandState.DONE, (), detail)
        record = {**detail, "request": asked.request.id, "reason": reason_of(asked.request.payload)}
        self._outbox.journal(Journal.AUDIT, str(asked.request.kind), what, record, by=person)
