"""The contract between the room and its store, as the GUI thread sees it: nothing here blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from app.model.records import Person, Reason, RequestKind
from app.storage.contract import DeskStore, RoomStore
from app.views.gateway.history import HistoryWork, Ticket

__all__ = ["DeskStore", "Door", "HistoryWork", "Refused", "RoomStore", "Ticket"]

T = TypeVar("T")
Refused = Callable[[tuple[Reason, ...]], None]
"""Is told why the desk refused a person, or could not be reached (code `store`)."""


class Door(Protocol):
    """Requests go out and reads come back on worker threads; the callbacks run on the GUI thread."""

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
        """Commit a request. `failed(request_id, sentence)` is called if it cannot be committed."""

    def act(self, person: Person, kind: str, what: str, detail: Mapping[str, Any]) -> None:
        """Note something a person did, for the audit journal. One that cannot be written is said in the log."""

    def desk(self, work: Callable[[DeskStore], T], done: Callable[[T], None], refused: Refused) -> None:
        """Run `work` with the desk: people, sessions, the log book. Passwords take time: requests go by `submit`."""

    def leave(self, session: str) -> None:
        """End this session when the door closes."""

    def query(
        self,
        work: Callable[[RoomStore], T],
        done: Callable[[T], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Run `work` with a store of the worker's own; `work` must not touch widgets."""

    def read_long(
        self,
        work: Callable[[RoomStore, Callable[[], bool]], T],
        done: Callable[[T], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Run a read that may take minutes on a thread of its own. `work` asks its second argument now and then, and
        ends soon once that is True: the door closes."""

    def history(
        self,
        work: HistoryWork[T],
        done: Callable[[T], None],
        failed: Callable[[str], None] | None = None,
        *,
        beside: bool = False,
    ) -> Ticket:
        """Read the past on a thread of its own; see gateway.history. `beside`: on another one, for what may take
        minutes."""

    def close(self) -> None:
        """End the workers and wait for them. Idempotent."""
