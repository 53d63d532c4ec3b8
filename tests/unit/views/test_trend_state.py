"""What a trend knows: its pens, its time, its lines, its ticks, what it must read."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from app.model.alarms.status import AlarmChange
from app.model.people import Note
from app.model.quality import Quality
from app.model.records import Journal, JournalEntry
from app.model.spec import Label, TagKind, TagSpec
from app.model.trends import PENS, Pen
from app.series.samples import Curve
from app.views.state.sentences import Names
from app.views.state.trend_asks import parts_of, still_does, wanted_for
from app.views.state.trend_groups import default_group, facility_of, same_pens, setpoint_of, tags_for
from app.views.state.trend_line import BROKEN, DOUBTFUL, FINE, TrendLine
from app.views.state.trend_marks import MarkKind, clusters_of, marks_of, shift_marks
from app.views.state.trend_pens import Added, TrendPens, zones_of
from app.views.state.trend_scale import axis_of, time_ticks
from app.views.state.trend_search import TagIndex
from app.views.state.trend_statistics import figures_of, limits_of_tag
from app.views.state.trend_window import LEAD, TrendWindow
from app.views.state.trend_words import delta_text, hours_unit, lasting_text, shift_text, shown_of, span_text
from tests.helpers.fake_history import FakeHistory, samples
from tests.helpers.xiasha import xiasha

HOUR, DAY = 3_600_000, 86_400_000
NOW = 1_790_000_000_000


def spec(path: str, unit: str = "m", kind: TagKind = TagKind.ANALOG, **more: Any) -> TagSpec:
    return TagSpec(path, Label(path, path), kind, unit=unit, **more)


# Pens.


def test_the_thirty_third_pen_is_refused_and_nothing_changes() -> None:
    """Thirty-two are taken, each with a look of its own; one more is FULL, also as a comparison."""
    pens = TrendPens()
    for i in range(PENS):
        assert pens.add(spec(f"t{i}")) is Added.ADDED
    before = pens.pens
    assert pens.add(spec("t32")) is Added.FULL and pens.compare(0, DAY) is Added.FULL
    assert pens.pens == before and sorted(p.hue for p in before) == list(range(PENS))


def test_a_pen_that_is_there_is_chosen_and_text_is_refused() -> None:
    """Nothing is drawn twice; what cannot be drawn is said."""
    pens = TrendPens()
    pens.add(spec("a"))
    pens.add(spec("b"))
    assert pens.add(spec("a")) is Added.THERE and pens.chosen == 0 and len(pens.pens) == 2
    assert pens.add(None) is Added.UNKNOWN and pens.add(spec("c", kind=TagKind.TEXT)) is Added.TEXT


def test_a_pen_taken_away_leaves_its_look_to_the_next() -> None:
    """The hue that is free is given again, and the choice stays where it was."""
    pens = TrendPens()
    for name in "abc":
        pens.add(spec(name))
    pens.choose(2)
    pens.remove(0)
    assert [p.tag for p in pens.pens] == ["b", "c"] and pens.chosen == 1
    pens.add(spec("d"))
    assert pens.pens[-1].hue == 0


def test_a_comparison_stands_below_its_pen_and_is_taken_back_by_the_same() -> None:
    """Yesterday has the hue of today."""
    pens = TrendPens()
    pens.add(spec("a"))
    pens.add(spec("b"))
    assert pens.compare(0, DAY) is Added.ADDED
    assert pens.pens == (Pen("a", 0, 0), Pen("a", DAY, 0), Pen("b", 0, 1))
    assert pens.compare(0, DAY) is Added.THERE and len(pens.pens) == 2


def test_each_unit_has_an_axis_and_each_state_a_strip() -> None:
    """Axes in the order of first pens, strips below them, hidden pens nowhere."""
    specs = [spec("a"), spec("run", "", TagKind.DISCRETE), spec("b", "kW"), spec("c"), spec("d", "A")]
    pens = [Pen(s.path, hidden=s.path == "d") for s in specs]
    zones = zones_of(pens, specs)
    assert [(z.unit, z.places, z.strip) for z in zones] == [("m", (0, 3), False), ("kW", (2,), False), ("", (1,), True)]


def test_a_group_opens_with_what_the_site_still_has() -> None:
    """Unknown tags are counted, looks that were saved are kept, others given."""
    pens = TrendPens()
    missing = pens.replace((Pen("a"), Pen("gone"), Pen("b", hue=5)), {"a", "b"})
    assert missing == 1 and pens.pens == (Pen("a", hue=0), Pen("b", hue=5))
    assert same_pens(pens.pens, (Pen("a"), Pen("b"))) and not same_pens(pens.pens, (Pen("b"), Pen("a")))


# Time.


def test_live_follows_and_zooming_keeps_now_in_its_place() -> None:
    """A live picture ends just behind now, whatever the span."""
    window = TrendWindow(HOUR)
    start, end = window.edges(NOW)
    assert end - start == HOUR and end == NOW + round(HOUR * LEAD)
    window.zoom(0.5, NOW - HOUR, NOW)
    assert window.live and window.edges(NOW)[1] == NOW + round(HOUR * LEAD / 2)


def test_a_hand_that_pans_pauses_and_zooming_holds_the_instant_under_it() -> None:
    """Paused, the picture stands while time goes on; back to live follows again."""
    window = TrendWindow(HOUR)
    window.pan(-2 * HOUR, NOW)
    start, end = window.edges(NOW)
    assert not window.live and window.edges(NOW + HOUR) == (start, end)
    at = start + HOUR // 4
    window.zoom(0.25, at, NOW)
    first, last = window.edges(NOW)
    assert last - first == HOUR // 4 and (at - first) / (last - first) == pytest.approx(0.25, abs=1e-6)
    window.follow()
    assert window.behind_ms(NOW) == 0


def test_nobody_pans_into_the_future() -> None:
    """The picture stops where a live one would end."""
    window = TrendWindow(HOUR)
    window.pan(5 * HOUR, NOW)
    assert window.edges(NOW)[1] == NOW + round(HOUR * LEAD)


# Lines.


def curve_of(reader: FakeHistory, start: int, end: int, points: int) -> Curve:
    return reader.curves([1], start, end, points).curves[0]


def test_a_line_holds_until_the_next_sample_and_nothing_over_a_hole() -> None:
    """Exact samples; between frames that never came there is nothing, not even the value before."""
    from app.series.samples import Gap

    reader = FakeHistory({1: samples([1000, 2000, 9000], [1, 2, 3])}, 10_000, (Gap(4000, 8000),))
    line = TrendLine("a", 1)
    line.take(curve_of(reader, 0, 10_000, 100))
    found = line.entries
    assert found.start.tolist() == [1000, 2000, 9000] and found.end.tolist() == [2000, 4000, 10_000]
    assert line.read(3999).value == 2 and line.read(5000) is None  # type: ignore[union-attr]


def test_a_bad_value_is_broken_and_an_uncertain_one_doubtful() -> None:
    """No number where none may be drawn, and the worst of a bucket is told."""
    reader = FakeHistory(
        {1: samples([0, 1000, 2000], [1, 9, 3], [Quality.GOOD, Quality.COMM_LOST, Quality.OUT_OF_RANGE])}, 3000
    )
    line = TrendLine("a", 1)
    line.take(curve_of(reader, 0, 3000, 100))
    assert line.entries.grade.tolist() == [FINE, BROKEN, DOUBTFUL]
    assert math.isnan(line.read(1500).value)  # type: ignore[union-attr]


def test_before_anything_was_read_there_is_nothing() -> None:
    """An engine that starts says so of every tag: no bad value, and none since 1970."""
    reader = FakeHistory({1: samples([0, 2000], [math.nan, 2], [Quality.NOT_YET, Quality.GOOD])}, 5000)
    line = TrendLine("a", 1)
    line.take(curve_of(reader, 0, 5000, 100))
    assert line.entries.start.tolist() == [2000] and line.read(1000) is None


def test_live_values_go_on_where_history_ended() -> None:
    """The last value that history knew holds until the first live one; the newest holds until now."""
    reader = FakeHistory({1: samples([1000, 2000], [1, 2])}, 5000)
    line = TrendLine("a", 1)
    line.follow(4000, 7.0, 0)
    line.take(curve_of(reader, 0, 5000, 100), live=(2000.0, 2.0, 0))
    line.follow(6000, 8.0, 0)
    line.follow(5500, 99.0, 0)
    line.hold(9000)
    assert line.entries.start.tolist() == [1000, 2000, 5000, 6000]
    assert line.entries.end.tolist() == [2000, 5000, 6000, 9000]
    assert [line.read(t).value for t in (1500, 4500, 5500, 8000)] == [1, 2, 2, 8]  # type: ignore[union-attr]


def test_a_still_line_stays_while_its_own_goes_on() -> None:
    """Values that come, time that passes, another instant that is shown: a sheet that was asked for has none of it."""
    line = TrendLine("a", 1, 0)
    line.follow(4000, 7.0, 0)
    line.hold(5000)
    still = line.still()
    line.hold(9000)
    assert still.entries.end.tolist() == [5000.0] and line.entries.end.tolist() == [9000.0]
    line.follow(9500, 8.0, 0)
    line.forget()
    assert still.entries.mean.tolist() == [7.0] and still.read(4500) is not None and line.read(4500) is None


def test_a_compared_time_is_moved_and_says_its_own() -> None:
    """Drawn a day later, read with the source's time."""
    reader = FakeHistory({1: samples([1000, 2000], [1, 2])}, 5000)
    line = TrendLine("a", 1, DAY)
    line.take(curve_of(reader, 0, 5000, 100), live=(2000.0, 2.0, 0))
    found = line.read(DAY + 1500)
    assert found is not None and (found.value, found.source_ms) == (1, 1000) and line.tail_length == 0


