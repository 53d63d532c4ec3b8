"""The feed against a real store: values, site changes, results, silence, overflow, and an orderly end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from app.model.alarms.status import AlarmState, AlarmStatus
from app.model.quality import Quality
from app.model.records import CommandState, EquipmentStatus, Person, RequestKind, Result
from app.model.spec import Label, TagKind, TagSpec
from app.views.feed import ALARMS_EACH, QUEUE_LIMIT, Feed
from app.views.gateway.follower import Delivery, Follower
from app.views.gateway.reading import room_store_opener
from app.views.gateway.store_door import StoreDoor
from app.views.room import Room
from tests.helpers.alarms import many_alarms, raised
from tests.helpers.room import FakeDoor, RoomClock
from tests.helpers.shop import Shop
from tests.helpers.xiasha import xiasha

PERSON = Person("demo", "engineer", "s", "w")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path / "store", xiasha())
    yield made
    made.close()


class Bench:
    """A room that follows a store."""

    def __init__(self, shop: Shop, clock: object = None) -> None:
        self.shop = shop
        self.room = Room(FakeDoor(), person=PERSON, clock=clock or shop.clock, language="en")  # type: ignore[arg-type]
        self.feed = Feed(self.room, room_store_opener(shop.address), clock=clock or shop.clock)  # type: ignore[arg-type]
        self.beat = QTimer(self.room)
        self.beat.timeout.connect(self.feed.drain)
        self.beat.start(20)


@pytest.fixture
def bench(qtbot: QtBot, shop: Shop) -> Iterator[Bench]:
    shop.write({"ps01/well/level": 1.0}, key=True)
    made = Bench(shop)
    made.feed.start()
    qtbot.waitUntil(lambda: made.room.live is not None, timeout=5000)
    yield made
    made.feed.close()


def value(room: Room, path: str) -> float:
    assert room.live is not None
    return room.live.get(path).value


def test_a_room_starts_with_the_keyframe_and_follows(qtbot: QtBot, bench: Bench) -> None:
    """The newest keyframe gives the first values; each new frame changes them; the engine counts as alive then."""
    assert value(bench.room, "ps01/well/level") == 1.0
    assert bench.room.engine_silent, "what was in the store before is no sign of life"
    bench.shop.write({"ps01/well/level": 1.5, "ps02/well/level": 2.5})
    qtbot.waitUntil(lambda: value(bench.room, "ps01/well/level") == 1.5, timeout=3000)
    assert value(bench.room, "ps02/well/level") == 2.5
    assert not bench.room.engine_silent
    assert bench.feed.stats.frames >= 1 and bench.feed.stats.age_ms(95) < 60_000


def test_heartbeats_keep_the_room_awake(qtbot: QtBot, bench: Bench) -> None:
    """An empty frame is a sign of life."""
    bench.shop.write({})
    qtbot.waitUntil(lambda: not bench.room.engine_silent, timeout=3000)


def test_a_new_site_takes_over_without_a_restart(qtbot: QtBot, bench: Bench) -> None:
    """A tag is added: its value arrives, old values stay, pages are told once."""
    added = TagSpec("ps01/extra/level", Label("新", "new"), TagKind.ANALOG, unit="m")
    site = replace(bench.shop.applied.site, tags=(*bench.shop.applied.site.tags, added))
    with qtbot.waitSignal(bench.room.site_changed, timeout=3000):
        bench.shop.apply(site)
        bench.shop.write({"ps01/extra/level": 3.0, "ps01/well/level": 1.1}, key=True)
    qtbot.waitUntil(lambda: value(bench.room, "ps01/extra/level") == 3.0, timeout=3000)
    assert bench.room.applied is not None and bench.room.applied.revision == 2
    assert value(bench.room, "ps01/well/level") == 1.1


def test_equipment_and_results_arrive(qtbot: QtBot, bench: Bench) -> None:
    """What the engine says of an equipment and of a request reaches the room as it was written."""
    bench.shop.tell(equipment=(EquipmentStatus("ps01/pump1", selected_by="demo", selected_session="s"),))
    qtbot.waitUntil(lambda: "ps01/pump1" in bench.room.equipment, timeout=3000)
    assert bench.room.equipment["ps01/pump1"].selected_by == "demo"
    with qtbot.waitSignal(bench.room.result_arrived, timeout=3000) as caught:
        bench.shop.tell(claims=("r1",), results=(Result(0, "r1", 1, CommandState.SELECTED),))
    assert caught.args is not None and caught.args[0].state is CommandState.SELECTED


def test_results_from_before_the_room_opened_are_not_told(qtbot: QtBot, shop: Shop) -> None:
    """Only what happens from now on concerns a new room."""
    shop.tell(claims=("old",), results=(Result(0, "old", 1, CommandState.DONE),))
    shop.write({}, key=True)
    bench = Bench(shop)
    told: list[Result] = []
    bench.room.result_arrived.connect(told.append)
    bench.feed.start()
    qtbot.waitUntil(lambda: bench.room.live is not None, timeout=5000)
    shop.tell(claims=("new",), results=(Result(0, "new", 1, CommandState.DONE),))
    qtbot.waitUntil(lambda: bool(told), timeout=3000)
    bench.feed.close()
    assert [r.request_id for r in told] == ["new"]


def test_silence_is_judged_by_the_rooms_own_clock(qtbot: QtBot, shop: Shop) -> None:
    """A frame comes, the room's clock goes on for 2 s without another: grey; a frame: not grey."""
    shop.write({"ps01/well/level": 1.0}, key=True)
    clock = RoomClock()
    bench = Bench(shop, clock)
    bench.feed.start()
    qtbot.waitUntil(lambda: bench.room.live is not None, timeout=5000)
    shop.write({"ps01/well/level": 1.2})
    qtbot.waitUntil(lambda: not bench.room.engine_silent, timeout=3000)
    clock.advance(2.0)
    bench.feed.tick()
    assert bench.room.engine_silent and bench.feed.lost
    assert bench.room.live is not None and bench.room.live.get("ps01/well/level").quality == Quality.ENGINE_LOST
    shop.write({})
    qtbot.waitUntil(lambda: not bench.room.engine_silent, timeout=3000)
    assert bench.room.live.get("ps01/well/level").quality == Quality.GOOD
    bench.feed.close()


