"""How many operations go into one request: as many as we like, as the server says that it takes, or as it turns out.

Small PLCs take 100 or 50 and answer more with BadTooManyOperations, the whole request (OPC 10000-5, 6.3.11).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from asyncua import ua
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes

from app.devices.opcua.session import Session
from app.errors import Refused

__all__ = ["MOST", "Lot", "Lots", "lots_of"]

MOST: Final = 500
"""Operations per request: 5,000 monitored items at once make a server silent for seconds."""
_LIMITS: Final = (
    ua.NodeId(ua.Int32(ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead)),
    ua.NodeId(ua.Int32(ObjectIds.Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall)),
)
_log: Final = logging.getLogger(__name__)
_T = TypeVar("_T")


@dataclass(slots=True)
class Lot:
    """How many operations of one kind a request has at most; less once the server refused so many."""

    size: int = MOST

    @classmethod
    def said(cls, limit: Any) -> Lot:
        """Make one of what a server says of itself: 0 is no limit, and what is no count says nothing."""
        counts = isinstance(limit, int) and not isinstance(limit, bool) and 0 < limit < MOST
        return cls(limit if counts else MOST)

    async def each(self, items: Sequence[_T], ask: Callable[[Sequence[_T]], Awaitable[None]]) -> None:
        """Ask for all items, a lot at a time; a lot that the server finds too big is asked for again in halves.

        Raises what `ask` raises, Refused also when a single item is too many.
        """
        at = 0
        while at < len(items):
            lot = items[at : at + self.size]
            try:
                await ask(lot)
            except Refused as refusal:
                if refusal.code != StatusCodes.BadTooManyOperations or len(lot) == 1:
                    raise
                self.size = len(lot) // 2
                _log.info("%d operations are too many for the server: now %d in a request", len(lot), self.size)
            else:
                at += len(lot)


@dataclass(frozen=True, slots=True)
class Lots:
    """The lots of one session."""

    reads: Lot = field(default_factory=Lot)
    monitors: Lot = field(default_factory=Lot)


async def lots_of(session: Session) -> Lots:
    """Ask a server for its limits; one that has none, or does not say, gets the lots that we like.

    Raises LinkDown or BadReply.
    """
    try:
        found = await session.read(list(_LIMITS))
    except Refused:
        return Lots()
    reads, monitors = (None if one.Value is None else one.Value.Value for one in found)
    return Lots(Lot.said(reads), Lot.said(monitors))
