"""Stories of first-out groups."""

from __future__ import annotations

from app.model.alarms.groups import FirstOutGroup
from app.model.alarms.status import AlarmState as S
from app.model.alarms.status import AlarmStatus


def _status(path: str, state: S, *, suppressed: bool = False, first_out: bool = False) -> AlarmStatus:
    return AlarmStatus(path, state, suppressed="规则|rule" if suppressed else "", first_out=first_out)


def test_the_first_is_flagged_until_all_are_normal_and_acknowledged() -> None:
    """a → b → a acknowledged → a normal → b returned → b acknowledged: a keeps the flag to the last."""
    group = FirstOutGroup()
    assert group.update(_status("a", S.UNACK)) == (("a", True),) and group.first == "a"
    assert group.update(_status("b", S.UNACK)) == ()
    assert group.update(_status("a", S.ACKED)) == ()
    assert group.update(_status("a", S.NORM)) == () and group.first == "a"
    assert group.update(_status("b", S.RTN_UNACK)) == ()
    assert group.update(_status("b", S.NORM)) == (("a", False),) and group.first == ""
    assert group.update(_status("b", S.UNACK)) == (("b", True),)


def test_a_latch_keeps_the_group_up() -> None:
    """a latched → b raised: a is still the first."""
    group = FirstOutGroup()
    group.update(_status("a", S.UNACK))
    group.update(_status("a", S.LATCH_ACK))
    assert group.update(_status("b", S.UNACK)) == () and group.first == "a"


def test_members_that_are_aside_count_as_normal() -> None:
    """s is suppressed → a raised: a is the first; a is put aside, b stands on: the flag stays; b normal: it goes."""
    group = FirstOutGroup()
    assert group.update(_status("s", S.UNACK, suppressed=True)) == ()
    assert group.update(_status("a", S.UNACK)) == (("a", True),)
    group.update(_status("b", S.UNACK))
    assert group.update(_status("a", S.UNACK, suppressed=True)) == ()
    assert group.update(_status("b", S.NORM)) == (("a", False),)


def test_what_comes_back_from_aside_can_be_the_first() -> None:
    """A normal group → s is no longer suppressed and stands: s is the first; a latch that comes back is not."""
    group = FirstOutGroup()
    assert group.update(_status("l", S.LATCH_ACK)) == ()
    group.update(_status("l", S.NORM))
    assert group.update(_status("s", S.UNACK)) == (("s", True),)


def test_a_group_is_restored() -> None:
    """Restart with a (flagged) and b standing: b is no first; with nothing flagged nobody is made the first."""
    group = FirstOutGroup([_status("a", S.ACKED, first_out=True), _status("b", S.UNACK)])
    assert group.first == "a" and group.update(_status("c", S.UNACK)) == ()
    group = FirstOutGroup([_status("b", S.UNACK)])
    assert group.update(_status("c", S.UNACK)) == () and group.first == ""
    group = FirstOutGroup([_status("a", S.NORM, first_out=True)])
    assert group.first == "" and group.update(_status("c", S.UNACK)) == (("c", True),)
