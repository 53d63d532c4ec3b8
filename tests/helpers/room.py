"""A room without a store: requests are kept, reads answer what the test says, values are set by path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.errors import AccessRefused, Cancelled, StoreUnavailable
from app.model.quality import Quality
from app.model.records import AppliedSite, Person, Reason, RequestKind
from app.model.spec import Site
from app.views.room import Room
from tests.helpers.feeding import feed

__all__ = ["FakeDoor", "FakeTicket", "RoomClock", "make_room", "set_values"]


class RoomClock:
    """A clock that stands until `advance`."""

    def __init__(self, now_ms: int = 1_790_000_000_000) -> None:
        self.ms = now_ms
        self.seconds = 1000.0

    def now_ms(self) -> int:
        return self.ms

    def monotonic(self) -> float:
        return self.seconds

    def boot(self) -> float:
        return self.seconds

    def boot_id(self) -> str:
        return "room"

    def advance(self, seconds: float) -> None:
        """Let time pass on all clocks."""
        self.ms += int(seconds * 1000)
        self.seconds += seconds


class FakeTicket:
    """One question about the past."""

    def __init__(self, reader: Any, work: Any, done: Any, failed: Any) -> None:
        self._reader, self._work, self._done, self._failed = reader, work, done, failed
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True

    def answer(self) -> None:
        """Read, unless it was cancelled, and call whoever asked."""
        if self.cancelled:
            return
        try:
            answer = self._work(self._reader, lambda: self.cancelled)
        except Cancelled:
            return
        except StoreUnavailable as away:
            if self._failed is not None:
                self._failed(str(away))
            return
        self._done(answer)


class FakeDoor:
    """Keeps what is submitted; `store` (any object with the methods used) answers queries at once, and `reader` those
    about the past: at once, or by `answer_past` while `holds_past`."""

    def __init__(self, store: Any = None) -> None:
        self.submitted: list[tuple[str, RequestKind, dict[str, Any]]] = []
        self.seconds: list[Person | None] = []
        self.acts: list[tuple[str, str, str, dict[str, Any]]] = []
        self.store = store
        self.people: Any = None
        self.reader: Any = None
        self.holds_past = False
        self.past: list[FakeTicket] = []
        """Questions about the past, in order."""
        self.left = ""
        self.fail = ""
        self.closed = False

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
        if self.fail:
            failed(request_id, self.fail)
        else:
            self.submitted.append((request_id, kind, dict(payload)))
            self.seconds.append(second)

    def act(self, person: Person, kind: str, what: str, detail: Mapping[str, Any]) -> None:
        self.acts.append((person.name, kind, what, dict(detail)))

    def desk(self, work: Any, done: Any, refused: Any) -> None:
        """Ask `people` (a whole desk, or a part of one) at once; without it nobody answers."""
        if self.people is None:
            return
        try:
            answer = work(self.people)
        except AccessRefused as no:
            refused(tuple(Reason(code, params) for code, params in no.reasons))
        except StoreUnavailable as away:
            refused((Reason("store", {"why": "away", "error": str(away)}),))
        else:
            done(answer)

    def leave(self, session: str) -> None:
        self.left = session

    def query(self, work: Any, done: Any, failed: Any = None) -> None:
        if self.store is not None:
            done(work(self.store))

    def read_long(self, work: Any, done: Any, failed: Any = None) -> None:
        if self.store is not None:
            done(work(self.store, self.ended))

    def history(self, work: Any, done: Any, failed: Any = None, *, beside: bool = False) -> FakeTicket:
        ticket = FakeTicket(self.reader, work, done, failed)
        if self.reader is not None:
            self.past.append(ticket)
            if not self.holds_past:
                self.answer_past()
        return ticket

    def answer_past(self) -> None:
        """Answer every question that waits."""
        waiting, self.past = self.past, []
        for ticket in waiting:
            ticket.answer()

    def ended(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


def make_room(site: Site | None, *, language: str = "en", store: Any = None, clock: RoomClock | None = None) -> Room:
    """Return a room on `site` (tags need their numbers) whose engine is not silent."""
    person = Person("demo", "engineer", "session-1", "test")
    room = Room(FakeDoor(store), person=person, clock=clock or RoomClock(), language=language)
    if site is not None:
        room.take_site(AppliedSite(1, "hash", 1_790_000_000_000, "demo", "first", site))
    room.take_silence(False)
    return room


def set_values(room: Room, values: Mapping[str, float], *, quality: int = Quality.GOOD, age_s: float = 0.5) -> None:
    """Set tags by path as one frame would."""
    assert room.live is not None
    feed(room.live, values, t=room.now_ms() - int(age_s * 1000), quality=quality)
