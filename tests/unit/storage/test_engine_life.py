"""What can be seen of an engine from outside, and the note on one that was replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import StoreUnavailable
from app.model.records import Lease
from app.storage.engine_life import Replacement, leave_note, note_of, show_life, sign_of_life, told
from app.storage.lock_file import ENGINE_LOCK, LockFile

SERVER = "postgresql://nowhere/x"
NOTE = Replacement("the old engine", "a room", 12.3, 100.0, 60.0)


def test_each_way_to_live_changes_the_sign(tmp_path: Path) -> None:
    """Another lease, a touch of the lock file, a lock that is given back: each gives another sign than before."""
    lock, lease = LockFile(tmp_path / ENGINE_LOCK), Lease("engine", 7, 1000)
    store = str(tmp_path)
    assert not sign_of_life(store, lease).held
    lock.take("engine")
    first = sign_of_life(store, lease)
    assert first.held and first.holder is not None and first == sign_of_life(store, lease)
    assert sign_of_life(store, Lease("engine", 7, 1200)) != first
    show_life(store)
    assert sign_of_life(store, lease) != first
    lock.release()
    assert sign_of_life(store, lease) != first


def test_a_note_is_kept_marked_and_taken_away(tmp_path: Path) -> None:
    """Left, read, told, gone."""
    store = str(tmp_path)
    assert note_of(store) is None
    leave_note(store, NOTE)
    assert note_of(store) == NOTE
    told(store, NOTE)
    note = note_of(store)
    assert note is not None and note.told and note.holder == NOTE.holder
    leave_note(store, None)
    assert note_of(store) is None


def test_a_note_that_cannot_be_left_is_the_stores_fault(tmp_path: Path) -> None:
    """A folder that takes nothing."""
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        leave_note(str(tmp_path / "nowhere"), NOTE)


@pytest.mark.parametrize("said", ["", "[1]", '{"holder": "x"}', '{"moon": 1}'])
def test_a_note_that_cannot_be_read_is_none(tmp_path: Path, said: str) -> None:
    """Whatever lies there: no engine is told of, and none waits for it."""
    (tmp_path / "engine.replaced").write_text(said)
    assert note_of(str(tmp_path)) is None


def test_a_servers_store_has_no_lock_file() -> None:
    """There the lease alone decides: nothing is held, shown or noted in a folder."""
    assert not sign_of_life(SERVER, None).held
    show_life(SERVER)
    assert note_of(SERVER) is None
