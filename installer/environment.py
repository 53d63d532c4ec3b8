"""The virtual environment: made, repaired when broken, filled from the lock, and stamped."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from installer.telling import SetupFault, Teller
from installer.tools import ToolFailed, run_tool

__all__ = ["fill", "is_current", "make", "python_of", "smoke", "stamp"]

BOOTSTRAP_VERSION = 1
"""Raised when set-up must run again on machines that have run it, whatever the lock says."""

STAMP = "set-up-stamp"
NETWORK_WORDS = (
    "Temporary failure in name resolution",
    "Connection",
    "connection",
    "Max retries",
    "timed out",
    "SSLError",
)


def python_of(root: Path) -> Path:
    """Return the environment's interpreter."""
    folder = root / ".venv"
    return folder / "Scripts/python.exe" if sys.platform == "win32" else folder / "bin/python"


def stamp(root: Path) -> str:
    """Return what the environment is made from, as one hash: lock, project metadata, interpreter, place."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    parts = (
        str(BOOTSTRAP_VERSION),
        hashlib.sha256((root / "requirements.lock").read_bytes()).hexdigest(),
        repr(sorted((k, repr(v)) for k, v in project.items())),
        sys.version,
        str(root),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def is_current(root: Path) -> bool:
    """Return True when the environment was completed from exactly what the stamp covers."""
    try:
        written = (root / ".venv" / STAMP).read_text(encoding="utf-8")
    except OSError:
        return False
    return written == stamp(root) and python_of(root).exists()


def make(root: Path, teller: Teller) -> None:
    """Make the environment, or make it anew when the one that is there does not work."""
    folder = root / ".venv"
    if _works(root):
        teller.done("there already")
        return
    if folder.exists():
        teller.note("the environment that is there does not work; making it anew")
        shutil.rmtree(folder)
    try:
        run_tool([sys.executable, "-m", "venv", str(folder)], teller=teller)
    except ToolFailed as fault:
        raise SetupFault(f"The virtual environment cannot be made: {fault}\n{fault.output[-600:]}") from fault
    teller.done("made")


def _works(root: Path) -> bool:
    """Return True when the interpreter starts, has our version and its pip."""
    ask = "import sys, pip; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([python_of(root), "-c", ask], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.strip() == "{}.{}".format(*sys.version_info[:2])


def fill(root: Path, teller: Teller) -> None:
    """Install the lock, then the project itself, then write the stamp. A spoilt environment is made anew once."""
    (root / ".venv" / STAMP).unlink(missing_ok=True)
    try:
        _install_all(root, teller)
    except ToolFailed as fault:
        if any(word in fault.output for word in (*NETWORK_WORDS, "HASHES", "No matching distribution")):
            raise
        teller.note("the environment is spoilt; making it anew")
        shutil.rmtree(root / ".venv")
        make(root, teller)
        _install_all(root, teller)
    (root / ".venv" / STAMP).write_text(stamp(root), encoding="utf-8")
    teller.done("installed")


def _install_all(root: Path, teller: Teller) -> None:
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", lock)
    builder = [b for b in blocks if b.startswith("setuptools==")]
    with tempfile.TemporaryDirectory() as folder:
        # Some packages come as source only; without isolation they are built by the locked setuptools.
        first = Path(folder, "build.lock")
        first.write_text("\n".join(builder) + "\n", encoding="utf-8")
        _pip(root, teller, "--require-hashes", "-r", str(first), total=1)
    _pip(root, teller, "--require-hashes", "-r", str(root / "requirements.lock"), total=len(blocks))
    _pip(root, teller, "-e", str(root), total=1)


def _pip(root: Path, teller: Teller, *what: str, total: int) -> None:
    """Run one pip install. Raises ToolFailed with a sentence that says whose fault it is."""
    seen = 0

    def show(line: str) -> None:
        nonlocal seen
        if line.startswith(("Collecting", "Requirement already")):
            seen += 1
            teller.progress(f"{seen}/{total} {line.split()[1] if line.startswith('C') else line.split()[3]}")
        elif line.startswith("Installing collected"):
            teller.progress(f"installing {total} packages")

    options = (
        "--disable-pip-version-check",
        "--no-input",
        "--no-deps",
        "--no-build-isolation",
        "--root-user-action=ignore",
    )
    try:
        run_tool([str(python_of(root)), "-m", "pip", "install", *options, *what], teller=teller, on_line=show)
    except ToolFailed as fault:
        raise ToolFailed(_blame(fault.output) + f"\nAll of it: {teller.log}", fault.output) from fault


def _blame(output: str) -> str:
    """Say in a sentence why pip failed."""
    errors = [line for line in output.splitlines() if line.startswith("ERROR")]
    said = "\n    ".join(errors[-5:]) or output[-600:]
    if "HASHES" in output:
        why = "A package is not the one that requirements.lock was made with (its hash differs)."
    elif any(word in output for word in NETWORK_WORDS):
        why = "The package index cannot be reached: is this machine offline, or does it need a proxy or a mirror?"
    elif "No matching distribution" in output:
        why = "The package index does not offer what requirements.lock names."
    else:
        why = "pip failed."
    return f"{why} It said:\n\n    {said}\n"


def smoke(root: Path, teller: Teller) -> None:
    """Load Qt and the project once: a missing system library shows here and by name, not in the first window."""
    ask = "from PySide6 import QtGui, QtWidgets; import app.cli.main"
    try:
        run_tool([str(python_of(root)), "-c", ask], teller=teller)
    except ToolFailed as fault:
        last = (fault.output.strip().splitlines() or ["no output"])[-1]
        raise SetupFault(f"Everything is installed, but it does not load: {last}") from fault
    teller.done("Qt and the project load")
