"""Manual values in place of failed sensors: entered with a reason, shown "M", and never without an end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.clock import Clock
from app.engine.outbox import Outbox
from app.engine.payloads import clipped, number_in, reason_of, text_of, whole_in
from app.engine.pipeline import Pipeline
from app.model.records import Person, Reason, Substitute
from app.model.spec import TagKind

__all__ = ["LONGEST_MS", "Substituting"]

LONGEST_MS: Final = 7 * 24 * 3600 * 1000
"""A substitute that outlives a week is a sensor nobody repairs."""


class Substituting:
    """Keeps the list, gives it to the pipeline and to the store, and ends what has run out."""

    def __init__(
        self, *, clock: Clock, outbox: Outbox, pipeline: Pipeline, in_force: Iterable[Substitute] = ()
    ) -> None:
        self._clock = clock
        self._outbox = outbox
        self._pipeline = pipeline
        self._rows = {s.tag: s for s in in_force}
        pipeline.set_substitutes(self._rows.values())

    def enter(self, payload: Mapping[str, Any], person: Person) -> Reason | None:
        """Put a value in force, or return why not. A new value replaces an older one."""
        now = self._clock.now_ms()
        tag, value = text_of(payload, "tag"), number_in(payload.get("value"))
        until = whole_in(payload.get("until_ms"), low=now + 1, high=now + LONGEST_MS)
        spec = self._pipeline.columns.by_path.get(tag)
        if spec is None or spec.point is None or spec.kind is TagKind.TEXT:
            return Reason("no_such_tag", {"tag": tag})
        if value is None:
            return Reason("malformed", {"what": f"value {clipped(payload.get('value'))}"})
        if until is None:
            return Reason("malformed", {"what": "until_ms: within a week from now"})
        self._rows[tag] = Substitute(tag, value, person.name, reason_of(payload), now, until)
        self._changed()
        return None

    def take_back(self, payload: Mapping[str, Any]) -> Substitute | Reason:
        """End the very value that the person saw and return it, or why not: another one is somebody's newer word."""
        tag, seen = text_of(payload, "tag"), payload.get("since_ms")
        present = self._rows.get(tag)
        if present is None:
            return Reason("nothing_to_do", {"what": tag})
        if type(seen) is not int:
            return Reason("malformed", {"what": "since_ms"})
        if seen != present.since_ms:
            params = {"value": present.value, "holder": present.person, "reason": present.reason}
            return Reason("other_substitute", params)
        del self._rows[tag]
        self._changed()
        return present

    def tick(self) -> None:
        """End what has run out, and say so."""
        now = self._clock.now_ms()
        ended = [s for s in self._rows.values() if s.until_ms <= now]
        for substitute in ended:
            del self._rows[substitute.tag]
            self._outbox.event("substitute-ended", substitute.tag, value=substitute.value, person=substitute.person)
        if ended:
            self._changed()

    def renew(self) -> None:
        """Give the list to the pipeline again: it went over to another site. Tags that are gone lose theirs."""
        known = {tag: s for tag, s in self._rows.items() if tag in self._pipeline.columns.by_path}
        if known != self._rows:
            self._rows = known
            self._outbox.substitutes(tuple(known.values()))
        self._pipeline.set_substitutes(known.values())

    def _changed(self) -> None:
        self._pipeline.set_substitutes(self._rows.values())
        self._outbox.substitutes(tuple(self._rows.values()))
