"""Set-up: what it finds missing, what it says, and when it has nothing to do."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from installer import bootstrap, environment, system
from installer.packages import PROFILES, Package, packages_for
from installer.telling import SetupFault, Teller
from installer.tools import ToolFailed, run_tool


@pytest.fixture
def teller(tmp_path: Path) -> Teller:
    """A teller that prints into memory."""
    return Teller(steps=1, log=tmp_path / "set-up.log", out=io.StringIO())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with what the stamp covers and an environment with an interpreter."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\n', encoding="utf-8")
    (tmp_path / "requirements.lock").write_text("a==1 --hash=sha256:0\n", encoding="utf-8")
    python = environment.python_of(tmp_path)
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    return tmp_path


def _stamp(project: Path) -> None:
    (project / ".venv" / environment.STAMP).write_text(environment.stamp(project), encoding="utf-8")


def test_profiles_include_the_ones_before() -> None:
    """What `run` needs, `test` needs too, and so on."""
    sets = [set(packages_for("debian", p)) for p in PROFILES]
    assert sets[0] < sets[1] < sets[2]


def test_an_unknown_system_has_no_package_names() -> None:
    """On a Linux that we do not know, set-up asks for no package by a name it cannot know."""
    assert packages_for("other", "bench") == ()


def test_current_until_something_changes(project: Path) -> None:
    """Stamped → current; lock, project or interpreter changed → not current; stamped again → current."""
    assert not environment.is_current(project)
    _stamp(project)
    assert environment.is_current(project)
    (project / "requirements.lock").write_text("a==2 --hash=sha256:0\n", encoding="utf-8")
    assert not environment.is_current(project)
    _stamp(project)
    (project / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "2"\n', encoding="utf-8")
    assert not environment.is_current(project)
    _stamp(project)
    assert environment.is_current(project)
    environment.python_of(project).unlink()
    assert not environment.is_current(project)


def test_an_environment_without_working_python_is_made_anew(
    project: Path, teller: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A half-made environment is removed and made again by the venv module."""
    environment.python_of(project).unlink()
    (project / ".venv" / "half").write_text("made", encoding="utf-8")
    made: list[list[str]] = []
    monkeypatch.setattr(environment, "run_tool", lambda command, *, teller: made.append(list(command)) or "")
    environment.make(project, teller)
    assert made == [[sys.executable, "-m", "venv", str(project / ".venv")]]
    assert not (project / ".venv").exists()


def test_a_spoilt_environment_is_made_anew_once(project: Path, teller: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    """pip fails for a reason of its own → environment anew → pip again → stamped."""
    story: list[str] = []

    def install(root: Path, teller: Teller) -> None:
        story.append("install")
        if story.count("install") == 1:
            raise ToolFailed("pip failed", "AttributeError: half of pip is gone")

    def make(root: Path, teller: Teller) -> None:
        story.append("make")
        (root / ".venv").mkdir()

    monkeypatch.setattr(environment, "_install_all", install)
    monkeypatch.setattr(environment, "make", make)
    environment.fill(project, teller)
    assert story == ["install", "make", "install"]
    assert (project / ".venv" / environment.STAMP).read_text(encoding="utf-8") == environment.stamp(project)


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "hash differs"),
        ("WARNING: Retrying ... Temporary failure in name resolution\nERROR: No matching distribution", "offline"),
        ("ERROR: No matching distribution found for a==9", "does not offer"),
        ("Traceback\nERROR: what is this", "pip failed"),
    ],
)
def test_a_failed_install_says_whose_fault_it_is(
    project: Path, teller: Teller, monkeypatch: pytest.MonkeyPatch, output: str, sentence: str
) -> None:
    """Offline, a wrong hash and a missing release each get a sentence of their own, and no stamp is left."""
    (project / "requirements.lock").write_text("setuptools==1\n", encoding="utf-8")
    _stamp(project)

    def fail(command: list[str], **_: object) -> str:
        raise ToolFailed("pip ended with code 1", output)

    monkeypatch.setattr(environment, "run_tool", fail)
    monkeypatch.setattr(environment, "make", lambda root, teller: (root / ".venv").mkdir())
    with pytest.raises(SetupFault, match=sentence):
        environment.fill(project, teller)
    assert not environment.is_current(project)


def test_without_the_right_to_install_the_line_to_run_is_printed(
    teller: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither root nor sudo: the fault carries one line that installs exactly what is missing."""
    gone = (Package(("libgone1",), "a test"), Package(("libaway2",), "a test"))
    monkeypatch.setattr(system, "missing_packages", lambda *_: gone)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(SetupFault, match=r"sudo apt-get install -y --no-install-recommends libgone1 libaway2"):
        system.ensure_packages("debian", "run", teller)


def test_a_failed_install_is_tried_again_with_fresh_lists(teller: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install fails with recent lists → lists refreshed → install again; every call waits for dpkg's lock."""
    missing = [(Package(("libgone1",), "a test"),), ()]
    calls: list[list[str]] = []

    def apt(command: list[str], **_: object) -> str:
        calls.append(command)
        if len(calls) == 1:
            raise ToolFailed("apt-get ended with code 100", "E: Unable to fetch")
        return ""

    monkeypatch.setattr(system, "missing_packages", lambda *_: missing.pop(0))
    monkeypatch.setattr(system, "_lists_age_s", lambda: 60.0)
    monkeypatch.setattr(system, "_names_here", lambda packages: [p.name for p in packages])
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(system, "run_tool", apt)
    system.ensure_packages("debian", "run", teller)
    assert [c[-1] for c in calls] == ["libgone1", "update", "libgone1"]
    assert all("DPkg::Lock::Timeout=200" in c for c in calls)


def test_a_tool_that_is_not_there_is_named(teller: Teller) -> None:
    """A program that cannot be started fails with its name, and a failing one with its output."""
    with pytest.raises(ToolFailed, match="no-such-tool cannot be started"):
        run_tool(["no-such-tool"], teller=teller)
    with pytest.raises(ToolFailed) as caught:
        run_tool([sys.executable, "-c", "print('why'); raise SystemExit(3)"], teller=teller)
    assert "why" in caught.value.output and "why" in teller.log.read_text(encoding="utf-8")


def test_an_old_python_is_told_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Python 3.9 gets one sentence and code 2, not a traceback."""
    monkeypatch.setattr(bootstrap, "LOWEST", (4, 0))
    monkeypatch.setattr(bootstrap, "BEYOND", (5, 0))
    assert bootstrap.main(["test"]) == 2
    assert "is needed" in capsys.readouterr().err


def test_a_wrong_profile_is_told_the_right_ones() -> None:
    """An unknown profile prints the usage and ends with code 2."""
    run = subprocess.run(
        [sys.executable, "-m", "installer.bootstrap", "nonsense"],
        cwd=bootstrap.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2 and "run|test|bench" in run.stderr
