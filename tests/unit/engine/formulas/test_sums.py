"""Sums that are kept: over restarts, over gaps, over midnight."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.engine.formulas.restoring import Last, last_values
from app.engine.formulas.states import Moment
from app.engine.formulas.sums import Day, Sum
from app.model.formulas.spec import OverTime
from app.model.quality import UNCERTAIN, Quality
from app.model.spec import TagKind
from app.storage.contract import KEY, FrameRow
from tests.helpers.clock import FakeClock
from tests.helpers.formula_bench import FormulaBench

ANALOG, DISCRETE, COUNTER = TagKind.ANALOG, TagKind.DISCRETE, TagKind.COUNTER
INPUTS = {"flow": ("m³/h", ANALOG), "run": ("", DISCRETE), "energy": ("kWh", COUNTER)}
OUTPUTS = {
    "total": ("total(flow)", "m³", COUNTER),
    "today": ("total_today(flow)", "m³", COUNTER),
    "hours": ("runtime(run)", "h", COUNTER),
    "starts": ("starts(run)", "", COUNTER),
    "used": ("increase_today(energy)", "kWh", COUNTER),
}
NOON = int(datetime(2026, 3, 5, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000)
NIGHT = int(datetime(2026, 3, 5, 23, 59, 50, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000)
START = {"flow": 36.0, "run": 0.0, "energy": 1000.0}


def bench(now_ms: int = NOON) -> FormulaBench:
    """Return a bench with every sum, its inputs read once."""
    made = FormulaBench(INPUTS, OUTPUTS, clock=FakeClock(now_ms))
    made.send(**START)
    made.formulas.tick()
    return made


def shown(b: FormulaBench) -> dict[str, float]:
    """Return all sums, rounded to what a person reads."""
    return {name: round(b.of(name)[0], 4) for name in OUTPUTS}


def test_sums_grow_with_what_holds_and_with_what_happens() -> None:
    """100 s of 36 m³/h are 1 m³; a pump that starts twice and runs 50 s; a meter that counts 3 kWh."""
    b = bench()
    for second in range(1, 101):
        b.step(1.0, run=float(second % 50 >= 25), energy=1000.0 + 3.0 * second / 100)
    assert shown(b) == {"total": 1.0, "today": 1.0, "hours": round(50 / 3600, 4), "starts": 2.0, "used": 3.0}
    assert b.of("total")[1] == Quality.GOOD
    assert b.of("today")[1] == UNCERTAIN, "half the day was gone before anybody looked"


def test_a_killed_engine_goes_on_from_the_last_frame_not_from_the_last_key_frame() -> None:
    """No sum goes back: the deltas since the key frame count. What the meter counted meanwhile is added; what flowed
    while nobody looked is not."""
    b = bench()
    for second in range(1, 91):
        b.step(1.0, run=1.0, energy=1000.0 + second)
    before = shown(b)
    assert any(row.kind == KEY for row in b.frames) and len(b.frames) > 20
    b.clock.advance(30.0)
    b.restart()
    assert {name: b.of(name)[1] for name in OUTPUTS} == dict.fromkeys(OUTPUTS, Quality.STALE)
    b.step(1.0, flow=36.0, run=1.0, energy=1100.0)
    after = shown(b)
    assert after == {**before, "used": 100.0}
    b.step(100.0)
    assert shown(b)["total"] == round(before["total"] + 1.0, 4)


def test_a_start_during_the_absence_counts() -> None:
    """It stood when the engine went and runs when it comes back: that is a start."""
    b = bench()
    b.step(1.0)
    b.restart()
    b.step(1.0, flow=0.0, run=1.0, energy=1000.0)
    assert b.of("starts") == (1.0, Quality.GOOD)


def test_another_formula_begins_at_nothing() -> None:
    """A sum of something else in the same tag is another sum, after a restart and while the engine runs."""
    b = bench()
    b.step(100.0)
    assert b.of("total")[0] == pytest.approx(1.0)
    other = FormulaBench(INPUTS, {**OUTPUTS, "total": ("total(2 * flow)", "m³", COUNTER)}, clock=b.clock)
    former, b.site = b.site, other.site
    b.restart(former)
    b.step(1.0, **START)
    assert b.of("total")[0] == pytest.approx(0.0, abs=1e-9) and b.of("hours")[0] == 0.0
    b.step(100.0)
    assert b.of("total")[0] == pytest.approx(2.0)
    b.site = former
    b.begin()
    b.step(1.0, **START)
    assert b.of("total")[0] == pytest.approx(0.0, abs=0.03)


def test_a_gap_adds_nothing_and_is_said_while_it_lasts() -> None:
    """The link is lost for 100 s: the sum stands still and is bad. After it the sum is good, with nothing made up."""
    b = bench()
    b.step(50.0)
    b.lose("flow")
    b.step(100.0)
    assert b.of("total") == (pytest.approx(0.5), Quality.COMM_LOST)
    b.step(0.0, flow=36.0)
    b.step(50.0)
    assert b.of("total") == (pytest.approx(1.0), Quality.GOOD)


def test_today_begins_at_midnight_on_the_sites_clock() -> None:
    """Ten seconds before and ten after: what flowed before belongs to yesterday. The new day is known whole."""
    b = bench(NIGHT)
    for _ in range(10):
        b.step(1.0)
    assert b.of("today")[0] == pytest.approx(0.0, abs=1e-9)
    b.step(10.0, energy=1005.0)
    assert b.of("today") == (pytest.approx(0.1), Quality.GOOD)
    assert b.of("used") == (5.0, Quality.GOOD) and b.of("total")[0] == pytest.approx(0.2)


def test_a_sample_right_after_midnight_belongs_to_the_new_day() -> None:
    """Even if no tick came between."""
    b = bench(NIGHT)
    b.clock.advance(10.5)
    b.send(energy=1001.0)
    b.formulas.tick()
    assert b.of("used")[0] == 1.0


def test_a_day_of_which_too_much_is_missing_is_uncertain() -> None:
    """Two hours of a morning without a link are more than 5 % of the day until midnight."""
    b = bench(NIGHT)
    b.step(3600.0)
    assert b.of("today")[1] == Quality.GOOD
    b.lose("flow")
    b.step(7200.0)
    b.step(0.0, flow=36.0)
    b.step(3600.0)
    assert b.of("today")[1] == UNCERTAIN
    b.step(22 * 3600.0)
    b.step(3600.0)
    assert b.of("today")[1] == Quality.GOOD, "the next day"


def test_after_a_restart_today_goes_on_if_it_is_the_same_day() -> None:
    """The same day: on from there, good if it was. Another day: from nothing."""
    b = bench(NIGHT)
    b.step(20.0)
    b.step(3600.0)
    b.restart()
    b.step(1.0, **START)
    assert b.of("today") == (pytest.approx(36.1, abs=0.02), Quality.GOOD)
    b.step(24 * 3600.0)
    b.restart()
    b.step(1.0, **START)
    first = b.of("today")[0]
    assert first == pytest.approx(36.1, abs=0.05)
    b.clock.advance(24 * 3600.0)
    b.restart()
    b.step(1.0, **START)
    assert b.of("today")[0] == pytest.approx(0.0, abs=0.01) and b.of("today")[1] == UNCERTAIN


@pytest.mark.parametrize(("date", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 6, 1), 24)])
def test_a_day_may_have_23_or_25_hours(date: tuple[int, int, int], hours: int) -> None:
    """Where clocks are changed."""
    day = Day(ZoneInfo("Europe/Berlin"))
    noon = datetime(*date, 12, tzinfo=UTC).timestamp() * 1000
    day.turned(int(noon))
    assert day.end_ms - day.start_ms == hours * 3600 * 1000
    assert not day.turned(day.end_ms - 1) and day.turned(day.end_ms)


def test_a_clock_that_is_set_back_ends_no_day() -> None:
    """The sum of today is kept; midnight, when it comes again, ends it."""
    moment = Moment()
    moment.now, moment.now_ms = 1000.0, NOON
    kept = Sum(OverTime.TOTAL, 1.0, Day(ZoneInfo("Asia/Shanghai")), moment)
    kept.take(1000.0, 2.0, Quality.GOOD)
    moment.now, moment.now_ms = 1010.0, NOON - 86_400_000
    assert kept.read(moment)[0] == 20.0
    moment.now, moment.now_ms = 1020.0, NOON
    assert kept.read(moment)[0] < 40.0


def test_a_damaged_frame_ends_what_is_known() -> None:
    """What came before it holds; nothing after it is believed."""
    b = bench()
    number = b.pipeline.columns.number("ps/x/total")
    assert number is not None
    good = b.pipeline.frames()[0]
    rows = (good, FrameRow(good.t, good.kind, b"not a frame"), good)
    assert last_values(rows, {number}) == last_values((good,), {number}) != {}
    assert last_values((), {number}) == {} == last_values(rows, ())
    assert isinstance(last_values((good,), {number})[number], Last)
