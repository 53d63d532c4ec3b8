"""System packages: find what is missing, install it where we may, else print the line that does."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from installer.packages import Package, packages_for
from installer.telling import SetupFault, Teller
from installer.tools import ToolFailed, run_tool

__all__ = ["ensure_packages", "missing_packages", "name_of_system"]

LISTS = Path("/var/lib/apt/lists")
LISTS_GO_OLD_AFTER_S = 24 * 3600
# Another program may be installing at this moment: wait for it rather than fail.
APT = ("apt-get", "-o", "DPkg::Lock::Timeout=200", "-o", "Acquire::Retries=3", "-q", "-y")


def name_of_system() -> str:
    """Return "debian", "macos", "windows", or "other" for a Linux whose package names we do not know."""
    if sys.platform == "darwin":
        return "macos"
    if sys.platform == "win32":
        return "windows"
    try:
        lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "other"
    facts = dict(line.split("=", 1) for line in lines if "=" in line)
    family = f"{facts.get('ID', '')} {facts.get('ID_LIKE', '')}".replace('"', "").split()
    return "debian" if "debian" in family else "other"


def missing_packages(system: str, profile: str) -> tuple[Package, ...]:
    """Return what is not installed. Elsewhere than on Debian this finds what it can: programs on the path."""
    wanted = packages_for(system, profile)
    if system == "debian":
        if importlib.util.find_spec("ensurepip") is None:
            # Debian cuts this out of its Python.
            wanted = (Package(("python{}.{}-venv".format(*sys.version_info[:2]),), "virtual environments"), *wanted)
        installed = _installed_on_debian([n for p in wanted for n in p.names])
        return tuple(p for p in wanted if not installed.intersection(p.names))
    if system == "macos":
        return tuple(p for p in wanted if not Path("/opt/homebrew/opt", p.name).exists())
    return tuple(p for p in wanted if "PostgreSQL" in p.name and shutil.which("initdb") is None)


def _installed_on_debian(names: Sequence[str]) -> set[str]:
    """Ask dpkg which of `names` are installed; it complains about unknown names and answers for the rest."""
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names],
        capture_output=True,
        text=True,
        check=False,
    )
    return {line.split()[0] for line in answer.stdout.splitlines() if line.endswith(" installed")}


def ensure_packages(system: str, profile: str, teller: Teller) -> None:
    """Install what is missing. Raises SetupFault with the line to run when we may not."""
    missing = missing_packages(system, profile)
    if not missing:
        teller.done("nothing missing")
        return
    for package in missing:
        teller.note(f"missing: {package.name} — {package.why}")
    if system != "debian":
        raise SetupFault(_how_elsewhere(system, missing))
    _install_on_debian(missing, teller)
    still = missing_packages(system, profile)
    if still:
        raise SetupFault("apt-get ended well, but these are still missing: " + ", ".join(p.name for p in still))
    teller.done(f"{len(missing)} installed")


def _how_elsewhere(system: str, missing: Sequence[Package]) -> str:
    names = " ".join(p.name for p in missing)
    line = f"brew install {names}" if system == "macos" else f"winget install {names}"
    return f"These are missing and this system needs you to install them. Run:\n\n    {line}\n"


def _install_on_debian(missing: Sequence[Package], teller: Teller) -> None:
    """Install by apt-get, refreshing its lists when they are old, and once more when the install failed."""
    prefix = _privilege(missing)
    fresh = _lists_age_s() < LISTS_GO_OLD_AFTER_S
    if not fresh:
        _apt([*prefix, *APT, "update"], teller, "refreshing package lists")
    names = _names_here(missing)
    install = [*prefix, *APT, "install", "--no-install-recommends", *names]
    try:
        _apt(install, teller, "installing")
    except ToolFailed:
        if not fresh:
            raise
        _apt([*prefix, *APT, "update"], teller, "refreshing package lists")
        _apt(install, teller, "installing")


def _privilege(missing: Sequence[Package]) -> list[str]:
    """Return what to put before apt-get. Raises SetupFault when this account may not install."""
    if os.geteuid() == 0:
        return ["env", "DEBIAN_FRONTEND=noninteractive"]
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n", "env", "DEBIAN_FRONTEND=noninteractive"]
    names = " ".join(shlex.quote(p.name) for p in missing)
    raise SetupFault(
        "System packages are missing and this account may not install them. Run this once, then start again:\n\n"
        f"    sudo apt-get update && sudo apt-get install -y --no-install-recommends {names}\n"
    )


def _lists_age_s() -> float:
    """Return how old apt's package lists are; infinite when there are none."""
    times = [p.stat().st_mtime for p in LISTS.glob("*_InRelease")]
    return time.time() - max(times) if times else float("inf")


def _names_here(missing: Sequence[Package]) -> list[str]:
    """Return the name each package has in this release: the first that apt can install."""
    answer = subprocess.run(
        ["apt-cache", "policy", *(n for p in missing for n in p.names)], capture_output=True, text=True, check=False
    )
    known: set[str] = set()
    name = ""
    for line in answer.stdout.splitlines():
        if not line.startswith(" "):
            name = line.rstrip(":")
        elif line.startswith("  Candidate:") and not line.endswith("(none)"):
            known.add(name)
    return [next((n for n in p.names if n in known), p.name) for p in missing]


def _apt(command: Sequence[str], teller: Teller, doing: str) -> None:
    """Run apt-get. Raises ToolFailed whose sentence carries apt's own errors."""

    def show(line: str) -> None:
        if line.startswith(("Get:", "Unpacking", "Setting up")):
            teller.progress(line.strip())

    teller.note(doing)
    try:
        run_tool(command, teller=teller, on_line=show)
    except ToolFailed as fault:
        errors = [line for line in fault.output.splitlines() if line.startswith(("E:", "W:", "Err:"))]
        said = "\n    ".join(errors[-6:]) or str(fault)
        hint = "" if "resolve" not in said and "connect" not in said else "Debian's package servers cannot be reached. "
        raise ToolFailed(
            f"{hint}apt-get failed; it said:\n\n    {said}\n\nAll of it: {teller.log}", fault.output
        ) from fault
