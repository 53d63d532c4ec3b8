"""The size budget: code that fits on a screen is code that can be read."""

from __future__ import annotations

import ast
from pathlib import Path
from statistics import median

from tests.helpers.sources import ROOT, python_files, tree_of

OURS = ("app", "installer", "tests", "benchmarks")
MOST_LINES_OF_A_FILE = 500
MEDIAN_LINES_OF_A_FILE = 150
MOST_LINES_OF_A_FUNCTION = 80
USUAL_LINES_OF_A_FUNCTION = 40
SHARE_OF_USUAL_FUNCTIONS = 0.95


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _functions(path: Path) -> list[tuple[str, int]]:
    """Return each function of a file with the lines of its body; signature and docstring do not count."""
    found = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            lines = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
            found.append((f"{path.relative_to(ROOT)}:{node.name}", lines))
    return found


def test_no_file_is_too_long() -> None:
    """No file has more than 500 lines."""
    assert {str(p): _lines(p) for p in python_files(*OURS) if _lines(p) > MOST_LINES_OF_A_FILE} == {}


def test_the_median_file_fits_three_screens() -> None:
    """Half of the product's files have at most 150 lines; empty package fronts do not count."""
    sizes = [_lines(p) for p in python_files("app") if _lines(p) > 3]
    assert median(sizes) <= MEDIAN_LINES_OF_A_FILE


def test_functions_are_short() -> None:
    """No function has more than 80 lines, and 95 % have at most 40."""
    lengths = dict(f for p in python_files(*OURS) for f in _functions(p))
    assert {n: lines for n, lines in lengths.items() if lines > MOST_LINES_OF_A_FUNCTION} == {}
    usual = sum(1 for lines in lengths.values() if lines <= USUAL_LINES_OF_A_FUNCTION)
    assert usual / len(lengths) >= SHARE_OF_USUAL_FUNCTIONS
