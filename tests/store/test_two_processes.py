"""Two real processes at one store: kills, pauses, rivals and readers."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable

import psycopg
import pytest

from app.errors import LeaseHeld, StoreUnavailable
from app.model.records import Journal, Person, RequestKind
from app.series.frames import decode
from app.storage.contract import DeskStore, EngineStore, RoomStore, Tick
from app.storage.verify import verify_store
from tests.helpers.actors import Actor
from tests.helpers.store_actor import frame_row

MANY_KILLS = pytest.param(60, marks=[pytest.mark.prove, pytest.mark.timeout(1200)])
LEASE_S = 2.5


def wait_until(condition: Callable[[], bool], what: str, timeout_s: float = 30.0) -> None:
    """Wait for a condition, bounded."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen within {timeout_s} s"
        time.sleep(0.02)


def assert_whole(room: RoomStore) -> int:
    """Check that every part of each committed tick is there and says the same number; return how many ticks."""
    frames = room.frames_after(0, limit=100_000)
    for row in frames:
        (batch,) = decode(row.payload, t=row.t).batches
        assert set(batch.values.tolist()) == {float(row.seq)}
    ticks = len(frames)
    results = room.results_after(0, limit=100_000)
    assert [(r.id, r.at_ms) for r in results] == [(n, n) for n in range(1, ticks + 1)]
    for journal in (Journal.COMMANDS, Journal.EVENTS, Journal.ALARMS):
        entries = room.journal_after(journal, 0, limit=100_000)
        assert [(e.seq, e.at_ms) for e in entries] == [(n, n) for n in range(1, ticks + 1)]
    (status,) = room.equipment_after(0)
    assert (status.revision, status.state_since_ms) == (ticks, ticks)
    (alarm,) = room.alarms_after(-1)
    assert (alarm.revision, alarm.count, alarm.since_ms) == (ticks, ticks, ticks)
    return ticks


def start_writer(address: str) -> Actor:
    """Start a writer as soon as the lease of the one that was killed has run out."""
    deadline = time.monotonic() + 30
    while True:
        actor = Actor("write", address)
        if "epoch" in actor.hear():
            return actor
        actor.wait()
        assert time.monotonic() < deadline, "the lease never became free"


@pytest.mark.parametrize("kills", [6, MANY_KILLS])
def test_kills_lose_nothing_that_was_acknowledged(address: str, room: RoomStore, kills: int) -> None:
    """Kill a writer again and again: whatever it acknowledged is there, whole, and the chains verify."""
    chance = random.Random(5)
    for _ in range(kills):
        actor = start_writer(address)
        with actor:
            while actor.hear().get("seq") is None:
                pass
            time.sleep(chance.uniform(0.0, 0.15))
            said = actor.kill()
        assert assert_whole(room) >= said[-1]["seq"]
    report = verify_store(address)
    assert report.faults == []
    assert report.frames == room.last_result_id()


def test_readers_never_see_half_a_tick(address: str, room: RoomStore) -> None:
    """While a writer commits as fast as it can, a reader that sees a frame also sees everything of its tick."""
    with start_writer(address) as actor:
        looks = 0
        while looks < 60:
            room.wait_bell(5.0)
            frames = room.frames_after(max(0, actor_seq(actor) - 1))
            if not frames:
                continue
            newest = frames[-1].seq
            looks += 1
            assert room.last_result_id() >= newest
            assert room.journal_newest(Journal.COMMANDS, limit=1)[-1].seq >= newest
            assert room.journal_newest(Journal.EVENTS, limit=1)[-1].seq >= newest
            assert room.equipment_after(0)[0].state_since_ms >= newest
        actor.kill()
    assert assert_whole(room) >= 60


def actor_seq(actor: Actor) -> int:
    """Hear the writer's next acknowledged number."""
    return int(actor.hear().get("seq", 0))


def test_a_second_engine_is_refused(address: str, engine: EngineStore) -> None:
    """A second process gets LeaseHeld with the holder's name and writes nothing; the first goes on."""
    with Actor("take", address) as actor:
        said = actor.wait()[-1]
    assert said["error"] == "LeaseHeld"
    assert "engine under test" in said["text"]
    if "://" not in address:
        assert f"process {os.getpid()}" in said["text"]
    assert engine.commit(Tick(frames=(frame_row(1),))).last_seq == 1


def test_a_killed_engine_is_followed(address: str, room: RoomStore, open_engine: Callable[[], EngineStore]) -> None:
    """After a kill the next engine gets the lease: at once on SQLite, when it has run out on PostgreSQL."""
    actor = start_writer(address)
    with actor:
        first = actor.said[0]["epoch"]
        actor.hear()
        actor.kill()
    store = open_engine()
    if "://" in address:
        wait_until(lambda: took(store), "taking over")
    else:
        assert took(store)
    standing = room.lease()
    assert standing is not None
    assert standing.epoch > first


