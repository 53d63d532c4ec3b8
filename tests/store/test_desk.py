"""The desk: sessions and requests."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.errors import ConfigurationFault
from app.model.records import Person, RequestKind
from app.storage import tables_desk
from app.storage.contract import DeskStore
from app.storage.opening import backend_of, create_store, open_desk_store

ASKER = Person("demo", "engineer", "session", "desk 1")


def test_a_demo_session_opens_and_ends(desk: DeskStore) -> None:
    """Demo sign-in gives an engineer with a session of its own, which counts until it is ended."""
    first, second = desk.sign_in_demo("desk 1"), desk.sign_in_demo("desk 2")
    assert (first.name, first.role, first.workstation) == ("demo", "engineer", "desk 1")
    assert first.session != second.session
    assert desk.session(first.session) == first
    desk.end_session(first.session)
    assert desk.session(first.session) is None
    assert desk.session(second.session) == second
    assert desk.session("nobody") is None


def test_the_role_is_the_one_a_person_has_now(desk: DeskStore, address: str) -> None:
    """A role changed after sign-in counts at once for the session that is open."""
    person = desk.sign_in_demo("desk 1")
    engine = backend_of(address).writer("desk")
    with engine.begin() as connection:
        connection.execute(sa.update(tables_desk.person).values(role="viewer"))
    engine.dispose()
    now = desk.session(person.session)
    assert now is not None
    assert now.role == "viewer"
    assert desk.sign_in_demo("desk 2").role == "viewer"


def test_a_live_store_has_no_demo_user(empty_address: str) -> None:
    """Demo sign-in is refused on a live store."""
    create_store(empty_address, demo=False)
    desk = open_desk_store(empty_address)
    with pytest.raises(ConfigurationFault, match="live store"):
        desk.sign_in_demo("desk 1")
    desk.close()


def test_a_request_comes_back_as_asked(desk: DeskStore) -> None:
    """Kind, person and payload come back; the age is by the store's clock and small."""
    payload = {"equipment": "ps01/pump1", "verb": "start", "value": None, "expect": "stopped", "reason": "试泵"}
    request_id = desk.submit(RequestKind.OPERATE, ASKER, payload)
    (request,) = desk.recent(30)
    assert (request.id, request.kind, request.person, request.payload) == (
        request_id, RequestKind.OPERATE, ASKER, payload,
    )  # fmt: skip
    assert 0.0 <= desk.age_s(request) < 30.0


def test_asking_twice_with_one_id_is_one_request(desk: DeskStore) -> None:
    """An asker that does not know whether its commit arrived asks again under the same id and gets one request."""
    for payload in ({"equipment": "a"}, {"equipment": "b"}):
        assert desk.submit(RequestKind.SELECT, ASKER, payload, request_id="own-id") == "own-id"
    (request,) = desk.recent(30)
    assert request.payload == {"equipment": "a"}


def test_recent_leaves_out_the_known_and_the_old(desk: DeskStore, address: str) -> None:
    """Requests come in order of time, without those that the engine names, and none from before the window."""
    ids = [desk.submit(RequestKind.SELECT, ASKER, {"n": n}) for n in range(3)]
    engine = backend_of(address).writer("desk")
    with engine.begin() as connection:
        older = sa.update(tables_desk.request).where(tables_desk.request.c.id == ids[0])
        connection.execute(older.values(at_ms=tables_desk.request.c.at_ms - 60_000))
    engine.dispose()
    assert {r.id for r in desk.recent(30)} == set(ids[1:])
    assert [r.id for r in desk.recent(30, known=[ids[2]])] == [ids[1]]
    assert next(r.id for r in desk.recent(90)) == ids[0]
