"""Stories of the scan grid and of the back-off."""

from __future__ import annotations

from random import Random

import pytest

from app.devices.backoff import Backoff
from app.devices.base import GroupStatus
from app.devices.schedule import Grid


def grid(period_ms: int = 1000, start: float = 100.0) -> Grid:
    """Make a grid that begins at `start`."""
    return Grid(GroupStatus("g", period_ms), start)


def test_a_scan_that_starts_a_little_late_does_not_shift_the_next() -> None:
    """Lateness within a period never accumulates, and only more than 10 % of the period counts as late."""
    g = grid()
    for k in range(50):
        g.begin(100.0 + k + (0.05 if k % 2 else 0.2))
    assert g.due == 150.0
    assert (g.status.scans, g.status.late, g.status.overruns) == (50, 25, 0)


def test_whole_periods_that_passed_are_overruns_and_are_not_made_up() -> None:
    """After a scan of 3.4 periods three are skipped and the grid goes on in phase."""
    g = grid()
    g.begin(100.0)
    g.begin(104.4)
    assert g.status.overruns == 3 and g.due == 105.0


def test_the_achieved_rate_is_that_of_the_last_ten_seconds() -> None:
    """Half the scans make half the rate; after a stop it is zero; a restart begins anew without overruns."""
    g = grid()
    for k in range(30):
        g.begin(100.0 + k)
        g.end(100.0 + k, 100.02 + k)
    assert g.status.achieved_hz == pytest.approx(1.0) and g.status.last_scan_ms == pytest.approx(20)
    for k in range(0, 20, 2):
        g.begin(130.0 + k)
        g.end(130.0 + k, 130.02 + k)
    assert g.status.achieved_hz == pytest.approx(0.5)
    g.stop()
    assert g.status.achieved_hz == 0
    before = g.status.overruns
    g.restart(500.0)
    g.begin(500.0)
    assert g.status.overruns == before and g.due == 501.0


def test_the_back_off_doubles_to_ten_seconds_and_only_ever_shortens() -> None:
    """0.5, 1, 2, 4, 8, 10, 10…: each drawn from the upper quarter below; reset begins anew."""
    backoff = Backoff(random=Random(7))
    for most in (0.5, 1, 2, 4, 8, 10, 10, 10):
        delay = backoff.next()
        assert 0.75 * most <= delay <= most
    backoff.reset()
    assert backoff.next() <= 0.5


def test_two_devices_do_not_retry_in_step() -> None:
    """Different random sources give different delays."""
    a, b = Backoff(random=Random(1)), Backoff(random=Random(2))
    assert [a.next() for _ in range(5)] != [b.next() for _ in range(5)]
