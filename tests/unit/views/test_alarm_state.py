"""The alarm book and what hangs on it: order, counts, segments, filters, flood, sounds, the room's own alarms."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from app.model.alarms.rates import live_flood
from app.model.alarms.status import AlarmState, AlarmStatus, Shelf
from app.views.state.alarm_book import ACTIVE, SEGMENTS, SHELVED, AlarmBook, order_key
from app.views.state.alarm_horn import AlarmHorn
from app.views.state.alarm_view import AlarmFilter, AlarmView, SavedViews
from app.views.state.alarm_window import AnnunciationWindow
from app.views.state.alarm_words import AlarmNames, bound_text, chips, lasting_text, moment_text
from app.views.state.horn import LOSS, Horn
from app.views.state.own_alarms import OwnAlarms, OwnKind
from tests.helpers.alarms import NOW, alarm_site, raised, some_status

SITE = alarm_site()
SPECS = {a.path: a for a in SITE.alarms}
HH, TRIP = SPECS["ps01/well/level:HH"], SPECS["ps02/pump1/trip:trip"]


def book_of(*rows: AlarmStatus) -> AlarmBook:
    book = AlarmBook()
    book.set_site(SITE)
    book.replace(rows)
    return book


def test_the_main_list_is_sorted_by_priority_then_unacknowledged_then_newest() -> None:
    """1 before 2; within a priority what nobody acknowledged first; then the newest."""
    h1, h2, h3 = [s for s in SITE.alarms if s.priority == 2][:3]
    rows = [
        raised(h1, AlarmState.ACKED, ago_s=1), raised(h2, ago_s=50), raised(h3, ago_s=10),
        raised(HH, AlarmState.ACKED, ago_s=500),
    ]  # fmt: skip
    assert list(book_of(*rows).main) == [HH.path, h3.path, h2.path, h1.path]


def test_change_by_change_equals_made_anew() -> None:
    """After thousands of random changes every list and every count is what sorting and counting anew gives."""
    dice = random.Random(3)
    book, view = book_of(), None
    view = AlarmView(book)
    view.show(ACTIVE, AlarmFilter(priorities=(1, 2), text="pump"), AlarmNames(SITE))
    for turn in range(60):
        batch = [some_status(dice.choice(SITE.alarms), dice, turn) for _ in range(40)]
        view.apply(book.apply({s.path: s for s in batch}))
    fresh = book_of(*book.statuses.values())
    assert list(book.main) == list(fresh.main) and list(book.newest) == list(fresh.newest)
    assert book.aside == fresh.aside
    for place in {"", "ps01", "ps02/pump1", *(f"area:{a.id}" for a in SITE.areas)}:
        assert book.tally(place) == fresh.tally(place), place
    again = AlarmView(fresh)
    again.show(ACTIVE, AlarmFilter(priorities=(1, 2), text="pump"), AlarmNames(SITE))
    assert list(view.rows) == list(again.rows)
    listed = [s for s in book.statuses.values() if s.listed]
    assert book.tally().total == len(listed) == len(book.main)
    assert sorted(listed, key=order_key) == [book.statuses[p] for p in book.main]


def test_many_changes_at_once_are_taken_too() -> None:
    """A flood that comes in one delivery gives the same as its rows one by one."""
    dice = random.Random(5)
    rows = [replace(some_status(s, dice), path=f"{s.path}~{i}") for i in range(20) for s in SITE.alarms]
    assert len(rows) > 2000
    at_once, singly = book_of(), book_of()
    at_once.apply({r.path: r for r in rows})
    for row in rows:
        singly.apply({row.path: row})
    assert list(at_once.main) == list(singly.main) and at_once.tally() == singly.tally()


def test_rows_count_where_they_stand() -> None:
    """Site, area, facility, equipment and tag each have the row; others have none; a shelved one counts nowhere."""
    book = book_of(raised(TRIP))
    area = next(f.area for f in SITE.facilities if f.id == "ps02")
    for place in ("", f"area:{area}", "ps02", "ps02/pump1", "ps02/pump1/trip"):
        assert (book.tally(place).worst, book.tally(place).unacknowledged) == (TRIP.priority, 1), place
    assert book.tally("ps01").worst == 0 and book.tally("ps02/pump2").total == 0
    book.apply({TRIP.path: raised(TRIP, shelf=Shelf("li", "r", NOW, NOW + 1000))})
    assert book.tally("ps02").total == 0 and book.aside[SHELVED] == {TRIP.path} and len(book.main) == 0


def test_a_shared_device_marks_no_neighbour() -> None:
    """Two stations behind one gateway: what is wrong at one of them does not count for the gateway, which marks both;
    the gateway's own alarm does."""
    cloudburst, silent = (
        next(a for a in SITE.alarms if a.path == p) for p in ("ps03/rain/intensity:HH", "gw-rain:comm")
    )
    book = book_of(raised(cloudburst))
    assert cloudburst.device == "gw-rain" and book.tally("ps03").total == 1 and book.tally("gw-rain").total == 0
    book.apply({silent.path: raised(silent)})
    assert book.tally("gw-rain").worst == silent.priority and book.tally("ps03").total == 1


