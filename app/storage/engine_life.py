"""The engine of a folder store as other processes of the machine see it: who it is, and whether it lives.

An engine that lives commits, and so renews its lease; one whose store takes nothing touches its lock file instead. One
that does neither stands still, keeps the store locked, and can only be replaced (design: never overtaken). Whoever does
that leaves a note in the folder: the next engine tells the journal of it, and other rooms see how lately it was done.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

from app.errors import StoreUnavailable
from app.model.records import Lease
from app.storage.lock_file import ENGINE_LOCK, Holder, LockFile

__all__ = ["Replacement", "SignOfLife", "leave_note", "note_of", "show_life", "sign_of_life", "told"]

_NOTE: Final = "engine.replaced"


@dataclass(frozen=True, slots=True)
class SignOfLife:
    """Compare two: an engine that lives changes it within two seconds. `holder` is None while nobody holds the lock, or
    in the moment before the holder has written its name."""

    held: bool
    holder: Holder | None
    lease: Lease | None
    touched_ns: int = 0


@dataclass(frozen=True, slots=True)
class Replacement:
    """The last engine that was killed because it stood still.

    `at_boot` is the machine's boot clock then; for `pause_s` no other one may be killed. `told` once the
    journal has it.
    """

    holder: str
    by: str
    silent_s: float
    at_boot: float
    pause_s: float
    told: bool = False


def sign_of_life(address: str, lease: Lease | None) -> SignOfLife:
    """Return the present sign; `lease` is the one that the store has now. Raises StoreUnavailable."""
    lock = _lock_of(address)
    if lock is None or not lock.held():
        return SignOfLife(False, None, lease)
    return SignOfLife(True, lock.holder(), lease, lock.touched_ns())


def show_life(address: str) -> None:
    """Say that we, the engine, live although our store takes nothing. Raises OSError when the folder is away too: then
    nobody can leave a note there either, and without a note no engine is killed."""
    lock = _lock_of(address)
    if lock is not None:
        lock.touch()


def note_of(address: str) -> Replacement | None:
    """Return the note on the last replacement, None if there never was one or it cannot be read."""
    if "://" in address:
        return None
    try:
        said = json.loads((Path(address) / _NOTE).read_text(encoding="utf-8"))
        return Replacement(**said)
    except (OSError, ValueError, TypeError):
        return None


def leave_note(address: str, note: Replacement | None) -> None:
    """Write the note, or take it away. Raises StoreUnavailable when the folder takes none."""
    path = Path(address) / _NOTE
    try:
        if note is None:
            path.unlink(missing_ok=True)
            return
        new = path.with_suffix(".new")
        with new.open("w", encoding="utf-8") as file:
            json.dump(asdict(note), file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        raise StoreUnavailable(f"the folder of the store cannot be written: {error}") from error


def told(address: str, note: Replacement) -> None:
    """Mark a note as being in the journal. Raises StoreUnavailable."""
    leave_note(address, replace(note, told=True))


def _lock_of(address: str) -> LockFile | None:
    return None if "://" in address else LockFile(Path(address) / ENGINE_LOCK)
