"""The figures of an alarm system: small journals whose figures can be counted by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.alarms.answers import AckTimes, Aside, AsideTotal
from app.model.alarms.facts import Activation, Fact, activations, fact_of
from app.model.alarms.nuisance import Counted, Stale
from app.model.alarms.performance import Performance, Workstation, performance
from app.model.alarms.rates import Flood, Peak, Rules, floods, live_flood
from app.model.alarms.status import AlarmChange as C
from app.model.alarms.status import AlarmState as S
from app.model.alarms.status import AlarmStatus
from app.model.records import Journal, JournalEntry

MIN = 60_000
HOUR = 60 * MIN
T0 = 1_760_000_400_000 // (24 * HOUR) * 24 * HOUR
STATES = {C.RAISED: S.UNACK, C.REALARMED: S.UNACK, C.AFTER_GAP: S.UNACK, C.ACKNOWLEDGED: S.ACKED}
"""Where these changes lead if a test does not say otherwise."""


def fact(at_ms: int, change: C, path: str = "a", **more: Any) -> Fact:
    """Return a fact; raised and realarmed are annunciated unless aside."""
    sounds = change in (C.RAISED, C.REALARMED, C.AFTER_GAP) and not more.get("aside")
    state = STATES.get(change, S.NORM)
    return Fact(T0 + at_ms, change, path, **{"annunciated": sounds, "state": state, "priority": 3} | more)


def episode(at_ms: int, length_ms: int, path: str = "a", **more: Any) -> list[Fact]:
    """Raised, and returned unacknowledged."""
    end = fact(at_ms + length_ms, C.RETURNED, path, state=S.RTN_UNACK, **more)
    return [fact(at_ms, C.RAISED, path, **more), end]


def figures(facts: list[Fact], start: int = 0, end: int = HOUR, **more: Any) -> Performance:
    """Return the figures of a span after T0, facts in order of time."""
    return performance(sorted(facts, key=lambda f: f.at_ms), T0 + start, T0 + end, **more)


def test_nothing_happened() -> None:
    """An empty journal: all zero, and no division by nothing."""
    found = figures([])
    assert (found.alarms, found.average, found.peak, found.busy_share, found.flood_share) == (0, 0.0, Peak(0, 0), 0, 0)
    assert found.top == found.chattering == found.fleeting == found.stale == found.floods == ()
    assert [p.share for p in found.priorities] == [0.0] * 4 and found.per_day == 0.0
    assert figures([], 0, 0).average == 0.0


def test_average_and_peak() -> None:
    """12 alarms in an hour, 7 of them in one fixed period: 2 per 10 min, 288 a day, peak 7; the end is excluded."""
    times = [0, 9 * MIN, 10 * MIN, 15 * MIN, *range(30 * MIN, 37 * MIN, MIN), 59 * MIN, 60 * MIN]
    found = figures([fact(t, C.RAISED, f"a{t}") for t in times])
    assert (found.alarms, found.average, found.per_day) == (12, 2.0, 288.0)
    assert found.peak == Peak(T0 + 30 * MIN, 7)
    assert found.busy_share == 0.0


def test_busy_periods_and_hours() -> None:
    """11 in one of six periods: a sixth; 10 is not busy. 31 in one of two hours: a half."""
    busy = [fact(t * 1000, C.RAISED) for t in range(11)]
    calm = [fact(20 * MIN + t * 1000, C.RAISED) for t in range(10)]
    assert figures(busy + calm).busy_share == pytest.approx(1 / 6)
    hourly = [fact(t * 2 * MIN - (t == 30), C.RAISED) for t in range(31)]
    assert figures(hourly, 0, 2 * HOUR).busy_hours == 0.5


def test_periods_are_fixed_in_utc() -> None:
    """A span from 5 to 15 minutes past touches two periods; each is judged by what lies in the span."""
    facts = [fact(t * 20_000, C.RAISED) for t in range(60)]
    found = figures(facts, 5 * MIN, 15 * MIN)
    assert found.alarms == 30 and found.busy_share == 1.0 and found.peak == Peak(T0, 15)


def test_what_is_aside_does_not_count() -> None:
    """Raised while shelved: journaled, not counted, no chattering; annunciated when it comes back: counted."""
    shelved = [f for t in range(5) for f in episode(t * 10_000, 1000, aside=True)]
    back = fact(10 * MIN, C.REALARMED)
    found = figures([*shelved, back])
    assert found.alarms == 1 and found.chattering == () and found.fleeting == ()


def test_a_flood() -> None:
    """One alarm a minute, 11 of them: none, for the first has just left. One in 50 s: a flood from the 11th on."""
    assert floods([(t * MIN, f"a{t}") for t in range(11)], HOUR, Rules()) == ()
    came = [(t * 50_000, f"a{t}") for t in range(20)]
    # The last five are at 750 … 950 s: when that of 750 s leaves the window, four are left.
    assert floods(came, HOUR, Rules()) == (Flood(500_000, 750_000 + 600_000, 20, "a0"),)
    assert floods([*came, (1_350_000, "b")], 2 * HOUR, Rules())[0].count == 21  # the window never had four
    assert live_flood(came, 1_349_999) == Flood(500_000, None, 20, "a0")
    assert live_flood(came, 1_350_000) is None and live_flood(came, 499_999) is None and live_flood([], 0) is None


def test_two_floods_and_their_share() -> None:
    """Two bursts half an hour apart are two floods; shares are of the span, clipped to it."""
    burst = [fact(s * 1000, C.RAISED) for s in range(20)]
    later = [fact(40 * MIN + s * 1000, C.RAISED) for s in range(20)]
    found = figures(burst + later)
    assert [(f.start_ms - T0, f.count) for f in found.floods] == [(10_000, 20), (40 * MIN + 10_000, 20)]
    assert len(figures(burst + later, 20 * MIN).floods) == 1
    each = 615_000 - 10_000
    assert found.flood_share == pytest.approx(2 * each / HOUR)
    assert figures(burst + later, 0, 45 * MIN).flood_share == pytest.approx((each + 290_000) / (45 * MIN))
    assert figures(burst + later, 5 * MIN, 15 * MIN).flood_share == pytest.approx((615_000 - 5 * MIN) / (10 * MIN))


def test_the_most_frequent() -> None:
    """Twelve alarms, one of them 8 times: ten are shown, with their share of all 19."""
    facts = [fact(t, C.RAISED, "often") for t in range(8)]
    facts += [fact(100 + i, C.RAISED, f"a{i:02}") for i in range(11)]
    found = figures(facts)
    assert found.top[0] == Counted("often", 8, 8 / 19) and found.top[1] == Counted("a00", 1, 1 / 19)
    assert len(found.top) == 10 and found.top_share == pytest.approx(17 / 19)


def test_chattering() -> None:
    """Three returns within a minute; exactly a minute apart, or two, is none; a centre may set other numbers."""
    quick = [f for t in (0, 20_000, 49_999) for f in episode(t, 10_000, "quick")]
    slow = [f for t in (0, 20_000, 50_000) for f in episode(t + 5, 10_000 + (t == 50_000) * 10_000, "slow")]
    twice = [f for t in (0, 20_000) for f in episode(t, 1000, "twice")]
    facts = quick + slow + twice
    assert figures(facts).chattering == (Counted("quick", 3),)
    assert figures(facts, rules=Rules(chatter_returns=2)).chattering == (
        Counted("quick", 3), Counted("slow", 2), Counted("twice", 2),
    )  # fmt: skip
    assert figures(facts, 30_000).chattering == ()  # one of its returns lies before


def test_fleeting() -> None:
    """Gone in 9.999 s and not again within 60 s; 10 s is not fleeting, nor is what comes again, nor what stands."""
    facts = [
        *episode(0, 9_999, "fleeting"), *episode(5 * MIN, 1, "fleeting"), *episode(0, 10_000, "longer"),
        *episode(0, 1000, "again"), *episode(61_000, HOUR, "again"), fact(0, C.RAISED, "stands"),
        *episode(0, 1000, "later"), *episode(61_001, HOUR, "later"),
    ]  # fmt: skip
    assert figures(facts).fleeting == (Counted("fleeting", 2), Counted("later", 1))


def test_stale() -> None:
    """Active for more than 24 h in the span; re-alarms and acks do not shorten it; what is aside does not count."""
    day = 24 * HOUR
    facts = [
        fact(0, C.RAISED, "a"), fact(HOUR, C.ACKNOWLEDGED, "a"), fact(2 * HOUR, C.REALARMED, "a"),
        *episode(0, day, "short"), *episode(0, day + 1, "just"),
        fact(0, C.RAISED, "aside"), fact(HOUR, C.SHELVED, "aside", state=S.UNACK, aside=True),
    ]  # fmt: skip
    found = figures(facts, 0, 3 * day)
    assert found.stale == (Stale("a", T0, None), Stale("just", T0, T0 + day + 1))
    assert found.stale_worst_day == 2
    midnight = [*episode(0, 2 * day, "until midnight"), *episode(day, 3 * day, "from midnight")]
    assert figures(midnight, 0, 4 * day).stale_worst_day == 1
    assert figures(facts, 2 * day, 3 * day).stale == (Stale("a", T0, None),)
    assert figures(facts, 0, day).stale == () and figures(facts, 0, day).stale_worst_day == 0


def test_what_stood_before_the_journal_that_was_read() -> None:
    """A row that stands since three days is stale though no fact tells of its beginning."""
    day = 24 * HOUR
    rows = [
        AlarmStatus("old", S.ACKED, raised_ms=T0 - 3 * day, count=1, priority=2),
        AlarmStatus("a", S.UNACK, raised_ms=T0),
        AlarmStatus("back", S.RTN_UNACK, raised_ms=T0 - 3 * day),
    ]
    facts = [fact(0, C.RAISED, "a"), fact(10, C.ACKNOWLEDGED, "old")]
    found = figures(facts, standing=rows)
    assert found.stale == (Stale("old", T0 - 3 * day, None),)
    assert [a.path for a in activations(facts, rows)] == ["old", "a"]
    assert activations(facts, rows)[0] == Activation("old", T0 - 3 * day, None, 2, True, False)


def test_priorities() -> None:
    """Counts, shares and the time to acknowledge of each; a median and a nearest-rank p95."""
    facts = []
    for i in range(20):
        at = i * MIN
        facts += [fact(at, C.RAISED, f"a{i}"), fact(at + (i + 1) * 1000, C.ACKNOWLEDGED, f"a{i}")]
    facts += [fact(5, C.RAISED, "b", priority=1), fact(6, C.RAISED, "c", priority=1)]
    facts += [fact(30_005, C.ACKNOWLEDGED, "b", priority=1)]
    found = figures(facts)
    third, first = found.priorities[2], found.priorities[0]
    assert (third.count, third.share, first.count) == (20, 20 / 22, 2)
    assert third.acknowledged == AckTimes(20, 0, 10.5, 10.5, 19.0, 20.0)
    assert first.acknowledged == AckTimes(1, 1, 30.0, 30.0, 30.0, 30.0)
    assert found.priorities[1].acknowledged == AckTimes()


def test_time_to_acknowledge() -> None:
    """It runs from the first annunciation through returns and re-alarms; shelving stops it; after it, it runs anew."""
    facts = [
        fact(0, C.RAISED), fact(10_000, C.RETURNED, state=S.RTN_UNACK), fact(20_000, C.REALARMED),
        fact(30_000, C.ACKNOWLEDGED),
        fact(100_000, C.RAISED, "s"), fact(110_000, C.SHELVED, "s", state=S.UNACK, aside=True),
        fact(120_000, C.UNSHELVED, "s", state=S.UNACK), fact(120_000, C.REALARMED, "s"),
        fact(127_000, C.ACKNOWLEDGED, "s"),
        fact(0, C.RAISED, "optional"), fact(5000, C.RETURNED, "optional"),
    ]  # fmt: skip
    assert figures(facts).priorities[2].acknowledged == AckTimes(2, 0, 18.5, 18.5, 30.0, 30.0)


def test_an_acknowledgement_counts_where_it_falls() -> None:
    """Raised before the span, acknowledged in it: counted with its whole time; a clock set back makes it 0."""
    facts = [fact(-10 * MIN, C.RAISED), fact(5 * MIN, C.ACKNOWLEDGED)]
    assert figures(facts).priorities[2].acknowledged.worst_s == 900.0
    assert figures(facts, 6 * MIN).priorities[2].acknowledged == AckTimes()
    back = [fact(5 * MIN, C.RAISED), fact(MIN, C.ACKNOWLEDGED)]
    assert performance(back, T0, T0 + HOUR).priorities[2].acknowledged.worst_s == 0.0


def test_what_was_put_aside() -> None:
    """How often, how long and by whom; what still is counts to the end; what ended before the span does not."""
    facts = [
        fact(-30 * MIN, C.SHELVED, "old", person="li"), fact(-MIN, C.UNSHELVED, "old"),
        fact(0, C.SHELVED, "a", person="li", note="float"), fact(10 * MIN, C.SHELF_ENDED, "a"),
        fact(0, C.OUT_OF_SERVICE, "a", person="zhao", note="W-17"),
        fact(50 * MIN, C.SUPPRESSED, "b", note="rule"), fact(55 * MIN, C.UNSUPPRESSED, "b"),
        fact(20 * MIN, C.SHELVED, "b", person="li"), fact(30 * MIN, C.GONE, "b"),
    ]  # fmt: skip
    found = figures(facts)
    assert figures(facts, -5 * MIN, 5 * MIN).aside_totals[1] == AsideTotal("shelved", "li", 2, 240.0 + 300.0)
    assert found.asides[:2] == (
        Aside("a", "shelved", "li", T0, T0 + 10 * MIN, "float"),
        Aside("a", "out_of_service", "zhao", T0, None, "W-17"),
    )
    assert found.aside_totals == (
        AsideTotal("out_of_service", "zhao", 1, 3600.0),
        AsideTotal("shelved", "li", 2, 1200.0),
        AsideTotal("suppressed", "", 1, 300.0),
    )


def test_operator_positions() -> None:
    """Each area with its own rates; each workstation with what was acknowledged there."""
    north = [fact(t * 1000, C.RAISED, f"n{t}", area="north") for t in range(12)]
    acks = [fact(MIN + t * 1000, C.ACKNOWLEDGED, f"n{t}", area="north", workstation="ws-1") for t in range(12)]
    south = [fact(30 * MIN, C.RAISED, "s", area="south"), fact(31 * MIN, C.ACKNOWLEDGED, "s", area="south")]
    found = figures(north + acks + south)
    assert [(p.name, p.alarms, p.average) for p in found.areas] == [("north", 12, 2.0), ("south", 1, 1 / 6)]
    assert found.areas[0].flood_share > 0.0 == found.areas[1].flood_share and found.areas[0].peak.count == 12
    assert found.areas[0].acknowledged == AckTimes(12, 0, 60.0, 60.0, 60.0, 60.0)
    assert [w.name for w in found.workstations] == ["", "ws-1"]
    assert found.workstations[1] == Workstation("ws-1", AckTimes(12, 0, 60.0, 60.0, 60.0, 60.0))


def test_a_journal_line_is_a_fact() -> None:
    """All that counts is read; another journal and a kind of a newer program are not; a bare line is no error."""
    entry = JournalEntry(
        Journal.ALARMS, "acknowledged", T0, "a", "li", "ws-1", area="north", priority=2,
        detail={"occurrence": "a@1", "state": "acked", "flags": ["shelved"], "annunciated": False, "note": "ok"},
    )  # fmt: skip
    expected = Fact(T0, C.ACKNOWLEDGED, "a", 2, False, "a@1", S.ACKED, True, "li", "ws-1", "north", "ok")
    assert fact_of(entry) == expected
    assert fact_of(replace(entry, journal=Journal.AUDIT)) is None and fact_of(replace(entry, kind="sung")) is None
    assert fact_of(replace(entry, detail={})) == replace(expected, occurrence="", state=S.NORM, aside=False, note="")


def _plain_floods(times: list[int], end_ms: int, step_ms: int) -> float:
    """Walk the clock: in a flood once more than 10 came in the last 600 s, until fewer than 5 did."""
    flooded, walked = False, 0
    for now in range(0, end_ms, step_ms):
        recent = sum(1 for t in times if now - 600_000 < t <= now)
        flooded = recent > 10 or (flooded and recent >= 5)
        walked += flooded
    return walked / (end_ms / step_ms)


@settings(max_examples=60)
@given(st.lists(st.integers(0, 119), max_size=60))
def test_flood_share_is_that_of_a_walk_through_the_hours(minutes: list[int]) -> None:
    """Two hours walked minute by minute give the same share."""
    found = figures([fact(m * MIN, C.RAISED) for m in minutes], 0, 2 * HOUR)
    assert found.flood_share == pytest.approx(_plain_floods([m * MIN for m in minutes], 2 * HOUR, MIN))
    assert found.peak.count == max((sum(1 for m in minutes if m // 10 == p) for p in range(12)), default=0)
