"""Children of ours: started, watched, stopped, and gone when their parent is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from app import launcher
from app.errors import EnvironmentFault
from app.launcher import Child, ProcessMark, command_line, doubt_of, has_ended, kill_process, mark_of, start_detached

WAIT_S = 20.0


def _wait(condition: object, what: str) -> None:
    assert callable(condition)
    until = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.02)


def test_a_child_runs_a_role_and_leaves_its_words_in_the_log(tmp_path: Path) -> None:
    """A child that ends by itself has its exit code and its output in the log."""
    child = Child("--help", log=tmp_path / "logs" / "help.log")
    assert child.wait(WAIT_S) == 0
    assert child.stop() == 0
    assert "Usage" in (tmp_path / "logs" / "help.log").read_text()


def test_a_child_is_watched(tmp_path: Path) -> None:
    """Whoever watches hears the exit code once."""
    heard: list[int] = []
    child = Child("no-such-role", log=tmp_path / "log")
    child.watch(heard.append).join(WAIT_S)
    assert heard == [2]
    assert child.stop() == 2


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_stop_ends_a_child_that_does_not_listen(tmp_path: Path) -> None:
    """A stopped process cannot end in order; it is killed after the time it has."""
    child = Child("engine", ["--store", str(tmp_path / "none")], log=tmp_path / "log")
    os.kill(child.pid, signal.SIGSTOP)
    assert child.stop(timeout_s=0.3) in (-signal.SIGKILL, -signal.SIGTERM)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX process groups")
def test_a_child_dies_with_its_parent(tmp_path: Path) -> None:
    """A parent is killed without a chance to say goodbye: the child ends all the same."""
    program = (
        "import sys, time; from app.launcher import Child; "
        f"c = Child('engine', ['--store', {str(tmp_path / 'none')!r}]); print(c.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert os.getpgid(pid) == pid
    parent.kill()
    parent.wait()
    parent.stdout.close()
    _wait(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE, "child lives on")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX sessions")
def test_a_detached_role_has_a_session_of_its_own(tmp_path: Path) -> None:
    """A detached role is no member of our session, its output goes to the log, and nothing is left of it."""
    pid = start_detached("--help", log=tmp_path / "log")
    assert pid != os.getpid()
    mark = mark_of(pid)
    _wait(lambda: "Usage" in (tmp_path / "log").read_text(), "no output")
    assert mark is not None
    _wait(lambda: has_ended(mark), "it does not end")
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, 0)


def test_a_log_that_cannot_be_made_is_the_machines_fault(tmp_path: Path) -> None:
    """The fault names the role."""
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentFault, match="engine cannot be started"):
        start_detached("engine", log=tmp_path / "file" / "log")


def test_a_frozen_program_runs_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a package there is no `-m app`: the executable takes the role itself."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert command_line("engine", ["--store", "x"]) == [sys.executable, "engine", "--store", "x"]


@contextmanager
def _standing(folder: Path, *words: str) -> Iterator[tuple[ProcessMark, Path]]:
    """A process that has a file open and does nothing, with a command line that ends in `words`."""
    held = folder / "held"
    program = f"f = open({str(held)!r}, 'w'); print(1, flush=True); import time; time.sleep(100)"
    process = subprocess.Popen([sys.executable, "-c", program, *words], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None and process.stdout.readline()
        mark = mark_of(process.pid)
        assert mark is not None
        yield mark, held
    finally:
        process.kill()
        process.communicate()


def test_a_mark_is_of_one_process_and_gone_with_it(tmp_path: Path) -> None:
    """The same process has the same mark; one that ended has none, even while nobody has asked for its exit code."""
    with _standing(tmp_path) as (mark, _):
        assert mark_of(mark.pid) == mark and mark.started
        assert mark_of(os.getpid()) not in (None, mark)
        assert kill_process(mark) == ""
        assert mark_of(mark.pid) is None


def test_a_number_that_was_given_out_again_is_not_killed(tmp_path: Path) -> None:
    """A process with the number of one that ended lives on."""
    with _standing(tmp_path) as (mark, held):
        before = ProcessMark(mark.pid, "an earlier start")
        assert "is another one" in doubt_of(before, "engine", holding=held)
        assert kill_process(before) == ""
        assert mark_of(mark.pid) == mark


@pytest.mark.parametrize(
    ("words", "young_s", "own_file", "doubt"),
    [
        (("qianliyan", "engine"), 0.0, True, ""),
        (("-m", "app", "engine"), 0.0, True, ""),
        (("qianliyan", "store", "migrate"), 0.0, True, "is no engine"),
        (("engine",), 0.0, True, "is no engine"),
        (("qianliyan", "engine"), 0.0, False, "open"),
        (("qianliyan", "engine"), 1e6, True, "just been started"),
    ],
)
def test_only_what_is_surely_ours_is_without_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], young_s: float, own_file: bool, doubt: str
) -> None:
    """Role, file and age: each alone is a reason to leave a process alone."""
    monkeypatch.setattr(launcher, "YOUNG_S", young_s)
    (tmp_path / "other").touch()
    with _standing(tmp_path, *words) as (mark, held):
        said = doubt_of(mark, "engine", holding=held if own_file else tmp_path / "other")
        assert (doubt in said) if doubt else said == ""


def test_a_program_does_not_kill_itself() -> None:
    """Whatever the lock file says."""
    mark = mark_of(os.getpid())
    assert mark is not None and "is no engine" in doubt_of(mark, "engine", holding=Path(__file__))
