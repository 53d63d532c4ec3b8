"""How values, times and dangers of a station are told: plain state, no Qt."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from app.model.commands.verbs import Check, Verb
from app.model.quality import Quality
from app.model.records import CommandState, EquipmentStatus, Hold, Person
from app.model.spec import Label, State, TagKind, TagSpec
from app.series.batch import SampleBatch
from app.views.state.alarm_book import AlarmBook
from app.views.state.conditions import judge
from app.views.state.face import face_of
from app.views.state.live import LiveValue, LiveValues
from app.views.state.overflow import Outlook, Rise, has_reserve, outlook, rise_of, time_to_overflow
from app.views.state.prechecks import Surroundings, blocking, offers_first, why_not
from app.views.state.readings import ChangeWatch, reader
from app.views.state.scale import mark_text, scale_of, zone_of
from app.views.state.station import Health, station_state
from app.views.state.traces import Traces
from app.views.state.values import Mark, age_text, clock_text, number_text, show
from tests.helpers.alarms import raise_at
from tests.views.station_site import make_site, normal_values

NOW = 1_790_000_000_000
LEVEL = TagSpec(
    "w/level", Label("液位", "Level"), TagKind.ANALOG, 1, "m", low=0, high=5, normal_low=1, normal_high=3,
    marks=(("LL", 0.6), ("start1", 2.0), ("H", 3.4), ("HH", 3.9)),
)  # fmt: skip
TRIP = TagSpec(
    "p/trip", Label("故障", "Trip"), TagKind.DISCRETE, 2, abnormal=(1,),
    states=(State(0, Label("正常", "normal")), State(1, Label("跳闸", "tripped"))),
)  # fmt: skip


def put(live: LiveValues, values: dict[str, float], *, quality: int = Quality.GOOD, at_ms: int = NOW - 500) -> None:
    numbers = [spec.number for spec in (live.spec(p) for p in values) if spec is not None]
    assert len(numbers) == len(values)
    n = len(values)
    live.apply(
        SampleBatch(
            np.array(numbers, np.int32), np.array(list(values.values())), np.full(n, quality, np.uint16),
            np.full(n, at_ms, np.int64), at_ms,
        )
    )  # fmt: skip


def living(pumps: int = 3, *, vfd: bool = False, rain: bool = False, demo: bool = True) -> LiveValues:
    site = make_site(pumps, vfd=vfd, rain=rain, demo=demo)
    live = LiveValues(site)
    put(live, normal_values(site, now_ms=NOW))
    return live


@pytest.mark.parametrize(
    ("quality", "text", "mark", "note"),
    [
        (Quality.GOOD, "2.35", Mark.PLAIN, ""),
        (Quality.MANUAL, "2.35", Mark.MANUAL, "M"),
        (Quality.SIMULATED, "2.35", Mark.SIMULATED, "S"),
        (Quality.OUT_OF_RANGE, "2.35", Mark.UNCERTAIN, ""),
        (Quality.STALE, "2.35", Mark.STALE, "75 s"),
        (Quality.COMM_LOST, "COMM", Mark.COMM, ""),
        (Quality.SENSOR_FAULT, "????", Mark.BAD, ""),
        (Quality.NOT_YET, "????", Mark.BAD, ""),
        (Quality.ENGINE_LOST, "2.35", Mark.LOST, ""),
    ],
)
def test_each_quality_has_its_own_look(quality: int, text: str, mark: Mark, note: str) -> None:
    """Good is plain, every other quality is told by text, mark and note."""
    shown = show(LiveValue(2.348, quality, NOW - 75_000), LEVEL, now_ms=NOW, language="en")
    assert (shown.text, shown.mark, shown.note) == (text, mark, note)
    assert shown.faded is (mark in (Mark.STALE, Mark.LOST))


def test_a_value_that_nobody_may_use_has_no_number() -> None:
    """Bars and fills get NaN from bad and lost values, and an unknown code of a newer program counts by severity."""
    for quality in (Quality.COMM_LOST, Quality.BAD, 200):
        assert math.isnan(show(LiveValue(2.3, quality, NOW), LEVEL, now_ms=NOW, language="en").value)
    assert show(LiveValue(2.3, 90, NOW), LEVEL, now_ms=NOW, language="en").mark is Mark.UNCERTAIN


def test_noise_below_the_last_digit_looks_the_same() -> None:
    """Two values with the same text are equal when shown, so nothing is painted again."""
    one, two = (show(LiveValue(v, 0, NOW), LEVEL, now_ms=NOW, language="zh") for v in (2.3412, 2.3441))
    assert one == two


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(3.14159, 2, "3.14"), (86.25, 2, "86.25"), (436.2, 2, "436.2"), (1260.4, 2, "1260"), (18233.7, 1, "18234"),
     (-0.001, 2, "0.00"), (-1.5, 1, "−1.5")],
)  # fmt: skip
def test_at_most_four_significant_digits(value: float, decimals: int, text: str) -> None:
    """Decimals give way before the whole part ever does."""
    assert number_text(value, decimals) == text


def test_states_and_counters() -> None:
    """A discrete value reads its state's name in the room's language, a counter keeps all its digits."""
    assert show(LiveValue(1, 0, NOW), TRIP, now_ms=NOW, language="zh").text == "跳闸"
    assert show(LiveValue(1, 0, NOW), TRIP, now_ms=NOW, language="en").abnormal
    assert not show(LiveValue(1, Quality.STALE, NOW), TRIP, now_ms=NOW, language="en").abnormal
    total = TagSpec("f/total", Label("累计", "Total"), TagKind.COUNTER, 3, "m³", decimals=0)
    assert show(LiveValue(182_334, 0, NOW), total, now_ms=NOW, language="en").whole == "182334 m³"


def test_ages_and_clocks() -> None:
    """Ages take their largest unit, clocks round up so that a start is never promised early."""
    assert [age_text(s * 1000) for s in (0, 119, 120, 7199, 7200, 172_800)] == [
        "0 s",
        "119 s",
        "2 min",
        "119 min",
        "2 h",
        "2 d",
    ]
    assert [clock_text(s) for s in (41.2, 0, 3600, 725)] == ["0:42", "0:00", "1:00:00", "12:05"]


def test_scale_and_zones() -> None:
    """The scale places band and marks; the worst limit that is reached names the zone."""
    scale = scale_of(LEVEL)
    assert scale.band == (0.2, 0.6)
    assert [m.name for m in scale.marks] == ["LL", "start1", "H", "HH"]
    assert [zone_of(v, LEVEL) for v in (0.5, 2.0, 3.4, 4.2, math.nan)] == ["LL", "", "H", "HH", ""]
    assert (mark_text("start2", "zh"), mark_text("start2", "en"), mark_text("HH", "zh")) == ("启2", "start 2", "HH")


def test_time_to_overflow_follows_a_steady_rise() -> None:
    """At 0.6 m/h, 0.3 m below the edge, half an hour is left; spikes do not bend the slope."""
    t = np.arange(NOW - 180_000, NOW, 2000, dtype=np.int64)
    v = 3.5 + (t - NOW) / 3_600_000 * 0.6
    v[10], v[40] = 4.9, 0.1
    rise = rise_of(t, v, now_ms=NOW)
    assert rise is not None and rise.rising and rise.per_min == pytest.approx(0.01, rel=0.03)
    assert time_to_overflow(rise, 3.5, 3.8) == pytest.approx(1800, rel=0.03)


def test_no_time_to_overflow_without_a_rise_that_can_be_trusted() -> None:
    """Falling, standing, too short, lost or very slow levels show no time; a reached edge shows zero."""
    t = np.arange(NOW - 180_000, NOW, 2000, dtype=np.int64)
    falling = rise_of(t, 3.5 - (t - t[0]) / 1e7, now_ms=NOW)
    assert falling is not None and not falling.rising and time_to_overflow(falling, 3.5, 3.8) is None
    assert rise_of(t[-5:], np.linspace(3, 3.2, 5), now_ms=NOW) is None
    lost = np.append(np.linspace(3, 3.2, len(t) - 1), np.nan)
    assert rise_of(t, lost, now_ms=NOW) is None
    assert rise_of(t[:0], np.empty(0), now_ms=NOW) is None
    assert time_to_overflow(Rise(0.01, True), math.nan, 3.8) is None
    assert time_to_overflow(Rise(0.0001, True), 3.5, 3.8) is None
    assert time_to_overflow(Rise(0.01, True), 3.5, None) is None
    assert time_to_overflow(None, 3.8, 3.8) == 0.0


def test_a_well_that_fills_between_two_starts_has_reserve() -> None:
    """Below its last start level the control still has pumps to start; a tag without start levels never has."""
    level = LEVEL
    assert has_reserve(1.9, level, spare=1) and not has_reserve(2.0, level, spare=1)
    assert not has_reserve(1.9, level, spare=0), "no pump is left to be started"
    assert not has_reserve(1.0, TagSpec("x", Label("", ""), TagKind.ANALOG), spare=1)


def test_one_rule_gives_the_badge_and_the_row() -> None:
    """Reserve is no trouble at any time; without it the time decides; a reached edge is a trouble even with reserve."""
    cases = [(1900.0, False, 0), (1500.0, False, 2), (500.0, False, 1), (500.0, True, 0), (0.0, True, 1)]
    assert [Outlook(s, reserve=r).priority for s, r, _ in cases] == [p for _, _, p in cases]
    assert outlook(Rise(0.1, True), 3.0, LEVEL, overflow_level=3.8, spare=0) == Outlook(pytest.approx(480.0))
    assert outlook(Rise(0.1, False), 3.0, LEVEL, overflow_level=3.8, spare=0) is None


def test_a_started_pump_turns_the_slope_within_fifteen_seconds() -> None:
    """Three minutes of rise, then a fall: fifteen seconds after the start it is told."""
    t = np.arange(NOW - 180_000, NOW + 20_000, 1000, dtype=np.int64)
    v = 2.0 + np.where(t < NOW, (t - NOW) * 0.3, (t - NOW) * -0.4) / 60_000
    at = {s: rise_of(t[t <= NOW + s * 1000], v[t <= NOW + s * 1000], now_ms=NOW + s * 1000) for s in (0, 15)}
    assert at[0] is not None and at[0].rising and at[0].per_min == pytest.approx(0.3, rel=0.05)
    assert at[15] is not None and not at[15].rising and at[15].per_min < -0.2
    bad = np.where(t > NOW + 5000, np.nan, v)
    assert rise_of(t, bad, now_ms=NOW + 19_000) is None, "a slope is never told from bad values"


def test_a_short_past_is_drawn_over_a_short_window() -> None:
    """Two minutes at first, then as many minutes as are known, up to the window; a bad value is no knowledge."""
    traces = Traces(("one/well/level",), seconds=900)
    traces.seed({"one/well/level": (np.array([0], np.int64), np.array([math.nan]))})
    assert traces.shown_s(NOW) == 120.0
    traces = Traces(("one/well/level",), seconds=900)
    for known_s, shown_s in ((60, 120.0), (250, 300.0), (580, 600.0), (800, 840.0), (2000, 900.0)):
        traces.seed({"one/well/level": (np.array([NOW - known_s * 1000], np.int64), np.array([1.0]))})
        assert traces.shown_s(NOW) == shown_s


def test_a_level_that_stopped_changing_does_not_rise_for_ever() -> None:
    """Only changes are sampled: a rise that ended three minutes ago has ended."""
    t = np.arange(NOW - 600_000, NOW - 200_000, 2000, dtype=np.int64)
    rise = rise_of(t, np.linspace(1, 3, len(t)), now_ms=NOW)
    assert rise is not None and not rise.rising


def test_traces_keep_gaps_and_hold_values() -> None:
    """Lost values become gaps, a past read later goes before the present, long silences are held flat."""
    live = living()
    traces = Traces(("one/well/level",), seconds=900)
    traces.follow(live, now_ms=NOW)
    put(live, {"one/well/level": math.nan}, quality=Quality.COMM_LOST, at_ms=NOW - 500)
    traces.follow(live, now_ms=NOW + 4000)
    traces.seed({"one/well/level": (np.array([NOW - 60_000, NOW - 30_000], np.int64), np.array([2.0, 2.2]))})
    times, values = traces.series("one/well/level")
    assert list(times[:2]) == [NOW - 60_000, NOW - 30_000] and np.isnan(values[-1]) and values[2] == 2.31
    held, flat = traces.held("one/well/level", now_ms=NOW + 5000)
    assert list(flat[:2]) == [2.0, 2.0] and held[1] == NOW - 30_200
    assert held[-1] == NOW + 5000


def test_traces_survive_a_source_whose_clock_runs_behind() -> None:
    """After a gap, samples stamped five minutes early are still taken, in order, at the time they arrived."""
    live = living()
    traces = Traces(("one/well/level",))
    put(live, {"one/well/level": math.nan}, quality=Quality.COMM_LOST)
    traces.follow(live, now_ms=NOW)
    put(live, {"one/well/level": 2.0}, at_ms=NOW - 300_000)
    traces.follow(live, now_ms=NOW + 1000)
    put(live, {"one/well/level": 2.1}, at_ms=NOW - 299_000)
    traces.follow(live, now_ms=NOW + 2000)
    times, values = traces.series("one/well/level")
    assert list(times) == [NOW, NOW + 1000, NOW + 2000] and list(values[1:]) == [2.0, 2.1]


def test_traces_forget_what_left_the_window() -> None:
    """One point before the window stays, so that the line enters the picture."""
    live = living()
    traces = Traces(("one/well/level",), seconds=60)
    for k in range(10):
        put(live, {"one/well/level": float(k)}, at_ms=NOW + k * 20_000)
        traces.follow(live, now_ms=NOW + k * 20_000)
    assert len(traces.series("one/well/level")[0]) == 4


def test_the_face_of_a_pump_tells_word_mode_and_marks() -> None:
    """Running in Auto is a filled symbol with A; Local, hold tag, selection and a command add their marks."""
    live = living()
    pump = next(e for e in live.site.equipment if e.path == "one/pump1")
    face = face_of(pump, live, None, roles=("current",), session="me", now_ms=NOW, language="en")
    assert (face.word, face.filled, face.mode, face.local, face.priority) == ("running", True, "A", False, 0)
    put(live, {"one/pump1/remote": 0.0, "one/pump1/trip": 1.0, "one/pump1/mode": 1.0})
    live.book = AlarmBook()
    raise_at(live.book, pump.path, 2)
    status = EquipmentStatus(
        pump.path, selected_by="li", selected_session="other", selected_until_ms=NOW + 9000,
        hold=Hold("li", "impeller", NOW), state=CommandState.SENT,
    )  # fmt: skip
    face = face_of(pump, live, status, roles=(), session="me", now_ms=NOW, language="en")
    assert (face.word, face.filled, face.mode, face.local, face.priority) == ("tripped", False, "H", True, 2)
    assert (face.held, face.selected, face.command) == (True, "other", CommandState.SENT)


def test_the_face_of_a_dead_line_claims_nothing() -> None:
    """With the line down the word is unknown, the mode has no letter, and no fault is invented."""
    live = living()
    pump = next(e for e in live.site.equipment if e.path == "one/pump1")
    put(live, {p: 1.0 for _, p in pump.tags}, quality=Quality.COMM_LOST)
    face = face_of(pump, live, None, roles=("run",), session="me", now_ms=NOW, language="en")
    assert (face.word, face.mark, face.mode, face.priority, face.filled) == ("unknown", Mark.COMM, "?", 0, False)


def test_a_station_is_as_well_as_its_worst_part() -> None:
    """Normal, abnormal, doubtful, without communication, engine silent: each outranks the one before."""
    live = living()
    one = live.site.facilities[0]

    def health() -> tuple[Health, int]:
        state = station_state(live.site, one, live, {})
        return state.health, state.priority

    assert health() == (Health.NORMAL, 0)
    live.book = AlarmBook()
    raise_at(live.book, "one/pump2", 2)
    assert health() == (Health.ABNORMAL, 2)
    put(live, {"one/pump1/run": 1.0}, quality=Quality.STALE)
    assert health() == (Health.DOUBTFUL, 2)
    put(live, {"dev/plc-one/state": 2.0})
    assert health()[0] is Health.NO_COMMUNICATION
    live.set_engine_silent(True)
    assert health()[0] is Health.ENGINE_SILENT


def test_pumps_that_cannot_be_had_are_not_available() -> None:
    """Tripped, Local and held pumps are not counted as available."""
    live = living(5)
    put(live, {"one/pump2/trip": 1.0, "one/pump3/remote": 0.0})
    held = {"one/pump4": EquipmentStatus("one/pump4", hold=Hold("li", "x", NOW))}
    pumps = station_state(live.site, live.site.facilities[0], live, held).pumps
    assert (pumps.total, pumps.running, pumps.tripped, pumps.available, pumps.unknown) == (5, 1, 1, 2, 0)


def around(
    live: LiveValues, *, role: str = "operator", heartbeat: float | None = 0.5, **status: EquipmentStatus
) -> Surroundings:
    rows = {s.path: s for s in status.values()}
    return Surroundings(live, live.site.facilities[0], rows, Person("li", role, "me", "ws"), NOW, heartbeat)


def test_nothing_speaks_against_a_stopped_healthy_pump() -> None:
    """A selected, stopped pump in order may start: the list is empty."""
    live = living()
    pump = next(e for e in live.site.equipment if e.path == "one/pump2")
    mine = EquipmentStatus(pump.path, selected_by="li", selected_session="me", selected_until_ms=NOW + 9000)
    assert why_not(around(live, a=mine), pump, Verb.START, value=None, expect="stopped", selected=True) == ()


def test_all_reasons_are_named_not_only_the_first() -> None:
    """A held, tripped pump in Local behind a dead line lists each of them; a stop lists only what blocks a stop."""
    live = living()
    pump = next(e for e in live.site.equipment if e.path == "one/pump2")
    put(live, {"one/pump2/trip": 1.0, "one/pump2/remote": 0.0, "one/pump2/start_wait": 42.0, "dev/plc-one/state": 2.0})
    held = EquipmentStatus(pump.path, hold=Hold("wang", "impeller", NOW))
    other = EquipmentStatus("one/pump1", state=CommandState.EXECUTING)
    surroundings = around(live, role="viewer", heartbeat=None, a=held, b=other)
    found = {
        r.check for r in blocking(why_not(surroundings, pump, Verb.START, value=None, expect="stopped", selected=False))
    }
    assert found == {
        Check.RIGHT, Check.HOLD, Check.LINK, Check.HEARTBEAT, Check.REMOTE, Check.EXPECT, Check.NO_TRIP, Check.MIN_TIME,
        Check.BUSY,
    }  # fmt: skip
    stop = {
        r.check for r in blocking(why_not(surroundings, pump, Verb.STOP, value=None, expect="tripped", selected=False))
    }
    assert stop == {Check.RIGHT, Check.HOLD, Check.LINK, Check.REMOTE}, "a stop goes past what executes"


def test_a_locked_session_and_a_full_disk_speak_against_every_command() -> None:
    """Nothing is commanded from a locked session, nor with a full disk; that a store is live is no reason."""
    live = living(demo=False)
    pump = next(e for e in live.site.equipment if e.path == "one/pump2")

    def against(there: Surroundings) -> set[str]:
        return {r.check for r in why_not(there, pump, Verb.STOP, value=None, expect="", selected=False)}

    free = around(live)
    assert "session_locked" not in against(free)
    put(live, {"engine/disk": 96.0})
    locked = replace(free, person=replace(free.person, locked=True))
    assert {"session_locked", Check.STORE} <= against(locked)


def test_a_second_signer_is_asked_for_later() -> None:
    """Opening to a receiving water needs a second signer: that is no reason before the command is confirmed."""
    live = living(rain=True)
    gate = next(e for e in live.site.equipment if e.path == "one/gate1")
    found = {r.check for r in why_not(around(live), gate, Verb.OPEN, value=None, expect="", selected=False)}
    assert Check.TWO_PERSON not in found


def test_the_safe_action_leads_when_something_is_wrong() -> None:
    """Return to Auto comes first at an upset pump and keeps its place otherwise."""
    live = living()
    pump = next(e for e in live.site.equipment if e.path == "one/pump2")
    assert offers_first(pump, upset=False)[0] == "start"
    assert offers_first(pump, upset=True) == ("auto", "start", "stop", "mode", "reset")


def test_a_good_value_is_as_old_as_its_devices_last_answer() -> None:
    """A value that stands still for an hour is young while its device answers, and old once it does not."""
    live = living()
    put(live, {"one/pump2/ready": 1.0}, at_ms=NOW - 3_600_000)
    reading = reader(live, now_ms=NOW)("one/pump2/ready")
    assert reading is not None and reading.age_s == 0.0 and reading.period_s == 1.0
    late = reader(live, now_ms=NOW + 60_000)("one/pump2/ready")
    assert late is not None and late.age_s > 50
    assert reader(live, now_ms=NOW)("no/such/tag") is None


def test_a_heartbeat_is_timed_by_our_own_clock() -> None:
    """A PLC whose clock is minutes off still has a fresh heartbeat while its counter changes here."""
    live = living()
    watch = ChangeWatch()
    assert watch.age_s("one/plc/heartbeat", monotonic=10.0) is None
    watch.look(live, "one/plc/heartbeat", monotonic=10.0)
    put(live, {"one/plc/heartbeat": 18.0}, at_ms=NOW - 300_000)
    watch.look(live, "one/plc/heartbeat", monotonic=12.0)
    watch.look(live, "one/plc/heartbeat", monotonic=15.0)
    assert watch.age_s("one/plc/heartbeat", monotonic=16.0) == 4.0


def test_conditions_are_met_failing_or_unknown() -> None:
    """Each permissive shows its live value and limit; what cannot be read is neither met nor failing."""
    live = living()
    pump = next(e for e in live.site.equipment if e.path == "one/pump2")
    put(live, {"one/pump2/ready": 0.0})
    put(live, {"one/well/level": 2.0}, quality=Quality.COMM_LOST)
    level, ready = judge(pump.permissives, live, reader(live, now_ms=NOW), now_ms=NOW, language="en")
    assert (level.met, level.shown.text, level.limit) == (None, "COMM", "> 0.60")
    assert (ready.met, ready.shown.text, ready.limit) == (False, "no", "")


def test_the_site_of_these_tests_is_whole() -> None:
    """Every tag has a number of its own and a value, so that no test passes for want of data."""
    site = make_site(4, vfd=True, rain=True)
    numbers = [t.number for t in site.tags]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert set(normal_values(site, now_ms=NOW)) == {t.path for t in site.tags}
