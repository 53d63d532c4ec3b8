"""What a server of the plant offers to the rest of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from app.plant.faces.linkfaults import LinkFaults, Mismatch
from app.plant.faces.modbus import Traffic

__all__ = ["Face"]


class Face(Protocol):
    """One endpoint of the site as a server."""

    device: str
    faults: LinkFaults
    mismatches: tuple[Mismatch, ...]
    """Ways in which its replies can be made not to match."""

    @property
    def traffic(self) -> Traffic:
        """Return the counters of what arrived."""

    @property
    def address(self) -> str:
        """Return the address that clients use, with the port that was found when 0 was asked for."""

    @property
    def fingerprint(self) -> str | None:
        """Return the SHA-256 of the server's certificate as hex, None where it has none."""

    async def open(self) -> None:
        """Listen. Raises EnvironmentFault when the port is taken."""

    async def close(self) -> None:
        """Stop listening and cut every connection. Idempotent."""

    async def publish(self, values: Mapping[str, float]) -> None:
        """Show new values by tag path; tags of other devices are passed over."""

    async def apply_faults(self) -> None:
        """Bring port and connections in line with `faults` after they changed."""

    def cut(self) -> None:
        """Reset every connection; clients may come back at once."""

    def refuse(self, path: str, refused: bool) -> None:
        """Refuse one tag's register or node, or offer it again. Raises KeyError for a tag of another device."""

    def describe(self) -> dict[str, Any]:
        """Return address, traffic and faults as plain data."""
