"""A mimic lays itself out: nothing overlaps, everything stays inside, what is missing is absent."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from app.model.spec import Equipment, Place
from app.views.state.mimic import MimicPlan, plan_mimic
from app.views.state.station import equipment_of
from tests.views.station_site import make_site

SIZES = ((1680.0, 540.0), (1290.0, 520.0), (900.0, 420.0))


def station(pumps: int, *, rain: bool = False) -> tuple[Equipment, ...]:
    site = make_site(pumps, rain=rain)
    return equipment_of(site, site.facilities[0])


def assert_sound(plan: MimicPlan) -> None:
    for a, b in combinations(plan.nodes, 2):
        assert not a.box.meets(b.box), f"{a.equipment.path} ({a.kind}) overlaps {b.equipment.path} ({b.kind})"
    for node in plan.nodes:
        inside = node.box.x >= 0 and node.box.y >= 0 and node.box.right <= plan.width and node.box.bottom <= plan.height
        assert inside, f"{node.equipment.path} leaves the picture: {node.box}"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("pumps", [2, 3, 4, 5, 6])
def test_nothing_overlaps_at_a_sewage_station(pumps: int, size: tuple[float, float]) -> None:
    """Two to six pumps with everything a sewage station has share no pixel, with and without room to spare."""
    plan = plan_mimic(station(pumps), width=size[0], height=size[1])
    assert sum(n.kind == "pump" for n in plan.nodes) == pumps
    assert_sound(plan)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("relief", [False, True])
@pytest.mark.parametrize("pumps", [2, 3, 4, 5, 6])
def test_nothing_overlaps_with_a_gate(pumps: int, relief: bool, size: tuple[float, float]) -> None:
    """A gate in the main or in a relief line, river, analyser and rain gauge fit too."""
    plan = plan_mimic(station(pumps, rain=True), width=size[0], height=size[1], relief=relief)
    assert (plan.relief is not None) is relief
    assert_sound(plan)


def test_missing_parts_are_absent() -> None:
    """A station of two pumps alone has no well, no inflow and no instruments, and still a main that leads out."""
    pumps = tuple(e for e in station(2) if e.symbol == "pump")
    plan = plan_mimic(pumps, width=1200, height=500)
    assert {n.kind for n in plan.nodes} == {"pump"}
    assert plan.main is not None
    assert_sound(plan)


def test_nothing_at_all_is_an_empty_picture() -> None:
    """No equipment gives no nodes and no pipes."""
    plan = plan_mimic((), width=1200, height=500)
    assert (plan.nodes, plan.pipes, plan.main, plan.relief) == ((), (), None, None)


def test_a_place_in_the_site_wins_and_its_pipe_follows() -> None:
    """A pump that the site puts elsewhere stands there, and its branch leaves at its height."""
    equipment = tuple(replace(e, place=Place(500, 900)) if e.path == "one/pump2" else e for e in station(3))
    plan = plan_mimic(equipment, width=1200, height=500)
    moved = next(n for n in plan.nodes if n.equipment.path == "one/pump2")
    assert (moved.cx, moved.cy) == (600.0, 450.0)
    branch = next(p for p in plan.pipes if p.valve_at is not None and p.sources == ("one/pump2",))
    assert all(y == 450.0 for _, y in branch.points)


def test_pipes_carry_water_only_where_a_running_pump_needs_it() -> None:
    """The first pump's water rises through the whole suction header; a piece beyond it belongs to no other pump."""
    plan = plan_mimic(station(3), width=1400, height=540)
    pumps = sorted((n for n in plan.nodes if n.kind == "pump"), key=lambda n: n.cy)
    header_x = next(p for p in plan.pipes if p.valve_at is not None).points[0][0]
    header = [p for p in plan.pipes if p.points[0][0] == header_x == p.points[1][0]]
    top = min(header, key=lambda p: p.points[0][1])
    assert top.sources == (pumps[0].equipment.path,)
    assert all(pumps[0].equipment.path in p.sources for p in header)
    main = next(p for p in plan.pipes if p.arrow and len(p.sources) == 3)
    assert main.points[0][1] == main.points[1][1]


def test_a_relief_line_carries_water_by_its_gate_alone() -> None:
    """At a combined station the gate, not the pumps, fills the line to the river."""
    plan = plan_mimic(station(3, rain=True), width=1400, height=540, relief=True)
    assert plan.relief is not None
    line = next(p for p in plan.pipes if p.arrow and p.points[0][1] == plan.relief[2])
    assert line.sources == ("one/gate1",)


def test_a_click_finds_the_equipment() -> None:
    """The middle of each symbol belongs to its own equipment, the empty ground to none."""
    plan = plan_mimic(station(4), width=1400, height=540)
    for node in plan.nodes:
        box = node.box
        assert plan.node_at(box.x + box.w / 2, box.y + box.h / 2) is node
    assert plan.node_at(2, 2) is None
