"""Times as people and programs write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import ConfigurationFault
from app.exchange.time_cells import iso_cells
from app.exchange.time_text import Fold, TimeFault, TimeFormat, times_of

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _ms(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("form", "text", "means"),
    [
        ("iso", "2024-05-01 12:00:00", "2024-05-01T12:00:00+08:00"),
        ("iso", "2024/5/1 8:03", "2024-05-01T08:03:00+08:00"),
        ("iso", " 2024-05-01 ", "2024-05-01T00:00:00+08:00"),
        ("iso", "2024-05-01T12:00:00.123Z", "2024-05-01T12:00:00.123+00:00"),
        ("iso", "2024-05-01T12:00:00.1234567-03:30", "2024-05-01T12:00:00.123-03:30"),
        ("iso", "2024-05-01 12:00:00,5 +0530", "2024-05-01T12:00:00.500+05:30"),
        ("iso", "2024-02-29T23:59:59", "2024-02-29T23:59:59+08:00"),
        ("%d/%m/%Y %I:%M:%S %p", "05/11/2024 12:07:09 AM", "2024-11-05T00:07:09+08:00"),
        ("%Y年%m月%d日 %p%I:%M", "2024年11月5日 下午1:07", "2024-11-05T13:07:00+08:00"),
        ("%d.%m.%y %H:%M", "05.11.24 13:07", "2024-11-05T13:07:00+08:00"),
        ("%Y%m%d%H%M%S", "20241105130709", "2024-11-05T13:07:09+08:00"),
        ("unix-s", "1700000000.25", "2023-11-14T22:13:20.250+00:00"),
        ("unix-ms", "1700000000250", "2023-11-14T22:13:20.250+00:00"),
    ],
)
def test_a_time_means_one_instant(form: str, text: str, means: str) -> None:
    """Each way of writing is read as the instant that is meant; without a zone it is the wall clock's."""
    found = times_of(pa.array([text, text]), TimeFormat(form, SHANGHAI))
    assert found.ms.tolist() == [_ms(means)] * 2
    assert not found.fault.any()


@pytest.mark.parametrize(
    "text", ["", " ", "yesterday", "2024-13-01", "2024-00-10", "2023-02-29", "2024-05-01 24:00:00", "2024-05-01 12:60",
             "2024-05-01 12:00:00 +16:00", "2024-05/01", "12:00:00", "2024-05-01 12:00:00x", "２０２４-05-01"],
)  # fmt: skip
def test_what_is_no_time_is_none(text: str) -> None:
    """Days and hours that no calendar and no clock has, and what is no time at all, cannot be read."""
    found = times_of(pa.array(["2024-05-01", text, "2024-05-02"]), TimeFormat("iso", SHANGHAI))
    assert found.fault.tolist() == [TimeFault.NONE, TimeFault.UNREADABLE, TimeFault.NONE]


@pytest.mark.parametrize("form", ["", "%H:%M", "%Y-%m", "%Y-%m-%d %q", "%Y %Y %m %d", "ISO"])
def test_a_format_without_a_day_is_refused(form: str) -> None:
    """A format must say year, month and day, once each."""
    with pytest.raises(ConfigurationFault, match="no format"):
        TimeFormat(form, SHANGHAI).check()


def test_the_hour_that_came_twice() -> None:
    """When clocks were put back, a local time means two instants: refused unless a person says which; counted."""
    column = pa.array(["2024-10-27 01:59", "2024-10-27 02:30", "2024-10-27 03:00", "2024-10-27 02:30 +01:00"])
    refuse = times_of(column, TimeFormat("iso", BERLIN))
    assert refuse.fault.tolist() == [0, TimeFault.TWICE, 0, 0]
    early = times_of(column, TimeFormat("iso", BERLIN, Fold.EARLIER))
    late = times_of(column, TimeFormat("iso", BERLIN, Fold.LATER))
    assert not (early.fault.any() or late.fault.any())
    assert (late.ms - early.ms).tolist() == [0, 3_600_000, 0, 0]
    assert early.ms[1] == _ms("2024-10-27T02:30:00+02:00")
    assert (refuse.folded, early.folded, late.folded) == (1, 1, 1)


def test_the_hour_that_never_came() -> None:
    """When clocks were put forward, an hour was left out: nothing can have been measured in it."""
    column = pa.array(["2024-03-31 01:59:59", "2024-03-31 02:00", "2024-03-31 02:59:59", "2024-03-31 03:00"])
    found = times_of(column, TimeFormat("iso", BERLIN))
    assert found.fault.tolist() == [0, TimeFault.NEVER, TimeFault.NEVER, 0]
    assert found.ms[3] - found.ms[0] == 1_000


def test_garbage_in_every_row_is_read_in_good_time() -> None:
    """A thousand different shapes do not hide the one good time among them."""
    texts = ["x" * (i % 60) + chr(97 + i % 26) + "é" * (i % 3) + str(i) for i in range(3_000)]
    found = times_of(pa.array([*texts, "2024-05-01 12:00:00"]), TimeFormat("iso", SHANGHAI))
    assert (found.fault == TimeFault.NONE).tolist() == [False] * 3_000 + [True]


@settings(max_examples=200)
@given(
    st.lists(st.datetimes(datetime(1901, 1, 1), datetime(2199, 1, 1)), min_size=1, max_size=20),  # noqa: DTZ001
    st.sampled_from(["Europe/Berlin", "Asia/Shanghai", "America/St_Johns", "Australia/Lord_Howe", "Africa/Monrovia"]),
)
def test_a_wall_clock_is_read_as_python_reads_it(times: list[datetime], name: str) -> None:
    """For any time and zone the earlier instant is that of `zoneinfo`, and hours that came twice or never are known."""
    zone = ZoneInfo(name)
    walls = [t.replace(microsecond=t.microsecond // 1000 * 1000) for t in times]
    found = times_of(pa.array([w.isoformat(" ", "milliseconds") for w in walls]), TimeFormat("iso", zone, Fold.EARLIER))
    for wall, ms, fault in zip(walls, found.ms.tolist(), found.fault.tolist(), strict=True):
        instant = wall.replace(tzinfo=zone)
        exists = instant.astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0) == wall
        assert (fault == TimeFault.NONE) == exists
        if exists:
            assert ms == (instant.astimezone(UTC) - EPOCH) // timedelta(milliseconds=1)


@settings(max_examples=100)
@given(st.lists(st.integers(-2_000_000_000_000, 7_000_000_000_000), max_size=20), st.sampled_from([BERLIN, SHANGHAI]))
def test_what_is_written_is_read_back(times: list[int], zone: ZoneInfo) -> None:
    """Instants written with their offset are read as the same instants."""
    cells = iso_cells(np.array(times, np.int64), zone)
    found = times_of(cells, TimeFormat("iso", ZoneInfo("UTC")))
    plausible = [t for t, f in zip(times, found.fault.tolist(), strict=True) if f == TimeFault.NONE]
    assert plausible == times
    assert found.ms.tolist() == times
