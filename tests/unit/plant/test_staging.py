"""Stories of the level control: which pumps it calls at which level, and when."""

from __future__ import annotations

import math

import pytest

from app.plant.programs.codes import Levels
from app.plant.programs.staging import Floats, PumpView, Staging, step_staging

LEVELS = Levels(stop_m=1.0, starts_m=(2.0, 2.4, 2.8), high_m=3.4, overflow_m=3.8)
A, B, C = "ps/a", "ps/b", "ps/c"


def view(path: str, **over: object) -> PumpView:
    fields: dict[str, object] = {
        "offered": True, "loaned": False, "startable": True, "stoppable": True, "steady_s": 100.0, **over,
    }  # fmt: skip
    return PumpView(path=path, **fields)  # type: ignore[arg-type]


def step(state: Staging, level: float, *views: PumpView, floats: Floats | None = None, dt_s: float = 10.0) -> Staging:
    pumps = views or (view(A), view(B), view(C))
    return step_staging(state, pumps, level_m=level, floats=floats or Floats(), levels=LEVELS, dt_s=dt_s)


def test_pumps_start_one_by_one_upwards_and_stop_at_the_next_lower_step() -> None:
    """Up: 2.0, 2.4, 2.8 call one pump each. Down: the third leaves at 2.4, the second at 2.0, all at 1.0."""
    state = Staging()
    for level, count in ((1.9, 0), (2.0, 1), (2.39, 1), (2.4, 2), (2.79, 2), (2.8, 3)):
        state = step(state, level)
        assert len(state.wanted) == count, level
    for level, count in ((2.41, 3), (2.4, 2), (2.01, 2), (2.0, 1), (1.01, 1), (1.0, 0)):
        state = step(state, level)
        assert len(state.wanted) == count, level


def test_a_level_that_trembles_at_a_step_moves_nothing() -> None:
    """Once the first pump runs, a level around its start level neither stops it nor calls a second."""
    state = step(Staging(), 2.0)
    for level in (1.99, 2.01, 1.98, 2.02, 1.97):
        state = step(state, level)
        assert (state.step, len(state.wanted)) == (1, 1)


def test_the_longest_rested_starts_and_the_first_started_stops() -> None:
    """B has rested longest and starts, then C; when one is too many, B leaves first."""
    views = (view(A, steady_s=50.0), view(B, steady_s=900.0), view(C, steady_s=300.0))

    state = step(step(Staging(), 2.0, *views), 2.4, *views)
    assert state.wanted == (B, C)
    assert step(state, 2.0, *views).wanted == (C,)


def test_two_pumps_never_start_together() -> None:
    """A level above all steps calls one pump, and the next only five seconds later."""
    state = step(Staging(), 3.0, dt_s=0.1)
    assert (state.step, len(state.wanted)) == (3, 1)
    for _ in range(48):
        state = step(state, 3.0, dt_s=0.1)
        assert len(state.wanted) == 1
    for _ in range(3):
        state = step(state, 3.0, dt_s=0.1)
    assert len(state.wanted) == 2


def test_a_pump_that_trips_is_skipped_and_the_next_takes_its_place() -> None:
    """A runs and trips: it leaves the list, and another is called in the same step."""
    state = step(Staging(), 2.0, view(A, steady_s=999.0), view(B), view(C))
    assert state.wanted == (A,)
    state = step(state, 2.1, view(A, offered=False), view(B, steady_s=200.0), view(C))
    assert state.wanted == (B,)


def test_a_pump_that_may_not_start_yet_is_passed_over() -> None:
    """The longest rested is held by its minimum off time or its starts per hour: the other one starts."""
    state = step(Staging(), 2.0, view(A, steady_s=999.0, startable=False), view(B), view(C, offered=False))
    assert state.wanted == (B,)
    assert step(Staging(), 2.0, view(A, startable=False), view(B, startable=False)).wanted == ()


def test_the_minimum_on_time_holds_a_pump_but_not_below_the_stop_level() -> None:
    """B may not stop yet, so C stops in its place; at the stop level all stop at once."""
    views = (view(A), view(B, stoppable=False), view(C))
    state = Staging(step=2, wanted=(B, C))

    assert step(state, 2.0, *views).wanted == (B,)
    held = step(Staging(step=2, wanted=(B,)), 2.0, *views)
    assert held.wanted == (B,)
    assert step(state, 1.0, *views).wanted == ()


def test_a_pump_running_in_hand_counts_as_pumping() -> None:
    """With one pump lent to Hand the first step calls no other; the second step calls one."""
    lent = view(A, offered=False, loaned=True)

    assert step(Staging(), 2.0, lent, view(B), view(C)).wanted == ()
    assert len(step(Staging(), 2.4, lent, view(B), view(C)).wanted) == 1


@pytest.mark.parametrize(
    ("floats", "count"),
    [
        (Floats(), 0),
        (Floats(high=True), 1),
        (Floats(high=True, overflow=True), 3),
        (Floats(low=True), 0),
    ],
)
def test_floats_take_over_when_the_level_is_not_a_number(floats: Floats, count: int) -> None:
    """One pump at the high float, all at overflow, none at the low float."""
    state = Staging()
    for _ in range(4):
        state = step(state, math.nan, floats=floats)
    assert len(state.wanted) == count


def test_pumps_called_before_the_sensor_failed_go_on_until_the_low_float() -> None:
    """A failed sensor changes nothing by itself; the low float ends the pumping."""
    state = step(Staging(), 2.4)
    state = step(state, 2.4)
    assert len(state.wanted) == 2
    assert len(step(state, math.nan).wanted) == 2
    assert step(state, math.nan, floats=Floats(low=True)).wanted == ()
