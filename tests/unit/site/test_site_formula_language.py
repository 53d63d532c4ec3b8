"""The language of formulas: what its texts become, and that no text does anything but become one or a fault."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.formulas.spec import Apply, Formula, Node, Number, Over, Tag, nodes_of
from app.model.spec import Label, TagKind, TagSpec
from app.site.formulas.checking import Names
from app.site.formulas.grammar import parse
from app.site.formulas.making import Problems, references, value_of, when_of
from app.site.formulas.syntax import Problem
from app.site.formulas.units import unit_of

_TAGS = {
    "flow": "m³/h", "inflow": "m³/h", "level": "m", "depth": "cm", "power": "kW", "energy": "kWh", "volume": "m³",
    "speed": "Hz", "gate": "%", "cod": "mg/L", "gas": "ppm", "temp": "°C", "ph": "",
}  # fmt: skip
_NAMES_OF_KINDS = {"run": TagKind.DISCRETE, "mode": TagKind.ENUM, "note": TagKind.TEXT}


def _tag(word: str) -> TagSpec | str | None:
    if word in _TAGS or word in _NAMES_OF_KINDS:
        kind = _NAMES_OF_KINDS.get(word, TagKind.ANALOG)
        return TagSpec(f"ps/x/{word}", Label(word, word), kind, unit=_TAGS.get(word, ""))
    return f"there is no tag {word!r}"


NAMES = Names(_tag, {"limit": 3.0})


def made(text: str, unit: str = "", kind: TagKind = TagKind.ANALOG) -> Formula | Problems:
    """Return the formula of a tag in `unit`."""
    return value_of(text, TagSpec("ps/x/made", Label("", ""), kind, unit=unit), NAMES)


def root_of(text: str, unit: str = "", kind: TagKind = TagKind.ANALOG) -> Node:
    """Return its tree; faults fail the test."""
    found = made(text, unit, kind)
    assert isinstance(found, Formula), found
    return found.root


def faults_of(text: str, unit: str = "", kind: TagKind = TagKind.ANALOG) -> list[tuple[int, str]]:
    """Return what is wrong with it, by place."""
    found = made(text, unit, kind)
    assert not isinstance(found, Formula), found
    return [(p.at, p.message) for p in found]


def plain(node: Node) -> str:
    """Return a tree with every bracket written."""
    if isinstance(node, Number):
        return f"{node.value:g}"
    if isinstance(node, Tag):
        return node.path.rpartition("/")[2]
    if isinstance(node, Over):
        time = "today" if node.today else f"{node.seconds:g}"
        return f"{node.function.value}<{time}>({plain(node.arg)})" + (f"·{node.scale:g}" if node.scale != 1 else "")
    return f"{node.op.value}({', '.join(map(plain, node.args))})"


@pytest.mark.parametrize(
    ("text", "unit", "tree"),
    [
        ("flow + inflow * 2", "m³/h", "+(flow, *(inflow, 2))"),
        ("flow - inflow - 1", "m³/h", "-(-(flow, inflow), 1)"),
        ("flow/2/4", "m³/h", "/(/(flow, 2), 4)"),
        ("-ph^2", "", "neg(^(ph, 2))"),
        ("2 ^ 3 ^ 0 * ph", "", "*(2, ph)"),
        ("ph − 1 × 2 ÷ 4 · 1", "", "-(ph, 0.5)"),
        ("(flow + 1) * 2", "m³/h", "*(+(flow, 1), 2)"),
        ("if(run, flow, 0)", "m³/h", "if(run, flow, 0)"),
        ("max(flow, inflow, 5)", "m³/h", "max(flow, inflow, 5)"),
        ("clamp(level, 0, {limit})", "m", "clamp(level, 0, 3)"),
        ("avg(flow, 10min)", "m³/h", "avg<600>(flow)"),
        ("avg(avg(flow, 1min), 1 h)", "m³/h", "avg<3600>(avg<60>(flow))"),
        ("total(flow)", "m³", "total<0>(flow)·0.000277778"),
        ("total(flow, 1h)", "m³", "*(total<3600>(flow), 0.000277778)"),
        ("total_today(flow)", "L", "total<today>(flow)·0.277778"),
        ("runtime(run)", "h", "total<0>(run)·0.000277778"),
        ("increase(energy, 1h) / increase(volume, 1h)", "kWh/1000m³",
         "*(/(increase<3600>(energy), increase<3600>(volume)), 1000)"),
        ("power / flow", "kWh/m³", "/(power, flow)"),
        ("cod * flow", "kg/h", "*(*(cod, flow), 0.001)"),
        ("level - depth", "m", "-(level, *(depth, 0.01))"),
        ("max(level, 50 cm)", "m", "max(level, 0.5)"),
        ("speed / 50 Hz", "%", "*(/(speed, 50), 100)"),
        ("gate * 1 m", "m", "*(*(gate, 1), 0.01)"),
        ("rate(level, 10min)", "cm/min", "*(rate<600>(level), 6000)"),
        ("since(run)", "min", "*(since<0>(run), 0.0166667)"),
        ("run + run", "", "+(run, run)"),
        ("sqrt(level * level)", "m", "sqrt(*(level, level))"),
        ("round(level, 1)", "m", "round(level, 1)"),
        ("gas + 5 ppm", "ppm", "+(gas, 5)"),
        ("7", "m", None),
    ],
)  # fmt: skip
def test_texts_become_trees(text: str, unit: str, tree: str | None) -> None:
    """Precedence, constants, units and functions, each bracket written out. What differs in unit is a factor."""
    if tree is None:
        assert faults_of(text, unit) == [(0, "it speaks of no tag: a value that never changes needs no formula")]
    else:
        assert plain(root_of(text, unit)) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("level > 3.2", ">(level, 3.2)"),
        ("level > 320 cm", ">(level, 3.2)"),
        ("run and not level < 1 or mode == 2", "or(and(run, not(<(level, 1))), ==(mode, 2))"),
        ("run", "run"),
        ("run == 1", "==(run, 1)"),
        ("good(level) and run", "and(good(level), run)"),
        ("avg(run, 1h) > 50 %", ">(avg<3600>(run), 0.5)"),
        ("if(run, level > 1, level > 2)", "if(run, >(level, 1), >(level, 2))"),
        ("highest(run, 5min)", "highest<300>(run)"),
        ("true and run", "and(1, run)"),
    ],
)
def test_truths_become_trees(text: str, tree: str) -> None:
    """What an alarm or a discrete tag says. Every condition of a permissive is such a formula."""
    formula = when_of(text, NAMES)
    assert isinstance(formula, Formula), formula
    assert plain(formula.root) == tree and formula.text == text


@pytest.mark.parametrize(
    ("text", "unit", "faults"),
    [
        ("level + flow", "m", [(6, "m³/h cannot be added to m")]),
        ("level - flow", "m", [(6, "m³/h cannot be subtracted from m")]),
        ("temp + gas", "°C", [(5, "ppm cannot be added to °C")]),
        ("max(level, 3 kg)", "m", [(0, "kg cannot be compared with m")]),
        ("level * 2", "m²", [(6, "it gives m, but the unit of the tag is m²")]),
        ("level", "", [(0, "it gives m, but the unit of the tag is none")]),
        ("flow * 1h + 5", "m³", [(12, "say the unit of this number: it stands beside m³")]),
        ("nothing + less", "", [(0, "there is no tag 'nothing'"), (10, "there is no tag 'less'")]),
        ("power/flow", "", [(0, "there is no tag 'power/flow' (a division has spaces around its sign)")]),
        ("level-1", "m", [(0, "there is no tag 'level-1' (a subtraction has spaces around its sign)")]),
        ("level > 3", "", [(6, "it is true or false, but the tag is of kind analog")]),
        ("sqrt(level)", "m", [(5, "m has no square root")]),
        ("level ^ 0.5", "m", [(8, "m is raised to whole powers from 1 to 6 only")]),
        ("2 ^ ph", "", [(4, "the exponent is a number, such as 2")]),
        ("level / (2 - 2)", "m", [(11, "divides by zero")]),
        ("sqrt(2 - 3) * ph", "",
         [(0, "has no value: it divides by zero, takes the root of less than nothing, or is too large")]),
        ("avg(level, 10)", "m", [(11, "avg wants a time here, such as 10min, 1h or 1d")]),
        ("avg(level, 40d)", "m", [(11, "avg takes a time from 1 s to 31 d")]),
        ("avg(level)", "m", [(0, "avg is written avg(x, 10min)")]),
        ("avarage(level, 1h)", "m", [(0, "there is no function 'avarage', did you mean 'avg'?")]),
        ("hihgest(level, 1h)", "m", [(0, "there is no function 'hihgest', did you mean 'highest'?")]),
        ("total(flow) + 1 m³", "m³", [(0, "total keeps a sum of its own: give it a tag, and speak of that tag here")]),
        ("starts(level, 1h)", "", [(7, "starts wants something true or false, such as `run` or `level > 3`")]),
        ("if(level, 1, 2)", "", [(3, "if wants something true or false here, such as `level > 3` or a discrete tag")]),
        ("note + 1", "", [(0, "ps/x/note is a text: nothing can be worked out of it")]),
        ("{limt} * ph", "", [(1, "the parameter 'limt' is not given, did you mean 'limit'?")]),
        ("level > 1 > 2", "", [(10, "compares three things: write `a < b and b < c`")]),
        ("level +", "m", [(7, "ends too early: a value is missing")]),
        ("(level", "m", [(6, "ends too early: a sign such as + or < or ) is missing")]),
        ("level $ 2", "m", [(6, "'$' is not understood here: a sign such as + or < is expected")]),
        ("level 2", "m", [(6, "'2' is not understood here: a sign such as + or < is expected")]),
        ("", "m", [(0, "ends too early: a value is missing")]),
        ("1e999 * ph", "", [(0, "not a number that a site can use")]),
        ("x" * 1001, "", [(1000, "longer than 1000 characters: give parts of it tags of their own")]),
        ("(" * 70 + "ph" + " + 1)" * 70, "", None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_where_it_stands(text: str, unit: str, faults: list[tuple[int, str]] | None) -> None:
    """Each fault at its character; None: only that there is one."""
    found = faults_of(text, unit)
    assert found if faults is None else found == faults


def test_an_alarm_must_be_true_or_false_and_keeps_no_sum() -> None:
    """A number is no condition, and nobody would see the sum that an alarm kept."""
    for text, words in (("level", "an alarm needs something true or false"), ("runtime(run) > 1h", "keeps a sum")):
        (problem,) = when_of(text, NAMES)  # type: ignore[misc]
        assert words in problem.message


def test_references_are_found_without_a_site() -> None:
    """Whether a type's formula has a place at an instance is known before its units are."""
    found = references("if(a/b > {c}, total(ps/x/y, 1h), -d) + 1")
    assert {r.name for r in found} == {"a/b", "ps/x/y", "d"} and references("a +") == ()


