"""Stories of the judge: what stands in the abnormal list, since when, and what freezes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from app.model.quality import Quality
from app.model.records import CommandState, EquipmentStatus
from app.views.state.abnormal import Judge
from app.views.state.abnormal_rows import AbnormalRow, Kind, counts_of, row_texts
from app.views.state.faults import faults_of
from app.views.state.live import LiveValues
from app.views.state.overflow import Outlook
from tests.helpers.feeding import feed
from tests.helpers.xiasha import calm_values, xiasha

NOW = 1_790_000_000_000


class Bench:
    """One judge on the demo site, with time that the test moves."""

    def __init__(self) -> None:
        self.site = xiasha()
        self.live = LiveValues(self.site)
        self.live.set_engine_silent(False)
        self.now = NOW
        self.equipment: dict[str, EquipmentStatus] = {}
        self.judge_ = Judge(self.site)
        self.set(calm_values(self.site, now_ms=NOW))

    def set(self, values: Mapping[str, float], quality: int = Quality.GOOD) -> None:
        feed(self.live, values, t=self.now, quality=quality)

    def spoil(self, device: str, quality: int) -> None:
        numbers = [t.number for t in self.site.tags if t.device == device and t.point is not None]
        self.live.quality[numbers] = quality

    def rows(self, outlooks: Mapping[str, Outlook] | None = None) -> tuple[AbnormalRow, ...]:
        return self.judge_.judge(self.live, self.equipment, now_ms=self.now, outlooks=outlooks or {})


def kinds(rows: tuple[AbnormalRow, ...]) -> list[tuple[Kind, str]]:
    return [(r.kind, r.path) for r in rows]


def test_a_calm_zone_has_no_rows() -> None:
    """Nothing is listed while every value is normal."""
    assert Bench().rows() == ()


def test_a_trip_comes_with_its_cause_and_goes() -> None:
    """A pump trips by overload: one row, with cause and time; reset: no row."""
    bench = Bench()
    bench.rows()
    bench.now += 5000
    bench.set({"ps01/pump2/trip": 1.0, "ps01/pump2/trip_code": 1.0})
    (row,) = bench.rows()
    assert (row.kind, row.path, row.priority, row.page) == (Kind.STATE, "ps01/pump2/trip", 2, "station")
    assert row.facility == "ps01" and row.since_ms == bench.now and row.since_known
    assert row.value.en == "overload" and row.value.zh == "过载"
    assert row.todo.zh and row.todo.en
    bench.set({"ps01/pump2/trip": 0.0, "ps01/pump2/trip_code": 0.0})
    assert bench.rows() == ()


def test_what_stood_before_the_room_opened_has_no_known_beginning() -> None:
    """A trip that stands when the first values come may be older than its sample."""
    bench = Bench()
    bench.set({"ps01/pump2/trip": 1.0})
    assert [r.since_known for r in bench.rows()] == [False]


def test_only_the_worst_limit_of_a_tag_is_listed_and_noise_does_not_flicker() -> None:
    """The level rises over H and HH, stands a hair below HH, then falls back."""
    bench = Bench()
    bench.rows()
    marks = dict(bench.live.spec("ps03/well/level").marks)  # type: ignore[union-attr]
    bench.set({"ps03/well/level": marks["HH"]})
    (row,) = bench.rows()
    assert (row.kind, row.priority) == (Kind.LIMIT, 1)
    assert "HH" in row.value.en
    bench.set({"ps03/well/level": marks["HH"] - 0.005})
    assert [r.key for r in bench.rows()] == [row.key], "within the margin the row stays"
    bench.set({"ps03/well/level": marks["H"] - 0.2})
    assert [r.key for r in bench.rows()] == []


def test_high_is_hidden_behind_high_high() -> None:
    """A tag with both marks shows H alone first, then HH alone."""
    bench = Bench()
    marks = dict(bench.live.spec("ps01/pressure/pressure").marks)  # type: ignore[union-attr]
    bench.set({"ps01/pressure/pressure": marks["H"]})
    assert [r.priority for r in bench.rows()] == [2]
    bench.set({"ps01/pressure/pressure": marks["HH"]})
    assert [r.priority for r in bench.rows()] == [1]


def test_a_dead_device_is_one_row_and_freezes_its_conditions() -> None:
    """A trip stands; its PLC goes: one row for the device, the trip stays, marked as frozen; nothing else comes."""
    bench = Bench()
    bench.set({"ps01/pump2/trip": 1.0})
    bench.rows()
    bench.spoil("plc-ps01", Quality.COMM_LOST)
    bench.set({"dev/plc-ps01/state": 2.0})
    rows = bench.rows()
    assert set(kinds(rows)) == {(Kind.LINK, "plc-ps01"), (Kind.STATE, "ps01/pump2/trip")} and len(rows) == 2
    link = next(r for r in rows if r.kind is Kind.LINK)
    assert link.kind.untrusted and link.facility == "ps01" and link.page == "system"
    assert next(r for r in rows if r.kind is Kind.STATE).frozen
    assert counts_of(rows).devices == 1


def test_single_bad_values_are_one_row_per_device() -> None:
    """Two sensors of one PLC fail: one row that names the first and counts both."""
    bench = Bench()
    bench.set({"ps02/gas/h2s": 1.0, "ps02/gas/ch4": 1.0}, quality=Quality.SENSOR_FAULT)
    (row,) = bench.rows()
    assert (row.kind, row.path, row.value.en) == (Kind.VALUES, "plc-ps02", "2 values")


def test_a_gateway_of_two_stations_belongs_to_neither() -> None:
    """The gateway's row has no facility, since it serves two."""
    bench = Bench()
    bench.spoil("gw-rain", Quality.STALE)
    (row,) = bench.rows()
    assert (row.kind, row.facility) == (Kind.LINK, "")


