"""The power cut of the proofs: what was synced stays, what was not can go, and a store that does not sync shows it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.power_cut import PowerCut

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="LD_PRELOAD and /proc are Linux's")

KILL = "\nimport signal; os.kill(os.getpid(), signal.SIGKILL)\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "store"
    made.mkdir()
    return made


@pytest.fixture
def cut(folder: Path, tmp_path: Path) -> PowerCut:
    return PowerCut(folder, tmp_path, seed=1)


def _run(cut: PowerCut, folder: Path, program: str) -> None:
    """Run a program in the folder, with the shim, until it kills itself."""
    command = [sys.executable, "-c", "import os, sqlite3\n" + program + KILL]
    ended = subprocess.run(command, cwd=folder, env={**os.environ, **cut.env}, capture_output=True, check=False)
    assert ended.returncode == -9, ended.stderr


def test_only_what_was_synced_stays(cut: PowerCut, folder: Path) -> None:
    """A file's synced bytes stay; later writes and truncations go."""
    program = ["f = os.open('a', os.O_RDWR | os.O_CREAT)", "os.write(f, b'x' * 3000)", "os.fsync(f)"]
    program += ["os.fsync(os.open('.', os.O_RDONLY))", "os.pwrite(f, b'y' * 4000, 10)", "os.ftruncate(f, 7)"]
    _run(cut, folder, "\n".join(program))
    assert (folder / "a").stat().st_size == 7
    struck = cut.strike(chance=0.0)
    assert (folder / "a").read_bytes() == b"x" * 3000
    assert struck.files == 1


def test_names_stay_with_their_synced_folder_alone(cut: PowerCut, folder: Path) -> None:
    """A creation, a rename and a removal are undone unless the folder was synced."""
    (folder / "old").write_text("old")
    (folder / "gone").write_text("gone")
    names = "os.close(os.open('new', os.O_RDWR | os.O_CREAT)); os.rename('old', 'renamed'); os.unlink('gone')"
    _run(cut, folder, names)
    assert cut.strike(chance=0.0).names == 3
    assert {p.name: p.read_text() for p in folder.iterdir()} == {"old": "old", "gone": "gone"}
    _run(cut, folder, names + "\nos.fsync(os.open('.', os.O_RDONLY))")
    assert cut.strike(chance=0.0).names == 0
    assert {p.name for p in folder.iterdir()} == {"new", "renamed"}


def test_a_cut_by_chance_leaves_each_sector_old_or_new(cut: PowerCut, folder: Path) -> None:
    """Some sectors of a write were on their way, some not."""
    (folder / "a").write_bytes(b"o" * 512 * 64)
    _run(cut, folder, "f = os.open('a', os.O_RDWR); os.pwrite(f, b'n' * 512 * 64, 0)")
    cut.strike(chance=0.5)
    sectors = [(folder / "a").read_bytes()[i : i + 512] for i in range(0, 512 * 64, 512)]
    assert set(sectors) == {b"o" * 512, b"n" * 512}


@pytest.mark.parametrize(("synchronous", "left"), [("FULL", 50), ("OFF", 0)])
def test_a_database_that_syncs_keeps_its_commits(cut: PowerCut, folder: Path, synchronous: str, left: int) -> None:
    """SQLite with synchronous=FULL keeps every commit; without it none: so the cut is one that shows."""
    db = sqlite3.connect(folder / "db")
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("CREATE TABLE t (n)")
    db.commit()
    db.close()
    program = f"db = sqlite3.connect('db', isolation_level=None); db.execute('PRAGMA synchronous={synchronous}')\n"
    _run(cut, folder, program + "for n in range(50): db.execute('INSERT INTO t VALUES (?)', (n,))")
    cut.strike(chance=0.0)
    db = sqlite3.connect(folder / "db")
    assert db.execute("SELECT count(*) FROM t").fetchone() == (left,)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()
