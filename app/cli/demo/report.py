"""What the demo expected, what it saw, and the table that tells both."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

__all__ = ["Finding", "Report"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was expected (`met` is True or False) or only measured (`met` is None)."""

    what: str
    seen: str
    met: bool | None = None


@dataclass(slots=True)
class Report:
    """All findings of one demo, in the order in which they came."""

    findings: list[Finding] = field(default_factory=list)

    def expect(self, what: str, met: bool, seen: str) -> None:
        """Note an expectation and whether it was met."""
        self.findings.append(Finding(what, seen, met))

    def measured(self, what: str, seen: str) -> None:
        """Note a figure that nothing is expected of."""
        self.findings.append(Finding(what, seen))

    @property
    def missed(self) -> Sequence[Finding]:
        """Return what was expected and did not happen."""
        return [f for f in self.findings if f.met is False]

    def show(self, console: Console) -> None:
        """Print the table."""
        table = Table(title="What the demo saw", title_justify="left", show_lines=False)
        for heading in ("", "what", "seen"):
            table.add_column(heading, overflow="fold")
        for f in self.findings:
            table.add_row({True: "✓", False: "[bold red]✗[/]", None: "·"}[f.met], f.what, f.seen)
        console.print(table)

    def write(self, path: Path) -> None:
        """Write the findings as JSON."""
        body = {"ok": not self.missed, "findings": [asdict(f) for f in self.findings]}
        path.write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")
