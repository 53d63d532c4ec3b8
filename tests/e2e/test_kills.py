"""Kills of the engine in every phase of a command: one each in CI, sixty in `make prove`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import median

import pytest

from app.storage.verify import verify_store
from tests.helpers.house import House
from tests.helpers.kills import PHASES, Kill, Killer, faults_of
from tests.helpers.witness import Witness

KILLS, IN_EACH_PHASE = 60, 10
GREY_S, FRESH_S, FRESH_OPCUA_S = 2.0, 8.0, 12.0


@pytest.fixture
def killer(house: House) -> Iterator[Killer]:
    """A killer with a room that watches."""
    witness = Witness(house.stage)
    try:
        yield Killer(house, witness)
    finally:
        witness.close()


@pytest.mark.timeout(240)
def test_a_kill_in_each_phase_breaks_no_rule(killer: Killer, house: House) -> None:
    """Idle, selected, recorded, sent, accepted: killed and started again → nothing is sent twice, everything greys and
    sounds and comes back, frames and chains are sound."""
    kills = [killer.kill(phase) for phase in PHASES]
    assert faults_of(kills) == []
    assert verify_store(house.stage.store).faults == []


@pytest.mark.prove
def test_sixty_kills(killer: Killer, house: House) -> None:
    """At least sixty kills, ten in each phase of a command, within the promised times."""
    kills: list[Kill] = []
    wanting = list(PHASES)
    while wanting or len(kills) < KILLS:
        kills.append(killer.kill((wanting or list(PHASES))[len(kills) % len(wanting or PHASES)]))
        counts = Counter(k.phase for k in kills)
        wanting = [p for p in PHASES if counts[p] < IN_EACH_PHASE]
        assert len(kills) < 4 * KILLS, f"some phase is never hit: {counts}"
    _tell(kills)
    assert faults_of(kills) == []
    assert verify_store(house.stage.store).faults == []
    assert max(k.grey_s for k in kills) <= GREY_S
    assert max(k.sound_s for k in kills) <= GREY_S
    for device in kills[0].fresh_s:
        limit = FRESH_OPCUA_S if device == "plc-ps05" else FRESH_S
        assert max(k.fresh_s[device] for k in kills) <= limit, device


def _tell(kills: list[Kill]) -> None:
    """Print the acceptance figures."""
    print(f"\n{len(kills)} kills: {dict(Counter(k.phase for k in kills))}")
    for name, times in (("grey", [k.grey_s for k in kills]), ("sound", [k.sound_s for k in kills])):
        print(f"{name:>22}: median {median(times):.2f} s, worst {max(times):.2f} s (limit {GREY_S} s)")
    for device in kills[0].fresh_s:
        times = [k.fresh_s[device] for k in kills]
        print(f"{'fresh ' + device:>22}: median {median(times):.2f} s, worst {max(times):.2f} s")
    commands = sum(k.phase not in ("idle", "selected") for k in kills)
    print(f"PLC writes: {sum(k.writes for k in kills)} for {commands} commands")