_WORDS = st.sampled_from(
    ["flow", "level", "run", "mode", "note", "{limit}", "5", "2.5 m", "10min", "1 %", "+", "-", "*", "/", "^", "<",
     "==", "and", "or", "not", "(", ")", ",", "if(", "avg(", "total(", "max(", "since(", "true", "m³/h", "°",
     "µ", "\n", "."]
)  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(_WORDS, max_size=25).map(" ".join), st.lists(_WORDS).map("".join)))
def test_no_text_does_anything_but_become_a_formula_or_a_fault(text: str) -> None:
    """Whatever a person or a program writes: no exception, and every fault lies within the text."""
    syntax = parse(text)
    assert not isinstance(syntax, Problem) or 0 <= syntax.at <= len(text)
    for found in (made(text, "m³/h"), made(text, "", TagKind.DISCRETE), when_of(text, NAMES)):
        if isinstance(found, Formula):
            assert list(nodes_of(found.root))
        else:
            assert found and all(0 <= p.at <= len(text) and p.message for p in found)


@given(st.text(max_size=20))
def test_every_text_is_a_unit(text: str) -> None:
    """A unit that nobody knows measures itself and nothing else."""
    unit = unit_of(text)
    assert unit.factor > 0 and unit.times(unit, -1).dims == () and str(unit)


def test_units_are_compared_by_what_they_measure() -> None:
    """Products, quotients and numbers in a unit; a name that the table lacks is a dimension of its own."""
    same = [("m³/h", "L/min"), ("kW·h", "kWh"), ("kWh/1000m³", "Wh/m³"), ("V·A", "W"), ("1/s", "Hz"), ("Pa", "bar")]
    assert all(unit_of(a).dims == unit_of(b).dims for a, b in same)
    assert unit_of("kWh/1000m³").factor == unit_of("Wh/m³").factor and unit_of("m3/h").factor == unit_of("m³/h").factor
    assert unit_of("%LEL").dims == (("%LEL", 1),) and unit_of("次/h").dims == (("s", -1), ("次", 1))
    assert isinstance(root_of("flow", "L/s"), Apply)
