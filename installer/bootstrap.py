"""Makes a fresh machine ready: `python3 -m installer.bootstrap [run|test|bench]`.

Checks Python, system packages, the virtual environment and its locked packages, in this order, and does nothing
(in well under a second) when nothing changed. Needs only Python's standard library.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

LOWEST, BEYOND = (3, 11), (3, 13)
ROOT = Path(__file__).resolve().parents[1]


def main(arguments: list[str]) -> int:
    """Set up for the profile named on the command line; return the exit code."""
    if not LOWEST <= sys.version_info[:2] < BEYOND:
        # Before any other import: an older Python cannot even read the other files.
        print(f"Python 3.11 or 3.12 is needed; {sys.executable} is {sys.version.split()[0]}.", file=sys.stderr)
        return 2
    from installer.packages import PROFILES
    from installer.telling import SetupFault

    profile = arguments[0] if arguments else "run"
    if profile not in PROFILES or len(arguments) > 1:
        print(f"usage: python3 -m installer.bootstrap [{'|'.join(PROFILES)}]", file=sys.stderr)
        return 2
    try:
        set_up(ROOT, profile)
    except SetupFault as fault:
        print(f"\nSet-up stopped.\n{fault}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up was interrupted; starting it again goes on from here.", file=sys.stderr)
        return 130
    return 0


def set_up(root: Path, profile: str) -> None:
    """Bring this machine to what `profile` needs. Raises SetupFault with what is missing and what to do."""
    from installer import environment, system
    from installer.telling import Teller

    started = time.monotonic()
    here = system.name_of_system()
    if environment.is_current(root) and not system.missing_packages(here, profile):
        print(f"Set-up is up to date ({time.monotonic() - started:.2f} s).")
        return
    teller = Teller(steps=4, log=root / "var" / "set-up.log")
    teller.begin("System packages")
    system.ensure_packages(here, profile, teller)
    teller.begin("Virtual environment")
    environment.make(root, teller)
    teller.begin("Python packages from requirements.lock")
    environment.fill(root, teller)
    teller.begin("Does it load?")
    environment.smoke(root, teller)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
