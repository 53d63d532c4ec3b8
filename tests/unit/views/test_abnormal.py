"""What the room tells by itself, and how alarms become the rows of the overview."""

from __future__ import annotations

from app.model.alarms.status import AlarmState
from app.views.state.abnormal import Judge
from app.views.state.abnormal_rows import Kind, row_texts
from app.views.state.alarm_book import AlarmBook
from app.views.state.alarm_rows import SHOWN, AlarmRows
from app.views.state.live import LiveValues
from app.views.state.overflow import Outlook
from tests.helpers.alarms import NOW, clear, many_alarms, raised, stand
from tests.helpers.xiasha import xiasha

HH, TRIP = "ps03/well/level:HH", "ps02/pump1/trip:trip"


def live_values(*, silent: bool = False) -> LiveValues:
    live = LiveValues(xiasha())
    live.set_engine_silent(silent)
    return live


def book_and_rows() -> tuple[AlarmBook, AlarmRows]:
    book = AlarmBook()
    book.set_site(xiasha())
    return book, AlarmRows(book, xiasha())


def test_a_rise_counts_only_once_the_control_has_no_reserve() -> None:
    """A well with pumps in reserve: no row. Without: amber below 30 min, red below 10, nothing beyond that."""
    judge, live = Judge(xiasha()), live_values()

    def told(ahead: Outlook) -> list[tuple[Kind, int]]:
        return [(r.kind, r.priority) for r in judge.judge(live, now_ms=NOW, outlooks={"ps03": ahead})]

    assert told(Outlook(500.0, reserve=True)) == [] and told(Outlook(5000.0)) == []
    assert told(Outlook(1500.0)) == [(Kind.OVERFLOW, 2)] and told(Outlook(500.0)) == [(Kind.OVERFLOW, 1)]


def test_a_row_keeps_the_time_at_which_it_began() -> None:
    """It goes on counting while it stands; once it went, the next one begins anew."""
    judge, live, ahead = Judge(xiasha()), live_values(), {"ps03": Outlook(500.0)}
    judge.judge(live, now_ms=NOW, outlooks=ahead)
    assert judge.judge(live, now_ms=NOW + 5000, outlooks=ahead)[0].since_ms == NOW
    judge.judge(live, now_ms=NOW + 6000, outlooks={})
    assert judge.judge(live, now_ms=NOW + 7000, outlooks=ahead)[0].since_ms == NOW + 7000


def test_the_well_that_spills_first_stands_first() -> None:
    """By tens of seconds: a second more or less does not make rows swap places."""
    judge, live = Judge(xiasha()), live_values()

    def order(**seconds: float) -> list[str]:
        rows = judge.judge(live, now_ms=NOW, outlooks={k: Outlook(v) for k, v in seconds.items()})
        return [r.facility for r in rows]

    assert order(ps01=400.0, ps02=70.0, ps03=-5.0) == ["ps03", "ps02", "ps01"]
    assert order(ps01=118.0, ps02=111.0) == order(ps01=111.0, ps02=118.0) == ["ps01", "ps02"]


def test_a_silent_engine_has_no_outlook() -> None:
    """Nothing is known of any well then: one row, about the engine."""
    rows = Judge(xiasha()).judge(live_values(silent=True), now_ms=NOW, outlooks={"ps03": Outlook(500.0)})
    assert [(r.kind, r.priority) for r in rows] == [(Kind.ENGINE, 1)] and rows[0].kind.untrusted


def test_an_engine_is_silent_since_its_newest_value() -> None:
    """Not since somebody looked; a device's clock that is ahead tells nothing, and another instant begins anew."""
    judge, live = Judge(xiasha()), live_values(silent=True)

    def since(now_ms: int) -> int:
        return judge.judge(live, now_ms=now_ms, outlooks={})[0].since_ms

    live.source_ms[:] = NOW - 9000
    assert since(NOW) == since(NOW + 5000) == NOW - 9000
    judge.begin_anew()
    live.source_ms[0] = NOW + 1
    assert since(NOW) == NOW and since(NOW + 5000) == NOW


def test_alarms_become_rows_with_what_to_do() -> None:
    """Highest first, with place, condition, value and limit, and the operator's action; both languages differ."""
    book, alarms = book_and_rows()
    stand(book, TRIP, HH)
    rows = alarms.rows()
    assert [(r.key, r.state) for r in rows] == [(HH, AlarmState.UNACK), (TRIP, AlarmState.UNACK)]
    for language in ("zh", "en"):
        where, what, todo = row_texts(rows[0], language)
        spec = book.specs[HH]
        assert " · " in where and spec.label.get(language) in what and spec.action.get(language) in todo
    assert rows[0].path == "ps03/well" and rows[0].facility == "ps03" and "≥" in rows[0].value.en
    clear(book, HH, TRIP)
    assert alarms.rows() == []


def test_rows_are_made_anew_only_for_what_changed() -> None:
    """The same row of the book gives the very same row; a silent engine freezes all of them."""
    book, alarms = book_and_rows()
    stand(book, TRIP, HH)
    before = alarms.rows()
    stand(book, TRIP, state=AlarmState.ACKED)
    after = alarms.rows()
    assert after[0] is before[0] and after[1] is not before[1]
    book.known = False
    assert all(r.frozen for r in alarms.rows())


def test_of_thousands_the_highest_are_listed() -> None:
    """A flood does not make the overview longer than a person can look through."""
    book, alarms = book_and_rows()
    book.replace(raised(s) for s in many_alarms(3000))
    rows = alarms.rows()
    assert len(rows) == SHOWN and {r.priority for r in rows} == {1}
