"""What the overview's cards, figures and roll-ups say in normal times, in an upset, and when nothing is known."""

from __future__ import annotations

import math

import pytest

from app.model.quality import Quality
from app.views.state.alarm_book import AlarmBook
from app.views.state.cards import Card, Situation, card_of
from app.views.state.figures import Figure, areas_of, figures_of, flow_paths
from app.views.state.flows import flowing_links
from app.views.state.health import health_lines
from app.views.state.live import LiveValues
from app.views.state.overflow import Outlook, Rise
from app.views.state.station import StationState, station_state, stations_of
from app.views.state.values import Mark
from tests.helpers.alarms import stand
from tests.helpers.feeding import feed
from tests.helpers.xiasha import calm_values, xiasha

NOW = 1_790_000_000_000


@pytest.fixture
def live() -> LiveValues:
    values = LiveValues(xiasha())
    values.set_engine_silent(False)
    values.book = AlarmBook()
    values.book.set_site(xiasha())
    feed(values, calm_values(xiasha(), now_ms=NOW), t=NOW)
    return values


def card(live: LiveValues, facility: str, *, rises: dict[str, Rise] | None = None, left: float | None = None) -> Card:
    site = xiasha()
    ahead = {} if left is None else {facility: Outlook(left)}
    assert live.book is not None
    tally = live.book.tally
    place = next(f for f in site.facilities if f.id == facility)
    return card_of(
        place,
        Situation(
            site, live, {}, lambda f: tally(f).worst, lambda f: bool(tally(f).unacknowledged), rises or {}, ahead, NOW,
            "en",
        ),
    )  # fmt: skip


def states(live: LiveValues) -> dict[str, StationState]:
    return {f.id: station_state(xiasha(), f, live, {}) for f in stations_of(xiasha())}


def figures(live: LiveValues, ahead: dict[str, Outlook] | None = None) -> dict[str, Figure]:
    found = figures_of(xiasha(), live, states(live), outlooks=ahead or {}, language="en")
    return {f.key: f for f in found}


def test_a_normal_card_shows_level_pumps_and_flow(live: LiveValues) -> None:
    """Level with its marks, three stopped pumps, nothing abnormal."""
    feed(live, {"ps01/pump1/run": 1.0}, t=NOW)
    shown = card(live, "ps01")
    assert shown.priority == 0 and not shown.dark and not shown.lost
    assert shown.pumps == ("running", "stopped", "stopped")
    assert shown.level is not None and shown.level.mark is Mark.PLAIN and 0 < shown.at < 1
    assert {"HH", "LL"} <= {m.name for m in shown.marks}
    assert shown.figures[-1].unit == "m³/h"


def test_a_card_tells_trip_limit_and_time_to_overflow(live: LiveValues) -> None:
    """A trip is crossed out, a level beyond HH has its zone, the time to overflow is rounded to ten seconds."""
    feed(live, {"ps03/pump1/trip": 1.0, "ps03/well/level": 3.3}, t=NOW)
    assert live.book is not None
    stand(live.book, "ps03/pump1/trip:trip", "ps03/well/level:HH")
    shown = card(live, "ps03", rises={"ps03": Rise(0.05, rising=True)}, left=601.0)
    assert shown.pumps[0] == "tripped" and shown.zone == "HH" and (shown.priority, shown.waits) == (2, True)
    assert shown.alarm == 2, "the level's own alarm colours its bar"
    assert shown.overflow == "10:00" and shown.spilling and shown.trend.startswith("▲")


def test_a_card_without_communication_is_dark(live: LiveValues) -> None:
    """The device is down: dark, no level drawn, every pump unknown."""
    numbers = [t.number for t in xiasha().tags if t.device == "plc-ps01" and t.point is not None]
    live.quality[numbers] = Quality.COMM_LOST
    feed(live, {"dev/plc-ps01/state": 2.0}, t=NOW)
    shown = card(live, "ps01")
    assert shown.dark and math.isnan(shown.at)
    assert set(shown.pumps) == {"unknown"}
    assert shown.level is not None and shown.level.mark is Mark.COMM


def test_equal_situations_make_equal_cards(live: LiveValues) -> None:
    """Noise below the last digit repaints nothing."""
    feed(live, {"ps01/well/level": 1.501}, t=NOW)
    before = card(live, "ps01")
    feed(live, {"ps01/well/level": 1.5012}, t=NOW + 1000)
    assert card(live, "ps01") == before


