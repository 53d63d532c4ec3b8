"""Following the desk: real requests of a real desk, with the session and role of now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.clock import SystemClock
from app.engine.outbox import Asked
from app.engine.requests import ACTS_AT_ONCE, RequestFollower
from app.errors import StoreUnavailable
from app.model.people import Act
from app.model.records import RequestKind
from app.storage.contract import DeskStore
from app.storage.opening import create_store, open_desk_store

HOLD = {"equipment": "ps01/pump1", "reason": "x"}


async def until(condition: Callable[[], bool]) -> None:
    """Wait for the follower's thread, at most some seconds."""
    for _ in range(10_000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the condition did not come about")


class Heard:
    """What a follower told."""

    def __init__(self, folder: Path) -> None:
        self.address = str(folder / "store")
        create_store(self.address, demo=True)
        self.asked: list[Asked] = []
        self.ended: list[str] = []
        self.acts: list[Act] = []
        self.held: frozenset[str] = frozenset()
        self.opened = 0
        self.fail_first = False
        self.acts_since_ms = 0

    def open(self) -> DeskStore:
        self.opened += 1
        if self.fail_first and self.opened == 1:
            raise StoreUnavailable("not there yet")
        return open_desk_store(self.address)


@asynccontextmanager
async def following(heard: Heard) -> AsyncIterator[None]:
    """Follow the desk for a while."""
    follower = RequestFollower(
        heard.open,
        clock=SystemClock(),
        on_asked=heard.asked.extend,
        on_acts=heard.acts.extend,
        on_ended=heard.ended.append,
        held=lambda: heard.held,
        acts_since_ms=heard.acts_since_ms,
    )
    follower.start()
    try:
        yield
    finally:
        await follower.stop()


async def test_each_request_is_heard_once_with_the_person_of_now(tmp_path: Path) -> None:
    """Two requests, one from before the follower began: each once, with role, age and payload."""
    heard = Heard(tmp_path)
    desk = open_desk_store(heard.address)
    person = desk.sign_in_demo("desk 1")
    first = desk.submit(RequestKind.HOLD, person, dict(HOLD))
    async with following(heard):
        await until(lambda: len(heard.asked) == 1)
        second = desk.submit(RequestKind.UNHOLD, person, dict(HOLD))
        await until(lambda: len(heard.asked) == 2)
    assert [a.request.id for a in heard.asked] == [first, second]
    assert [a.person.role if a.person else None for a in heard.asked] == ["engineer", "engineer"]
    assert all(0.0 <= a.age_s < 30.0 for a in heard.asked) and heard.asked[0].request.payload == HOLD
    desk.close()


async def test_who_lies_about_a_session_is_nobody(tmp_path: Path) -> None:
    """A session that ended, whatever the request says: the engine hears that nobody asks."""
    heard = Heard(tmp_path)
    desk = open_desk_store(heard.address)
    person = desk.sign_in_demo("desk 1")
    desk.end_session(person.session)
    desk.submit(RequestKind.HOLD, person, dict(HOLD))
    async with following(heard):
        await until(lambda: len(heard.asked) == 1)
    assert heard.asked[0].person is None
    desk.close()


async def test_the_end_of_a_session_that_holds_a_selection_is_told(tmp_path: Path) -> None:
    """A room is closed: its session ends, and what it had selected is free soon."""
    heard = Heard(tmp_path)
    desk = open_desk_store(heard.address)
    person = desk.sign_in_demo("desk 1")
    heard.held = frozenset({person.session})
    async with following(heard):
        desk.end_session(person.session)
        await until(lambda: person.session in heard.ended)
    desk.close()


@pytest.mark.logs("requests cannot be read now")
async def test_a_desk_that_is_not_there_yet_is_opened_again(tmp_path: Path) -> None:
    """The store is away for a moment: said once, tried again, nothing is lost."""
    heard = Heard(tmp_path)
    heard.fail_first = True
    desk = open_desk_store(heard.address)
    desk.submit(RequestKind.HOLD, desk.sign_in_demo("desk 1"), dict(HOLD))
    async with following(heard):
        await until(lambda: len(heard.asked) == 1)
    assert heard.opened == 2
    desk.close()


async def test_each_act_is_heard_once_in_its_order_also_those_of_an_absence(tmp_path: Path) -> None:
    """Signed in, silenced; then, followed: exported. Each once, with who, where and what."""
    heard = Heard(tmp_path)
    desk = open_desk_store(heard.address)
    person = desk.sign_in_demo("desk 1")
    desk.act(person, "silenced", "priority 1", {"alarms": 2})
    async with following(heard):
        await until(lambda: len(heard.acts) == 2)
        desk.act(person, "exported", "journal")
        await until(lambda: len(heard.acts) == 3)
    assert [(a.kind, a.who, a.where, a.what) for a in heard.acts[1:]] == [
        ("silenced", "demo", "desk 1", "priority 1"),
        ("exported", "demo", "desk 1", "journal"),
    ]
    assert len({a.id for a in heard.acts}) == 3
    desk.close()


async def test_many_acts_of_an_absence_come_in_portions_and_old_ones_are_left_to_the_engine_before(
    tmp_path: Path,
) -> None:
    """More than one portion while nobody followed: all of them, none twice. From later than all of them: none; from a
    time that has not come, since the clock was set back: all."""
    heard = Heard(tmp_path)
    desk = open_desk_store(heard.address)
    person = desk.sign_in_demo("desk 1")
    for number in range(ACTS_AT_ONCE + 20):
        desk.act(person, "silenced", str(number))
    async with following(heard):
        await until(lambda: len(heard.acts) == ACTS_AT_ONCE + 21)
    assert len({a.id for a in heard.acts}) == len(heard.acts)
    later = Heard(tmp_path)
    later.acts_since_ms = desk.now_ms() + 1
    async with following(later):
        desk.submit(RequestKind.HOLD, person, dict(HOLD))
        await until(lambda: len(later.asked) == 1)
    assert later.acts == []
    set_back = Heard(tmp_path)
    set_back.acts_since_ms = desk.now_ms() + 3_600_000
    async with following(set_back):
        await until(lambda: len(set_back.acts) == len(heard.acts))
    desk.close()


async def test_a_request_that_its_session_did_not_sign_is_heard_as_forged(tmp_path: Path) -> None:
    """A row in the name of an open session, written by somebody without its key: forged, and nobody asks."""
    heard = Heard(tmp_path)
    desk, thief = open_desk_store(heard.address), open_desk_store(heard.address)
    person = desk.sign_in_demo("desk 1")
    thief.submit(RequestKind.HOLD, person, dict(HOLD))
    async with following(heard):
        await until(lambda: len(heard.asked) == 1)
    assert heard.asked[0].person is None and heard.asked[0].forged
    desk.close()
    thief.close()
