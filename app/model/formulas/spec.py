"""A formula as a tree of plain records. Units are gone: where two differed, the factor between them stands as a number.

The tree is what a site keeps (`spec_json`), and all that the engine needs. docs/expressions.md defines every function.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Apply", "Formula", "Node", "Number", "Op", "Over", "OverTime", "Tag", "inputs_of", "nodes_of"]


class Op(StrEnum):
    """What is worked out of values at one instant. A truth is 1 or 0."""

    ADD = "+"
    SUB = "-"
    MUL = "*"
    DIV = "/"
    POW = "^"
    NEG = "neg"
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    EQ = "=="
    NE = "!="
    AND = "and"
    OR = "or"
    NOT = "not"
    IF = "if"
    MIN = "min"
    MAX = "max"
    ABS = "abs"
    ROUND = "round"
    SQRT = "sqrt"
    CLAMP = "clamp"
    GOOD = "good"


class OverTime(StrEnum):
    """What is worked out of values over time; a value holds until the next one."""

    AVG = "avg"
    LOWEST = "lowest"
    HIGHEST = "highest"
    TOTAL = "total"
    INCREASE = "increase"
    STARTS = "starts"
    RATE = "rate"
    DELAY = "delay"
    SINCE = "since"


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: float


@dataclass(frozen=True, slots=True)
class Tag:
    """The value of the tag at `path`."""

    path: str


@dataclass(frozen=True, slots=True)
class Apply:
    """`op` of its arguments, in order."""

    op: Op
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Over:
    """A function of what `arg` was. `seconds` > 0: over so long until now; 0: since the tag came into being (`since`:
    without an end). `today`: since midnight on the site's clock. The result is multiplied by `scale`."""

    function: OverTime
    arg: Node
    seconds: float = 0.0
    today: bool = False
    scale: float = 1.0

    @property
    def accumulates(self) -> bool:
        """True for what goes on from its last value after a restart."""
        return self.seconds == 0.0 and self.function is not OverTime.SINCE


Node = Number | Tag | Apply | Over


@dataclass(frozen=True, slots=True)
class Formula:
    """`text` is as a person wrote it, with units and roles, parameters by their values; `root` is what counts."""

    text: str
    root: Node


def nodes_of(root: Node) -> Iterator[Node]:
    """Yield every node, arguments before what is made of them."""
    if isinstance(root, Apply):
        for arg in root.args:
            yield from nodes_of(arg)
    elif isinstance(root, Over):
        yield from nodes_of(root.arg)
    yield root


def inputs_of(root: Node) -> tuple[str, ...]:
    """Return the paths of all tags that a tree reads, each once, in their order."""
    return tuple(dict.fromkeys(node.path for node in nodes_of(root) if isinstance(node, Tag)))
