"""The lock file: exclusive, named, freed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.errors import LeaseHeld, StoreUnavailable
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
