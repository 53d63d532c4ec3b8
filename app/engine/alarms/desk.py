"""Does what people ask of alarms: acknowledge, reset, shelve, take out of service, change. All rules are judged here
again, whatever a room let them do; what is refused changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from app.clock import Clock
from app.engine.alarms.board import Watched
from app.engine.alarms.changing import CHANGEABLE, changed_override
from app.engine.alarms.service import Alarms
from app.engine.answering import Answering
from app.engine.outbox import Asked
from app.engine.payloads import clipped, number_in, reason_of, text_of
from app.engine.pipeline import Pipeline
from app.model.access import LONGEST_SHELF_S, Permission, best_role, may, permission_for, second_refusals
from app.model.alarms.alarm import Answer
from app.model.alarms.status import AlarmChange, Override
from app.model.alarms.suppression import needs_two
from app.model.records import Person, Reason, RequestKind

__all__ = ["MOST_AT_ONCE", "SHORTEST_SHELF_S", "AlarmDesk"]

SHORTEST_SHELF_S: Final = 60.0
MOST_AT_ONCE: Final = 500
"""Occurrences acknowledged by one request at most: what a person can have seen on a page is far less."""
LONGEST_OCCURRENCE: Final = 400

Pair = tuple[Watched, str]
_Do = Callable[[Asked, Person, Watched], None]


class AlarmDesk:
    """The part of the engine's counter that is about alarms."""

    def __init__(self, *, clock: Clock, alarms: Alarms, pipeline: Pipeline, answering: Answering) -> None:
        self._clock = clock
        self._alarms = alarms
        self._pipeline = pipeline
        self._answering = answering
        self._doing: Final[dict[RequestKind, _Do]] = {
            RequestKind.RESET_ALARM: self._reset,
            RequestKind.SHELVE: self._shelve,
            RequestKind.UNSHELVE: self._unshelve,
            RequestKind.OUT_OF_SERVICE: self._take_out,
            RequestKind.IN_SERVICE: self._put_back,
            RequestKind.CHANGE_ALARM: self._change,
        }

    def take(self, asked: Asked, person: Person) -> None:
        """Do a request of somebody who may ask it somewhere; whether here is judged alarm by alarm."""
        if asked.request.kind is RequestKind.ACKNOWLEDGE:
            self._acknowledge(asked, person)
            return
        path = text_of(asked.request.payload, "alarm")
        one = self._alarms.board.by_path.get(path)
        if one is None:
            self._answering.refuse(asked, (Reason("no_such_alarm", {"alarm": path}),))
        elif reasons := self._rights(asked, person, one):
            self._answering.refuse(asked, reasons)
        else:
            self._doing[asked.request.kind](asked, person, one)

    # ---- acknowledging

    def _acknowledge(self, asked: Asked, person: Person) -> None:
        """Acknowledge exactly the occurrences that are named. One that somebody else acknowledged, or that is over,
        is no fault: two rooms may do it at once."""
        found = self._named(asked.request.payload)
        if isinstance(found, Reason):
            self._answering.refuse(asked, (found,))
            return
        for one, _ in found:
            if reasons := self._rights(asked, person, one):
                self._answering.refuse(asked, reasons)
                return
        note = reason_of(asked.request.payload)
        done: list[list[str]] = []
        over: list[list[str]] = []
        for one, occurrence in found:
            changes = one.alarm.acknowledge(occurrence, person=person.name, note=note, **self._now())
            self._alarms.after(one, changes, person)
            acknowledged = any(c.change is AlarmChange.ACKNOWLEDGED for c in changes)
            (done if acknowledged else over).append([one.path, occurrence])
        what = found[0][0].path if len(found) == 1 else ""
        self._answering.done(asked, person, what, {"acknowledged": done, "already": over})

    def _named(self, payload: Mapping[str, Any]) -> list[Pair] | Reason:
        """Return the alarms and occurrences that a request names."""
        listed = payload.get("alarms")
        if not isinstance(listed, list) or not 0 < len(listed) <= MOST_AT_ONCE:
            return Reason("malformed", {"what": f"alarms: 1 to {MOST_AT_ONCE}"})
        found: list[Pair] = []
        for item in listed:
            pair = _pair(item)
            if pair is None:
                return Reason("malformed", {"what": f"alarms: {clipped(item)}"})
            one = self._alarms.board.by_path.get(pair[0])
            if one is None:
                return Reason("no_such_alarm", {"alarm": clipped(pair[0])})
            found.append((one, pair[1]))
        return found

    def _reset(self, asked: Asked, person: Person, one: Watched) -> None:
        payload = asked.request.payload
        occurrence, note = str(payload.get("occurrence", ""))[:LONGEST_OCCURRENCE], reason_of(payload)
        answer = one.alarm.reset(occurrence, person=person.name, note=note, **self._now())
        self._answer(asked, person, one, answer, {"occurrence": occurrence}, AlarmChange.RESET)

    # ---- putting aside

    def _shelve(self, asked: Asked, person: Person, one: Watched) -> None:
        payload = asked.request.payload
        duration_s, one_shot = number_in(payload.get("duration_s")), payload.get("one_shot", False)
        longest_s = LONGEST_SHELF_S[may(person, Permission.SHELVE_LONG, one.alarm.spec.areas)]
        if duration_s is None or not isinstance(one_shot, bool):
            said = clipped(payload.get("duration_s"))
            self._answering.refuse(asked, (Reason("malformed", {"what": f"duration_s {said}, one_shot"}),))
            return
        found = []
        if not SHORTEST_SHELF_S <= duration_s <= longest_s:
            params = {"why": "shelf_range", "value": duration_s, "low": SHORTEST_SHELF_S, "high": longest_s}
            found.append(Reason("alarm", params))
        if needs_two(one.alarm.spec, one.alarm.status):
            found += second_refusals(RequestKind.SHELVE, person, asked.second, one.alarm.spec.areas)
        if found:
            self._answering.refuse(asked, tuple(found))
            return
        answer = one.alarm.shelve(
            person=person.name,
            reason=reason_of(payload),
            duration_s=duration_s,
            one_shot=one_shot,
            second=asked.second.name if asked.second is not None else "",
            boot=self._clock.boot(),
            boot_id=self._clock.boot_id(),
            **self._now(),
        )
        detail = {"duration_s": duration_s, "one_shot": one_shot}
        self._answer(asked, person, one, answer, detail, AlarmChange.SHELVED)

    def _unshelve(self, asked: Asked, person: Person, one: Watched) -> None:
        answer = one.alarm.unshelve(person=person.name, reason=reason_of(asked.request.payload), **self._now())
        self._answer(asked, person, one, answer, {}, AlarmChange.UNSHELVED)

    def _take_out(self, asked: Asked, person: Person, one: Watched) -> None:
        order = text_of(asked.request.payload, "work_order").strip()
        if not order:
            self._answering.refuse(asked, (Reason("malformed", {"what": "work_order"}),))
            return
        reason = reason_of(asked.request.payload)
        answer = one.alarm.take_out(person=person.name, reason=reason, work_order=order, **self._now())
        self._answer(asked, person, one, answer, {"work_order": order}, AlarmChange.OUT_OF_SERVICE)

    def _put_back(self, asked: Asked, person: Person, one: Watched) -> None:
        answer = one.alarm.put_back(person=person.name, reason=reason_of(asked.request.payload), **self._now())
        self._answer(asked, person, one, answer, {}, AlarmChange.IN_SERVICE)

    # ---- changing

    def _change(self, asked: Asked, person: Person, one: Watched) -> None:
        payload, alarm = asked.request.payload, one.alarm
        tag = self._pipeline.columns.by_path.get(alarm.spec.tag)
        same_tag = self._alarms.board.of_tag.get(one.number, []) if one.number is not None else []
        neighbours = [other.alarm for other in same_tag if other is not one]
        wanted = changed_override(alarm, payload, tag, neighbours)
        if isinstance(wanted, Override):
            reason = reason_of(payload)
            wanted = replace(wanted, person=person.name, reason=reason, since_ms=self._clock.now_ms())
            answer = alarm.change(wanted, person=person.name, reason=reason, **self._now())
        else:
            answer = wanted
        detail = {name: payload[name] for name in CHANGEABLE if name in payload}
        self._answer(asked, person, one, answer, detail, AlarmChange.CHANGED)
        if not isinstance(answer, Reason):
            self._alarms.renew_values(one)

    # ---- inside

    def _rights(self, asked: Asked, person: Person, one: Watched) -> tuple[Reason, ...]:
        """Return why a person may not do this to this very alarm."""
        if may(person, permission_for(asked.request.kind), one.alarm.spec.areas):
            return ()
        return (Reason("right", {"role": best_role(person), "what": one.path}),)

    def _answer(
        self, asked: Asked, person: Person, one: Watched, answer: Answer, detail: dict[str, Any], wanted: AlarmChange
    ) -> None:
        """Write down what came of it. When what was wanted did not happen there was nothing to do."""
        if isinstance(answer, Reason):
            self._answering.refuse(asked, (answer,))
            return
        self._alarms.after(one, answer, person)
        change = next((c for c in answer if c.change is wanted), None)
        if change is None:
            self._answering.refuse(asked, (Reason("nothing_to_do", {"what": one.path}),))
            return
        told = {k: change.detail[k] for k in ("until_ms", "changed") if k in change.detail}
        self._answering.done(asked, person, one.path, {"alarm": one.path, **detail, **told})

    def _now(self) -> dict[str, Any]:
        return {"now": self._clock.monotonic(), "now_ms": self._clock.now_ms()}


def _pair(item: Any) -> tuple[str, str] | None:
    """Return path and occurrence, None for anything else."""
    if not isinstance(item, list) or len(item) != 2 or not all(isinstance(part, str) for part in item):
        return None
    return item[0], item[1][:LONGEST_OCCURRENCE]