def test_an_engine_paused_past_its_lease_writes_nothing(
    address: str, room: RoomStore, open_engine: Callable[[], EngineStore]
) -> None:
    """Stop a writer past its lease and let it go on: its next commit is LeaseLost. On PostgreSQL another engine took
    over meanwhile; on SQLite nobody may, since the lock file shows that it still lives."""
    with Actor("step", address) as actor:
        actor.hear()
        actor.tell("commit")
        assert actor.hear()["seq"] == 1
        actor.signal(signal.SIGSTOP)
        time.sleep(LEASE_S + 0.3)  # the lease runs by the store's own clock, which no test can move
        other = open_engine()
        if "://" in address:
            assert other.take_lease("the other engine").epoch > actor.said[0]["epoch"]
            assert other.commit(Tick(frames=(frame_row(2),))).last_seq == 2
        else:
            with pytest.raises(LeaseHeld, match="actor step"):
                other.take_lease("the other engine")
        seen = room.frames_after(0)
        actor.signal(signal.SIGCONT)
        actor.tell("commit")
        assert actor.hear()["error"] == "LeaseLost"
        actor.tell("commit")
        assert actor.hear()["error"] == "LeaseLost"
        assert room.frames_after(0) == seen
    assert verify_store(address).faults == []


def test_an_engine_paused_inside_a_commit_gives_way(
    address: str, room: RoomStore, open_engine: Callable[[], EngineStore]
) -> None:
    """A writer that stops in the middle of a transaction holds the lease's row: PostgreSQL throws it out within a
    second, so another takes over. SQLite's rivals are kept out by the lock file, and its readers go on reading."""
    with Actor("hold", address) as actor:
        actor.hear()
        assert actor.hear() == {"inside": True}
        actor.signal(signal.SIGSTOP)
        assert room.frames_after(0) == ()
        other = open_engine()
        if "://" in address:
            wait_until(lambda: took(other), "taking over")
            assert other.commit(Tick(frames=(frame_row(1),))).last_seq == 1
        else:
            assert not took(other)
        actor.signal(signal.SIGCONT)
        actor.kill()
    assert verify_store(address).faults == []


def took(store: EngineStore) -> bool:
    """Try to take the lease."""
    try:
        store.take_lease("the other engine")
    except (LeaseHeld, StoreUnavailable):  # held, or its row is locked by the paused commit
        return False
    return True


def test_a_request_is_never_claimed_twice(address: str, engine: EngineStore) -> None:
    """An id that this engine claimed cannot be claimed by another process, ever."""
    engine.commit(Tick(frames=(frame_row(1),), claims=("request",)))
    engine.release_lease()
    with Actor("claim", address, "request") as actor:
        assert actor.wait()[-1]["error"] == "InternalFault"
    with Actor("claim", address, "another") as actor:
        assert "error" not in actor.wait()[-1]
    engine.take_lease("engine again")
    assert engine.claimed(["request", "another", "third"]) == {"request", "another"}


def test_requests_of_several_writers_are_all_seen(address: str, desk: DeskStore) -> None:
    """Three processes submit at once; an engine that asks for recent requests without the known ones gets each one
    exactly once."""
    actors = [Actor("submit", address, "15") for _ in range(3)]
    seen: list[str] = []
    deadline = time.monotonic() + 60
    while len(seen) < 45:
        assert time.monotonic() < deadline, f"only {len(seen)} of 45 requests were seen"
        desk.wait_bell(1.0)
        seen += [r.id for r in desk.recent(60, known=seen)]
    said = {line["id"] for actor in actors for line in actor.wait()}
    assert len(seen) == len(set(seen)) == 45
    assert set(seen) == said


def test_a_request_that_commits_late_is_still_seen(address: str, desk: DeskStore) -> None:
    """A request that got its time first and commits last is found: nothing is followed by "greater than the last".
    SQLite serialises its writers, so there the second submit simply comes after the first."""
    person = Person("demo", "engineer", "s", "w")
    if "://" not in address:
        early = desk.submit(RequestKind.SELECT, person, {"n": 1})
        late = desk.submit(RequestKind.SELECT, person, {"n": 2})
        assert [r.id for r in desk.recent(30)] == [early, late]
        return
    with psycopg.connect(address) as slow:
        slow.execute(
            "INSERT INTO desk.request (id, kind, at_ms, person, role, session, workstation, payload) VALUES"
            " ('early', 'select', CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT), '', '', '', '', '{}')"
        )
        late = desk.submit(RequestKind.SELECT, person, {"n": 2}, request_id="late")
        assert [r.id for r in desk.recent(30)] == [late]
        slow.commit()
    found = desk.recent(30, known=[late])
    assert [r.id for r in found] == ["early"]
    assert found[0].at_ms <= desk.recent(30)[-1].at_ms
