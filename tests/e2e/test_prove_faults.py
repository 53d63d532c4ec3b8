"""One sick PLC at a time, every fault, both kinds of line: it goes bad, the others do not notice, it comes back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from app.cli.demo.actors import Actor
from app.cli.demo.observer import Observer
from app.model.quality import BAD
from tests.helpers.house import House, open_house
from tests.helpers.intervals import Intervals

pytestmark = [pytest.mark.prove, pytest.mark.timeout(1800)]

FAULTS: dict[str, dict[str, str | float]] = {
    "frozen": {},
    "drop": {},
    "half-open": {},
    "slow": {"delay_s": 3.0},
    "garbage": {},
    "mismatch": {"how": "transaction"},
}
BACK_S = {"plc-ps02": 12.0, "plc-ps05": 15.0}
# A signed OPC UA reply cannot answer another question.
CASES = [(d, f) for f in FAULTS for d in BACK_S if (d, f) != ("plc-ps05", "mismatch")]
BASELINE_S, SICK_S = 60.0, 20.0
SCANS_UNTIL_BAD = 3
SLACK = 1.10


@dataclass(slots=True)
class Sick:
    """A house with a running engine and the undisturbed intervals of its devices."""

    house: House
    engine: Actor
    observer: Observer
    intervals: Intervals
    baseline_ms: dict[str, float]


@pytest.fixture(scope="module")
def sick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sick]:
    """A house, followed for a minute without faults."""
    with open_house(tmp_path_factory.mktemp("faults")) as house:
        engine, observer = house.live_engine()
        devices = [d.id for d in house.stage.site.devices]
        intervals = Intervals(observer, devices)
        intervals.follow(5.0)
        intervals.clear()
        intervals.follow(BASELINE_S)
        baseline = {d: intervals.p95_ms(d) for d in devices}
        print("\nundisturbed p95 of the scan interval:", {d: f"{v:.0f} ms" for d, v in baseline.items()})
        yield Sick(house, engine, observer, intervals, baseline)


def _bad(sick: Sick, device: str) -> bool:
    """Return True when every tag that the device serves is bad."""
    live = sick.observer.live
    assert live is not None and sick.observer.applied is not None
    tags = [t for t in sick.observer.applied.site.tags if t.device == device and t.point is not None]
    return all(live.quality[t.number] >= BAD for t in tags)


def _slowest_scan_s(sick: Sick, device: str) -> float:
    spec = next(d for d in sick.house.stage.site.devices if d.id == device)
    return max(g.period_ms for g in spec.groups) / 1000


def _log_lines(sick: Sick, device: str) -> list[str]:
    text = sick.engine.log.read_text(encoding="utf-8")
    return [line for line in text.splitlines() if f"app.devices.health: {device}: " in line and "WARNING" in line]


@pytest.mark.parametrize(("device", "fault"), CASES)
def test_one_sick_plc(sick: Sick, device: str, fault: str) -> None:
    """Bad within three scans → the others' scans as before → healthy: back in time → one line each in the log."""
    before = len(_log_lines(sick, device))
    sick.intervals.clear()
    sick.house.control.fault(fault, device, **FAULTS[fault])
    began = time.monotonic()
    limit_s = SCANS_UNTIL_BAD * _slowest_scan_s(sick, device)
    went_bad = sick.observer.until(lambda: _bad(sick, device), timeout_s=limit_s + 10)
    bad_s = time.monotonic() - began
    sick.intervals.follow(SICK_S)
    others = {d: sick.intervals.p95_ms(d) / base for d, base in sick.baseline_ms.items() if d != device}
    sick.house.control.clear(fault, device)
    healed = time.monotonic()
    came_back = sick.observer.until(
        lambda: sick.observer.good_by_device()[device][0] > 0, timeout_s=BACK_S[device] + 10
    )
    back_s = time.monotonic() - healed
    sick.intervals.follow(3.0)
    lines = _log_lines(sick, device)[before:]
    slowest, rate = max(others.values()), min(sick.observer.value(f"dev/{d}/rate") for d in others)
    print(f"\n{device} {fault}: bad after {bad_s:.1f} s, back after {back_s:.1f} s, {len(lines)} lines in the log;")
    print(f"  the others: p95 of the interval × {slowest:.3f}, lowest achieved rate {rate:.0f} %")
    assert went_bad and bad_s <= limit_s
    assert slowest <= SLACK and rate >= 100 / SLACK, (others, rate)
    assert came_back and back_s <= BACK_S[device]
    assert [("failed" in line, "recovered" in line) for line in lines] == [(True, False), (False, True)], lines
