"""A station's mimic lays itself out from its equipment: positions and pipes, no painting, no Qt.

From left to right: inflow, rack, wet well, pumps in parallel on their header, manifold, discharge main with gate and
where it leads; instruments of the main hang below it, everything else stands above it. A part that the station does
not have is simply absent. `Equipment.place` (0–1000 across and down) overrides where a symbol stands; its pipes follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from app.model.spec import Equipment

__all__ = ["COLUMN_ROLES", "Box", "MimicPlan", "Node", "Pipe", "plan_mimic"]

COLUMN_ROLES: Final = {
    "flow_meter": ("flow",),
    "pressure": ("pressure",),
    "analyser": ("cod", "nh3", "ph"),
    "river_level": ("level",),
}
"""Types shown as vertical indicators below the main, with the roles that get one each."""

_MARGIN: Final = 16.0
_PUMP_RADIUS: Final = 23.0
_GATE_RADIUS: Final = 20.0
_RACK_RADIUS: Final = 19.0
_ROW_MAX: Final = 132.0
_SIDE_BOX_H: Final = 58.0
_HEADER_GAP: Final = 40.0
_RELIEF_Y: Final = 56.0
_RELIEF_H: Final = 92.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in logical pixels."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    def meets(self, other: Box) -> bool:
        """Return True when the two share an area."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def holds(self, x: float, y: float) -> bool:
        """Return True when the point lies inside."""
        return self.x <= x < self.right and self.y <= y < self.bottom

    def moved(self, dx: float, dy: float) -> Box:
        """Return the box elsewhere."""
        return Box(self.x + dx, self.y + dy, self.w, self.h)


@dataclass(frozen=True, slots=True)
class Node:
    """One equipment on the mimic. `kind` says how it is drawn: pump, well, gate, rack, columns or side; `inflow` is the
    well once more, at the left end of its inflow pipe.

    `box` is what it owns: no other node paints there, and a click there means it. `cx`, `cy` is the middle of its
    symbol, where pipes meet it; `radius` half the symbol.
    """

    equipment: Equipment
    kind: str
    box: Box
    cx: float
    cy: float
    radius: float


@dataclass(frozen=True, slots=True)
class Pipe:
    """A line of pipe. It carries water when any equipment in `sources` runs; with none it is always drawn idle."""

    points: tuple[tuple[float, float], ...]
    sources: tuple[str, ...] = ()
    arrow: bool = False
    valve_at: tuple[float, float] | None = None
    """Where a check valve is drawn (part of the picture, no equipment)."""


