"""One formula at work, and the functions of time in it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from app.engine.formulas.evaluating import Work, worker
from app.engine.formulas.inputs import Inputs
from app.engine.formulas.restoring import Last
from app.engine.formulas.states import Moment, Reading, State
from app.engine.formulas.sums import Day, Since, Sum
from app.engine.formulas.windows import window_of
from app.model.formulas.spec import Formula, Node, Over, OverTime, Tag, inputs_of, nodes_of
from app.model.quality import BAD, Quality
from app.model.spec import TagSpec

__all__ = ["AlarmFormula", "Calculated", "Taker", "Working", "ranked"]


class Taker:
    """A function of time: `arg` is worked out with every sample of what it speaks of, and its state takes that."""

    __slots__ = ("arg", "moves", "order", "places", "state")

    def __init__(self, arg: Work, state: State, places: frozenset[int], *, moves: bool, order: int) -> None:
        self.arg: Final = arg
        self.state: Final = state
        self.places: Final = places
        self.moves: Final = moves
        """True where time alone moves what it takes."""
        self.order: Final = order

    def take(self, at: float) -> None:
        """Let the value of now hold from `at`."""
        value, quality = self.arg()
        self.state.take(at, value, quality)


class Working:
    """A formula as work. `zone` is the site's time zone; `old` are states of the same formula before, in the order of
    their nodes: they go on."""

    def __init__(
        self,
        formula: Formula,
        inputs: Inputs,
        moment: Moment,
        zone: str,
        old: tuple[State, ...] = (),
    ) -> None:
        self.formula: Final = formula
        self._inputs = inputs
        self._moment = moment
        self._zone = zone
        self._old = old
        self._works: dict[int, Work] = {}
        self.takers: Final[list[Taker]] = []
        self.places: Final = _places(formula.root, inputs)
        # Arguments come before what is made of them: inner functions take their sample first.
        for node in nodes_of(formula.root):
            if isinstance(node, Over):
                self._add_taker(node)
        self.run: Final = worker(formula.root, inputs.work, self._over)

    @property
    def states(self) -> tuple[State, ...]:
        """The memory of its functions of time, for whoever takes its place."""
        return tuple(taker.state for taker in self.takers)

    @property
    def moves(self) -> bool:
        """True where time alone changes the result."""
        return bool(self.takers)

    @property
    def full(self) -> bool:
        """False while a function of time knows less than it should."""
        return all(taker.state.full for taker in self.takers)

    def source_ms(self) -> int:
        """Return the source time of the newest value that it speaks of."""
        return max((self._inputs.source_ms[place] for place in self.places), default=0)

    def reading_of(self, node: Node) -> Reading:
        """Return value and quality of a part of the formula, now."""
        return worker(node, self._inputs.work, self._over)()

    def _over(self, node: Over) -> Work:
        return self._works[id(node)]

    def _add_taker(self, node: Over) -> None:
        index = len(self.takers)
        state = self._old[index] if index < len(self._old) else self._state(node)
        arg = worker(node.arg, self._inputs.work, self._over)
        moves = any(isinstance(inner, Over) for inner in nodes_of(node.arg))
        self.takers.append(Taker(arg, state, _places(node.arg, self._inputs), moves=moves, order=index))
        self._works[id(node)] = _reading_of(state, self._moment)

    def _state(self, node: Over) -> State:
        if node.function is OverTime.SINCE:
            return Since(self._moment.now)
        if node.seconds:
            return window_of(node.function, node.seconds, self._moment.now)
        return Sum(node.function, node.scale, Day(ZoneInfo(self._zone)) if node.today else None, self._moment)


class Calculated(Working):
    """The formula of a tag. `rank` is how many calculated tags stand below it."""

    def __init__(
        self,
        tag: TagSpec,
        formula: Formula,
        inputs: Inputs,
        moment: Moment,
        zone: str,
        old: tuple[State, ...] = (),
    ) -> None:
        super().__init__(formula, inputs, moment, zone, old)
        self.tag: Final = tag
        self.rank = 0
        self.last = math.nan

    @property
    def argument(self) -> str:
        """The path of the tag of which a sum is kept; "" if it is no tag alone, or no sum."""
        root = self.formula.root
        return root.arg.path if isinstance(root, Over) and root.accumulates and isinstance(root.arg, Tag) else ""

    def go_on(self, last: Last, before: float) -> None:
        """Begin with the last value from before: a sum goes on from there. `before` is what it was kept of then."""
        self.last = last.value
        state = self.takers[-1].state if self.takers else None
        if isinstance(state, Sum) and math.isfinite(last.value):
            state.go_on(last, before)

    def result(self) -> Reading:
        """Return value and quality of now; with a bad quality the last value that there was."""
        value, quality = self.run()
        if quality >= BAD:
            return self.last, quality
        self.last = value
        low, high = self.tag.low, self.tag.high
        beyond = (low is not None and value < low) or (high is not None and value > high)
        return value, int(Quality.OUT_OF_RANGE) if beyond and quality < Quality.UNCERTAIN else quality


class AlarmFormula(Working):
    """The formula of an alarm."""

    def __init__(
        self,
        path: str,
        formula: Formula,
        inputs: Inputs,
        moment: Moment,
        zone: str,
        old: tuple[State, ...] = (),
    ) -> None:
        super().__init__(formula, inputs, moment, zone, old)
        self.path: Final = path


def ranked(calculated: Mapping[str, Calculated]) -> list[list[Calculated]]:
    """Return calculated tags by rank: those of a rank need only those of lower ones."""
    ranks: dict[str, int] = {}
    for start in calculated:
        todo = [start]
        while todo:
            path = todo[-1]
            below = [p for p in inputs_of(calculated[path].formula.root) if p in calculated]
            missing = [p for p in below if p not in ranks]
            if missing:
                todo += missing
                continue
            ranks[path] = 1 + max((ranks[p] for p in below), default=-1)
            todo.pop()
    found: list[list[Calculated]] = [[] for _ in range(1 + max(ranks.values(), default=-1))]
    for path, rank in ranks.items():
        calculated[path].rank = rank
        found[rank].append(calculated[path])
    return found


def _places(node: Node, inputs: Inputs) -> frozenset[int]:
    return frozenset(inputs.place[path] for path in inputs_of(node))


def _reading_of(state: State, moment: Moment) -> Work:
    read = state.read

    def work() -> Reading:
        return read(moment)

    return work
