"""The door to a real store: a thread that reads, one for long reads, one for the past, one that writes requests, one
for people."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar, cast

from app.errors import AccessRefused
from app.model.records import Person, Reason, RequestKind
from app.storage.contract import DeskStore, RoomStore
from app.views.gateway.door import Refused
from app.views.gateway.history import HistoryReads, HistoryWork, Ticket
from app.views.gateway.noted_acts import Noted, NotedActs, tell
from app.views.gateway.reading import desk_store_opener, history_opener, room_store_opener
from app.views.gateway.worker import Worker

__all__ = ["StoreDoor"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Refusal:
    """The desk said no: an answer, not a failure."""

    reasons: tuple[Reason, ...]


class StoreDoor:
    """Implements `Door`. Requests have a thread of their own: neither a slow read nor a password, which takes a tenth
    of a second on purpose, ever delays a command. What signs is shared: a session opened by the one signs in the other.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        desk = desk_store_opener(address)
        self._reads: Worker[RoomStore] = Worker("room-reads", room_store_opener(address))
        self._long: Worker[RoomStore] = Worker("room-long-reads", room_store_opener(address))
        self._past = HistoryReads(history_opener(address))
        self._long_past = HistoryReads(history_opener(address), "room-long-history")
        self._ended = threading.Event()
        self._requests: Worker[DeskStore] = Worker("room-requests", desk)
        self._people: Worker[DeskStore] = Worker("room-people", desk)
        self._noted = NotedActs(self._requests)
        self._session = ""

    def submit(
        self,
        request_id: str,
        kind: RequestKind,
        *,
        person: Person,
        payload: Mapping[str, Any],
        failed: Callable[[str, str], None],
        second: Person | None = None,
    ) -> None:
        """Commit a request on the requests' thread."""
        self._requests.put(
            lambda desk: desk.submit(kind, person, payload, request_id=request_id, second=second),
            _done,
            partial(failed, request_id),
        )

    def act(self, person: Person, kind: str, what: str, detail: Mapping[str, Any]) -> None:
        """Note an act on the requests' thread, now or when the store is back."""
        self._noted.add(person, kind, what, detail)

    def desk(self, work: Callable[[DeskStore], T], done: Callable[[T], None], refused: Refused) -> None:
        """Ask on the people's thread."""
        answered = cast(Callable[[object], None], partial(_answered, done, refused))
        self._people.put(partial(_asked, work), answered, partial(_unanswered, refused))

    def leave(self, session: str) -> None:
        """End this session when the door closes."""
        self._session = session

    def query(
        self, work: Callable[[RoomStore], T], done: Callable[[T], None], failed: Callable[[str], None] | None = None
    ) -> None:
        """Read on the reads' thread."""
        self._reads.put(work, cast(Callable[[object], None], done), failed)

    def read_long(
        self,
        work: Callable[[RoomStore, Callable[[], bool]], T],
        done: Callable[[T], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Read on the long reads' thread."""
        self._long.put(lambda store: work(store, self._ended.is_set), cast(Callable[[object], None], done), failed)

    def history(
        self,
        work: HistoryWork[T],
        done: Callable[[T], None],
        failed: Callable[[str], None] | None = None,
        *,
        beside: bool = False,
    ) -> Ticket:
        """Read on the past's thread, or on that of its long reads."""
        return (self._long_past if beside else self._past).ask(work, done, failed)

    def gauges(self) -> tuple[int, int]:
        """Return how many reads and how many requests wait."""
        reads = self._reads.waiting + self._long.waiting + self._past.waiting + self._long_past.waiting
        return reads, self._requests.waiting + self._people.waiting

    def close(self) -> None:
        """End the session and the threads. Idempotent."""
        session = self._session
        self._ended.set()
        left = self._noted.end()
        self._requests.close(partial(_tell_all, left) if left else None)
        self._people.close((lambda desk: desk.end_session(session)) if session else None)
        self._reads.close()
        self._long.close()
        self._past.close()
        self._long_past.close()


def _done(_answer: object) -> None:
    """Nothing to do: what becomes of a request arrives as its results."""


def _tell_all(left: Sequence[Noted], desk: DeskStore) -> None:
    for noted in left:
        tell(noted, desk)


def _asked(work: Callable[[DeskStore], T], desk: DeskStore) -> T | _Refusal:
    """Ask the desk. A refusal is nothing to close the store for."""
    try:
        return work(desk)
    except AccessRefused as refused:
        return _Refusal(tuple(Reason(code, params) for code, params in refused.reasons))


def _answered(done: Callable[[T], None], refused: Refused, answer: T | _Refusal) -> None:
    if isinstance(answer, _Refusal):
        refused(answer.reasons)
    else:
        done(answer)


def _unanswered(refused: Refused, sentence: str) -> None:
    refused((Reason("store", {"why": "away", "error": sentence}),))
