"""The room put back into the past: entered, stepped, played, left; nothing done there, nothing missed here."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.errors import StoreUnavailable
from app.model.alarms.status import AlarmState
from app.model.quality import Quality
from app.model.records import AppliedSite, Journal, RequestKind, Result
from app.series.samples import Gap, Samples
from app.views.actions.acknowledge import acknowledge
from app.views.pages.alarms.page import AlarmsPage
from app.views.pages.journal.page import JournalPage
from app.views.pages.overview.page import OverviewPage
from app.views.pages.station import StationPage
from app.views.past.machine import NO_ALARM, REACHED
from app.views.state.abnormal_rows import Kind
from app.views.widgets.action_button import ActionButton
from tests.helpers.past_desk import FRAMES, STEP_MS, PastDesk


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication) -> Iterator[PastDesk]:
    made = PastDesk(qapp)
    yield made
    made.translations.use("en")
    made.close()


def level(desk: PastDesk) -> float:
    assert desk.room.live is not None
    return desk.room.live.get(desk.level).value


def test_an_instant_is_shown_whole_and_now_comes_back_as_it_went_on(desk: PastDesk) -> None:
    """Into minute two: values and alarms of then; back: those of now, with what came meanwhile."""
    high, low = desk.site.alarms[0].path, desk.site.alarms[1].path
    desk.stood(500, high)
    desk.stands(low)
    now = level(desk)
    desk.room.machine.go(desk.ms(600) + 50)
    past = desk.room.past
    assert (
        past is not None and (past.seq, past.at_ms) == (600, desk.ms(600) + 50) and desk.room.shown_ms() == past.at_ms
    )
    assert level(desk) == 0.6 and not desk.room.engine_silent
    assert desk.status(high).state is AlarmState.UNACK and desk.status(low).state is AlarmState.NORM
    assert desk.room.present.book.status(low).state is AlarmState.UNACK
    desk.stands(high)
    assert desk.room.present.book.tally().unacknowledged == 2 and desk.room.book.tally().unacknowledged == 1
    desk.room.machine.leave()
    assert desk.room.past is None and level(desk) == now and desk.room.book.tally().unacknowledged == 2


def test_another_instant_of_the_same_site_rebuilds_nothing(desk: PastDesk) -> None:
    """Entering and leaving make the pages anew; going about in the past does not, and tells what changed."""
    path = desk.site.alarms[0].path
    desk.stood(700, path)
    built, alarms, jumps = [], [], []
    desk.room.site_changed.connect(lambda: built.append(1))
    desk.room.alarms_changed.connect(alarms.append)
    desk.room.time_jumped.connect(lambda: jumps.append(1))
    desk.room.machine.go_frame(650)
    desk.room.machine.go_frame(750)
    desk.room.machine.step_frames(-1)
    desk.room.machine.step(-20_000)
    assert desk.room.past is not None and desk.room.past.seq == 649
    assert len(built) == 1 and alarms == [(path,), (path,)] and len(jumps) == 4
    desk.room.machine.leave()
    assert len(built) == 2 and len(jumps) == 5


def test_nothing_is_asked_while_the_past_is_shown(desk: PastDesk, qtbot: QtBot) -> None:
    """Every request is refused with its reason before it reaches the store; giving a selection back is let through."""
    results: list[Result] = []
    desk.room.result_arrived.connect(results.append)
    desk.stands(desk.site.alarms[0].path)
    desk.room.machine.go_frame(600)
    request = desk.room.ask(RequestKind.OPERATE, {"equipment": "ps01/pump1"})
    also = acknowledge(desk.room, list(desk.room.present.book.statuses.values()))
    assert results == [], "the answer comes later, when its asker knows the request"
    qtbot.waitUntil(lambda: len(results) == 2)
    assert [(r.request_id, r.reasons[0].check) for r in results] == [(request, "past"), (also, "past")]
    assert desk.door.submitted == [] and desk.room.refusals(RequestKind.SHELVE)[0].check == "past"
    desk.room.ask(RequestKind.CANCEL, {"equipment": "ps01/pump1"})
    desk.room.machine.leave()
    desk.room.ask(RequestKind.SELECT, {"equipment": "ps01/pump1"})
    assert [kind for _, kind, _ in desk.door.submitted] == [RequestKind.CANCEL, RequestKind.SELECT]


def test_an_alarm_of_now_sounds_while_the_past_is_shown(desk: PastDesk) -> None:
    """The past is silent, whatever stood there; what comes now sounds, and the banner tells it."""
    window = desk.window()
    old, new = desk.site.alarms[0].path, desk.site.alarms[1].path
    desk.stood(500, old)
    desk.room.machine.go_frame(600)
    desk.beats(20)
    assert desk.sounder.played == []
    desk.stands(new)
    desk.beats(2)
    assert desk.sounder.played and desk.sounder.played[0].startswith("priority-")
    shown = [row.item.path for row in window.header.banner.rows if row.item is not None]
    assert shown == [new] and not window.header.banner.rows[0].acknowledgeable
    QTest.keyClick(window, Qt.Key.Key_F8)
    assert desk.door.submitted == []
    QTest.mouseClick(window.header.banner.rows[0], Qt.MouseButton.LeftButton)
    assert desk.room.past is None, "the banner speaks of now and leads there"


def test_time_goes_on_at_once_and_at_ten_times(desk: PastDesk) -> None:
    """One second at 1× brings five frames, at 10× fifty, with the alarms that came in them; a pause holds."""
    path = desk.site.alarms[0].path
    desk.stood(620, path)
    machine = desk.room.machine
    machine.go_frame(600)
    machine.play(1)
    desk.beats(10)
    past = desk.room.past
    assert past is not None and past.seq == 605 and past.at_ms - desk.ms(600) == pytest.approx(1000, abs=2)
    assert level(desk) == 0.605 and desk.status(path).state is AlarmState.NORM
    machine.play(10)
    desk.beats(10)
    assert desk.room.past is not None and desk.room.past.seq == 655 and level(desk) == 0.655
    assert desk.status(path).state is AlarmState.UNACK
    machine.pause()
    desk.beats(10)
    assert desk.room.past.seq == 655 and machine.speed == 0


def test_playing_ends_where_nothing_follows(desk: PastDesk) -> None:
    """The last frames are shown, then time stands, and the bar says why."""
    desk.room.machine.go_frame(FRAMES - 3)
    desk.room.machine.play(10)
    desk.beats(40)
    past = desk.room.past
    assert past is not None and past.seq == FRAMES and desk.room.machine.said == REACHED
    assert desk.room.machine.speed == 0


def test_a_time_without_frames_is_grey_and_is_not_waited_through(desk: PastDesk) -> None:
    """For 280 s after frame 600 no engine ran: nothing of then is to be believed; playing leaps over it."""
    numbers = {t.path: t.number for t in desk.site.tags}
    was = desk.history.tags[numbers[desk.level]]
    keep = (was.seq <= 600) | (was.seq > 2_000)
    seq = np.arange(1, keep.sum() + 1)
    cut = Samples(was.source_ms[keep], was.values[keep], was.quality[keep], seq)
    desk.history.tags = {**desk.history.tags, numbers[desk.level]: cut}
    desk.history.holes = (Gap(desk.ms(600), desk.ms(2_001)),)
    desk.room.machine.go(desk.ms(1_000))
    assert desk.room.past is not None and desk.room.past.seq == 600 and desk.room.engine_silent
    live = desk.room.live
    assert live is not None and live.get(desk.level).quality == Quality.ENGINE_LOST
    assert not desk.room.present.silent
    desk.room.machine.go(desk.ms(900))
    row = desk.room.watch.rows[0]
    assert row.kind is Kind.ENGINE and desk.ms(599) <= row.since_ms <= desk.ms(600), "no later than what is shown"
    desk.room.machine.go_frame(600)
    desk.room.machine.play(1)
    desk.beats(50)
    assert desk.room.past.seq > 600 and level(desk) > 2.0 and not desk.room.engine_silent


def test_from_alarm_to_alarm(desk: PastDesk) -> None:
    """Forwards, backwards, and from now back; at the end there is none, and the instant stays."""
    first, second = desk.site.alarms[0].path, desk.site.alarms[1].path
    desk.stood(300, first)
    desk.stood(900, second)
    machine = desk.room.machine
    machine.go_alarm(back=True)
    assert desk.room.past is not None and desk.room.past.seq == 900
    machine.go_alarm(back=True)
    assert desk.room.past.seq == 300
    machine.go_alarm(back=True)
    assert desk.room.past.seq == 300 and machine.said == NO_ALARM
    machine.go_alarm(back=False)
    assert desk.room.past.seq == 900


def test_what_hinders_is_said_in_the_bar(desk: PastDesk) -> None:
    """No alarm before now, and a past that cannot be read: both are said, and the present stays."""
    window = desk.window()
    window.toggle_time()
    desk.room.machine.go_alarm(back=True)
    assert desk.room.past is None and window.time.said.text() == "no further alarm this way"

    def away(_stop: object) -> None:
        raise StoreUnavailable("the store is away")

    desk.history.before = away
    desk.room.machine.go(desk.ms(600))
    assert desk.room.past is None and window.time.said.text() == "the store is away"
    desk.history.before = None
    desk.room.machine.go(desk.ms(600))
    assert desk.room.past is not None and window.time.said.text() == ""


def test_before_the_first_frame_it_is_said_that_the_record_begins_there(desk: PastDesk) -> None:
    """The first frame is shown then, and not as if it were the instant that was asked for."""
    window = desk.window()
    desk.room.machine.go(desk.ms(1) - 7_200_000)
    assert desk.room.past is not None and desk.room.past.seq == 1
    assert window.time.strip.said == "the record begins here: nothing is known of earlier"
    desk.room.machine.go(desk.ms(600))
    assert window.time.strip.said == ""


def test_only_the_last_of_many_instants_is_read(desk: PastDesk) -> None:
    """A drag asks for a hundred: what waits is dropped, and the one that is wanted is shown."""
    desk.door.holds_past = True
    for frame in range(100, 200):
        desk.room.machine.go_frame(frame)
    assert sum(not t.cancelled for t in desk.door.past) == 1 and desk.room.machine.waiting
    desk.door.answer_past()
    assert desk.room.past is not None and desk.room.past.seq == 199 and not desk.room.machine.waiting
    desk.room.machine.go_frame(300)
    desk.room.machine.leave()
    desk.door.answer_past()
    assert desk.room.past is None, "an answer that comes after the return is not shown"


def test_another_site_of_then_is_shown_as_it_was(desk: PastDesk) -> None:
    """Revision 2 rules since frame 1,000: before, the room shows the stations of revision 1, and plays into the new."""
    now = desk.history.sites[1]
    before = AppliedSite(1, "old", 0, "demo", "old", replace(desk.site, alarms=desk.site.alarms[:3]))
    desk.history.sites = {1: before, 1_000: replace(now, revision=1_000)}
    desk.room.machine.go_frame(999)
    assert desk.room.applied is not None and desk.room.applied.revision == 1 and len(desk.room.book.specs) == 3
    desk.room.machine.play(1)
    desk.beats(5)
    assert desk.room.applied.revision == 1_000 and len(desk.room.book.specs) == len(desk.site.alarms)
    assert level(desk) > 1.0


def test_pages_show_then_and_say_so(desk: PastDesk) -> None:
    """Alarm list and station are those of then with grey buttons; strip and frame say the instant in every window."""
    one, two = desk.window(), desk.window()
    path = desk.site.alarms[0].path
    desk.stood(500, path)
    desk.stands(desk.site.alarms[1].path)
    alarms, station = desk.page(one, "alarms"), desk.page(two, "station")
    assert isinstance(alarms, AlarmsPage) and isinstance(station, StationPage)
    desk.room.machine.go_frame(600)
    desk.beats(3)
    assert alarms.list.view.rows[0] == path and len(alarms.list.view.rows) == 1
    alarms.list.choose_path(path)
    assert not alarms.detail.buttons["acknowledge"].isEnabled()
    assert "past" in alarms.detail.buttons["shelve"].toolTip()
    for window in (one, two):
        assert window.time.isVisible() and window.time.strip.isVisible()
        assert window.time.strip.text.startswith("PAST   2026-09-21") and "Asia/Shanghai" in window.time.strip.text
        assert window._frame.margin > 0
    QTest.keyClick(two, Qt.Key.Key_F4)
    desk.beats(1)
    assert desk.room.past is None and not one.time.isVisible() and alarms.list.view.rows[0] == desk.site.alarms[1].path
    assert one._frame.margin == 0


def test_the_bar_takes_typed_instants_clicks_and_keys(desk: PastDesk) -> None:
    """F4, a time, Enter; a click on the line; the arrows; Space plays; Esc leads back."""
    window = desk.window()
    QTest.keyClick(window, Qt.Key.Key_F4)
    assert window.time.isVisible() and window.time.field.hasFocus() and desk.room.past is None
    window.time.field.setText("-5 min")
    QTest.keyClick(window.time.field, Qt.Key.Key_Return)
    past = desk.room.past
    assert past is not None and desk.clock.now_ms() - past.at_ms == 300_000
    QTest.keyClick(window.time, Qt.Key.Key_Left)
    assert desk.room.shown_ms() == past.at_ms - 10_000
    line = window.time.line
    QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=line.rect().center())
    desk.beats(1)
    assert desk.room.past is not None
    assert abs(line.x_of(desk.room.past.at_ms) - line.width() / 2) < 2 or desk.room.past.at_ms == desk.first_ms
    QTest.keyClick(window.time, Qt.Key.Key_Space)
    assert desk.room.machine.speed == 1
    QTest.keyClick(window.time, Qt.Key.Key_Escape)
    assert desk.room.past is None and not window.time.isVisible()


def test_what_is_no_instant_is_said_and_nothing_moves(desk: PastDesk) -> None:
    """The field keeps what was typed."""
    window = desk.window()
    window.toggle_time()
    window.time.field.setText("last tuesday")
    QTest.keyClick(window.time.field, Qt.Key.Key_Return)
    assert desk.room.past is None and window.time.zone.text() == "not an instant"


def test_a_journal_line_leads_to_its_moment(desk: PastDesk) -> None:
    """Chosen line, one button: the room as it stood once the line's frame had come, on the page of what it tells."""
    window, path = desk.window(), desk.site.alarms[0].path
    archive = desk.door.store
    archive.add(Journal.ALARMS, "raised", desk.ms(700), path)
    archive.entries[Journal.ALARMS][0] = replace(archive.entries[Journal.ALARMS][0], frame=700)
    desk.stood(700, path)
    page = desk.page(window, "events")
    assert isinstance(page, JournalPage)
    desk.beats(12)
    assert not page.moment.isEnabled()
    page.table.setCurrentIndex(page.model.index(0, 0))
    QTest.mouseClick(page.moment, Qt.MouseButton.LeftButton)
    assert desk.room.past is not None and desk.room.past.seq == 700
    assert window.page.page_id == "alarms" and desk.status(path).state is AlarmState.UNACK


