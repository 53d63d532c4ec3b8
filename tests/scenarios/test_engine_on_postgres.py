"""Plant and engine on a PostgreSQL store: a command, a site, a second engine; connections cut, the server gone and
back, the engine asleep and killed."""

from __future__ import annotations

import itertools
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import psycopg
import pytest

from app.cli.demo.observer import Observer
from app.model.records import CommandState, Journal, RequestKind
from app.model.spec import Label
from app.model.spec_json import site_to_json
from app.storage.contract import FrameRow, RoomStore
from app.storage.opening import open_room_store
from app.storage.verify import verify_store
from tests.helpers.house import House, Operator, fresh_values, open_house, signal_to, until
from tests.helpers.postgres import OwnPostgres, fresh_database, own_postgres, wants_no_postgres

DEVICES = ("plc-ps01", "plc-ps02", "gw-rain", "plc-ps05")
LEASE_S = 2.5
LEASE_HELD, LEASE_LOST = 3, 4

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(240), pytest.mark.xdist_group("engine-on-postgres")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnPostgres]:
    """Run a server that these stories may stop."""
    if wants_no_postgres():
        pytest.skip("QIANLIYAN_TEST_NO_POSTGRES is set")
    with own_postgres() as own:
        yield own


@pytest.fixture(scope="module")
def live(server: OwnPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Observer]]:
    """A house whose store is in the server, every device giving values."""
    with fresh_database(server.url) as url, open_house(tmp_path_factory.mktemp("house"), store=url) as house:
        _, observer = house.live_engine()
        yield house, observer


@pytest.fixture
def reader(live: tuple[House, Observer]) -> Iterator[RoomStore]:
    """Look at the store."""
    found = open_room_store(live[0].stage.store)
    yield found
    found.close()


def frames(reader: RoomStore, since: int) -> tuple[FrameRow, ...]:
    """Return the frames after `since`."""
    return reader.frames_after(since, 100_000)


def newest(reader: RoomStore) -> int:
    """Return the number of the newest frame."""
    key = reader.newest_keyframe()
    assert key is not None
    return max((f.seq for f in frames(reader, key.seq)), default=key.seq)


def longest_gap_s(rows: tuple[FrameRow, ...]) -> float:
    """Return the longest time between two frames in a row."""
    return max((b.t - a.t for a, b in itertools.pairwise(rows)), default=0) / 1000


def assert_whole(rows: tuple[FrameRow, ...]) -> None:
    """Every number once, and no time without a frame: what could not be written was kept and written later."""
    assert [r.seq for r in rows] == list(range(rows[0].seq, rows[0].seq + len(rows)))
    assert longest_gap_s(rows) < 2.0


def test_a_command_a_site_and_a_second_engine(live: tuple[House, Observer], reader: RoomStore) -> None:
    """start, refused stop of a held pump, a new site under the running engine; a second engine is told who rules."""
    house, _ = live
    with closing(Operator(house.stage.store)) as operator:
        _command_and_site(house, operator, reader)
    epoch = house.epoch()
    second = house.start_engine()
    assert second.wait(30) == LEASE_HELD and "process" in second.last_words()
    house.remove(second)
    assert house.epoch() == epoch


def _command_and_site(house: House, operator: Operator, reader: RoomStore) -> None:
    request = operator.operate("ps02/pump3", "auto", "any")
    assert operator.wait(request) is CommandState.DONE, operator.results(request)
    assert operator.wait(operator.ask(RequestKind.HOLD, equipment="ps02/pump3", reason="seal")) is CommandState.DONE
    before = house.writes()
    held = operator.operate("ps02/pump3", "stop", "any")
    assert operator.wait(held) is CommandState.REFUSED
    assert [r.check for r in operator.results(held)[-1].reasons if r.blocking] == ["hold"]
    assert house.writes() == before
    site = replace(house.stage.site, label=Label("另一个", "Another"))
    applied = operator.ask(RequestKind.APPLY_SITE, site=site_to_json(site), reason="renamed")
    assert operator.wait(applied) is CommandState.DONE, operator.results(applied)
    assert reader.site_revision_in_force() == 2