@dataclass(frozen=True, slots=True)
class MimicPlan:
    """Everything at its place. `main` is the discharge main's end, where its destination is written."""

    width: float
    height: float
    nodes: tuple[Node, ...] = ()
    pipes: tuple[Pipe, ...] = ()
    main: tuple[float, float, float] | None = None
    """Left end, right end and height of the discharge main."""
    relief: tuple[float, float, float] | None = None
    """Left end, right end and height of the relief line, over which a full well spills through its gate."""

    def node_at(self, x: float, y: float) -> Node | None:
        """Return the equipment at a point."""
        return next((n for n in self.nodes if n.box.holds(x, y)), None)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The columns that a size and a set of equipment give."""

    width: float
    height: float
    well_x: float
    well_w: float
    header_x: float
    manifold_x: float
    right_x: float
    main_y: float
    top_y: float
    """Where the pumps may begin."""
    relief: bool


def plan_mimic(equipment: Sequence[Equipment], *, width: float, height: float, relief: bool = False) -> MimicPlan:
    """Lay out one station's equipment on `width` × `height` logical pixels.

    `relief` says that the gates are not in the main but in a line of their own from the well (a combined station).
    """
    parts = _sorted_parts(equipment)
    relief = relief and bool(parts["gate"]) and bool(parts["well"])
    frame = _frame(parts, width, height, relief)
    nodes = [
        *_well_nodes(parts, frame), *_pump_nodes(parts, frame), *_gate_nodes(parts, frame),
        *_column_nodes(parts, frame), *_side_nodes(parts, frame),
    ]  # fmt: skip
    placed = tuple(_overridden(n, width, height) for n in nodes)
    has_flow = bool(parts["pump"])
    return MimicPlan(
        width=width,
        height=height,
        nodes=placed,
        pipes=_pipes(placed, frame),
        main=(frame.manifold_x, width - _MARGIN, frame.main_y) if has_flow or parts["gate"] else None,
        relief=(frame.well_x + frame.well_w, frame.manifold_x - 20.0, _RELIEF_Y) if relief else None,
    )


def _kind(equipment: Equipment) -> str:
    symbol = equipment.symbol or equipment.type
    known = {"pump": "pump", "wet_well": "well", "gate": "gate", "rack": "rack"}
    if symbol in known:
        return known[symbol]
    return "columns" if equipment.type in COLUMN_ROLES else "side"


def _sorted_parts(equipment: Sequence[Equipment]) -> dict[str, list[Equipment]]:
    parts: dict[str, list[Equipment]] = {k: [] for k in ("pump", "well", "gate", "rack", "columns", "side")}
    for e in equipment:
        parts[_kind(e)].append(e)
    order = list(COLUMN_ROLES)
    parts["columns"].sort(key=lambda e: order.index(e.type))
    return parts


def _frame(parts: dict[str, list[Equipment]], width: float, height: float, relief: bool) -> _Frame:
    inflow_w = (104.0 + (74.0 if parts["rack"] else 0.0)) if parts["well"] else 0.0
    well_w = min(250.0, max(172.0, width * 0.14)) if parts["well"] else 0.0
    well_x = _MARGIN + inflow_w
    right_w = min(540.0, max(300.0, width * 0.33))
    manifold_x = width - _MARGIN - right_w
    header_x = well_x + well_w + _HEADER_GAP
    side_rows = (len(parts["side"]) + 1) // 2
    main_y = max(height * 0.40, 10.0 + side_rows * (_SIDE_BOX_H + 8.0) + 52.0)
    return _Frame(
        width=width,
        height=height,
        well_x=well_x,
        well_w=well_w,
        header_x=header_x,
        manifold_x=manifold_x,
        right_x=manifold_x + 28.0,
        main_y=min(main_y, height * 0.55),
        top_y=_RELIEF_H if relief else 8.0,
        relief=relief,
    )


def _inflow_y(frame: _Frame) -> float:
    return 96.0 if frame.height >= 360 else 72.0


def _well_nodes(parts: dict[str, list[Equipment]], frame: _Frame) -> list[Node]:
    nodes = []
    for e in parts["well"][:1]:
        box = Box(frame.well_x, 10.0, frame.well_w, frame.height - 20.0)
        nodes.append(Node(e, "well", box, box.x, _inflow_y(frame), 0.0))
        if e.tag("inflow") is not None:
            y = _inflow_y(frame)
            nodes.append(Node(e, "inflow", Box(_MARGIN - 8, y - 30.0, 96.0, 64.0), _MARGIN, y, 0.0))
    for k, e in enumerate(parts["rack"][:2]):
        x, y = frame.well_x - 46.0, _inflow_y(frame) + k * 130.0
        box = Box(x - 44.0, y - 48.0, 84.0, 122.0)
        nodes.append(Node(e, "rack", box, x, y, _RACK_RADIUS))
    return nodes


def _pump_nodes(parts: dict[str, list[Equipment]], frame: _Frame) -> list[Node]:
    pumps = parts["pump"]
    if not pumps:
        return []
    room = frame.height - 8.0 - frame.top_y
    row = min(_ROW_MAX, room / len(pumps))
    top = frame.top_y + room / 2 - row * len(pumps) / 2
    x = frame.header_x + 62.0
    left = frame.header_x + 8.0
    nodes = []
    for k, e in enumerate(pumps):
        y = top + row * (k + 0.5)
        box = Box(left, y - row / 2 + 2.0, frame.manifold_x - 46.0 - left, row - 4.0)
        nodes.append(Node(e, "pump", box, x, y, min(_PUMP_RADIUS, row * 0.29)))
    return nodes


def _gate_nodes(parts: dict[str, list[Equipment]], frame: _Frame) -> list[Node]:
    nodes = []
    room = frame.width - _MARGIN - frame.right_x
    for k, e in enumerate(parts["gate"][:2]):
        x, y = frame.right_x + room * (0.30 + 0.34 * k), frame.main_y
        if frame.relief:
            x, y = frame.header_x + 62.0 + 170.0 * k, _RELIEF_Y
        box = Box(x - 46.0, y - 46.0, 164.0, 76.0)
        nodes.append(Node(e, "gate", box, x, y, _GATE_RADIUS))
    return nodes


def _column_nodes(parts: dict[str, list[Equipment]], frame: _Frame) -> list[Node]:
    counts = [_columns_of(e) for e in parts["columns"]]
    total = sum(counts)
    if not total:
        return []
    room = frame.width - _MARGIN - frame.right_x
    each = min(168.0 if total <= 3 else 116.0, room / total)
    top = frame.main_y + (36.0 if parts["gate"] and not frame.relief else 26.0)
    x = frame.right_x
    nodes = []
    for e, n in zip(parts["columns"], counts, strict=True):
        box = Box(x, top, each * n, frame.height - 10.0 - top)
        nodes.append(Node(e, "columns", box, x + each / 2, top, 0.0))
        x += each * n
    return nodes


def _columns_of(equipment: Equipment) -> int:
    return max(1, sum(equipment.tag(r) is not None for r in COLUMN_ROLES[equipment.type]))


def _side_nodes(parts: dict[str, list[Equipment]], frame: _Frame) -> list[Node]:
    room = frame.width - _MARGIN - frame.right_x
    wide = (room - 8.0) / 2
    nodes = []
    for k, e in enumerate(parts["side"]):
        x, y = frame.right_x + (k % 2) * (wide + 8.0), 10.0 + (k // 2) * (_SIDE_BOX_H + 8.0)
        box = Box(x, y, wide, _SIDE_BOX_H)
        nodes.append(Node(e, "side", box, x + 26.0, y + _SIDE_BOX_H / 2, 15.0))
    return nodes


def _overridden(node: Node, width: float, height: float) -> Node:
    """Move a node whose equipment says where its symbol stands."""
    place = node.equipment.place
    if place is None:
        return node
    dx, dy = place.x / 1000.0 * width - node.cx, place.y / 1000.0 * height - node.cy
    return replace(node, box=node.box.moved(dx, dy), cx=node.cx + dx, cy=node.cy + dy)


def _pipes(nodes: tuple[Node, ...], frame: _Frame) -> tuple[Pipe, ...]:
    well = next((n for n in nodes if n.kind == "well"), None)
    pumps = [n for n in nodes if n.kind == "pump"]
    running = tuple(n.equipment.path for n in pumps)
    pipes: list[Pipe] = []
    if well is not None:
        pipes.append(Pipe(((_MARGIN, well.cy), (well.box.x, well.cy)), arrow=True))
    if pumps:
        pipes += _header(well, pumps, frame)
        pipes += [_branch(p, frame) for p in pumps]
        pipes += _manifold(pumps, frame)
    gates = tuple(n.equipment.path for n in nodes if n.kind == "gate")
    if frame.relief and well is not None:
        pipes.append(Pipe(((well.box.right, _RELIEF_Y), (frame.manifold_x - 20.0, _RELIEF_Y)), gates, arrow=True))
    if pumps or gates:
        pipes.append(
            Pipe(((frame.manifold_x, frame.main_y), (frame.width - _MARGIN, frame.main_y)), running, arrow=True)
        )
    return tuple(pipes)


def _header(well: Node | None, pumps: list[Node], frame: _Frame) -> list[Pipe]:
    """The suction header: from the foot of the well along all pumps, in pieces that carry what runs beyond them."""
    x = frame.header_x
    foot = (well.box.bottom - 26.0) if well is not None else pumps[-1].cy
    pipes = []
    if well is not None:
        sources = tuple(p.equipment.path for p in pumps)
        pipes.append(Pipe(((well.box.right, foot), (x, foot)), sources))
    levels = sorted({foot, *(p.cy for p in pumps)})
    for low, high in pairwise(levels):
        beyond = [p for p in pumps if (p.cy <= low if high <= foot else p.cy >= high)]
        pipes.append(Pipe(((x, low), (x, high)), tuple(p.equipment.path for p in beyond)))
    return pipes


def _branch(pump: Node, frame: _Frame) -> Pipe:
    return Pipe(
        ((frame.header_x, pump.cy), (frame.manifold_x, pump.cy)),
        (pump.equipment.path,),
        valve_at=(frame.manifold_x - 24.0, pump.cy),
    )


def _manifold(pumps: list[Node], frame: _Frame) -> list[Pipe]:
    x, out = frame.manifold_x, frame.main_y
    levels = sorted({out, *(p.cy for p in pumps)})
    pipes = []
    for low, high in pairwise(levels):
        beyond = [p for p in pumps if (p.cy <= low if high <= out else p.cy >= high)]
        pipes.append(Pipe(((x, low), (x, high)), tuple(p.equipment.path for p in beyond)))
    return pipes
