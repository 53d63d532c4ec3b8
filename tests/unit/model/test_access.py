"""Who may ask what while there are no accounts."""

from __future__ import annotations

import itertools

import pytest

from app.model.access import Permission, Role, may, permission_for, request_refusals, two_person_possible
from app.model.records import RequestKind


@pytest.mark.parametrize("kind", RequestKind)
def test_an_engineer_on_a_demo_store_may_ask_everything(kind: RequestKind) -> None:
    """The demo user is an engineer: nothing stands against any request."""
    assert request_refusals(kind, "engineer", demo=True) == ()


@pytest.mark.parametrize("kind", RequestKind)
def test_a_live_store_refuses_until_accounts_exist(kind: RequestKind) -> None:
    """On a live store each request is refused with that reason, whatever the role."""
    assert "demo_only" in {r.check for r in request_refusals(kind, "engineer", demo=False)}


@pytest.mark.parametrize("kind", RequestKind)
def test_viewers_and_strangers_may_ask_nothing(kind: RequestKind) -> None:
    """A viewer, an unknown role and a closed session are refused by name."""
    assert [r.check for r in request_refusals(kind, "viewer", demo=True)] == ["right"]
    assert [r.check for r in request_refusals(kind, "wizard", demo=True)] == ["right"]
    assert [r.check for r in request_refusals(kind, None, demo=True)] == ["no_session"]


def test_roles_grow_up_to_engineer() -> None:
    """Each role up to engineer may do all that the one below may; the administrator commands nothing."""
    ladder = (Role.VIEWER, Role.OPERATOR, Role.SUPERVISOR, Role.ENGINEER)
    granted = [{p for p in Permission if may(role, p)} for role in ladder]
    assert all(lower < higher for lower, higher in itertools.pairwise(granted))
    assert not may(Role.ADMINISTRATOR, permission_for(RequestKind.OPERATE))


def test_there_is_no_second_signer_yet() -> None:
    """Two-person actions are refused until accounts exist."""
    assert two_person_possible() is False