def test_nothing_is_left_of_a_world_that_was_left(desk: PastDesk) -> None:
    """Ten journeys: every world of the past, with its judge, is gone."""
    desk.window()
    seen = []
    for frame in range(100, 1_100, 100):
        desk.room.machine.go_frame(frame)
        assert desk.room.machine._world is not None
        seen.append(weakref.ref(desk.room.machine._world.watch))
        desk.beats(1)
        desk.room.machine.leave()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert [ref() for ref in seen] == [None] * 10


def test_steps_from_now_lead_back(desk: PastDesk) -> None:
    """Ten seconds back from the present; on from there beyond now is the present again."""
    desk.room.machine.step(-10_000)
    assert desk.room.past is not None and desk.clock.now_ms() - desk.room.past.at_ms == 10_000
    desk.room.machine.step(60_000)
    assert desk.room.past is None
    assert STEP_MS == 200


def test_what_led_to_an_instant_is_drawn_while_time_stands(desk: PastDesk) -> None:
    """The overview's small trends and the wells' rise come from before that instant, once they were read."""
    window = desk.window()
    page = desk.page(window, "overview")
    desk.door.holds_past = True
    desk.room.machine.go_frame(2_000)
    desk.door.answer_past()
    desk.beats(3)
    assert isinstance(page, OverviewPage) and desk.room.watch.rises == {}
    before = dict(page._sparks)
    desk.door.holds_past = False
    desk.door.answer_past()
    desk.beats(12)
    assert page._sparks["rain"] != before["rain"]
    assert desk.room.watch.rises[desk.site.facilities[0].id].per_min == pytest.approx(0.3, abs=0.01)