def test_connections_that_are_cut_lose_nothing(live: tuple[House, Observer], reader: RoomStore) -> None:
    """Every connection is cut, again and again, also in mid-commit: no frame is lost or doubled, the chains hold."""
    house, _ = live
    start = newest(reader)
    for _ in range(12):
        cut(house.stage.store)
        time.sleep(0.31)
    again = open_room_store(house.stage.store)
    try:
        assert until(lambda: newest_or_none(again) > start + 20, timeout_s=20)
        assert_whole(frames(again, start))
    finally:
        again.close()
    assert next(a for a in house.actors if a.role == "engine").code is None, house.last_words()
    assert verify_store(house.stage.store).faults == []


def newest_or_none(reader: RoomStore) -> int:
    """Return the number of the newest frame, 0 while the store is cut."""
    try:
        return newest(reader)
    except Exception:  # noqa: BLE001 - a connection of ours was cut, too
        return 0


def cut(url: str) -> None:
    """End every other connection to the database."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_the_server_is_gone_for_longer_than_the_lease_and_comes_back(
    live: tuple[House, Observer], server: OwnPostgres
) -> None:
    """stop → the engine says so once and keeps values → start: they are all there, under a new epoch; commands go."""
    house, _ = live
    first = open_room_store(house.stage.store)
    start, epoch = newest(first), house.epoch()
    first.close()
    server.stop()
    time.sleep(8.0)
    server.start()
    again = open_room_store(house.stage.store)
    try:
        assert until(lambda: newest_or_none(again) > start + 60, timeout_s=30), house.last_words()
        assert_whole(frames(again, start))
        assert house.epoch() > epoch
        kinds = [e.kind for e in again.journal_newest(Journal.EVENTS)]
        assert kinds.count("store-away") == kinds.count("store-back") >= 1
    finally:
        again.close()
    engine = next(a for a in house.actors if a.role == "engine")
    assert engine.code is None and "values are spooled" in engine.log.read_text()
    with closing(Operator(house.stage.store)) as operator:
        # Held here as well: the story before may have run on another house, and then nothing is held on this one.
        held = operator.wait(operator.ask(RequestKind.HOLD, equipment="ps02/pump3", reason="seal"))
        assert held in (CommandState.DONE, CommandState.REFUSED)
        tag = next(e.hold for e in operator.equipment() if e.path == "ps02/pump3")
        assert tag is not None
        unheld = operator.ask(RequestKind.UNHOLD, equipment="ps02/pump3", hold=tag.request_id, reason="x")
        assert operator.wait(unheld) is CommandState.DONE, operator.results(unheld)
        request = operator.operate("ps02/pump3", "auto", "any")
        assert operator.wait(request) is CommandState.DONE, operator.results(request)
    assert verify_store(house.stage.store).faults == []


def test_an_engine_that_slept_ends_and_one_that_was_killed_is_followed(
    live: tuple[House, Observer], reader: RoomStore
) -> None:
    """SIGSTOP past the lease: exit code 4, no frame after it; the next one is killed: a third leads in its turn."""
    house, _ = live
    engine = next(a for a in house.actors if a.role == "engine")
    signal_to(engine, signal.SIGSTOP)
    try:
        time.sleep(LEASE_S + 0.5)
        last = newest(reader)
    finally:
        signal_to(engine, signal.SIGCONT)
    assert engine.wait(15) == LEASE_LOST, engine.last_words()
    assert newest(reader) == last
    house.remove(engine)
    epoch = house.epoch()
    killed = house.start_engine()
    assert until(lambda: house.epoch() > epoch, timeout_s=20), house.last_words()
    killed.kill()
    house.remove(killed)
    house.start_engine()
    observer = house.observe()
    assert fresh_values(observer, DEVICES, timeout_s=30), house.last_words()
    assert verify_store(house.stage.store).faults == []
