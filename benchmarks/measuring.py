"""Runs one benchmark, in the process that was made for it: a module of its own, since a child cannot import the
`__main__` of a package."""

from __future__ import annotations

import importlib

from benchmarks.figures import Figure

__all__ = ["measure"]


def measure(name: str) -> list[Figure]:
    """Run one benchmark."""
    figures: list[Figure] = importlib.import_module(f"benchmarks.{name}").run()
    return figures
