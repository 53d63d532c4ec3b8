"""Children of ours: started, watched, stopped, and gone when their parent is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from app.errors import EnvironmentFault
from app.launcher import Child, command_line, start_detached

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
    """A detached role is no member of our session and its output goes to the log."""
    pid = start_detached("--help", log=tmp_path / "log")
    assert pid != os.getpid()
    _wait(lambda: "Usage" in (tmp_path / "log").read_text(), "no output")
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
