"""`store verify` finds what is damaged, missing or there twice in history, and a backup of it is of one moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from app.cli.main import app
from app.clock import SystemClock
from app.model.records import Lease
from app.series.frames import DELTA, KEY
from app.series.rollups import roll
from app.storage import tables_live
from app.storage.backup import _to_plain_file, backup_store, restore_store
from app.storage.backup_history import copy_history
from app.storage.contract import Tick
from app.storage.history_contract import GroupKind, StoredRollup
from app.storage.history_visits import mark_of
from app.storage.months import DAY_MS, MINUTE_MS, month_of, next_month
from app.storage.opening import backend_of, open_engine_store, open_history_store
from app.storage.sqlite import SqliteBackend
from app.storage.verify import verify_store
from tests.helpers.past_world import PastWorld, T, batch
from tests.helpers.store_actor import frame_row

FEB = next_month(month_of(T))


@pytest.fixture
def world(address: str) -> Iterator[PastWorld]:
    """Give a store with an engine and a historian that do what the test says."""
    world = PastWorld(address)
    yield world
    world.close()


def fill(world: PastWorld, count: int, start_ms: int) -> None:
    """Commit a frame each second, of two polls with values that change."""
    for i in range(count):
        t = start_ms + i * 1_000
        rows = {tag: (float(i % 7), 0, t - 20) for tag in (1, 2, 3)}
        other = {tag: (float(i), 0, t - 40) for tag in (11, 12)}
        world.frame(t, batch(rows, t - 5), batch(other, t - 6), kind=KEY if i % 10 == 0 else DELTA)


def faults(world: PastWorld) -> list[str]:
    return verify_store(world.address).faults


def test_a_sound_history_is_counted(world: PastWorld) -> None:
    """Windows of two months, merged, with late, imported and rolled up samples: no fault, and every sample counted."""
    fill(world, 40, FEB - 40_000)
    world.move(size=10)
    fill(world, 20, FEB)
    world.move()
    world.merge()
    world.bring(GroupKind.IMPORTED, 1, [(T + n, 5.0, 0) for n in range(10)])
    samples = world.reader().raw(1, T, FEB)
    world.roll_up(1, roll(samples, None, (), T - T % DAY_MS, MINUTE_MS, 1440, FEB))
    report = verify_store(world.address)
    assert report.faults == []
    assert [(m.name, m.windows, m.samples) for m in report.history.months] == [
        ("2026-01", 4, 40 * 5 + 10), ("2026-02", 1, 20 * 5),
    ]  # fmt: skip
    assert report.history.mark is not None
    assert report.history.mark.seq == 60
    said = CliRunner().invoke(app, ["store", "verify", "--store", world.address]).stdout
    assert "history of 2026-01: 210 samples" in said
    assert "history has all frames to number 60" in said


def test_damage_is_named(world: PastWorld) -> None:
    """A bit of a block, of times, of a state, of frame times and of rollups: each is one fault."""
    fill(world, 20, T)
    world.move(size=10)
    world.history.write_rollups([StoredRollup(1, DAY_MS, T, b"none"), StoredRollup(1, MINUTE_MS, T, b"none")])
    group = next(world.history.groups(month_of(T), 0, 1 << 60))
    broken = replace(group.blocks[0], payload=group.blocks[0].payload[:-1] + b"?")
    fewer = replace(group.blocks[1], count=3)
    shifted = replace(group.blocks[2], lo_ms=1)
    world.history.replace([group], [replace(group, blocks=(broken, fewer, shifted, *group.blocks[3:]))])
    harm(world, "UPDATE {}state SET payload = times FROM {}frame_times WHERE seq = 10")
    harm(world, "UPDATE {}frame_times SET times = payload FROM {}block WHERE block.tag = 11 AND last_seq = 20")
    harm(world, "UPDATE {}sample_group SET events = 7 WHERE id = 2")
    said = faults(world)
    month, hours = "history of 2026-01: ", "history: "
    assert [line.rpartition(": ")[0] for line in said] == [
        f"{month}window of frames 11 to 20",
        f"{month}state after frame 10",
        f"{month}block of tag 1 in group 3",
        f"{month}block of tag 2 in group 3",
        f"{month}block of tag 3 in group 3",
        f"{month}group 2",
        f"{month}minutes of tag 1 from {T}",
        f"{hours}rollups of tag 1, {DAY_MS} ms, from {T}",
    ]
    assert [line.rpartition(": ")[2] for line in said[2:5]] == [
        "the checksum of packed history does not match",
        "it has 10 samples and says 3",
        "its source times are not those that it says",
    ]
    assert said[5].endswith(" events and says 7")


def harm(world: PastWorld, statement: str) -> None:
    """Change something in the month of T behind everybody's back."""
    with world.history._link.writing(month_of(T)) as place:  # type: ignore[attr-defined]
        prefix = "history." if place.connection.dialect.name == "postgresql" else ""
        place.connection.exec_driver_sql(statement.replace("{}", prefix))


