"""Small rules of the room: silence, horn, history, times, where cards stand."""

from __future__ import annotations

import pytest

from app.model.spec import Place
from app.views.shell.history import History
from app.views.state.horn import REPEAT_S, Horn
from app.views.state.map_layout import card_boxes
from app.views.state.silence import SILENT_AFTER_S, START_GRACE_S, Silence
from app.views.state.zone_time import date_text, time_text, zone_text

NOON = 1_790_049_600_000  # 2026-09-22 04:00:00 UTC


def test_silence_begins_before_two_seconds_are_over() -> None:
    """A frame comes, then none: silent once the limit is over, which with a tick of 0.1 s is within 2 s."""
    silence = Silence(100.0)
    assert silence.silent(100.0) and not silence.lost(100.0)
    silence.frame(101.0)
    assert not silence.silent(101.0 + SILENT_AFTER_S)
    assert silence.silent(101.0 + SILENT_AFTER_S + 0.01) and silence.lost(101.0 + SILENT_AFTER_S + 0.01)
    assert SILENT_AFTER_S + 0.2 <= 2.0
    silence.frame(110.0)
    assert not silence.silent(110.5) and not silence.lost(110.5)


def test_an_engine_that_never_spoke_is_a_loss_after_a_grace() -> None:
    """A room that opens on a dead engine is grey at once and sounds after the grace."""
    silence = Silence(50.0)
    assert silence.silent(50.0) and not silence.lost(50.0 + START_GRACE_S)
    assert silence.lost(50.0 + START_GRACE_S + 0.1)
    assert silence.silent_for_s(53.0) == pytest.approx(3.0)


def test_the_horn_repeats_until_silenced_and_sounds_for_a_new_loss() -> None:
    """Loss: sounds, repeats; silenced: quiet; back and lost again: sounds."""
    horn = Horn()
    assert not horn.due(0.0)
    horn.set("engine", True)
    assert horn.due(0.0) and not horn.due(REPEAT_S - 0.1) and horn.due(REPEAT_S)
    horn.silence()
    assert not horn.sounding and not horn.due(3 * REPEAT_S)
    horn.set("engine", True)
    assert not horn.due(4 * REPEAT_S), "it still stands and was silenced"
    horn.set("engine", False)
    horn.set("engine", True)
    assert horn.sounding and horn.due(5 * REPEAT_S)


def test_a_second_cause_sounds_while_the_first_is_silenced() -> None:
    """Silencing covers only what stands at that moment."""
    horn = Horn()
    horn.set("engine", True)
    horn.silence()
    horn.set("fire", True)
    assert horn.due(0.0)
    horn.set("fire", False)
    assert not horn.sounding


def test_history_goes_back_and_forward_and_drops_what_lay_ahead() -> None:
    """overview → ps01 → back → events: forward is gone."""
    history = History()
    history.visit("overview", "")
    history.visit("station", "ps01")
    history.visit("station", "ps01")
    assert history.back() == ("overview", "") and history.back() is None
    assert history.forward() == ("station", "ps01") and history.forward() is None
    history.back()
    history.visit("events", "")
    assert history.forward() is None and history.back() == ("overview", "")


def test_times_are_of_the_sites_zone() -> None:
    """Noon in Shanghai is four o'clock UTC; the zone is named with its offset."""
    assert time_text(NOON, "Asia/Shanghai") == "12:00:00"
    assert date_text(NOON, "Asia/Shanghai", "zh") == "2026-09-22 周二"
    assert date_text(NOON, "Asia/Shanghai", "en") == "2026-09-22 Tue"
    assert zone_text(NOON, "Asia/Shanghai") == "Asia/Shanghai UTC+8"
    assert zone_text(NOON, "Asia/Kolkata") == "Asia/Kolkata UTC+5:30"
    assert time_text(0, "Asia/Shanghai") == "—"


def test_cards_stand_at_their_places_and_never_overlap() -> None:
    """Three cards at almost one place are pushed apart, stay inside, and stand the same each time."""
    places = {"a": Place(500, 500), "b": Place(510, 505), "c": Place(980, 990)}
    sizes = dict.fromkeys(places, (200.0, 100.0))
    boxes = card_boxes(places, sizes, width=1000, height=600, gap=10)
    assert boxes == card_boxes(places, sizes, width=1000, height=600, gap=10)
    for box in boxes.values():
        assert box.x >= 0 and box.x + box.width <= 1000 and box.y >= 0 and box.y + box.height <= 600
    a, b = boxes["a"], boxes["b"]
    assert abs(a.cx - b.cx) >= 210 or abs(a.cy - b.cy) >= 110


def test_a_lone_card_stands_exactly_at_its_place() -> None:
    """Nothing moves a card that has room."""
    boxes = card_boxes({"a": Place(300, 400)}, {"a": (200.0, 100.0)}, width=1000, height=500, gap=10)
    assert (boxes["a"].cx, boxes["a"].cy) == (300.0, 200.0)
