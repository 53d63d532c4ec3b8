"""Faults of a site: where each one is, and how all of them are gathered before anything is raised."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.errors import ConfigurationFault

__all__ = ["Fault", "FaultList", "SiteFaults"]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong. `file` is relative to the site's folder, "." for the folder itself; line and column
    count from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return self.message if self.file == "." else f"{self.file}:{self.line}:{self.column}: {self.message}"


class SiteFaults(ConfigurationFault):
    """Every fault of a site, sorted by file and line."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(slots=True)
class FaultList:
    """Gathers faults, each once."""

    _faults: dict[Fault, None] = field(default_factory=dict)
    _causes: set[tuple[str, int, int, str]] = field(default_factory=set)

    def add(self, file: str, line: int, column: int, message: str, *, cause: str = "") -> None:
        """Note a fault; line breaks in `message` become spaces, so that a fault is one line.

        With a `cause` only the first fault of that cause is noted at a place: a word of a type that is wrong for ten
        pumps is one fault.
        """
        if cause and (file, line, column, cause) in self._causes:
            return
        self._causes.add((file, line, column, cause))
        self._faults[Fault(file, line, column, " ".join(message.split()))] = None

    def raise_if_any(self) -> None:
        """Raise SiteFaults with everything noted so far, sorted; return if there is nothing."""
        if self._faults:
            raise SiteFaults(tuple(sorted(self._faults)))
