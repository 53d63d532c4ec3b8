"""One end of a test with several rooms: a room with its own feed and door on a real store, without windows."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from PySide6.QtCore import QCoreApplication

from app.clock import SystemClock
from app.model.alarms.status import AlarmStatus
from app.model.records import Person, Result
from app.storage.contract import DeskStore
from app.views.feed import Feed
from app.views.gateway.reading import room_store_opener
from app.views.gateway.store_door import StoreDoor
from app.views.room import Room

__all__ = ["RoomEnd", "until_shown"]

LOOK_S = 0.01
TIMEOUT_S = 30.0


class RoomEnd:
    """A context that ends its threads. `turn` is what the room's beat would do."""

    def __init__(self, address: str, application: QCoreApplication) -> None:
        clock = SystemClock()
        self.application = application
        self.door = StoreDoor(address)
        self.room = Room(self.door, person=Person("", "", "", "test"), clock=clock)
        self.feed = Feed(self.room, room_store_opener(address), clock=clock)
        self.answers: dict[str, Result] = {}
        """The newest result of every request, by its id."""
        self.twice: list[str] = []
        """Requests with more than one result."""
        self.room.result_arrived.connect(self._answered)

    def sign_in(self, work: Callable[[DeskStore], Person]) -> None:
        """Sign somebody in, and wait for it."""
        refused: list[object] = []
        self.door.desk(work, self.room.take_person, refused.append)
        assert until_shown((self,), lambda: bool(self.room.person.session or refused)) and refused == []

    def status(self, path: str) -> AlarmStatus:
        """Return how an alarm stands by this room's book."""
        return self.room.book.status(path)

    def turn(self) -> None:
        """Take what came."""
        self.feed.tick()
        self.feed.drain()

    def _answered(self, result: Result) -> None:
        if result.request_id in self.answers:
            self.twice.append(result.request_id)
        self.answers[result.request_id] = result

    def __enter__(self) -> Self:
        self.feed.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.feed.close()
        self.door.close()
        self.room.deleteLater()
        self.application.processEvents()


def until_shown(rooms: Sequence[RoomEnd], condition: Callable[[], bool], *, timeout_s: float = TIMEOUT_S) -> bool:
    """Let rooms turn until `condition` holds; return False when it does not in time."""
    deadline = time.monotonic() + timeout_s
    while True:
        for end in rooms:
            end.application.processEvents()
            end.turn()
        if condition():
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_S)
