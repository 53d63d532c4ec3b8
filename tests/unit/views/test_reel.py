"""What waits to be played comes out in order, up to an instant, and never two sites at once."""

from __future__ import annotations

from app.model.alarms.status import AlarmState, AlarmStatus
from app.storage.history_contract import SeenFrame
from app.views.gateway.past_reads import Stretch
from app.views.past.reel import Reel


def frames(*seqs: int, revision: int = 1) -> tuple[SeenFrame, ...]:
    return tuple(SeenFrame(seq, 1_000 + 200 * seq, revision, ()) for seq in seqs)


def row(path: str, state: AlarmState = AlarmState.UNACK) -> AlarmStatus:
    return AlarmStatus(path, state)


def test_frames_and_alarms_come_up_to_an_instant() -> None:
    """Ten frames, alarms in three: what is due comes, the last word of each alarm counts, the rest waits."""
    reel = Reel(0)
    alarms = ((1, row("a")), (3, row("b")), (3, row("a", AlarmState.ACKED)), (7, row("c")))
    reel.add(Stretch(frames(*range(1, 11)), alarms, {}))
    assert (reel.next_ms, reel.until_ms, reel.end, reel.over) == (1_200, 3_000, 10, False)
    assert reel.take(1_100) is None
    shot = reel.take(1_999)
    assert shot is not None and [f.seq for f in shot.frames] == [1, 2, 3, 4] and shot.last.seq == 4
    assert shot.alarms == {"a": row("a", AlarmState.ACKED), "b": row("b")}
    rest = reel.take(9_999)
    assert rest is not None and rest.last.seq == 10 and list(rest.alarms) == ["c"]
    assert reel.take(9_999) is None and reel.next_ms is None


def test_another_site_is_a_shot_of_its_own() -> None:
    """Frames 3 and 4 are under revision 2: they come behind those of revision 1, also when all are due."""
    reel = Reel(0)
    reel.add(Stretch((*frames(1, 2), *frames(3, 4, revision=2)), ((3, row("a")),), {}))
    first, second = reel.take(9_999), reel.take(9_999)
    assert first is not None and (first.revision, first.last.seq, first.alarms) == (1, 2, {})
    assert second is not None and (second.revision, second.last.seq, list(second.alarms)) == (2, 4, ["a"])


def test_it_is_over_once_all_was_shown_and_nothing_follows() -> None:
    """An empty answer while frames wait only means that nothing is there yet."""
    reel = Reel(0)
    reel.add(Stretch(frames(1), (), {}))
    reel.add(Stretch((), (), {}))
    assert not reel.over
    reel.take(9_999)
    reel.add(Stretch(frames(2), (), {}))
    assert reel.end == 2 and not reel.over
    reel.take(9_999)
    reel.add(Stretch((), (), {}))
    assert reel.over
