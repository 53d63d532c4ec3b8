"""How many operations go into one request to an OPC UA server."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from asyncua.ua.status_codes import StatusCodes

from app.devices.opcua.lots import MOST, Lot
from app.errors import Refused


@pytest.mark.parametrize("nonsense", [None, 0, -5, True, "100", 2.5, [100], 4_000_000_000])
def test_a_limit_that_is_none_leaves_what_we_like(nonsense: object) -> None:
    """0 is the standard's word for no limit; a huge one does not make us ask for more than is good for a server."""
    assert Lot.said(nonsense).size == MOST


def test_a_limit_below_ours_is_kept() -> None:
    """100, as some small PLCs say; 1, though it is slow."""
    assert (Lot.said(100).size, Lot.said(1).size) == (100, 1)


class Server:
    """Takes `most` items in a request and refuses whole requests with `code`."""

    def __init__(self, most: int, code: int = StatusCodes.BadTooManyOperations) -> None:
        self.most = most
        self.code = code
        self.asked: list[int] = []
        self.taken: list[int] = []

    async def ask(self, items: Sequence[int]) -> None:
        """Take a request or refuse it."""
        self.asked.append(len(items))
        if len(items) > self.most:
            raise Refused("as ordered", self.code)
        self.taken += items


async def test_a_lot_is_halved_until_it_fits_and_nothing_is_lost_or_asked_twice() -> None:
    """1,100 items at a server that takes 70: 500, 250, 125 are refused, and what follows is 62 at once."""
    server, lot = Server(70), Lot()
    await lot.each(range(1100), server.ask)
    assert server.taken == list(range(1100)) and lot.size == 62
    assert server.asked[:4] == [500, 250, 125, 62] and max(server.asked[4:]) == 62


@pytest.mark.parametrize(
    ("most", "code"), [(0, StatusCodes.BadTooManyOperations), (9, StatusCodes.BadUserAccessDenied)]
)
async def test_what_no_smaller_lot_can_mend_is_refused(most: int, code: int) -> None:
    """A server that takes not even one, and one that refuses for another reason at the first request."""
    server = Server(most, code)
    with pytest.raises(Refused, match="as ordered"):
        await Lot(16).each(range(20), server.ask)
    assert server.taken == [] and server.asked == ([16, 8, 4, 2, 1] if most == 0 else [16])
