"""Backup, restore and the terminal's `store` verbs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.clock import SystemClock
from app.errors import ConfigurationFault, EnvironmentFault, StoreUnavailable
from app.storage.backup import backup_store, restore_store
from app.storage.contract import EngineStore, Tick
from app.storage.opening import create_store, open_engine_store, open_history_store, open_room_store
from app.storage.verify import verify_store
from tests.helpers.history_windows import FEB, JAN, a_window
from tests.helpers.past_world import PastWorld, T, batch
from tests.helpers.postgres import fresh_database
from tests.helpers.sites import small_site
from tests.helpers.store_actor import frame_row, whole_tick


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """Give the folder of a new SQLite store."""
    create_store(str(tmp_path / "store"), demo=True)
    return str(tmp_path / "store")


@pytest.fixture
def writer(folder: str) -> Iterator[EngineStore]:
    """Give its engine store, holding the lease."""
    store = open_engine_store(folder, clock=SystemClock())
    store.take_lease("engine under test")
    yield store
    store.close()


def test_a_backup_of_a_running_store_restores(writer: EngineStore, folder: str, tmp_path: Path) -> None:
    """A copy taken while the engine holds the lease holds everything committed, and becomes a sound store."""
    writer.apply_site(small_site("a"), "demo", "")
    for number in range(1, 11):
        writer.commit(whole_tick(number))
    files = backup_store(folder, tmp_path / "copy")
    assert sorted(f.name for f in files) == ["desk.sqlite", "history.sqlite", "live.sqlite"]
    assert sorted(p.name for p in (tmp_path / "copy").iterdir()) == ["desk.sqlite", "history.sqlite", "live.sqlite"]
    writer.commit(whole_tick(11))
    report = restore_store(tmp_path / "copy", str(tmp_path / "second"))
    assert (report.faults, report.frames) == ([], 10)


def test_a_restored_store_goes_on_with_a_greater_epoch(writer: EngineStore, folder: str, tmp_path: Path) -> None:
    """An engine on a restored backup gets an epoch beyond those that ruled after the backup: PLCs compare it."""
    writer.commit(whole_tick(1))
    backup_store(folder, tmp_path / "copy")
    epoch = writer.commit(whole_tick(2)).lease.epoch
    restore_store(tmp_path / "copy", str(tmp_path / "second"))
    second = open_engine_store(str(tmp_path / "second"), clock=SystemClock())
    assert second.take_lease("engine").epoch > epoch
    assert second.commit(whole_tick(2)).last_seq == 2
    second.close()


@pytest.mark.postgres
def test_postgresql_is_dumped_and_restored(postgres_server: str, tmp_path: Path) -> None:
    """pg_dump's copy of all schemas, taken under a running engine, becomes a sound store in an empty database, whose
    history goes on, also into a new month."""
    with fresh_database(postgres_server) as first, fresh_database(postgres_server) as second:
        create_store(first, demo=True)
        with closing(PastWorld(first)) as world:
            for i in range(10):
                world.frame(T + i * 1_000, batch({1: (float(i), 0, T + i * 1_000)}, T))
            world.move(7)
            backup_store(first, tmp_path / "copy")
        report = restore_store(tmp_path / "copy", second)
        assert (report.faults, report.frames) == ([], 10)
        assert [(m.name, m.samples) for m in report.history.months] == [("2026-01", 7)]
        with closing(open_history_store(second)) as history:
            history.lead(9)
            history.write(a_window(1, FEB, frames=7))
            assert history.months() == (JAN, FEB)


@pytest.mark.postgres
def test_without_pg_dump_the_way_is_named(
    postgres_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where PostgreSQL's programs are missing, one sentence says what to run and where."""
    with fresh_database(postgres_server) as url:
        create_store(url, demo=True)
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(EnvironmentFault, match="pg_dump is not installed here: run it where PostgreSQL is"):
            backup_store(url, tmp_path / "copy")