def test_buckets_say_their_mean_and_what_the_value_did() -> None:
    """A reading of a bucket is no sample, and says so."""
    t = np.arange(0, 100_000, 100)
    reader = FakeHistory({1: samples(t, (t // 100) % 10)}, 100_000)
    line = TrendLine("a", 1)
    line.take(curve_of(reader, 0, 100_000, 50))
    found = line.read(50_500)
    assert found is not None and not found.exact and (found.low, found.high, found.value) == (0, 9, 4.5)


# What is read.


def test_a_picture_is_read_with_its_sides_and_does_until_it_leaves_them() -> None:
    """About one entry per px; a small pan or zoom needs nothing new, a big one does."""
    wanted = wanted_for(0, HOUR, 1000, following=False)
    assert wanted.start_ms == -HOUR // 2 and wanted.end_ms == HOUR + HOUR // 2 and wanted.points == 2000
    assert still_does(wanted, HOUR // 3, HOUR + HOUR // 3, 1000)
    assert not still_does(wanted, HOUR, 2 * HOUR, 1000)
    assert not still_does(wanted, 0, HOUR // 4, 1000), "a zoom shows more than was read"
    assert not still_does(wanted, 0, HOUR, 1000, tail=5000) and not still_does(None, 0, HOUR, 1000)


def test_many_pens_are_read_in_parts_by_their_time() -> None:
    """Eight tags a question, those of another day apart."""
    parts = parts_of([0] * 10 + [DAY] * 2, skip=[0])
    assert [(len(p.places), p.shift_ms) for p in parts] == [(8, 0), (1, 0), (2, DAY)]


# Ticks.


def test_ticks_are_round_and_hold_the_values() -> None:
    """Ends stand on half steps; noise stays flat."""
    axis = axis_of(1.93, 2.88, least=0.1, count=4)
    assert axis.low <= 1.93 and axis.high >= 2.88 and axis.ticks == (2.0, 2.5, 3.0) and axis.text(2.5) == "2.5"
    flat = axis_of(2.0, 2.0, least=0.1, count=4)
    assert flat.high - flat.low >= 0.1
    assert axis_of(math.nan, math.nan, least=1, count=3).ticks
    assert axis_of(-1500.0, -1000.0, least=1, count=2).text(-1500.0) == "−1 500"


def test_time_ticks_stand_on_local_hours_over_a_change_of_the_clock() -> None:
    """The night in which Berlin sets its clocks back has 25 hours, and midnight says the date."""
    start = 1_793_480_400_000 - 6 * HOUR
    ticks = time_ticks(start, start + 30 * HOUR, "Europe/Berlin", most=12)
    assert {t.text[3:] for t in ticks} == {"00"} and len({t.at_ms for t in ticks}) == len(ticks)
    assert [t.text for t in ticks if t.date][1:] == ["00:00"] * (len([t for t in ticks if t.date]) - 1)


@pytest.mark.parametrize("span", [20_000, HOUR, DAY, 30 * DAY, 365 * DAY, 8 * 365 * DAY])
def test_there_are_never_more_ticks_than_asked(span: int) -> None:
    """From seconds to years: some ticks, in order, inside."""
    ticks = time_ticks(NOW, NOW + span, "Asia/Shanghai", most=12)
    times = [t.at_ms for t in ticks]
    assert 2 <= len(ticks) <= 14 and times == sorted(times) and NOW <= times[0] and times[-1] < NOW + span


# Words, search, groups, marks.


def test_spans_shifts_and_figures_in_words() -> None:
    """In both languages, with the units that people say."""
    assert [span_text(ms, "en") for ms in (HOUR, 90 * 60_000, DAY, 2 * DAY + HOUR, 45_000)] == [
        "1 h", "1 h 30 min", "24 h", "2 d 1 h", "45 s",
    ]  # fmt: skip
    assert shift_text(7 * DAY, "zh") == "−7 天" and shift_text(0, "en") == ""
    assert lasting_text(90, "en") == "1 min 30 s" and lasting_text(math.nan, "en") == "—"
    assert [hours_unit(u) for u in ("m³/h", "kW", "m", "")] == ["m³", "kWh", "m·h", "h"]


def test_readings_differ_with_their_sign() -> None:
    """B minus A; nothing where one is not known."""
    line = TrendLine("a", 1)
    line.take(curve_of(FakeHistory({1: samples([0, 1000], [1.5, 4.0])}, 2000), 0, 2000, 100))
    one, other = line.read(500), line.read(1500)
    tag = spec("a", decimals=1)
    assert delta_text(one, other, tag) == "+2.5" and delta_text(other, one, tag) == "−2.5"
    assert delta_text(one, None, tag) == "—" and shown_of(None, tag, now_ms=0, language="en").text == "—"


def test_tags_are_found_by_name_place_and_path() -> None:
    """In either language; each word must fit; measurements come first."""
    index = TagIndex(xiasha())
    assert index.find("ps01/well/level")[0].path == "ps01/well/level"
    assert "ps01/well/level" in [s.path for s in index.find("学林 液位")]
    assert index.find("Xuelin pump 1 current")[0].path == "ps01/pump1/current"
    assert index.find("nothing like that") == () and index.find("level", besides=["ps01/well/level"])
    assert index.place("ps01/pump1/run", "en").startswith("Xuelin")


def test_every_station_has_a_group_of_its_own() -> None:
    """Its headline tags and the runs of its pumps; and what a path stands for."""
    site = xiasha()
    facility = facility_of(site, "ps01/well/level:HH")
    assert facility is not None
    tags = [p.tag for p in default_group(site, facility, "en").pens]
    assert tags[:4] == list(facility.headline) and "ps01/pump1/run" in tags
    assert tags_for(site, "ps01/well/level:HH") == ("ps01/well/level",)
    assert "ps01/pump1/current" in tags_for(site, "ps01/pump1") and tags_for(site, "nowhere") == ()


def test_a_speed_has_its_set_point_beside_it() -> None:
    """As its deviation alarm says."""
    site = xiasha()
    speeds = [t.path for t in site.tags if t.path.endswith("/speed")]
    assert speeds and setpoint_of(site, speeds[0]) == f"{speeds[0]}_sp" and setpoint_of(site, "ps01/well/level") == ""


def test_what_happened_becomes_marks_and_near_ones_stand_together() -> None:
    """Alarm, command and note in order of time; the highest alarm leads its cluster."""
    site = xiasha()
    entries = [
        JournalEntry(Journal.COMMANDS, "done", NOW + 2000, "ps01/pump1", "li", detail={"verb": "start"}),
        JournalEntry(Journal.ALARMS, str(AlarmChange.RAISED), NOW + 1000, "ps01/well/level:HH", priority=1),
        JournalEntry(Journal.ALARMS, str(AlarmChange.RAISED), NOW, "ps01/well/level:H", priority=3),
    ]
    marks = marks_of(entries, [Note("n1", NOW + HOUR, "wang", "ws", "x" * 200)], Names(site, "en"), "Asia/Shanghai")
    assert [m.kind for m in marks] == [MarkKind.ALARM, MarkKind.ALARM, MarkKind.COMMAND, MarkKind.NOTE]
    assert (marks[0].page, marks[0].target) == ("alarms", "ps01/well/level:H") and len(marks[3].text) < 120
    clusters = clusters_of(marks, lambda ms: (ms - NOW) / 1000.0, near=10)
    assert [len(c.marks) for c in clusters] == [3, 1] and clusters[0].lead.priority == 1


def test_changes_of_shift_are_marked_in_short_pictures_only() -> None:
    """Three days have six; a month would be a fence."""
    site = xiasha()
    assert len(shift_marks(site, NOW, NOW + 3 * DAY, "en")) == 6
    assert shift_marks(site, NOW, NOW + 30 * DAY, "en") == () == shift_marks(None, NOW, NOW + DAY, "en")


def test_figures_are_weighted_by_time_and_know_the_limits() -> None:
    """Half an hour at 2, half an hour at 4: mean 3, integral 3 m·h, half an hour beyond 3."""
    reader = FakeHistory({1: samples([0, HOUR // 2], [2, 4])}, HOUR)
    line = TrendLine("a", 1)
    line.take(curve_of(reader, 0, HOUR, 100))
    tag = spec("a", marks=(("H", 3.0), ("HH", 3.5)))
    found = figures_of(line.entries, 0, HOUR, limits_of_tag(tag, {}))
    assert found is not None and (found.low, found.high, found.mean, found.integral) == (2, 4, 3, 3)
    assert found.beyond_ms == HOUR / 2
    assert limits_of_tag(tag, {"H": 5.0}) == (None, 3.5), "what a person changed counts"
    without = figures_of(line.entries, 0, HOUR, (None, None))
    assert without is not None and math.isnan(without.beyond_ms)
    assert figures_of(TrendLine("b", 2).entries, 0, HOUR, (None, None)) is None