def test_a_silent_engine_stands_on_top_and_freezes_everything() -> None:
    """The engine goes silent while a trip stands: the engine's row first, the trip frozen, no device rows."""
    bench = Bench()
    bench.set({"ps01/pump2/trip": 1.0})
    bench.rows()
    bench.live.set_engine_silent(True)
    rows = bench.rows()
    assert [r.kind for r in rows] == [Kind.ENGINE, Kind.STATE]
    assert rows[0].priority == 1 and rows[1].frozen


def test_a_rise_counts_only_once_the_control_has_no_reserve() -> None:
    """A well fills below its last start level: no row. Above it: amber below 30 min, red below 10."""
    bench = Bench()
    assert bench.rows({"ps03": Outlook(500.0, reserve=True)}) == ()
    starts = [v for n, v in bench.live.spec("ps03/well/level").marks if n.startswith("start")]  # type: ignore[union-attr]
    bench.set({"ps03/well/level": max(starts) + 0.05})
    assert [(r.kind, r.priority) for r in bench.rows({"ps03": Outlook(1500.0)})] == [(Kind.OVERFLOW, 2)]
    assert [(r.kind, r.priority) for r in bench.rows({"ps03": Outlook(500.0)})] == [(Kind.OVERFLOW, 1)]
    assert bench.rows({"ps03": Outlook(5000.0)}) == ()


@pytest.mark.parametrize("state", [CommandState.MISMATCH, CommandState.UNKNOWN])
def test_a_command_with_an_open_outcome_is_listed(state: CommandState) -> None:
    """What was asked and not proven stands until the next command."""
    bench = Bench()
    status = EquipmentStatus("ps01/pump1", 1, request_id="r1", verb="start", state=state, state_since_ms=NOW - 1000)
    bench.equipment["ps01/pump1"] = status
    (row,) = bench.rows()
    assert (row.kind, row.since_ms) == (Kind.COMMAND, NOW - 1000)
    assert counts_of((row,)).commands == 1
    bench.equipment["ps01/pump1"] = replace(status, state=CommandState.DONE)
    assert bench.rows() == ()


def test_a_clock_that_is_off_is_listed() -> None:
    """More than two seconds off is a row of its own; bad offsets are not judged."""
    bench = Bench()
    bench.set({"dev/plc-ps01/clock_offset": -2.5})
    (row,) = bench.rows()
    assert (row.kind, row.value.en) == (Kind.CLOCK, "-2.5 s")


def test_commissioning_devices_raise_nothing() -> None:
    """A device that is being commissioned shows values and raises no row."""
    site = xiasha()
    site = replace(site, devices=tuple(replace(d, commissioning=True) for d in site.devices))
    live = LiveValues(site)
    live.set_engine_silent(False)
    judge = Judge(site)
    values = {**calm_values(site, now_ms=NOW), "ps01/pump2/trip": 1.0}
    feed(live, values, t=NOW)
    live.quality[[t.number for t in site.tags if t.device == "plc-ps02"]] = Quality.COMM_LOST
    assert judge.judge(live, {}, now_ms=NOW, outlooks={}) == ()


def test_worst_first_then_newest() -> None:
    """Rows are sorted by priority, and newest first within one."""
    bench = Bench()
    bench.rows()
    bench.set({"ps01/pump1/trip": 1.0})
    bench.rows()
    bench.now += 1000
    bench.set({"ps02/pump1/trip": 1.0, "ps05/well/overflow_float": 1.0})
    assert [r.path for r in bench.rows()] == ["ps05/well/overflow_float", "ps02/pump1/trip", "ps01/pump1/trip"]


def test_the_mimic_and_the_list_agree_on_priorities() -> None:
    """What the station page marks with a priority has the same priority in the list."""
    bench = Bench()
    bench.set({"ps01/pump2/trip": 1.0, "ps05/well/overflow_float": 1.0, "ps03/well/level": 3.5})
    listed = {r.path: r.priority for r in bench.rows()}
    for equipment in bench.site.equipment:
        for fault in faults_of(equipment, bench.live):
            assert listed[fault.tag] == fault.priority


def test_every_row_speaks_both_languages() -> None:
    """Each row says where, what and what to do in Chinese and in English."""
    bench = Bench()
    bench.set({t.path: float(v) for t in bench.site.tags for v in t.abnormal[:1]})
    bench.set({t.path: dict(t.marks)["HH"] for t in bench.site.tags if "HH" in dict(t.marks)})
    rows = bench.rows()
    assert len(rows) > 20
    for row in rows:
        for language in ("zh", "en"):
            assert all(text.strip("→ ") for text in row_texts(row, language)), row


def test_judging_is_vectorised_over_all_tags() -> None:
    """The plan has one rule per limit and abnormal state of equipment tags, and its columns match."""
    from app.views.state.abnormal_plan import make_plan

    plan = make_plan(xiasha())
    assert len(plan.rules) > 100
    columns = (plan.number, plan.limit, plan.side, plan.margin, plan.hidden_by)
    assert {len(c) for c in columns} == {len(plan.rules)}
    assert np.all(plan.hidden_by < len(plan.rules))