def test_an_alarm_that_the_site_does_not_know_stays_listed() -> None:
    """Its path stands for its words, the station is found by the path."""
    book = book_of(AlarmStatus("ps03/old/tag:HH", AlarmState.UNACK, priority=1, raised_ms=NOW))
    assert book.tally("ps03").worst == 1 and book.label("ps03/old/tag:HH").en == "ps03/old/tag:HH"


def test_replacing_tells_what_differs_and_forgets_what_went() -> None:
    """After a reload only differences are told; a row that is no longer there is normal."""
    row, other = raised(HH), raised(TRIP)
    book = book_of(row, other)
    assert book.replace([row, other]) == ()
    assert set(book.replace([row])) == {TRIP.path}
    assert book.status(TRIP.path).state is AlarmState.NORM and book.status(TRIP.path).priority == TRIP.priority


@pytest.mark.parametrize(("filter_", "expected"), [
    (AlarmFilter(), {HH.path, TRIP.path}),
    (AlarmFilter(priorities=(1,)), {HH.path}),
    (AlarmFilter(state="acked"), {TRIP.path}),
    (AlarmFilter(state="unack"), {HH.path}),
    (AlarmFilter(area=TRIP.areas[0]), {p.path for p in (HH, TRIP) if TRIP.areas[0] in p.areas}),
    (AlarmFilter(text="trip PUMP"), {TRIP.path}),
    (AlarmFilter(text="液位"), {HH.path}),
])  # fmt: skip
def test_filters(filter_: AlarmFilter, expected: set[str]) -> None:
    """Priority, state, area and words in either language."""
    view = AlarmView(book_of(raised(HH), raised(TRIP, AlarmState.ACKED)))
    view.show(ACTIVE, filter_, AlarmNames(SITE))
    assert set(view.rows) == expected


def test_each_segment_has_its_rows() -> None:
    """A row with two flags stands in both lists and in no other."""
    row = raised(HH, shelf=Shelf("li", "r", NOW, NOW + 1000), suppressed="a|b", suppressed_ms=NOW)
    view = AlarmView(book_of(row, raised(TRIP)))
    shown = {}
    for segment in SEGMENTS:
        view.show(segment, AlarmFilter(), AlarmNames(SITE))
        shown[segment] = list(view.rows)
    assert shown == {"active": [TRIP.path], "shelved": [HH.path], "suppressed": [HH.path], "out_of_service": []}


def test_saved_views_survive_and_nonsense_is_left_out() -> None:
    """What was written is read again; an entry that is no filter is dropped; no JSON object is refused."""
    views = SavedViews({"夜班": AlarmFilter((1, 2), "north", "unack", "pump", True), "all": AlarmFilter()})
    assert SavedViews.from_json(views.to_json()).views == views.views
    assert SavedViews.from_json('{"a": 3, "b": {"text": 7}}').views == {}
    with pytest.raises(ValueError):
        SavedViews.from_json("[]")


@pytest.mark.parametrize("seed", range(4))
def test_a_flood_is_the_one_that_the_journal_shows(seed: int) -> None:
    """Followed live it begins, counts and ends as looking back over everything says, at every moment."""
    dice = random.Random(seed)
    window, came, at = AnnunciationWindow(), [], NOW
    seen = 0
    for i in range(250):
        at += int(dice.expovariate(1 / dice.choice((2_000, 30_000, 150_000))))
        came.append((at, f"a{i}"))
        window.add(at, f"a{i}")
        expected = live_flood(came, at)
        assert window.flood(at) == expected
        seen += expected is not None
    end = at + 10_000_000
    assert window.flood(end) is None and live_flood(came, end) is None
    assert seen > 10


@pytest.mark.parametrize("seed", range(4))
def test_a_flood_whose_alarms_leave_the_window_all_at_once(seed: int) -> None:
    """Many of one moment, and others exactly ten minutes later."""
    dice = random.Random(seed)
    window, came, at = AnnunciationWindow(), [], NOW
    for i in range(60):
        at += dice.choice((0, 1, 300_000, 600_000))
        for k in range(dice.choice((1, 3, 12))):
            came.append((at, f"a{i}-{k}"))
            window.add(at, f"a{i}-{k}")
        assert (window.flood(at) is None) == (live_flood(came, at) is None)


