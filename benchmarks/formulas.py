"""What formulas cost the engine: 500 of ten kinds, each value once a second, five ticks a second.

`python -m benchmarks formulas`. CPU time of this process, less that of the same samples without formulas. Half of them
have functions of time. The pipeline is the engine's own: results are samples, with deadband and frames.
"""

from __future__ import annotations

import random
import time
from typing import Final

from app.model.spec import TagKind
from benchmarks.figures import Figure
from tests.helpers.formula_bench import FormulaBench

__all__ = ["run"]

SETS: Final = 50
SECONDS: Final = 60
WARM_S: Final = 10
ANALOG, DISCRETE, COUNTER = TagKind.ANALOG, TagKind.DISCRETE, TagKind.COUNTER

# {n} is the number of a set of four inputs.
KINDS: Final = (
    ("a{n} + b{n} * 2", "m³/h", ANALOG),
    ("if(run{n}, a{n}, b{n}) - min(a{n}, b{n})", "m³/h", ANALOG),
    ("clamp(a{n} - b{n}, 0, 500) * 3", "m³/h", ANALOG),
    ("a{n} > b{n} and run{n}", "", DISCRETE),
    ("round(a{n} / b{n} * 100, 1)", "", ANALOG),
    ("avg(a{n}, 10min)", "m³/h", ANALOG),
    ("total(a{n})", "m³", COUNTER),
    ("avg(a{n} - b{n}, 1h) + highest(b{n}, 10min)", "m³/h", ANALOG),
    ("increase(c{n}, 1h) / total(a{n}, 1h)", "kWh/m³", ANALOG),
    ("starts(run{n}, 1h)", "", ANALOG),
)


def run() -> list[Figure]:
    """Return the share of a core, and the time of one result."""
    with_formulas = _bench(True)
    seconds, done = _live(with_formulas)
    plain, _ = _live(_bench(False))
    each_us = (seconds - plain) / done * 1e6
    alone = "the same samples without formulas"
    share, plain_share = (seconds - plain) / SECONDS * 100, plain / SECONDS * 100
    return [
        Figure("formulas: 500 at one change a second", share, "% of a core", 1.0, False, plain_share, alone),
        Figure("formulas: one result, the pipeline included", each_us, "µs"),
    ]


def _bench(with_formulas: bool) -> FormulaBench:
    inputs = {
        f"{name}{n}": (unit, kind)
        for n in range(SETS)
        for name, unit, kind in (
            ("a", "m³/h", ANALOG), ("b", "m³/h", ANALOG), ("c", "kWh", COUNTER), ("run", "", DISCRETE),
        )
    }  # fmt: skip
    outputs = {
        f"o{n}x{k}": (text.format(n=n), unit, kind) for n in range(SETS) for k, (text, unit, kind) in enumerate(KINDS)
    }
    return FormulaBench(inputs, outputs if with_formulas else {})


def _live(bench: FormulaBench) -> tuple[float, int]:
    """Return CPU seconds and results of a minute."""
    chance = random.Random(1)
    for _ in range(WARM_S):
        _second(bench, chance)
    done, begin = bench.formulas.evaluations, time.process_time()
    for _ in range(SECONDS):
        _second(bench, chance)
    return time.process_time() - begin, bench.formulas.evaluations - done


def _second(bench: FormulaBench, chance: random.Random) -> None:
    """Four replies with fifty values each, then five ticks."""
    bench.clock.advance(0.2)
    for name in ("a", "b", "c"):
        bench.send(**{f"{name}{n}": chance.uniform(1.0, 100.0) for n in range(SETS)})
    bench.send(**{f"run{n}": float(chance.random() < 0.5) for n in range(SETS)})
    bench.step(0.0)
    for _ in range(4):
        bench.step(0.2)
