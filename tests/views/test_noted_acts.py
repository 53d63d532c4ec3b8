"""What a person did while the store was away is told when it is back: silencing the horn above all."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from pytestqt.qtbot import QtBot

from app.errors import AccessRefused, InternalFault, StoreUnavailable
from app.model.records import Person
from app.storage.contract import DeskStore
from app.storage.opening import create_store, open_desk_store
from app.views.gateway import noted_acts
from app.views.gateway.noted_acts import KEPT, NotedActs
from app.views.gateway.store_door import StoreDoor
from app.views.gateway.worker import Worker

LI = Person("li", "operator", "s1", "room 1")


@dataclass
class ActDesk:
    """A desk that takes acts, is away, or knows no session."""

    told: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    fault: Exception | None = None
    tries: int = 0

    def act(self, person: Person, kind: str, what: str, detail: dict[str, Any]) -> None:
        self.tries += 1
        if self.fault is not None:
            raise self.fault
        self.told.append((kind, what, dict(detail)))

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Place:
    desk: ActDesk
    worker: Worker[DeskStore]
    noted: NotedActs


@pytest.fixture
def place(qapp: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Give a worker with such a desk, and what notes acts through it."""
    monkeypatch.setattr(noted_acts, "RETRY_MS", 20)
    monkeypatch.setattr(noted_acts, "_LATE_S", 0.04)
    desk = ActDesk()
    worker: Worker[DeskStore] = Worker("test-acts", lambda: cast(DeskStore, desk))
    noted = NotedActs(worker)
    yield Place(desk, worker, noted)
    noted.end()
    worker.close()


@pytest.mark.logs("test-acts: away")
def test_acts_of_an_outage_are_told_in_their_order_when_it_is_over(qtbot: QtBot, place: Place) -> None:
    """Three acts while the store is away: none is lost, none is told twice, and each says how late it comes."""
    place.desk.fault = StoreUnavailable("away")
    for kind in ("silenced", "acknowledged", "printed"):
        place.noted.add(LI, kind, "x", {"n": kind})
    qtbot.waitUntil(lambda: place.desk.tries >= 3)
    place.desk.fault = None
    qtbot.waitUntil(lambda: len(place.desk.told) == 3)
    assert [kind for kind, _, _ in place.desk.told] == ["silenced", "acknowledged", "printed"]
    assert all(detail["n"] == kind and detail["late_s"] >= 0.0 for kind, _, detail in place.desk.told)


def test_an_act_of_now_is_told_as_it_is(qtbot: QtBot, place: Place) -> None:
    """Without an outage nothing is added to it."""
    place.noted.add(LI, "silenced", "x", {"n": 1})
    qtbot.waitUntil(lambda: place.desk.told == [("silenced", "x", {"n": 1})])


@pytest.mark.logs("cannot be noted")
@pytest.mark.parametrize("fault", [AccessRefused(("no_session", {})), InternalFault("it cannot stand in a record")])
def test_an_act_that_is_refused_keeps_no_other_waiting(qtbot: QtBot, place: Place, fault: Exception) -> None:
    """The session has ended, or nobody could write it down: said in the log, once; the next one is told."""
    place.desk.fault = fault
    place.noted.add(LI, "silenced", "x", {})
    qtbot.waitUntil(lambda: place.desk.tries == 1 and not place.noted.waiting)
    place.desk.fault = None
    place.noted.add(LI, "printed", "x", {})
    qtbot.waitUntil(lambda: [kind for kind, _, _ in place.desk.told] == ["printed"])


@pytest.mark.logs("test-acts: away", "acts are not noted")
def test_an_outage_without_end_keeps_the_newest(qtbot: QtBot, place: Place) -> None:
    """The memory is bounded; what is dropped is said."""
    place.desk.fault = StoreUnavailable("away")
    for number in range(KEPT + 5):
        place.noted.add(LI, "silenced", str(number), {})
    assert place.noted.waiting == KEPT
    place.desk.fault = None
    qtbot.waitUntil(lambda: bool(place.desk.told) and place.desk.told[-1][1] == str(KEPT + 4), timeout=10_000)


def test_what_was_noted_just_before_the_room_closes_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    """Acts that still wait when the door closes are written before its thread ends."""
    address = str(tmp_path / "store")
    create_store(address, demo=True)
    door, desk = StoreDoor(address), open_desk_store(address)
    people: list[Person] = []
    door.desk(lambda d: d.sign_in_demo("room 1"), people.append, lambda reasons: None)
    qtbot.waitUntil(lambda: bool(people), timeout=10_000)
    door.act(people[0], "silenced", "first", {})
    qtbot.waitUntil(lambda: any(a.kind == "silenced" for a in desk.acts(0)), timeout=10_000)
    for number in range(5):
        door.act(people[0], "printed", str(number), {})
    door.close()
    assert [a.what for a in desk.acts(0) if a.kind == "printed"] == [str(n) for n in range(5)]
    desk.close()


def test_an_act_that_was_told_is_not_told_again_at_the_end(qtbot: QtBot, place: Place) -> None:
    """The door closes before the answer to the first act arrived: what is left says so of itself."""
    place.noted.add(LI, "printed", "x", {})
    until = time.monotonic() + 10.0
    while not place.noted._acts[0].told:
        assert time.monotonic() < until
        time.sleep(0.001)  # its thread tells it; no event is worked off here, so the answer has not arrived
    (left,) = place.noted.end()
    noted_acts.tell(left, cast(DeskStore, place.desk))
    assert len(place.desk.told) == 1
