"""Whatever stands in a site's folder, loading ends in a site or in faults; never in a traceback."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.site.faults import SiteFaults
from app.site.loading import load_site
from tests.helpers.site_files import SMALL_SITE, write_site

FILES = sorted(SMALL_SITE)
# Pieces from which YAML and CSV are built, so that the junk gets past the first character.
PIECES = st.sampled_from(
    ["\n", "  ", ": ", "- ", "{", "}", "[", "]", ",", "'", '"', "&a ", "*a", "!!int ", "!x ", "|\n", "? ", "#",
     "%YAML 1.1\n", "---\n", "...\n", "<<", "types", "site", "devices", "equipment", "stations", "tags", "path",
     "label_zh", "~", "true", "0x", "1e999", ".inf", "-", "9" * 50, "\ud7ff", "\x00", "\ufeff", "\t", "\r", "号"]
)  # fmt: skip
FEWER = settings(max_examples=40)


def _outcome(files: dict[str, str], name: str, junk: bytes) -> str:
    with tempfile.TemporaryDirectory() as folder:
        write_site(Path(folder), files)
        (Path(folder) / name).write_bytes(junk)
        return _load(Path(folder))


def _load(folder: Path) -> str:
    try:
        load_site(folder)
    except SiteFaults as faults:
        assert all(f.line >= 1 and f.column >= 1 and "\n" not in str(f) for f in faults.faults)
        assert list(faults.faults) == sorted(set(faults.faults))
        return str(faults)
    return ""


@FEWER
@given(name=st.sampled_from(FILES), junk=st.binary(max_size=300))
def test_any_bytes_in_any_file_give_faults(name: str, junk: bytes) -> None:
    """A file of arbitrary bytes gives faults that name it; an empty list of tags alone may be sound."""
    outcome = _outcome(SMALL_SITE, name, junk)
    assert name in outcome or name.startswith("tags/")


@FEWER
@given(name=st.sampled_from(FILES), junk=st.lists(PIECES, max_size=40).map("".join))
def test_any_pieces_of_yaml_in_any_file_give_faults(name: str, junk: str) -> None:
    """So does text built from the marks of YAML."""
    _outcome(SMALL_SITE, name, junk.encode("utf-8", "surrogatepass"))


@FEWER
@given(data=st.data(), name=st.sampled_from(FILES))
def test_any_change_of_a_sound_file_gives_a_site_or_faults(data: st.DataObject, name: str) -> None:
    """A stretch of a sound file replaced by pieces of YAML still gives a site or faults."""
    text = SMALL_SITE[name]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    piece = "".join(data.draw(st.lists(PIECES, max_size=4)))
    _outcome(SMALL_SITE, name, (text[:start] + piece + text[end:]).encode("utf-8", "surrogatepass"))


def test_deep_nesting_is_a_fault(tmp_path: Path) -> None:
    """Ten thousand opening brackets are a fault of that file."""
    write_site(tmp_path, {**SMALL_SITE, "types.yaml": "types: " + "[" * 10_000})
    assert "types.yaml:1:1: not YAML: nested too deeply" in _load(tmp_path)


def test_an_alias_bomb_is_refused(tmp_path: Path) -> None:
    """Aliases of aliases are refused before they are unfolded."""
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    write_site(tmp_path, {**SMALL_SITE, "site.yaml": "\n".join(lines)})
    assert "site.yaml:1:5: anchors and aliases are not used in site files" in _load(tmp_path)


def test_a_huge_file_is_a_fault(tmp_path: Path) -> None:
    """A file of five megabytes is not read to its end."""
    write_site(tmp_path, SMALL_SITE)
    (tmp_path / "tags/extra.csv").write_bytes(b"x" * 5_000_000)
    assert "tags/extra.csv:1:1: larger than 4000000 bytes: not a site file" in _load(tmp_path)


def test_bytes_that_are_no_text_are_placed(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are reported at their line and column."""
    write_site(tmp_path, SMALL_SITE)
    text = SMALL_SITE["site.yaml"].replace("Small", "Sm\udcffll").encode("utf-8", "surrogateescape")
    (tmp_path / "site.yaml").write_bytes(text)
    assert "site.yaml:2:27: not UTF-8 text" in _load(tmp_path)


def test_folders_in_place_of_files(tmp_path: Path) -> None:
    """A folder called site.yaml, a file called stations, and no folder at all are faults."""
    write_site(tmp_path, {name: text for name, text in SMALL_SITE.items() if name not in ("site.yaml",)})
    (tmp_path / "site.yaml").mkdir()
    assert "site.yaml:1:1: cannot be read" in _load(tmp_path)
    assert _load(tmp_path / "nowhere").startswith("the folder")
    assert _load(tmp_path / "types.yaml").startswith("the folder")


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    """A sound site whose folder may not be listed."""
    write_site(tmp_path, SMALL_SITE)
    tmp_path.chmod(0)
    yield tmp_path
    tmp_path.chmod(0o700)


@pytest.fixture
def bound_by_rights(locked: Path) -> Iterator[Path]:
    """The locked site, with file rights binding the test also where it runs as root, for as long as it runs."""
    if not hasattr(os, "geteuid"):
        pytest.skip("this system has no such rights")
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield locked
    if root:
        os.seteuid(0)


def test_an_unreadable_folder_is_a_fault(bound_by_rights: Path) -> None:
    """A folder that may not be listed is a fault, not a traceback."""
    assert f"the folder {bound_by_rights} cannot be read: Permission denied" in _load(bound_by_rights)
