"""Patterns that are forbidden because each has cost somebody a night."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.helpers.sources import ROOT, python_files, tracked_texts, tree_of

# Written in pieces, so that this file does not find itself.
MACHINE = re.compile("|".join((r"/" + r"root/", r"/" + r"work/", r"/home/" + r"[a-z]", r"(?<![\w./])/" + r"tmp/\w")))
REGISTRY = re.compile(
    "|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "registry\\." + "npmjs", "debian" + r"\.org"))
)


def _hits(pattern: str, *folders: str, besides: tuple[str, ...] = ()) -> list[str]:
    """Return `file:line` of every line of our Python that matches."""
    found = []
    for path in python_files(*folders):
        name = str(path.relative_to(ROOT))
        if not name.startswith(besides or ("\0",)):
            lines = path.read_text(encoding="utf-8").splitlines()
            found += [f"{name}:{n}" for n, line in enumerate(lines, 1) if re.search(pattern, line)]
    return found


def test_no_nested_event_loop() -> None:
    """Nothing in views calls `.exec(`: a nested loop inside a callback is how a room freezes. The one call that starts
    Qt's own loop stands in loop.py."""
    assert _hits(r"\.exec_?\(", "app/views", besides=("app/views/loop.py",)) == []


def test_no_closure_on_a_signal() -> None:
    """No lambda and no partial is connected to a signal: closures keep their widgets alive."""
    assert _hits(r"\.connect\(\s*(lambda|partial|functools)", "app") == []


def test_no_log_takes_the_address_of_a_store() -> None:
    """The address of a PostgreSQL store has a password; a log, which others read, has it as `backend_of` shows it."""
    assert _hits(r"_log\.\w+\(.*(config\.store|\bself\._store\b)", "app") == []


def test_print_only_on_the_command_line() -> None:
    """Only app/cli prints."""
    found = [
        f"{p.relative_to(ROOT)}:{node.lineno}"
        for p in python_files("app")
        if "cli" not in p.parts
        for node in ast.walk(tree_of(p))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert found == []


def test_every_module_says_what_it_is() -> None:
    """Every module begins with a docstring."""
    silent = [
        str(p) for p in python_files("app", "installer", "benchmarks", "tests") if not ast.get_docstring(tree_of(p))
    ]
    assert silent == []


def test_every_test_says_what_it_shows() -> None:
    """Each test's docstring is a sentence about behaviour."""
    silent = [
        f"{p.relative_to(ROOT)}:{node.name}"
        for p in python_files("tests")
        for node in ast.walk(tree_of(p))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and p.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_public_things_are_documented() -> None:
    """Every exported name of the product has a docstring where it is defined."""
    assert [fault for p in python_files("app") for fault in _undocumented(p)] == []


def _undocumented(path: Path) -> list[str]:
    """Return exported functions and classes of a module without a docstring."""
    tree = tree_of(path)
    exported: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets):
            exported = set(ast.literal_eval(node.value))
    return [
        f"{path.relative_to(ROOT)}:{node.name}"
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and node.name in exported
        and not ast.get_docstring(node)
    ]


@pytest.mark.parametrize(("what", "pattern"), [("a path of a machine", MACHINE), ("a registry's host", REGISTRY)])
def test_no_tracked_file_names(what: str, pattern: re.Pattern[str]) -> None:
    """Nothing that only one machine has is written down."""
    found = [
        f"{name}:{text[: m.start()].count(chr(10)) + 1} {m.group()}"
        for name, text in tracked_texts()
        for m in pattern.finditer(text)
    ]
    assert found == [], what