def test_an_overflow_starts_anew_from_the_keyframe_and_loses_no_result(qtbot: QtBot, bench: Bench) -> None:
    """The GUI stands still while more comes than the queue holds: afterwards everything is as the store says."""
    told: list[str] = []
    bench.room.result_arrived.connect(lambda r: told.append(r.request_id))
    bench.beat.stop()
    count = QUEUE_LIMIT + 30
    for i in range(count):
        before = bench.feed.waiting
        bench.shop.write({"ps01/well/level": 2.0 + i / 1000})
        bench.shop.tell(claims=(f"r{i}",), results=(Result(0, f"r{i}", 1, CommandState.DONE),))
        qtbot.waitUntil(
            lambda before=before: bench.feed.waiting != before or bench.feed.stats.overflows > 0, timeout=3000
        )
        if bench.feed.stats.overflows:
            break
    assert bench.feed.stats.overflows >= 1
    last = i
    qtbot.waitUntil(lambda: _drained(bench, told, last), timeout=5000)
    assert value(bench.room, "ps01/well/level") == pytest.approx(2.0 + last / 1000)
    assert sorted(told) == sorted(f"r{n}" for n in range(last + 1))


def _drained(bench: Bench, told: list[str], last: int) -> bool:
    bench.feed.drain()
    return len(told) == last + 1 and value(bench.room, "ps01/well/level") == pytest.approx(2.0 + last / 1000)


