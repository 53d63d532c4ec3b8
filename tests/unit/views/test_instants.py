"""What people type for an instant, in the site's zone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.views.state.instants import instant_text, parse_instant

SHANGHAI = "Asia/Shanghai"
NOW = 1_790_000_000_000  # 2026-09-21 22:13:20 in Shanghai


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-09-20 03:12:07", "2026-09-20 03:12:07.0"),
        (" 2026/9/20  3:12 ", "2026-09-20 03:12:00.0"),
        ("2026-09-20T03:12:07.25", "2026-09-20 03:12:07.2"),
        ("2026-09-20", "2026-09-20 00:00:00.0"),
        ("9-20 03:12", "2026-09-20 03:12:00.0"),
        ("12-24 03:12", "2025-12-24 03:12:00.0"),  # of this year it is yet to come
        ("03:12", "2026-09-21 03:12:00.0"),
        ("23:00", "2026-09-20 23:00:00.0"),  # today it is yet to come
        ("-2h", "2026-09-21 20:13:20.0"),
        ("- 1.5 min", "2026-09-21 22:11:50.0"),
        ("−3 天", "2026-09-18 22:13:20.0"),
        ("-30 分钟", "2026-09-21 21:43:20.0"),
        ("-15秒", "2026-09-21 22:13:05.0"),
    ],
)
def test_what_is_typed_is_an_instant(typed: str, meant: str) -> None:
    """Dates, times of day, and times ago."""
    found = parse_instant(typed, SHANGHAI, now_ms=NOW)
    assert found is not None and instant_text(found, SHANGHAI, tenths=True) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "now",
        "2026-13-01",
        "2026-02-30",
        "25:00",
        "12:60",
        "03:12:61",
        "-2 weeks",
        "1e9",
        "0001-01-01",
        "1969-12-31",
        "-99999999999 d",
        "-" + "9" * 400 + " h",
    ],
)
def test_what_is_not_clear_is_no_instant(typed: str) -> None:
    """Nothing is guessed."""
    assert parse_instant(typed, SHANGHAI, now_ms=NOW) is None


@given(st.integers(0, NOW // 1000), st.sampled_from([SHANGHAI, "UTC", "Europe/Berlin", "Asia/Kathmandu"]))
def test_what_is_shown_can_be_typed(second: int, zone: str) -> None:
    """Back to the same second; in the hour that a zone has twice, to the same words."""
    text = instant_text(second * 1000, zone)
    found = parse_instant(text, zone, now_ms=NOW)
    assert found is not None and instant_text(found, zone) == text
    assert found in (second * 1000, second * 1000 - 3_600_000)
