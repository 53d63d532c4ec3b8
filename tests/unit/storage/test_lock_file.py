"""The lock file: exclusive, named, freed."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path

import pytest

from app.errors import LeaseHeld, StoreUnavailable
from app.launcher import mark_of
from app.storage.lock_file import LockFile


def test_one_holder_at_a_time(tmp_path: Path) -> None:
    """A second lock is refused with the first one's name and process; after the release it is free."""
    first, second = LockFile(tmp_path / "lock"), LockFile(tmp_path / "lock")
    first.take("engine A")
    first.take("engine A")
    with pytest.raises(LeaseHeld, match=f"engine A \\(process {os.getpid()} on "):
        second.take("engine B")
    first.release()
    first.release()
    second.take("engine B")
    with pytest.raises(LeaseHeld, match="engine B"):
        first.take("engine A")
    second.release()


def test_a_name_with_machine_and_process_is_told_once(tmp_path: Path) -> None:
    """An engine names itself by both: the refusal does not say them again."""
    first, name = LockFile(tmp_path / "lock"), f"{socket.gethostname()} process {os.getpid()}"
    first.take(name)
    with pytest.raises(LeaseHeld, match=f"{re.escape(name)}$"):
        LockFile(tmp_path / "lock").take("engine B")
    first.release()


def test_a_holder_that_did_not_write_its_name_is_still_refused(tmp_path: Path) -> None:
    """Between locking and writing there is a moment: the refusal then names the file."""
    first, second = LockFile(tmp_path / "lock"), LockFile(tmp_path / "lock")
    first.take("engine A")
    (tmp_path / "lock").write_text("")
    with pytest.raises(LeaseHeld, match="a process that holds"):
        second.take("engine B")
    first.release()


def test_a_folder_that_is_not_there_is_our_error(tmp_path: Path) -> None:
    """A lock that cannot be opened is StoreUnavailable."""
    with pytest.raises(StoreUnavailable):
        LockFile(tmp_path / "nowhere" / "lock").take("engine")


def test_a_name_that_cannot_be_written_is_our_error_and_frees_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full: StoreUnavailable, and whoever comes next finds the lock free."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    first, second = LockFile(tmp_path / "lock"), LockFile(tmp_path / "lock")
    with monkeypatch.context() as patch:
        patch.setattr("app.storage.lock_file.json.dump", full)
        with pytest.raises(StoreUnavailable, match="No space left"):
            first.take("engine A")
    second.take("engine B")
    second.release()


def test_a_lock_says_whether_it_is_held_and_by_which_process(tmp_path: Path) -> None:
    """Never taken: free. Taken: held, by this process with its start. Given back: free, the name stays."""
    lock, looker = LockFile(tmp_path / "lock"), LockFile(tmp_path / "lock")
    assert not looker.held() and looker.holder() is None and looker.touched_ns() == 0
    lock.take("engine A")
    holder = looker.holder()
    assert looker.held() and holder is not None and holder.here
    assert holder.name == "engine A" and holder.process == mark_of(os.getpid())
    lock.release()
    assert not looker.held() and looker.holder() == holder


def test_looking_neither_takes_nor_hinders(tmp_path: Path) -> None:
    """A look at a free lock leaves it free; one at a held lock leaves it held."""
    lock, looker = LockFile(tmp_path / "lock"), LockFile(tmp_path / "lock")
    lock.take("engine A")
    assert looker.held() and looker.held()
    lock.release()
    assert not looker.held()
    lock.take("engine A")
    lock.release()


def test_a_touch_is_seen(tmp_path: Path) -> None:
    """The time stamp moves."""
    lock = LockFile(tmp_path / "lock")
    lock.take("engine A")
    os.utime(lock.path, ns=(1, 1))
    lock.touch()
    assert lock.touched_ns() > 1
    lock.release()


@pytest.mark.parametrize("said", ["", "[]", '{"holder": "x", "pid": 1, "host": "h"}', '{"holder": "x", "pid": "one"}'])
def test_a_lock_file_that_does_not_name_a_process_exactly_names_nobody(tmp_path: Path, said: str) -> None:
    """An older program's file has no start of the process: nobody may be killed by it."""
    (tmp_path / "lock").write_text(said)
    assert LockFile(tmp_path / "lock").holder() is None
