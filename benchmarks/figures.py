"""What a benchmark gives back, and how it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

__all__ = ["Figure", "console_for_figures", "show"]

_WIDTH = 150


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure beside what it is judged by.

    `limit` is the most that is accepted, in `unit` (the least, when `at_least`); None only reports. `reference` was
    measured in the same run (a bare client, a bare import, the disk's own fsync) and `reference_name` says what it is.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False
    reference: float | None = None
    reference_name: str = ""

    @property
    def kept(self) -> bool | None:
        """Return whether the limit is kept, None without a limit."""
        if self.limit is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def console_for_figures() -> Console:
    """Return a console wide enough for one line per figure where nobody says how wide it is (a file, CI)."""
    console = Console()
    return console if console.is_terminal else Console(width=_WIDTH)


def show(figures: Sequence[Figure], console: Console | None = None) -> bool:
    """Print the table of all figures; return True when every limit is kept."""
    table = Table(title="Figures", title_justify="left")
    for heading in ("what", "measured", "limit", "reference", ""):
        table.add_column(heading, justify="right" if heading in ("measured", "limit") else "left")
    for f in figures:
        sign = "≥" if f.at_least else "≤"
        limit = "" if f.limit is None else f"{sign} {f.limit:g} {f.unit}"
        reference = "" if f.reference is None else f"{f.reference:.4g} {f.unit} {f.reference_name}"
        verdict = {None: "", True: "kept", False: "[bold red]MISSED[/]"}[f.kept]
        table.add_row(f.name, f"{f.value:.4g} {f.unit}", limit, reference, verdict)
    (console or console_for_figures()).print(table)
    return all(f.kept is not False for f in figures)