def test_a_small_window_does_not_grow_and_its_page_is_scrolled(desk: PastDesk) -> None:
    """As high as its page needs; in the past the page keeps that and is scrolled; back, all is as before."""
    window = desk.window()
    desk.page(window, "station")
    window.resize(1920, window.header.height() + window.page.minimumSizeHint().height())
    QCoreApplication.processEvents()
    size, area = window.size(), window._frame._area
    assert not area.verticalScrollBar().isVisible()
    desk.room.machine.go_frame(600)
    desk.beats(2)
    assert window.size() == size and area.verticalScrollBar().isVisible()
    page = area.widget()
    assert page is not None and page.height() >= page.minimumSizeHint().height() > area.viewport().height()
    desk.room.machine.leave()
    desk.beats(2)
    QCoreApplication.processEvents()  # the bar goes once the page has its room
    assert window.size() == size and not area.verticalScrollBar().isVisible()


def test_a_page_that_fits_is_not_scrolled(desk: PastDesk) -> None:
    """A faceplate's wrapped texts would like more height than they need."""
    window = desk.window()
    window.resize(1920, 1080)
    desk.page(window, "station")
    window.go("station", "ps01/pump1")
    desk.beats(3)
    desk.room.machine.go_frame(600)
    desk.beats(5)
    assert window.page.layout().hasHeightForWidth()
    assert not window._frame._area.verticalScrollBar().isVisible()
    names = ("hold", "substitute")
    hold, substitute = (b for n in names for b in window.findChildren(ActionButton, n) if b.isVisible())
    tops = [button.mapTo(window, QPoint(0, 0)).y() for button in (hold, substitute)]
    assert tops[0] == tops[1], "though only one of them has words above it"
