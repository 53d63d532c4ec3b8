"""Who may ask what, and where."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from app.model.access import (
    EVERYWHERE,
    Permission,
    Role,
    best_role,
    may,
    may_anywhere,
    permission_for,
    request_refusals,
    second_refusals,
)
from app.model.records import Person, RequestKind


def person(role: str, *grants: tuple[str, str], name: str = "one") -> Person:
    return Person(name, role, "s1", "desk 1", grants)


@pytest.mark.parametrize("kind", RequestKind)
def test_an_engineer_may_ask_everything(kind: RequestKind) -> None:
    """Nothing stands against any request of an engineer of the whole site, wherever the thing is."""
    assert request_refusals(kind, person("engineer")) == ()
    assert request_refusals(kind, person("engineer"), ("west",)) == ()


@pytest.mark.parametrize("kind", RequestKind)
def test_viewers_and_strangers_may_ask_nothing(kind: RequestKind) -> None:
    """A viewer, an unknown role and a closed session are refused by name."""
    assert [r.check for r in request_refusals(kind, person("viewer"), ("west",))] == ["right"]
    assert [r.check for r in request_refusals(kind, person("wizard", ("west", "wizard")), ("west",))] == ["right"]
    assert [r.check for r in request_refusals(kind, None)] == ["no_session"]


@pytest.mark.parametrize("kind", RequestKind)
def test_a_locked_session_asks_nothing(kind: RequestKind) -> None:
    """An engineer whose session is locked is refused with that reason alone."""
    assert [r.check for r in request_refusals(kind, replace(person("engineer"), locked=True))] == ["session_locked"]


def test_a_right_in_one_area_is_none_in_another() -> None:
    """An operator of the west commands there, also what both areas share; not in the east, not the whole site."""
    west = person("viewer", ("west", "operator"))
    kind = RequestKind.OPERATE
    assert request_refusals(kind, west, ("west",)) == () == request_refusals(kind, west, ("east", "west"))
    for elsewhere in (("east",), ()):
        assert [(r.check, r.params) for r in request_refusals(kind, west, elsewhere)] == [
            ("right", {"role": "operator"})
        ]
    assert may_anywhere(west, Permission.COMMAND) and not may_anywhere(west, Permission.ENGINEER)


def test_a_grant_everywhere_holds_for_what_has_no_area_too() -> None:
    """The demo user is engineer and supervisor of everything."""
    demo = person("engineer", (EVERYWHERE, "supervisor"))
    assert may(demo, Permission.ASSIGN) and may(demo, Permission.ENGINEER, ("west",))


def test_the_best_role_is_shown() -> None:
    """Roles are ordered for showing only; an unknown one is shown as it is."""
    assert best_role(person("viewer", ("west", "supervisor"), ("east", "operator"))) == "supervisor"
    assert best_role(person("wizard")) == "wizard"


def test_roles_grow_up_to_supervisor() -> None:
    """Each role up to supervisor may do all that the one below may; engineer and supervisor each do what the other may
    not; the administrator commands nothing."""
    held = {role: {p for p in Permission if may(person(role), p)} for role in Role}
    ladder = (Role.VIEWER, Role.OPERATOR, Role.SUPERVISOR)
    assert all(held[lower] < held[higher] for lower, higher in itertools.pairwise(ladder))
    assert held[Role.SUPERVISOR] - held[Role.ENGINEER] == {Permission.ASSIGN}
    assert held[Role.ENGINEER] - held[Role.SUPERVISOR] == {Permission.ENGINEER}
    assert held[Role.ADMINISTRATOR] == {Permission.VIEW, Permission.ADMINISTER}
    assert not may(person(Role.ADMINISTRATOR), permission_for(RequestKind.OPERATE))


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (None, None),
        (person("engineer"), "same"),
        (person("viewer", name="two"), "right"),
        (person("viewer", ("east", "operator"), name="two"), "right"),
    ],
)
def test_what_makes_a_second_signature_void(second: Person | None, why: str | None) -> None:
    """None, one's own, or that of somebody without the right in that area."""
    refusals = second_refusals(RequestKind.OPERATE, person("engineer"), second, ("west",))
    assert [(r.check, r.params.get("why")) for r in refusals] == [("two_person", why)]


def test_a_second_signature_counts() -> None:
    """Another person with the right in the area."""
    second = person("viewer", ("west", "operator"), name="two")
    assert second_refusals(RequestKind.OPERATE, person("operator"), second, ("west",)) == ()