def test_figures_in_normal_times(live: LiveValues) -> None:
    """All stations normal, all devices up, no level rises."""
    found = figures(live)
    assert found["normal"].shown.text == "5" and not found["normal"].abnormal
    assert found["devices"].shown.whole == "4 / 4"
    assert found["spill"].shown.text == "—"
    assert found["pumps"].note.startswith("15 of 15")


def test_a_sum_with_a_missing_part_is_uncertain(live: LiveValues) -> None:
    """One flow is bad: the sum of the others, marked; all bad: no figure."""
    feed(live, {"ps01/outflow/flow": 0.0}, t=NOW, quality=Quality.SENSOR_FAULT)
    assert figures(live)["outflow"].shown.mark is Mark.UNCERTAIN
    feed(live, {f"ps0{n}/outflow/flow": 0.0 for n in range(1, 6)}, t=NOW, quality=Quality.SENSOR_FAULT)
    assert figures(live)["outflow"].shown.text == "????"


def test_the_highest_water_is_that_of_a_gauge_that_can_be_believed(live: LiveValues) -> None:
    """A gauge that went bad while it showed more gives neither figure nor place, and the figure is marked."""
    feed(live, {"ps03/river/level": 9.0}, t=NOW, quality=Quality.SENSOR_FAULT)
    feed(live, {"ps04/river/level": 3.0}, t=NOW)
    river = figures(live)["river"]
    home = next(f.label.en for f in xiasha().facilities if f.id == "ps04")
    assert (river.shown.text, river.shown.mark, river.note) == ("3.00", Mark.UNCERTAIN, home)


def test_the_first_overflow_is_named(live: LiveValues) -> None:
    """Of the rising wells without reserve the one that spills first."""
    spill = figures(live, {"ps01": Outlook(7200.0), "ps02": Outlook(60.0, reserve=True), "ps04": Outlook(5400.0)})[
        "spill"
    ]
    assert (spill.shown.text, spill.shown.unit) == ("1:30", "h:min") and "Xingfu" in spill.note
    for seconds, said in ((95.0, "1 min"), (48.0, "< 1 min"), (0.0, "0 min")):
        assert figures(live, {"ps04": Outlook(seconds)})["spill"].shown.whole == said, "as the station's own card does"


def test_a_silent_engine_knows_no_counts(live: LiveValues) -> None:
    """Counts are question marks, measurements are grey, health says so."""
    live.set_engine_silent(True)
    found = figures(live)
    assert {found[k].shown.text for k in ("normal", "pumps", "devices")} == {"?"}
    assert found["outflow"].shown.mark is Mark.LOST
    assert all(a.normal.text == "?" for a in areas_of(xiasha(), live, states(live), language="en"))
    lines = health_lines(None, None, "en", silent=True)
    assert lines[0].bad and lines[0].text == "silent"


def test_areas_roll_up_their_stations(live: LiveValues) -> None:
    """West has two stations with six pumps; a trip there shows as its worst priority."""
    feed(live, {"ps05/pump1/run": 1.0}, t=NOW)
    assert live.book is not None
    stand(live.book, "ps01/pump1/trip:trip")
    west = areas_of(xiasha(), live, states(live), language="en")[0]
    assert (west.name, west.normal.whole, west.pumps.whole, west.priority) == ("West", "1 / 2", "1 / 6", 3)
    assert west.abnormal


def test_lines_flow_where_water_is_known_to_flow(live: LiveValues) -> None:
    """A station's main and what it feeds; its relief line only while it spills; nothing when nothing is known."""
    site = xiasha()
    calm = dict.fromkeys(flow_paths(site), 0.0)
    feed(live, calm, t=NOW)
    assert flowing_links(site, live) == frozenset()
    feed(live, {"ps05/outflow/flow": 700.0}, t=NOW)
    flowing = {site.links[i] for i in flowing_links(site, live)}
    assert any(x.source == "ps05" and x.kind != "storm" for x in flowing)
    assert any(x.source not in {"ps01", "ps02", "ps03", "ps04", "ps05"} for x in flowing), "what leads on flows too"
    assert not any(x.source == "ps05" and x.kind == "storm" for x in flowing)
    feed(live, {"ps05/well/overflow_float": 1.0}, t=NOW)
    assert any(x.source == "ps05" and x.kind == "storm" for x in (site.links[i] for i in flowing_links(site, live)))
    live.set_engine_silent(True)
    assert flowing_links(site, live) == frozenset()
