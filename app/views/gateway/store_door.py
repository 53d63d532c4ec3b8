"""The door to a real store: one thread that reads, one that writes requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar, cast

from app.model.records import Person, RequestKind
from app.storage.contract import DeskStore, RoomStore
from app.views.gateway.reading import desk_store_opener, room_store_opener
from app.views.gateway.worker import Worker

__all__ = ["StoreDoor"]

T = TypeVar("T")


class StoreDoor:
    """Implements `Door`. Requests have a thread of their own: a slow read never delays a command."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._reads: Worker[RoomStore] = Worker("room-reads", room_store_opener(address))
        self._requests: Worker[DeskStore] = Worker("room-requests", desk_store_opener(address))

    def sign_in(self, workstation: str, done: Callable[[Person], None], failed: Callable[[str], None]) -> None:
        """Open a session of the demo store's user."""
        self._requests.put(lambda desk: desk.sign_in_demo(workstation), cast(Callable[[object], None], done), failed)

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
        """Note an act on the requests' thread."""
        self._requests.put(lambda desk: desk.act(person, kind, what, detail), _done)

    def query(
        self, work: Callable[[RoomStore], T], done: Callable[[T], None], failed: Callable[[str], None] | None = None
    ) -> None:
        """Read on the reads' thread."""
        self._reads.put(work, cast(Callable[[object], None], done), failed)

    def gauges(self) -> tuple[int, int]:
        """Return how many reads and how many requests wait."""
        return self._reads.waiting, self._requests.waiting

    def close(self) -> None:
        """End the session's thread and the readers. Idempotent."""
        self._requests.close()
        self._reads.close()


def _done(_answer: object) -> None:
    """Nothing to do: what becomes of a request arrives as its results."""