def test_nothing_is_ever_overwritten(address: str, tmp_path: Path) -> None:
    """A backup into a folder with content, and a restore onto a store, are refused."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "something").write_text("x")
    with pytest.raises(ConfigurationFault, match="not empty"):
        backup_store(address, tmp_path / "full")
    backup_store(address, tmp_path / "copy")
    with pytest.raises(ConfigurationFault, match="move it away"):
        restore_store(tmp_path / "copy", address)


def test_a_folder_that_is_no_backup_is_named(empty_address: str, tmp_path: Path) -> None:
    """Restoring from somewhere else says what is missing."""
    with pytest.raises(ConfigurationFault, match="not a backup"):
        restore_store(tmp_path, empty_address)


def test_a_former_backup_that_is_none_is_named(tmp_path: Path) -> None:
    """A misspelt `--since` is refused before anything is copied: on a full disk a whole copy would not fit."""
    create_store(str(tmp_path / "store"), demo=True)
    with pytest.raises(ConfigurationFault, match=r"not a backup .* no desk\.sqlite and no live\.sqlite"):
        backup_store(str(tmp_path / "store"), tmp_path / "copy", since=tmp_path / "mistyped")
    assert not (tmp_path / "copy").exists()


def test_a_backup_that_was_ended_is_none(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its history it would become a store that looks sound."""
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("app.storage.backup.copy_history", _ended)
        backup_store(folder, tmp_path / "copy")
    assert (tmp_path / "copy" / "live.sqlite").exists()
    with pytest.raises(ConfigurationFault, match="not finished"):
        restore_store(tmp_path / "copy", str(tmp_path / "second"))
    assert not (tmp_path / "second").exists()


def test_a_restore_that_failed_leaves_no_store(folder: str, tmp_path: Path) -> None:
    """Nobody opens what it left, and no `init` makes it whole with an empty history; a folder of its own does."""
    backup_store(folder, tmp_path / "copy")
    whole = (tmp_path / "copy" / "history.sqlite").read_bytes()
    (tmp_path / "copy" / "history.sqlite").write_bytes(b"rubbish" * 1000)
    second = str(tmp_path / "second")
    with pytest.raises(StoreUnavailable):
        restore_store(tmp_path / "copy", second)
    for attempt in (lambda: open_room_store(second, wait_s=0.0), lambda: create_store(second, demo=True)):
        with pytest.raises(StoreUnavailable, match="not finished"):
            attempt()
    (tmp_path / "copy" / "history.sqlite").write_bytes(whole)
    assert restore_store(tmp_path / "copy", str(tmp_path / "third")).faults == []


def _ended(*_: object) -> None:
    raise KeyboardInterrupt


def test_the_terminal_makes_and_verifies(empty_address: str, tmp_path: Path) -> None:
    """`store init`, `verify` and `migrate` work on an address and end with 0; a damaged store ends with 1."""
    run = CliRunner().invoke
    made = run(app, ["store", "init", "--demo", "--store", empty_address])
    assert (made.exit_code, "demo store" in made.stdout) == (0, True)
    store = open_engine_store(empty_address, clock=SystemClock())
    store.take_lease("engine")
    store.commit(Tick(frames=(frame_row(1),)))
    sound = run(app, ["store", "verify", "--store", empty_address])
    assert (sound.exit_code, "1 frame with 200 samples" in sound.stdout, "sound" in sound.stdout) == (0, True, True)
    broken = frame_row(2)
    store.commit(Tick(frames=(type(broken)(broken.t, broken.kind, broken.payload[:-1]),)))
    store.release_lease()
    store.close()
    found = run(app, ["store", "verify", "--store", empty_address])
    assert (found.exit_code, "FAULT frame 2: frame checksum" in found.stdout) == (1, True)
    migrated = run(app, ["store", "migrate", "--store", empty_address])
    assert (migrated.exit_code, "live: revision 3, nothing to do" in migrated.stdout) == (0, True)
    room = open_room_store(empty_address)
    assert room.facts().frames == 2
    room.close()
    assert verify_store(empty_address).frames == 2
