"""How old a calculated value is: as old as the oldest of what it rests on, and no older."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from app.engine.readings import Readings
from app.model.commands.checks import Reading
from app.model.quality import Quality
from app.model.records import AppliedSite, Substitute
from app.model.spec import TagKind
from tests.helpers.formula_bench import FormulaBench

ANALOG, DISCRETE = TagKind.ANALOG, TagKind.DISCRETE
INPUTS = {"a": ("m", ANALOG), "b": ("m", ANALOG), "run": ("", DISCRETE), "on": ("", DISCRETE)}
AGES = {"a": 7.0, "b": 4.0, "run": 2.0, "on": 1.0}
"""How old each input is in these tests, in seconds."""


def read(b: FormulaBench, name: str = "x") -> Reading:
    """Return a tag as the checks of a command read it."""
    found = Readings(b.site, b.pipeline, b.formulas.sources).read(f"ps/x/{name}")
    assert found is not None
    return found


def aged(formula: str, kind: TagKind = DISCRETE, **values: float) -> FormulaBench:
    """Return a bench whose inputs came one after the other, and then rested."""
    unit = "m" if kind is ANALOG else ""
    b = FormulaBench(INPUTS, {"x": (formula, unit, kind)})
    b.step(10.0)
    for at, name in enumerate(AGES):
        b.step((0.0, 3.0, 2.0, 1.0)[at], **{name: values.get(name, 1.0)})
    b.step(1.0)
    return b


USED = [
    ("a + b > 0", {}, "a"),
    ("b + b > 0", {}, "b"),
    ("max(a, b) * 2 > 0", {}, "a"),
    ("if(run, b, a) > 0", {}, "b"),
    ("if(run, b, a) > 0", {"run": 0.0}, "a"),
    ("if(good(b), b, a) > 0", {}, "b"),
    ("run and on", {}, "run"),
    ("run and on", {"run": 0.0}, "run"),
    ("run and on", {"on": 0.0}, "on"),
    ("run and on", {"run": 0.0, "on": 0.0}, "on"),
    ("run or on", {}, "on"),
    ("run or a > 5", {}, "run"),
    ("run or a > 5", {"run": 0.0}, "a"),
    ("not run", {}, "run"),
    ("since(run) > 1 s", {}, "run"),
    ("avg(b, 5s) > 0", {}, "b"),
]


@pytest.mark.parametrize(("formula", "values", "oldest"), USED)
def test_it_is_as_old_as_the_oldest_of_what_counts(formula: str, values: dict[str, float], oldest: str) -> None:
    """A branch that is not taken does not count, nor a side that cannot change the result; of two sides that each
    decide the younger one does."""
    assert read(aged(formula, **values)).age_s == AGES[oldest]


def test_that_a_value_is_bad_is_known_now() -> None:
    """The other meter is what the value rests on, and not the one that was lost long ago."""
    b = aged("if(good(a), a, b)", ANALOG)
    b.lose("a")
    b.step(1.0)
    assert (read(b).quality, read(b).age_s) == (Quality.GOOD, AGES["b"] + 1.0)


def test_it_is_worked_out_anew_when_a_command_asks() -> None:
    """Between two ticks: the value is that of the sample that has just come, as its age says."""
    b = aged("a + b", ANALOG)
    b.send(a=5.0)
    assert (read(b).value, read(b).age_s) == (6.0, AGES["b"])


def test_a_source_that_confirms_is_heard_of() -> None:
    """Nothing changed, so nothing is worked out anew; the value is as young as the confirmation."""
    b = aged("a + 1 m", ANALOG)
    number = b.pipeline.columns.number("ps/x/a")
    done = b.formulas.evaluations
    b.pipeline.confirm(np.array([number], dtype=np.int32))
    assert read(b).age_s == 0.0 and b.formulas.evaluations == done


def test_it_goes_through_calculated_tags_between() -> None:
    """Down to what devices send, whatever stands between; with the longest reach of all ways."""
    outputs = {
        "x": ("y + z", "m", ANALOG),
        "y": ("avg(z, 20s)", "m", ANALOG),
        "z": ("if(run, b, a)", "m", ANALOG),
    }
    b = FormulaBench(INPUTS, outputs)
    b.step(10.0, a=1.0, b=1.0, run=1.0)
    b.step(3.0)
    assert (read(b).age_s, read(b).oldest_s) == (3.0, 23.0)


REACHES = [
    ("avg(a, 10s) > 0", 10.0),
    ("highest(a, 10s) > 0 and run", 10.0),
    ("delay(run, 20s)", 20.0),
    ("since(run) > 0 s", 0.0),
    ("starts(delay(run, 20s), 10s) > 0", 30.0),
]


@pytest.mark.parametrize(("formula", "reach"), REACHES)
def test_a_window_reaches_back(formula: str, reach: float) -> None:
    """What was in the window before a command proves nothing of it; the age itself is that of the last reply."""
    b = FormulaBench(INPUTS, {"x": (formula, "", DISCRETE)})
    b.step(10.0, a=1.0, run=1.0)
    b.step(2.0)
    assert (read(b).age_s, read(b).oldest_s, read(b).reaches_s) == (2.0, 2.0 + reach, 2.0 + reach)


def test_a_sum_reaches_back_to_its_beginning() -> None:
    """It never proves what came about since a command."""
    b = FormulaBench({"flow": ("m³/h", ANALOG)}, {"x": ("total(flow)", "m³", TagKind.COUNTER)})
    b.step(1.0, flow=1.0)
    assert (read(b).age_s, read(b).reaches_s) == (0.0, math.inf)


def test_what_a_person_typed_in_is_of_now_and_proves_nothing() -> None:
    """An input, however it is hidden in the formula; the tag itself is shown as typed in, as any other."""
    b = aged("if(a > 0, b, a)", ANALOG)
    until = b.clock.now_ms() + 60_000
    b.pipeline.set_substitutes([Substitute("ps/x/a", 5.0, "p", "r", b.clock.now_ms(), until)])
    assert (read(b).age_s, read(b).reaches_s) == (AGES["b"], math.inf)
    b.pipeline.set_substitutes([Substitute("ps/x/x", 5.0, "p", "r", b.clock.now_ms(), until)])
    assert (read(b).value, read(b).quality, read(b).age_s) == (5.0, Quality.MANUAL, 0.0)


def test_what_nobody_ever_read_is_infinitely_old() -> None:
    """As any input before its first reply."""
    b = FormulaBench(INPUTS, {"x": ("a + b", "m", ANALOG)})
    b.step(1.0, a=1.0)
    assert read(b).quality == Quality.NOT_YET and read(b).age_s == math.inf


def test_formulas_of_a_former_site_write_nothing_into_the_next_one() -> None:
    """While another site is put in force, which numbers its tags anew, one may ask: nothing is worked out for it."""
    b = FormulaBench(INPUTS, {"x": ("a + b", "m", ANALOG)})
    b.send(a=1.0, b=2.0)
    others = tuple(replace(t, number=t.number + 1, formula=None) for t in b.site.tags)
    b.pipeline.judge = None
    b.pipeline.change_site(AppliedSite(2, "h", 0, "p", "r", replace(b.site, tags=others)))
    assert b.formulas.sources("ps/x/x") is None
    assert math.isnan(b.of("on")[0]) and math.isnan(b.of("x")[0])