def test_what_is_missing_or_twice_is_named(world: PastWorld) -> None:
    """A window that is gone, a group that is there twice, and frames that were dropped before history had them."""
    fill(world, 40, T)
    world.move(20, size=5)
    world.prune(30)
    (first, *_) = world.history.groups(month_of(T), 0, 1 << 60)
    with world.history._link.writing(month_of(T)) as place:  # type: ignore[attr-defined]
        times = place.tables.frame_times
        place.connection.execute(sa.delete(times).where(times.c.last_seq == 10))
    world.history.replace([first], [first, first])
    said = faults(world)
    assert "history: frames 6 to 10 are missing" in said
    assert "frames 21 to 30 are neither in live nor in history" in said
    assert {line for line in said if "twice" in line} == {
        f"history of 2026-01: samples of tag {b.tag} at frames 1 to 5 are there twice" for b in first.blocks
    }
    assert len(said) == 2 + len(first.blocks)


def test_a_backup_of_history_restores(world: PastWorld, empty_address: str, tmp_path: Path) -> None:
    """A copy has every frame in live or in history; restored, it verifies, and numbers go on behind the mark."""
    if "://" in empty_address:
        pytest.skip("pg_dump copies a schema as a whole: test_backup has it")
    fill(world, 20, FEB - 20_000)
    world.move()
    fill(world, 10, FEB)
    first = backup_store(world.address, tmp_path / "first")
    world.move()
    second = backup_store(world.address, tmp_path / "second", since=tmp_path / "first")
    assert [f.name for f in first] == ["desk.sqlite", "live.sqlite", "history-2026-01.sqlite", "history.sqlite"]
    assert [f.name for f in second][2:] == ["history-2026-01.sqlite", "history-2026-02.sqlite", "history.sqlite"]
    taken = [(tmp_path / name / "history-2026-01.sqlite").stat().st_ino for name in ("first", "second")]
    assert taken[0] == taken[1]
    for name, samples in (("first", [100]), ("second", [100, 50])):
        report = restore_store(tmp_path / name, str(tmp_path / f"restored {name}"))
        assert report.faults == []
        assert [m.samples for m in report.history.months] == samples


def test_a_backup_is_of_one_moment(world: PastWorld, tmp_path: Path) -> None:
    """While files are copied the historian goes on, and nothing of what it writes meanwhile is in the copy."""
    if "://" in world.address:
        pytest.skip("pg_dump has a snapshot of its own")
    fill(world, 20, FEB - 20_000)
    world.move()
    fill(world, 10, FEB)
    backup_store(world.address, tmp_path / "copy")
    backend = backend_of(world.address)
    assert isinstance(backend, SqliteBackend)

    def copying(old: sqlite3.Connection, target: Path) -> Path:
        if target.name == "history-2026-01.sqlite":
            world.bring(GroupKind.IMPORTED, 1, [(T, 5.0, 0)])
            world.move()
        return _to_plain_file(old, target)

    for file in (tmp_path / "copy").glob("history*"):
        file.unlink()
    copied = copy_history(backend, tmp_path / "copy", copying, None)
    assert [f.name for f in copied] == ["history-2026-01.sqlite", "history.sqlite"]
    report = restore_store(tmp_path / "copy", str(tmp_path / "restored"))
    assert report.faults == []
    assert [m.samples for m in report.history.months] == [100]
    assert mark_of(backend) != report.history.mark
    restored = open_history_store(str(tmp_path / "restored"))
    assert restored.dirty() == ()
    restored.close()


@pytest.mark.logs(r"app\.storage\.engine_store")
def test_damaged_history_keeps_no_engine_from_its_lease(world: PastWorld) -> None:
    """The newest month's file is no database any more: an engine takes the lease and numbers frames on from `live`."""
    fill(world, 10, T)
    world.move()
    world.live.release_lease()
    backend = backend_of(world.address)
    if not isinstance(backend, SqliteBackend):
        pytest.skip("a server has no files that one could damage")
    for month in backend.folder.glob("history-*.sqlite"):
        month.write_bytes(b"not a database" * 1_000)
    again = open_engine_store(world.address, clock=SystemClock())
    try:
        assert isinstance(again.take_lease("again"), Lease)
        assert again.commit(Tick(frames=(frame_row(1),))).last_seq == 11
        again.release_lease()
    finally:
        again.close()


def test_no_number_stands_for_two_frames(world: PastWorld, tmp_path: Path) -> None:
    """Where `live` is older than history beside it (its copy was made first), frames are numbered on from the mark, and
    a tick that is tried again is still known."""
    fill(world, 10, T)
    world.move()
    backend = backend_of(world.address)
    engine = backend.writer("live")
    with engine.begin() as connection:
        connection.execute(sa.delete(tables_live.frame).where(tables_live.frame.c.seq > 4))
    engine.dispose()
    world.live.release_lease()
    again = open_engine_store(world.address, clock=SystemClock())
    try:
        assert isinstance(again.take_lease("again"), Lease)
        assert again.last_seq() == 10
        assert again.commit(Tick(frames=(frame_row(1),)), after=10).last_seq == 11
        assert again.commit(Tick(frames=(frame_row(1),)), after=10).last_seq == 11
        again.release_lease()
    finally:
        again.close()
    mark = mark_of(backend)
    assert mark is not None
    assert mark.seq == 10
    assert faults(world) == []