def test_a_damaged_frame_is_left_out_and_named(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    """One bad payload costs one frame, not the feed."""
    from app.storage.contract import DELTA, FrameRow, Tick

    shop.write({"ps01/well/level": 1.0}, key=True)
    store = room_store_opener(shop.address)()
    follower = Follower(store)
    follower.load()
    shop._store.commit(Tick(frames=(FrameRow(shop.clock.now_ms(), DELTA, b"not a frame"),)))
    shop.write({"ps01/well/level": 1.7})
    with caplog.at_level("CRITICAL", logger="app.views.gateway.follower"):
        delivery = follower.step()
    store.close()
    assert follower.damaged == 1 and len(delivery.frames) == 1
    assert delivery.frames[0].batches[0].values[0] == 1.7


def test_closing_leaves_no_thread(qtbot: QtBot, bench: Bench) -> None:
    """The feed's thread ends with it; closing twice is as good as once."""
    bench.feed.close()
    bench.feed.close()
    assert not any(t.name == "room-feed" for t in threading.enumerate())


def test_a_missing_store_is_said_once(qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A room on a folder without a store stays grey and says why."""
    room = Room(FakeDoor(), person=PERSON, clock=RoomClock())
    opener = _NeverThere(str(tmp_path / "nothing"))
    feed = Feed(room, opener, clock=RoomClock())
    with caplog.at_level("CRITICAL", logger="app.views.feed"):
        feed.start()
        qtbot.waitUntil(lambda: bool(feed.trouble), timeout=5000)
        feed.close()
    assert "no store" in feed.trouble and room.live is None


class _NeverThere:
    def __init__(self, address: str) -> None:
        from app.storage.opening import open_room_store

        self._address, self._open = address, open_room_store

    def __call__(self) -> object:
        return self._open(self._address, wait_s=0.0)


def test_requests_reach_the_desk_and_answers_come_back_on_the_gui_thread(qtbot: QtBot, shop: Shop) -> None:
    """Sign in, ask, read: none of it in the GUI thread, every callback in it."""
    shop.write({"ps01/well/level": 1.25}, key=True)
    door = StoreDoor(shop.address)
    people: list[Person] = []
    threads: set[str] = set()

    def signed_in(person: Person) -> None:
        threads.add(threading.current_thread().name)
        people.append(person)

    door.desk(lambda desk: desk.sign_in_demo("ws"), signed_in, pytest.fail)
    qtbot.waitUntil(lambda: bool(people), timeout=5000)
    room = Room(door, person=people[0], clock=shop.clock)
    room.take_site(shop.applied)
    request = room.ask(RequestKind.SELECT, {"equipment": "ps01/pump1"})

    from app.storage.opening import open_desk_store

    desk = open_desk_store(shop.address)
    qtbot.waitUntil(lambda: any(r.id == request for r in desk.recent(60.0)), timeout=5000)
    desk.close()
    series: list[dict[str, object]] = []
    room.recent(["ps01/well/level", "no/such/tag"], 60.0, series.append)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: bool(series), timeout=5000)
    times, values = series[0]["ps01/well/level"]  # type: ignore[misc]
    assert list(values) == [1.25] and len(times) == 1 and list(series[0]) == ["ps01/well/level"]
    assert threads == {threading.main_thread().name}
    door.close()
    door.close()


def test_a_request_that_cannot_be_committed_is_refused_aloud(
    qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """No store: the asker hears REFUSED with the check "store"; nothing is queued for later."""
    door = FakeDoor()
    door.fail = "disk on fire"
    room = Room(door, person=PERSON, clock=RoomClock())
    with qtbot.waitSignal(room.result_arrived, timeout=1000) as caught:
        request = room.ask(RequestKind.SELECT, {"equipment": "x"})
        assert request
    assert caught.args is not None
    result = caught.args[0]
    assert result.state is CommandState.REFUSED and result.reasons[0].check == "store"


def test_alarms_follow_and_stay_over_a_reload(qtbot: QtBot, bench: Bench) -> None:
    """Each row that changes arrives once, the last counts; a new site keeps the rows; NORM takes one from the list."""
    spec, other = xiasha().alarms[:2]
    told: list[tuple[str, ...]] = []
    bench.room.alarms_changed.connect(told.append)
    bench.shop.tell(alarms=(raised(spec), raised(other)))
    bench.shop.tell(alarms=(raised(spec, AlarmState.ACKED),))
    qtbot.waitUntil(lambda: bench.room.book.status(spec.path).state is AlarmState.ACKED, timeout=3000)
    assert set(bench.room.book.main) == {spec.path, other.path}
    assert bench.room.book.tally().unacknowledged == 1 and set(told[0]) <= {spec.path, other.path}
    told.clear()
    bench.shop.apply(replace(xiasha(), label=Label("新", "new")))
    qtbot.waitUntil(lambda: bench.room.applied is not None and bench.room.applied.revision == 2, timeout=5000)
    assert set(bench.room.book.main) == {spec.path, other.path} and not told
    bench.shop.tell(alarms=(AlarmStatus(spec.path),))
    qtbot.waitUntil(lambda: list(bench.room.book.main) == [other.path], timeout=3000)


def test_a_storm_of_alarms_is_taken_in_parts(qtbot: QtBot) -> None:
    """What comes at once is taken over some beats, half of it first; a newer row replaces one that still waits."""
    clock = RoomClock()
    room = Room(FakeDoor(), person=PERSON, clock=clock, language="en")
    feed = Feed(room, pytest.fail, clock=clock)
    rows = tuple(raised(s) for s in many_alarms(4 * ALARMS_EACH))

    def deliver(alarms: tuple[AlarmStatus, ...], *, reload: bool = False) -> None:
        feed._queue.append(Delivery((), 0, 0, (), (), (), None, reload, alarms))
        feed.drain()

    deliver(rows)
    assert len(room.alarms) == 2 * ALARMS_EACH
    feed.drain()
    assert len(room.alarms) == 3 * ALARMS_EACH
    deliver((raised(many_alarms(4 * ALARMS_EACH)[-1], AlarmState.ACKED),))
    assert len(room.alarms) == 4 * ALARMS_EACH and room.alarms[rows[-1].path].state is AlarmState.ACKED
    deliver(rows[:3], reload=True)
    assert len(room.alarms) == 3
