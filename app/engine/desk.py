"""Takes every request: who asks, may they, is it whole; then hands it to the part that does it.

Each request is claimed once and answered. Nothing that a room says about its session or role is trusted.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from app.clock import Clock
from app.engine.answering import Answering
from app.engine.book import Book
from app.engine.command_desk import CommandDesk
from app.engine.flying import EXPIRY_S
from app.engine.outbox import Asked
from app.engine.payloads import LONGEST_REASON, LONGEST_WORD, clipped, number_in, reason_of, text_of, whole_in
from app.engine.substituting import Substituting
from app.model.access import request_refusals
from app.model.commands.verbs import Verb
from app.model.records import Hold, Person, Reason, RequestKind
from app.model.spec import Label, Site
from app.model.whereabouts import Whereabouts

__all__ = ["LATE_REQUEST_S", "Desk"]

LATE_REQUEST_S: Final = 30.0
"""Older requests that are no commands are refused too: after an outage nobody expects them any more."""

FUTURE_S: Final = 1.0
"""A request that is younger than new by more than this comes from before a clock was set back: nobody knows how old it
is, so it is refused."""

KNOWN_KEPT: Final = 10_000

ALARM_REQUESTS: Final = frozenset(
    {
        RequestKind.ACKNOWLEDGE,
        RequestKind.RESET_ALARM,
        RequestKind.SHELVE,
        RequestKind.UNSHELVE,
        RequestKind.OUT_OF_SERVICE,
        RequestKind.IN_SERVICE,
        RequestKind.CHANGE_ALARM,
    }
)

_WITH_REASON: Final = frozenset(RequestKind) - {
    RequestKind.SELECT,
    RequestKind.CANCEL,
    RequestKind.ACKNOWLEDGE,
    RequestKind.RESET_ALARM,
    RequestKind.UNSHELVE,
}

_NOWHERE: Final = Site("", Label("", ""), "UTC", demo=False)

_log: Final = logging.getLogger(__name__)

Heavy = Callable[[Asked, Person], None]


class Desk:
    """The engine's counter. `alarms` does requests about alarms, `heavy` those that need the store, the site or the key
    store."""

    def __init__(
        self,
        *,
        clock: Clock,
        answering: Answering,
        book: Book,
        commands: CommandDesk,
        substituting: Substituting,
        alarms: Heavy,
        heavy: Heavy,
    ) -> None:
        self._clock = clock
        self._answering = answering
        self._book = book
        self._commands = commands
        self._substituting = substituting
        self._heavy = heavy
        self._site: Site | None = None
        self._revision = 0
        self._where = Whereabouts(_NOWHERE)
        self._taken: dict[str, None] = {}
        self._doing: Final[dict[RequestKind, Heavy]] = {
            RequestKind.SELECT: self._select,
            RequestKind.CANCEL: self._cancel,
            RequestKind.HOLD: self._hold,
            RequestKind.UNHOLD: self._unhold,
            RequestKind.PROVE: self._prove,
            RequestKind.ACCEPT_LATE: self._accept_late,
            RequestKind.SUBSTITUTE: self._substitute,
            RequestKind.UNSUBSTITUTE: self._unsubstitute,
            **dict.fromkeys(ALARM_REQUESTS, alarms),
        }

    def use(self, site: Site, revision: int) -> None:
        """Go over to a site and its revision."""
        self._site, self._revision = site, revision
        self._where = Whereabouts(site)

    def take(self, asked: Asked) -> None:
        """Do one request, once: a second delivery of the same id is left out. One that trips us over is refused and
        takes no other with it."""
        if asked.request.id in self._taken:
            return
        self._taken[asked.request.id] = None
        if len(self._taken) > KNOWN_KEPT:
            del self._taken[next(iter(self._taken))]
        try:
            self._take(asked)
        except Exception:  # noqa: BLE001 - a request is anybody's words
            _log.exception("request %s met a defect and is refused", asked.request.id)
            self._answering.refuse(asked, (Reason("malformed", {"what": str(asked.request.kind)}),))

    def _take(self, asked: Asked) -> None:
        request = asked.request
        if asked.forged:
            self._answering.refuse(asked, (Reason("forged"),))
            return
        refusals = request_refusals(request.kind, asked.person, self._where.of_request(request.kind, request.payload))
        refusals += self._faults(asked)
        if request.kind is RequestKind.OPERATE:
            self._operate(asked, refusals)
        elif refusals or asked.person is None:
            self._answering.refuse(asked, refusals)
        else:
            self._doing.get(request.kind, self._heavy)(asked, asked.person)

    # ---- what is wrong with the request itself

    def _faults(self, asked: Asked) -> tuple[Reason, ...]:
        kind, payload = asked.request.kind, asked.request.payload
        found = []
        age, limit = asked.age(self._clock.monotonic()), LATE_REQUEST_S
        if kind is RequestKind.SELECT:
            limit = EXPIRY_S
        if age > limit and kind is not RequestKind.OPERATE:
            found.append(Reason("expired", {"age_s": round(age, 1), "limit_s": limit}))
        if asked.age_s < -FUTURE_S:
            found.append(Reason("future", {"ahead_s": round(-asked.age_s, 1)}))
        if kind in _WITH_REASON and not reason_of(payload):
            found.append(Reason("reason_missing"))
        elif len(reason_of(payload)) > LONGEST_REASON:
            found.append(Reason("malformed", {"what": f"reason: at most {LONGEST_REASON} characters"}))
        return tuple(found)

    # ---- equipment

    def _operate(self, asked: Asked, refusals: tuple[Reason, ...]) -> None:
        payload = asked.request.payload
        path = text_of(payload, "equipment")
        post = self._commands.post(path)
        malformed = _malformed(payload)
        if post is None:
            malformed += (Reason("no_such_equipment", {"equipment": path}),)
        if malformed or post is None:
            self._answering.refuse(asked, refusals + malformed)
            return
        # The right is among the checks of a command: it is named once, by them.
        others = tuple(r for r in refusals if r.check != "right")
        self._commands.operate(asked, post, asked.person, others)

    def _select(self, asked: Asked, person: Person) -> None:
        path = text_of(asked.request.payload, "equipment")
        post = self._commands.post(path)
        if post is None:
            self._answering.refuse(asked, (Reason("no_such_equipment", {"equipment": path}),))
        else:
            self._commands.select(asked, post, person)

    def _cancel(self, asked: Asked, person: Person) -> None:
        path = text_of(asked.request.payload, "equipment")
        post = self._commands.post(path)
        if post is None:
            self._answering.refuse(asked, (Reason("no_such_equipment", {"equipment": path}),))
        else:
            self._commands.cancel(asked, post, person)

    def _hold(self, asked: Asked, person: Person) -> None:
        path = self._equipment(asked)
        if path is None:
            return
        hold = self._book.get(path).hold
        if hold is not None:
            self._answering.refuse(asked, (Reason("hold", {"holder": hold.person, "reason": hold.reason}),))
            return
        reason = reason_of(asked.request.payload)
        self._book.change(path, hold=Hold(person.name, reason, self._clock.now_ms(), asked.request.id))
        self._answering.done(asked, person, path, {"equipment": path})

    def _unhold(self, asked: Asked, person: Person) -> None:
        """Take off the very tag that the person saw: another one that hangs there by now is somebody else's hands."""
        path, seen = self._equipment(asked), asked.request.payload.get("hold")
        if path is None:
            return
        hold = self._book.get(path).hold
        if hold is None:
            self._answering.refuse(asked, (Reason("nothing_to_do", {"what": path}),))
        elif not isinstance(seen, str):
            self._answering.refuse(asked, (Reason("malformed", {"what": "hold"}),))
        elif seen != hold.request_id:
            params = {"why": "other", "holder": hold.person, "reason": hold.reason}
            self._answering.refuse(asked, (Reason("hold", params),))
        else:
            self._book.change(path, hold=None)
            held = {"hold": hold.request_id, "held_by": hold.person, "held_for": hold.reason}
            self._answering.done(asked, person, path, {"equipment": path, **held})

    def _prove(self, asked: Asked, person: Person) -> None:
        path = self._equipment(asked)
        if path is None:
            return
        unproven = self._book.get(path).unproven
        against = self._against_proof(asked) if unproven else Reason("nothing_to_do", {"what": path})
        if against is not None:
            self._answering.refuse(asked, (against,))
            return
        self._book.change(path, unproven=())
        detail = {"equipment": path, "verbs": list(unproven), "revision": self._revision}
        self._answering.done(asked, person, path, detail)

    def _against_proof(self, asked: Asked) -> Reason | None:
        """Return why commands do not go by what a person compared with the PLC: another site is in force, or comes."""
        seen = whole_in(asked.request.payload.get("revision"), low=1, high=2**31)
        if self._commands.closed:
            return Reason("site_changing")
        if seen is None:
            return Reason("malformed", {"what": "revision"})
        if seen != self._revision:
            return Reason("unproven", {"why": "other", "seen": str(seen), "revision": str(self._revision)})
        return None

    def _accept_late(self, asked: Asked, person: Person) -> None:
        """Let the PLC of the very command that the person saw time out be commanded again: after a later one nobody has
        looked yet."""
        device, seen = text_of(asked.request.payload, "device"), asked.request.payload.get("request")
        late = [s for s in (self._book.get(p.path) for p in self._commands.posts_at(device)) if s.late_execution]
        paths = [s.path for s in late if s.late_request == seen]
        if not late:
            self._answering.refuse(asked, (Reason("nothing_to_do", {"what": device}),))
        elif not isinstance(seen, str):
            self._answering.refuse(asked, (Reason("malformed", {"what": "request"}),))
        elif not paths:
            self._answering.refuse(asked, (Reason("late_execution", {"why": "other"}),))
        else:
            for path in paths:
                self._book.change(path, late_execution=False, late_request="")
            self._answering.done(asked, person, device, {"device": device, "equipment": paths, "late": seen})

    def _equipment(self, asked: Asked) -> str | None:
        """Return the path of an equipment of the site, or refuse."""
        path = text_of(asked.request.payload, "equipment")
        if self._site is None or all(e.path != path for e in self._site.equipment):
            self._answering.refuse(asked, (Reason("no_such_equipment", {"equipment": path}),))
            return None
        return path

    # ---- substitutes

    def _substitute(self, asked: Asked, person: Person) -> None:
        fault = self._substituting.enter(asked.request.payload, person)
        if fault is not None:
            self._answering.refuse(asked, (fault,))
            return
        payload = asked.request.payload
        detail = {k: payload[k] for k in ("tag", "value", "until_ms") if k in payload}
        self._answering.done(asked, person, str(payload["tag"]), detail)

    def _unsubstitute(self, asked: Asked, person: Person) -> None:
        ended = self._substituting.take_back(asked.request.payload)
        if isinstance(ended, Reason):
            self._answering.refuse(asked, (ended,))
            return
        entered = {"since_ms": ended.since_ms, "value": ended.value}
        by = {"entered_by": ended.person, "entered_for": ended.reason}
        self._answering.done(asked, person, ended.tag, {"tag": ended.tag, **entered, **by})


def _malformed(payload: Any) -> tuple[Reason, ...]:
    """Return what is missing or of the wrong kind in an OPERATE request."""
    found = []
    if text_of(payload, "verb") not in set(Verb):
        found.append(Reason("malformed", {"what": f"verb {clipped(payload.get('verb'))}"}))
    value = payload.get("value")
    if value is not None and number_in(value) is None:
        found.append(Reason("malformed", {"what": f"value {clipped(value)}"}))
    expect = payload.get("expect", "")
    if not isinstance(expect, str) or len(expect) > LONGEST_WORD:
        found.append(Reason("malformed", {"what": "expect"}))
    return tuple(found)
