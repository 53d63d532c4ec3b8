"""The follower under floods, clocks that jump, and rows that trip it up: what it asks of a desk, and in which order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from app.clock import SystemClock
from app.engine import requests
from app.engine.outbox import Asked
from app.engine.requests import ACTS_AT_ONCE, RequestFollower
from app.errors import StoreUnavailable
from app.model.people import Act
from app.model.records import Person, Request, RequestKind
from app.storage.contract import DeskStore
from app.storage.desk_contract import Vouched

LI = Person("li", "operator", "s1", "room 1")
HOUR_MS = 3_600_000
T = 1_760_000_000_000


class ScriptedDesk:
    """A desk in memory. Its bell rings with each request and act that is put in."""

    def __init__(self) -> None:
        self.now = T
        self.rows: list[Request] = []
        self.deeds: list[Act] = []
        self.asked_for: list[str] = []
        self.portions: list[int] = []
        self.trips_over = ""
        self.away = False
        self.rang = True

    def request(self, name: str, *, at_ms: int | None = None) -> None:
        at = self.now if at_ms is None else at_ms
        self.rows.append(Request(name, RequestKind.HOLD, at, LI, {}))
        self.rang = True

    def deed(self, name: str, *, at_ms: int | None = None) -> None:
        self.deeds.append(Act(name, self.now if at_ms is None else at_ms, "silenced", "li", "room 1"))
        self.rang = True

    # ---- what the follower asks

    def wait_bell(self, timeout_s: float) -> bool:
        if self.away:
            raise StoreUnavailable("away")
        rang, self.rang = self.rang, False
        return rang

    def recent(self, within_s: float, known: Sequence[str] = ()) -> tuple[Request, ...]:
        self.asked_for.append("requests")
        since = self.now - within_s * 1_000
        return tuple(r for r in self.rows if r.at_ms >= since and r.id not in known)

    def vouch(self, request: Request) -> Vouched:
        if request.id == self.trips_over:
            raise ZeroDivisionError
        return Vouched(LI)

    def age_s(self, request: Request) -> float:
        return (self.now - request.at_ms) / 1_000

    def acts(self, since_ms: int, known: Sequence[str] = (), limit: int = 500) -> tuple[Act, ...]:
        self.asked_for.append("acts")
        fresh = sorted((a for a in self.deeds if a.at_ms >= since_ms and a.id not in known), key=_at_ms)[:limit]
        self.portions.append(len(fresh))
        return tuple(fresh)

    def session(self, session: str) -> Person | None:
        return LI

    def now_ms(self) -> int:
        return self.now

    def close(self) -> None:
        """Nothing is open."""


def _at_ms(act: Act) -> int:
    return act.at_ms


class Heard:
    """What a follower told."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.acts: list[str] = []

    def take(self, acts: tuple[Act, ...]) -> None:
        self.acts += [a.id for a in acts]


@asynccontextmanager
async def _following(desk: ScriptedDesk, heard: Heard) -> AsyncIterator[RequestFollower]:
    def open_desk() -> DeskStore:
        return desk  # type: ignore[return-value]  # the part of it that the follower uses

    follower = RequestFollower(
        open_desk,
        clock=SystemClock(),
        on_asked=heard.asked.extend,
        on_acts=heard.take,
        on_ended=lambda session: None,
        held=frozenset,
        acts_since_ms=T - HOUR_MS,
    )
    follower.start()
    try:
        yield follower
    finally:
        await follower.stop()


async def _until(condition: Callable[[], bool]) -> None:
    for _ in range(10_000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the condition did not come about")


async def test_requests_are_looked_for_between_the_portions_of_many_acts() -> None:
    """A day of acts, or a flood of them, keeps no command waiting."""
    desk, heard = ScriptedDesk(), Heard()
    for number in range(4 * ACTS_AT_ONCE):
        desk.deed(f"a{number}")
    async with _following(desk, heard):
        await _until(lambda: len(heard.acts) == 4 * ACTS_AT_ONCE)
    asked_for = desk.asked_for
    assert "acts acts" not in " ".join(asked_for), asked_for


async def test_acts_are_told_after_the_clock_was_set_back_and_the_old_ones_not_again_and_again() -> None:
    """An hour back, with an act left in what is the future now: later acts are told, and each look reads only them."""
    desk, heard = ScriptedDesk(), Heard()
    for number in range(50):
        desk.deed(f"before {number}", at_ms=T - 60_000 * number)
    desk.deed("future", at_ms=T + HOUR_MS)
    async with _following(desk, heard):
        await _until(lambda: len(heard.acts) == 51)
        desk.now = T - HOUR_MS
        for number in range(5):
            desk.deed(f"after {number}")
            await _until(lambda n=number: f"after {n}" in heard.acts)
    assert sum(desk.portions) <= 51 + 51 + 5 + 5, desk.portions
    assert {a for a in heard.acts if a.startswith("after")} == {f"after {n}" for n in range(5)}


async def test_known_requests_are_forgotten_whatever_time_a_row_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row from the year 2100 stands first; those behind it are dropped after a while all the same."""
    monkeypatch.setattr(requests, "WINDOW_S", 0.1)
    desk, heard = ScriptedDesk(), Heard()
    desk.request("future", at_ms=4 * T)
    async with _following(desk, heard) as follower:
        for number in range(100):
            desk.request(f"r{number}")
        await _until(lambda: len(heard.asked) >= 101)
        desk.now += HOUR_MS
        await _until(lambda: len(follower._known) <= 1)


@pytest.mark.logs("met a defect and counts as forged")
async def test_a_request_that_trips_the_check_of_its_signature_takes_no_other_with_it() -> None:
    """It is told as forged; the one behind it is heard with its person."""
    desk, heard = ScriptedDesk(), Heard()
    desk.trips_over = "bad"
    desk.request("bad")
    desk.request("good")
    async with _following(desk, heard):
        await _until(lambda: len(heard.asked) == 2)
    assert [(a.request.id, a.person, a.forged) for a in heard.asked] == [("bad", None, True), ("good", LI, False)]


@pytest.mark.logs("requests cannot be read now")
async def test_each_outage_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    """Two outages, each of several tries: two lines."""
    desk, heard = ScriptedDesk(), Heard()
    async with _following(desk, heard):
        for number in range(2):
            desk.away = True
            await _until(lambda n=number: len(caplog.records) == n + 1)
            await asyncio.sleep(2 * requests.RETRY_S)
            desk.away = False
            desk.request(f"r{number}")
            await _until(lambda n=number: len(heard.asked) == n + 1)
    assert len(caplog.records) == 2
