"""Figures: kept, missed, or only reported."""

from __future__ import annotations

import io

from rich.console import Console

from benchmarks.figures import Figure, show


def test_a_limit_is_the_most_or_the_least() -> None:
    """At the limit counts as kept, both ways; without a limit there is no verdict."""
    assert Figure("a", 2.0, "s", limit=2.0).kept is True
    assert Figure("a", 2.1, "s", limit=2.0).kept is False
    assert Figure("a", 98.9, "%", limit=99.0, at_least=True).kept is False
    assert Figure("a", 99.0, "%", limit=99.0, at_least=True).kept is True
    assert Figure("a", 1.0, "s").kept is None


def test_the_table_names_what_was_missed() -> None:
    """One missed limit makes the whole run fail and is marked; references are shown beside."""
    out = io.StringIO()
    figures = [
        Figure("start", 3.0, "s", limit=2.0, reference=1.0, reference_name="bare import"),
        Figure("size", 1.0, "MB"),
    ]
    assert show(figures, Console(file=out, width=160)) is False
    assert "MISSED" in out.getvalue() and "bare import" in out.getvalue()
    assert show(figures[1:], Console(file=out, width=160)) is True
