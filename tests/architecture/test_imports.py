"""The import laws of pyproject.toml, and a few that import-linter cannot say."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.helpers.sources import ROOT, python_files, tree_of

DRAWERS = {"utils", "util", "helpers", "common", "misc"}


def test_import_contracts_hold() -> None:
    """import-linter finds every contract kept."""
    run = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr


def _imported(path: Path) -> set[str]:
    """Return the names of all modules that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found.update(a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(("." * node.level) + (node.module or ""))
    return found


def test_imports_are_absolute() -> None:
    """No file imports relatively: a module's place can be read off every line that uses it."""
    assert [str(p) for p in python_files("app", "tests") if any(m.startswith(".") for m in _imported(p))] == []


def test_model_needs_only_the_standard_library() -> None:
    """The model imports nothing but the standard library and itself."""
    foreign = {
        f"{p.relative_to(ROOT)}: {m}"
        for p in python_files("app/model")
        for m in _imported(p)
        if m.split(".")[0] not in sys.stdlib_module_names and not m.startswith(("app.model", "app.errors"))
    }
    assert foreign == set()


def test_bootstrap_needs_only_the_standard_library() -> None:
    """Set-up runs before anything is installed."""
    foreign = {
        f"{p.relative_to(ROOT)}: {m}"
        for p in python_files("installer")
        for m in _imported(p)
        if m.split(".")[0] not in sys.stdlib_module_names and not m.startswith("installer")
    }
    assert foreign == set()


def test_qasync_stays_in_one_module() -> None:
    """Only app/views/loop.py may import qasync."""
    users = {str(p.relative_to(ROOT)) for p in python_files("app") if any(m.startswith("qasync") for m in _imported(p))}
    assert users <= {"app/views/loop.py"}


def test_no_drawer_without_a_label() -> None:
    """No module is named utils, helpers, common or misc."""
    assert [str(p) for p in python_files("app", "installer", "benchmarks") if DRAWERS & {p.stem, p.parent.name}] == []


def test_the_command_line_starts_without_the_roles() -> None:
    """`qianliyan --help` loads neither Qt nor protocols nor SQL: a terminal must answer at once."""
    ask = (
        "import sys; sys.argv = ['qianliyan', '--help']\n"
        "import app.cli.main\n"
        "heavy = {'PySide6', 'pymodbus', 'asyncua', 'sqlalchemy', 'pyswmm', 'numpy'} & set(sys.modules)\n"
        "print(sorted(heavy))"
    )
    run = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
