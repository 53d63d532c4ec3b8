"""The lock: the same packages everywhere, each proven by its hash, from wherever the machine gets its packages."""

from __future__ import annotations

import re
import tomllib

from tests.helpers.sources import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
BLOCKS = [b for b in re.split(r"\n(?=\S)", LOCK) if b.strip()]


def test_every_package_is_pinned_and_hashed() -> None:
    """Each entry has an exact version and at least one SHA-256."""
    bad = [b.splitlines()[0] for b in BLOCKS if not re.match(r"\S+==\S+", b) or "--hash=sha256:" not in b]
    assert bad == []


def test_no_index_address() -> None:
    """The lock says what, never from where."""
    assert [line for line in LOCK.splitlines() if re.search(r"https?:|--index|--extra-index|--find-links", line)] == []


def test_the_lock_covers_the_project() -> None:
    """Everything that pyproject.toml asks for is in the lock."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {_normal(re.split(r"[\[=<>;!~ ]", a)[0]) for a in asked}
    locked = {_normal(b.split("==")[0].split("[")[0]) for b in BLOCKS}
    assert names - locked == set()


def test_qt_is_pinned_to_what_keeps_references() -> None:
    """PySide6 and shiboken6 are the same exact version; why: see test_references.py."""
    versions = {
        m.group(1): m.group(2) for m in re.finditer(r"^(pyside6-essentials|shiboken6)==(\S+)", LOCK, re.M | re.I)
    }
    assert set(versions.values()) == {"6.11.2"} and len(versions) == 2


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