def test_an_old_annunciation_begins_no_flood() -> None:
    """What was raised over hours is no flood, however much of it a room sees at its start."""
    book = book_of(*(raised(s, ago_s=300.0 * i) for i, s in enumerate(SITE.alarms)))
    assert book.flood(NOW) is None
    book.apply({s.path: raised(s, ago_s=0.0, count=2) for s in SITE.alarms[:11]})
    flood = book.flood(NOW)
    assert flood is not None and flood.start_ms == NOW


def test_the_horn_sounds_the_highest_until_acknowledged_or_silenced() -> None:
    """Priority 1 before 3; acknowledging 1 leaves 3; silence stops all; what is annunciated later sounds again."""
    horn, book = Horn(), book_of()
    third = next(s for s in SITE.alarms if s.priority == 3)

    def take(*rows: AlarmStatus) -> None:
        horn.alarms.apply(book.apply({r.path: r for r in rows}), book.statuses)

    take(raised(third), raised(HH))
    assert horn.due(0.0) == "priority-1" and horn.due(1.0) == "" and horn.due(3.0) == "priority-1"
    take(raised(HH, AlarmState.ACKED))
    assert horn.sound == "priority-3"
    horn.silence()
    assert not horn.sounding and horn.silenced and horn.due(100.0) == ""
    take(raised(third, count=2, annunciated_ms=NOW))
    assert horn.due(101.0) == "priority-3", "the same alarm, annunciated again"
    take(raised(third, AlarmState.RTN_UNACK, count=2, annunciated_ms=NOW))
    assert not horn.sounding, "a returned alarm makes no sound"


def test_a_loss_beats_every_alarm_and_a_shelved_one_is_mute() -> None:
    """The room's own loss is heard first; an alarm that stands aside is never heard."""
    horn, book = Horn(), book_of()
    horn.alarms.apply(book.apply({HH.path: raised(HH)}), book.statuses)
    horn.set("engine", True)
    assert horn.sound == LOSS
    horn.set("engine", False)
    assert horn.sound == "priority-1"
    shelved = raised(HH, shelf=Shelf("li", "r", NOW, NOW + 1000))
    horn.alarms.apply(book.apply({HH.path: shelved}), book.statuses)
    assert not horn.sounding and not horn.silenced


def test_an_alarm_sounds_again_for_a_new_occurrence_only() -> None:
    """A change of value or quality of an alarm that was silenced is no new sound."""
    horn = AlarmHorn()
    row = raised(HH)
    horn.apply([HH.path], {HH.path: row})
    horn.silence()
    horn.apply([HH.path], {HH.path: replace(row, frozen=True, revision=9)})
    assert not horn.sounds(1) and horn.stands
    horn.apply([HH.path], {})
    horn.apply([HH.path], {HH.path: replace(row, occurrence="next")})
    assert horn.sounds(1)


def test_the_rooms_own_alarms_wait_for_a_person() -> None:
    """One that is over stays until it is acknowledged; one that is acknowledged stays while it stands."""
    own = OwnAlarms()
    assert own.set(OwnKind.ENGINE, True, now_ms=1) and not own.set(OwnKind.ENGINE, True, now_ms=2)
    own.set(OwnKind.ENGINE, False, now_ms=5)
    assert [(r.stands, r.ended_ms) for r in own.rows] == [(False, 5)]
    assert own.acknowledge(OwnKind.ENGINE) and own.rows == () and not own.acknowledge(OwnKind.ENGINE)
    own.set(OwnKind.AUDIO, True, now_ms=7, detail="no player")
    own.acknowledge(OwnKind.AUDIO)
    assert own.rows[0].acknowledged and not own.sounds(OwnKind.AUDIO)
    own.set(OwnKind.AUDIO, False, now_ms=9)
    assert own.rows == ()


def test_words() -> None:
    """Marks behind a state, limits with their sign and unit, times with a date when not today, spans."""
    row = raised(TRIP, AlarmState.LATCH_ACK, frozen=True, count=3, first_out=True, escalated_to="supervisor")
    assert chips(row, "en") == ("?", "L", "①", "×3", "→ supervisor") and chips(row, "zh")[-1] == "→ 值班长"
    names = AlarmNames(SITE)
    assert bound_text(HH, 3.4, names.tag(HH.tag)) == "≥ 3.40 m"
    assert names.value(raised(HH, value=3.52), HH, "en") == "3.52 m" and names.value(raised(TRIP), TRIP, "en")
    assert names.place(TRIP, TRIP.path, "zh").endswith("1#泵") or " · " in names.place(TRIP, TRIP.path, "zh")
    assert len(moment_text(NOW, NOW, "UTC")) == 8 and len(moment_text(NOW - 90_000_000, NOW, "UTC")) == 14
    assert lasting_text(NOW - 65_000, NOW) == "1:05" and lasting_text(NOW - 3 * 86_400_000, NOW) == "3 d"
