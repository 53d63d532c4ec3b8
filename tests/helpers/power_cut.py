"""A power cut for a program's files: what no fsync covers is taken back, all of it or by chance.

The program runs with a shim (power_cut.c, built here) that notes what each write destroys. After the program was
killed, `PowerCut.strike` puts its folder into a state in which a machine without power could have left it: a sector
of 512 bytes that was not synced is old or new, each by itself; names made, changed or removed in a folder that was not
synced since are taken back from the newest on.
"""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.helpers.sources import ROOT

__all__ = ["PowerCut", "Struck"]

SECTOR: Final = 512
_HEAD: Final = struct.Struct("=cQQQQ")


@dataclass(frozen=True, slots=True)
class _Undo:
    """What stood in a file before one write or truncation."""

    offset: int
    size: int
    bytes: bytes


@dataclass(slots=True)
class _Unsynced:
    """What is not on the disk yet, in the order in which it was done."""

    files: dict[int, list[_Undo]] = field(default_factory=lambda: defaultdict(list))
    names: list[tuple[str, tuple[Path, ...]]] = field(default_factory=list)


@dataclass(slots=True)
class Struck:
    """What a cut took back."""

    sectors: int = 0
    files: int = 0
    names: int = 0


class PowerCut:
    """Watches `folder`; its log lies in `beside`, on the same disk. `chance` is the share of the unsynced sectors that
    the disk had written all the same: 0 takes everything back."""

    def __init__(self, folder: Path, beside: Path, *, seed: int) -> None:
        self._folder = folder.resolve()
        self._beside = beside
        self._log = beside / "unsynced.log"
        self._shim = _built(beside)
        self._dice = random.Random(seed)

    @property
    def env(self) -> dict[str, str]:
        """Return what the program's environment needs besides."""
        return {"LD_PRELOAD": str(self._shim), "QLY_CUT_ROOT": str(self._folder), "QLY_CUT_LOG": str(self._log)}

    def strike(self, *, chance: float) -> Struck:
        """Take back what was not synced. Nobody may have the folder's files open. The next program starts anew."""
        struck = Struck()
        unsynced = self._read()
        for inode, path in self._by_inode().items():
            if undos := unsynced.files.get(inode):
                sectors = self._restore(path, undos, chance)
                struck.sectors += sectors
                struck.files += sectors > 0
        kept = 0 if chance == 0 else self._dice.randint(0, len(unsynced.names))
        for kind, paths in reversed(unsynced.names[kept:]):
            struck.names += _take_back(kind, paths)
        # What lives in memory alone is gone with it.
        for leftover in [*self._folder.rglob("*-shm"), *self._beside.glob(f"{self._log.name}*")]:
            leftover.unlink()
        return struck

    def _by_inode(self) -> dict[int, Path]:
        kept = self._beside.glob(f"{self._log.name}.kept-*")
        return {p.stat().st_ino: p for p in [*kept, *self._folder.rglob("*")] if p.is_file()}

    def _read(self) -> _Unsynced:
        """Read the log; its last record may be torn, and was then not done."""
        found = _Unsynced()
        log = memoryview(self._log.read_bytes() if self._log.exists() else b"")
        at = 0
        while at + _HEAD.size <= len(log):
            kind, inode, number, size, length = _HEAD.unpack_from(log, at)
            at += _HEAD.size + length
            if at > len(log):
                break
            content = bytes(log[at - length : at])
            match kind:
                case b"W" | b"T":
                    found.files[inode].append(_Undo(number, size, content))
                case b"S":
                    found.files.pop(inode, None)
                    found.names = [(k, paths) for k, paths in found.names if not _is(paths[0].parent, inode)]
                case _:
                    names = tuple(Path(os.fsdecode(name)) for name in content.split(b"\0") if name)
                    found.names.append((kind.decode(), names))
        return found

    def _restore(self, path: Path, undos: list[_Undo], chance: float) -> int:
        """Write the file anew, each unsynced sector old or new; return how many went back."""
        new = path.read_bytes()
        old = bytearray(new)
        for undo in reversed(undos):
            end = undo.offset + len(undo.bytes)
            old.extend(bytes(max(0, max(end, undo.size) - len(old))))
            old[undo.offset : end] = undo.bytes
            del old[undo.size :]
        length = len(new) if self._dice.random() < chance else len(old)
        result = bytearray(length)
        back = 0
        for at in range(0, length, SECTOR):
            ours, theirs = bytes(old[at : at + SECTOR]), new[at : at + SECTOR]
            if ours != theirs and self._dice.random() >= chance:
                back += 1
                theirs = ours
            result[at : at + SECTOR] = theirs[: length - at].ljust(min(SECTOR, length - at), b"\0")
        # In place: other names of the file (a kept one) stay names of it.
        with path.open("r+b") as file:
            file.write(result)
            file.truncate(length)
        return back + (length < len(new))


def _is(folder: Path, inode: int) -> bool:
    return folder.exists() and folder.stat().st_ino == inode


def _take_back(kind: str, paths: tuple[Path, ...]) -> bool:
    """Undo one change of a name."""
    match kind:
        case "C":
            paths[0].unlink(missing_ok=True)
        case "M":
            shutil.rmtree(paths[0], ignore_errors=True)
        case "R" if paths[1].exists():
            paths[1].rename(paths[0])
        case "U" if len(paths) > 1:
            os.link(paths[1], paths[0])
        case _:
            return False
    return True


def _built(folder: Path) -> Path:
    """Build the shim. Raises RuntimeError without a compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise RuntimeError("no C compiler: run `apt-get install gcc`")
    shim = folder / "power_cut.so"
    command = [compiler, "-O1", "-shared", "-fPIC", "-o", str(shim), str(ROOT / "tests/helpers/power_cut.c")]
    built = subprocess.run([*command, "-ldl", "-lpthread"], capture_output=True, text=True, check=False)
    if built.returncode:
        raise RuntimeError(f"the shim does not compile:\n{built.stderr}")
    return shim
