"""Kills in the middle of ingest, compaction, merge and purge: no committed sample is lost, none doubled, the store is
sound. An independent witness saw every committed frame. A few kills in CI, two hundred in `make prove`, also with the
power cut and with a server that stops at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.storage.verify import verify_store
from tests.helpers.history_kills import MOMENTS, HistoryKills
from tests.helpers.postgres import fresh_database, own_postgres, running_postgres, wants_no_postgres
from tests.helpers.power_cut import PowerCut, Struck

FEW, MANY, STOPS = 5, 200, 20
JUDGED_EACH = 20


@pytest.fixture
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a store that is not made yet: a folder, or a database where a test names PostgreSQL."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield str(tmp_path / "store")
        return
    if wants_no_postgres():
        pytest.skip("QIANLIYAN_TEST_NO_POSTGRES is set")
    with running_postgres() as server, fresh_database(server) as url:
        yield url


@contextmanager
def _killing(address: str, *, seed: int, **words: object) -> Iterator[HistoryKills]:
    kills = HistoryKills(address, seed=seed, **words)  # type: ignore[arg-type]
    try:
        yield kills
    finally:
        kills.close()


def _kill_again_and_again(kills: HistoryKills, times: int) -> None:
    for number in range(1, times + 1):
        kills.kill()
        assert kills.witness.faults == []
        if number % JUDGED_EACH == 0 or number == times:
            assert kills.faults() == []
            assert verify_store(kills.address).faults == []
    print(f"\n{times} kills: {dict(kills.kills)}; {kills.told()}")


@pytest.mark.timeout(240)
def test_a_few_kills_lose_and_double_nothing(address: str) -> None:
    """Five kills in moments chosen by chance."""
    with _killing(address, seed=11) as kills:
        _kill_again_and_again(kills, FEW)


def _tamper(folder: str, *statements: str) -> int:
    """Change the first month behind the product's back, if there is one; return how many rows were changed."""
    changed = 0
    for month in Path(folder).glob("history-2026-01.sqlite"):
        with closing(sqlite3.connect(month, isolation_level=None)) as connection:
            changed = sum(connection.execute(statement).rowcount for statement in statements)
    return changed


GONE = "DELETE FROM block WHERE id >> 16 = (SELECT min(id) FROM sample_group WHERE kind = 0)"
TWICE = (
    "INSERT INTO sample_group SELECT id + 1000000, kind, revision, first_seq, last_seq, start_ms, end_ms, events, "
    "times FROM sample_group WHERE id = (SELECT min(id) FROM sample_group WHERE kind = 0)",
    "INSERT INTO block SELECT id + (1000000 << 16), tag, count, lo_ms, hi_ms, payload FROM block "
    "WHERE id >> 16 = (SELECT min(id) FROM sample_group WHERE kind = 0)",
)


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("statements", "said"),
    [((GONE,), "are lost"), (TWICE, "double")],
)
def test_what_is_missing_or_double_is_found(address: str, statements: tuple[str, ...], said: str) -> None:
    """The judge of these tests is not blind: without a group of blocks, or with one twice, it says so."""
    with _killing(address, seed=15) as kills:
        kills.kill()
        assert kills.faults() == []
        while not _tamper(address, *statements):
            kills.kill()  # not one window was written yet
        assert any(said in fault for fault in kills.faults())


@pytest.mark.prove
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("address", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_two_hundred_kills_lose_and_double_nothing(address: str) -> None:
    """Two hundred kills, every moment among them."""
    with _killing(address, seed=12) as kills:
        _kill_again_and_again(kills, MANY)
    assert set(kills.kills) == set(MOMENTS)


@pytest.mark.prove
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("chance", [0.0, 0.5])
def test_power_cuts_lose_and_double_nothing(tmp_path: Path, chance: float) -> None:
    """Kills after each of which what was not synced is taken back: all of it, or half of the sectors."""
    folder = tmp_path / "store"
    folder.mkdir()
    cut = PowerCut(folder, tmp_path, seed=13)
    struck: list[Struck] = []
    with _killing(str(folder), seed=13, env=cut.env, strike=lambda: struck.append(cut.strike(chance=chance))) as kills:
        _kill_again_and_again(kills, MANY // 2)
    print(f"taken back: {sum(s.sectors for s in struck):,} sectors, {sum(s.names for s in struck)} names")
    assert sum(s.sectors > 0 for s in struck) > len(struck) / 2


@pytest.mark.prove
@pytest.mark.postgres
@pytest.mark.timeout(3_600)
def test_a_server_that_stops_at_once_loses_and_doubles_nothing() -> None:
    """PostgreSQL is stopped in the immediate mode, while the engine and its historian work; then both come back."""
    with (
        own_postgres(durable=True) as server,
        fresh_database(server.url) as url,
        _killing(url, seed=14, stop=server.stop, strike=server.start) as kills,
    ):
        _kill_again_and_again(kills, STOPS)
