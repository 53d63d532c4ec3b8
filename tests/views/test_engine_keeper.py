"""The keeper of a workstation's engine: when it looks, and what it makes of what it sees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from pytestqt.qtbot import QtBot

from app.errors import StoreUnavailable
from app.launcher import ProcessMark
from app.storage.engine_life import SignOfLife
from app.storage.lock_file import Holder
from app.views import engine_keeper
from app.views.engine_keeper import EngineKeeper
from app.views.faults import Faults
from app.views.gateway.store_door import StoreDoor
from app.views.room import Room
from tests.helpers.room import FakeDoor, RoomClock, make_room

FREE = SignOfLife(False, None, None)


def held(pid: int = 7, touched: int = 0) -> SignOfLife:
    """Return the sign of an engine."""
    return SignOfLife(True, Holder("engine", "here", ProcessMark(pid, "start")), None, touched)


class Hand:
    """Shows what the test says, and notes what it is told to replace."""

    def __init__(self, address: str, *, private: Path, clock: object) -> None:
        self.sign: SignOfLife | None = FREE
        self.looks = 0
        self.replaced: list[tuple[SignOfLife, float]] = []
        self.answer = ""

    def tend(self, _store: object) -> SignOfLife:
        self.looks += 1
        if self.sign is None:
            raise StoreUnavailable("the store does not answer")
        return self.sign

    def replace(self, _store: object, sign: SignOfLife, silent_s: float) -> str:
        self.replaced.append((sign, silent_s))
        return self.answer


class Door(FakeDoor):
    """Answers at once, as a worker does later."""

    address = "store"

    def query(self, work: Any, done: Any, failed: Any = None) -> None:
        try:
            answer = work(None)
        except StoreUnavailable as error:
            failed(str(error))
        else:
            done(answer)


class Kept:
    """A keeper, its clock, and the hand it moves. `look` lets a second pass and looks."""

    def __init__(self, room: Room, private: Path) -> None:
        self.clock = RoomClock()
        self.room = room
        self.faults = Faults()
        self.keeper = EngineKeeper(room, cast(StoreDoor, Door()), private=private, clock=self.clock, faults=self.faults)
        self.hand = cast(Hand, self.keeper._hand)

    def look(self, sign: SignOfLife | None, *, times: int = 1, after: float = 1.0) -> None:
        self.hand.sign = sign
        for _ in range(times):
            self.clock.advance(after)
            self.keeper.look()


@pytest.fixture
def kept(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Kept]:
    """A keeper of an engine that has just fallen silent; its own timer never comes to anything."""
    monkeypatch.setattr(engine_keeper, "EngineHand", Hand)
    room = make_room(None)
    made = Kept(room, tmp_path)
    room.take_silence(True)
    yield made
    made.keeper.close()


def test_looks_again_and_again_while_the_engine_is_silent_and_not_before_or_after(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Start: one look → silent: looks that come later and later → speaks: none any more → closed: none either."""
    monkeypatch.setattr(engine_keeper, "_FIRST_MS", 2)
    monkeypatch.setattr(engine_keeper, "EngineHand", Hand)
    kept = Kept(make_room(None), tmp_path)
    kept.keeper.look()
    assert kept.hand.looks == 1 and not kept.keeper._timer.isActive()

    kept.room.take_silence(True)
    qtbot.waitUntil(lambda: kept.hand.looks == 4)
    assert kept.keeper._timer.interval() >= 16

    kept.room.take_silence(False)
    assert not kept.keeper._timer.isActive() and kept.hand.looks == 4
    kept.room.take_silence(True)
    assert kept.keeper._timer.isActive() and kept.keeper._timer.interval() == 2
    kept.keeper.close()
    assert not kept.keeper._timer.isActive()


def test_a_room_that_opens_beside_a_silent_engine_goes_on_looking(kept: Kept) -> None:
    """It holds the store: each second. Nobody does: ever later."""
    for sign, wait_ms in ((held(), 1_000), (FREE, 2_000), (FREE, 4_000), (held(), 1_000), (FREE, 8_000)):
        kept.look(sign)
        assert kept.keeper._timer.interval() == wait_ms


def test_an_engine_that_stands_still_is_replaced_once_it_was_seen_to_stand(kept: Kept) -> None:
    """Ten seconds of the same sign: replaced, with how long it was silent. Then the count starts anew."""
    kept.look(held(), times=10)
    assert kept.hand.replaced == []
    kept.look(held())
    assert kept.hand.replaced == [(held(), 10.0)]
    kept.look(held(8), times=10)
    assert len(kept.hand.replaced) == 1
    kept.look(held(8))
    assert [s.holder.process.pid for s, _ in kept.hand.replaced if s.holder] == [7, 8]


def test_signs_of_life_sleep_and_a_store_that_is_away_count_for_the_engine(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever explains the silence otherwise begins the count anew."""
    kept.look(held(), times=10)
    kept.look(held(touched=1), times=10)
    kept.look(held(touched=1), after=30.0)
    kept.look(held(touched=1), times=9)
    assert kept.hand.replaced == []


@pytest.mark.logs("the store does not answer")
def test_a_store_that_is_away_is_said_once_and_no_engines_fault(kept: Kept) -> None:
    """A look that fails begins the count anew, and the next comes later; people hear of it once."""
    heard: list[str] = []
    kept.faults.happened.connect(heard.append)
    kept.look(held(), times=10)
    kept.look(None, times=3)
    assert heard == ["the store does not answer"] and kept.keeper._timer.interval() == 8_000
    kept.look(held(), times=10)
    assert kept.hand.replaced == []


@pytest.mark.logs("is left alone: it is no engine")
def test_one_that_is_left_alone_is_named_once_and_asked_about_again(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    """The reason may go away; the log says it once."""
    kept.hand.answer = "it is no engine"
    kept.look(held(), times=14)
    assert len(kept.hand.replaced) == 4
    assert sum("left alone" in r.getMessage() for r in caplog.records) == 1


def test_an_engine_that_speaks_again_is_not_replaced(kept: Kept) -> None:
    """A frame came while the look was under way."""
    kept.look(held(), times=10)
    kept.room.take_silence(False)
    kept.look(held())
    assert kept.hand.replaced == []
