"""Saved trends: whose they are, who may change them, and that it is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.model.people import Grant
from app.model.records import Person
from app.model.trends import PENS, Pen, TrendGroup
from app.storage.opening import create_store, open_desk_store
from tests.helpers.people import PASSWORD, House, cheap_passwords, refused

HOUR = 3_600_000
LEVELS = TrendGroup("液位", (Pen("ps01/level"), Pen("ps01/level", shift_ms=24 * HOUR, hue=3, hidden=True)), 8 * HOUR)


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_passwords(monkeypatch)


@pytest.fixture
def house(empty_address: str) -> Iterator[House]:
    """Give a founded live store with an operator, a viewer and a supervisor."""
    create_store(empty_address, demo=False)
    desk = open_desk_store(empty_address)
    house = House(desk)
    house.add("li", "operator")
    house.add("wang", "viewer")
    house.add("chief", "viewer", Grant("north", "supervisor"))
    yield house
    desk.close()


def sign_in(house: House, name: str) -> Person:
    return house.people.sign_in(name, PASSWORD, f"room of {name}")


def test_groups_are_ones_own_until_they_are_shared(house: House) -> None:
    """A group comes back as it was saved; others see it only when it is shared, and so does nobody signed in."""
    li, wang = sign_in(house, "li"), sign_in(house, "wang")
    trends = house.desk.trends
    saved = trends.save(li, LEVELS)
    assert saved == replace(LEVELS, owner="li", id=saved.id, changed_ms=saved.changed_ms)
    assert (saved.id != "", saved.changed_ms > 0) == (True, True)
    assert trends.groups(li) == (saved,)
    assert trends.groups(wang) == trends.groups(Person("li", "operator", "", "")) == ()
    shared = trends.save(li, replace(saved, shared=True, name="水位"))
    assert trends.groups(wang) == trends.groups(Person("", "", "", "")) == trends.groups(li) == (shared,)
    assert shared.id == saved.id


def test_a_shared_group_is_for_its_owner_and_supervisors_to_change(house: House) -> None:
    """A viewer may have groups of his own and change no shared one of another; a supervisor may, and it stays its
    owner's. Those of others that are not shared are not told of."""
    li, wang, chief = (sign_in(house, name) for name in ("li", "wang", "chief"))
    trends = house.desk.trends
    shared = trends.save(li, replace(LEVELS, shared=True))
    own = trends.save(wang, replace(LEVELS, name="own"))
    with refused("trend_group", "owner"):
        trends.save(wang, replace(shared, span_ms=1))
    with refused("trend_group", "owner"):
        trends.remove(wang, shared.id)
    with refused("trend_group", "gone"):
        trends.save(chief, replace(own, span_ms=1))
    with refused("trend_group", "gone"):
        trends.remove(chief, own.id)
    changed = trends.save(chief, replace(shared, span_ms=HOUR))
    assert (changed.owner, changed.span_ms) == ("li", HOUR)
    trends.remove(chief, shared.id)
    with refused("trend_group", "gone"):
        trends.remove(li, shared.id)
    assert trends.groups(wang) == (own,)


def test_what_is_no_group_is_refused(house: House) -> None:
    """A name, one to thirty-two pens and a span are needed; one list has no name twice; a session must be open."""
    li, wang = sign_in(house, "li"), sign_in(house, "wang")
    trends = house.desk.trends

    for name in ("  ", "x" * 101):
        with refused("trend_group", "name"):
            trends.save(li, replace(LEVELS, name=name))
    too_many = (Pen("a"),) * (PENS + 1)
    for wrong in (replace(LEVELS, pens=()), replace(LEVELS, pens=too_many), replace(LEVELS, span_ms=0)):
        with refused("trend_group", "pens"):
            trends.save(li, wrong)
    trends.save(li, LEVELS)
    trends.save(wang, replace(LEVELS, shared=True))
    for twin in (LEVELS, replace(LEVELS, shared=True)):
        with refused("trend_group", "exists"):
            trends.save(li, twin)
    house.desk.end_session(li.session)
    with refused("no_session"):
        trends.save(li, replace(LEVELS, name="later"))


def test_saving_and_removing_are_told(house: House) -> None:
    """Each leaves an act for the audit journal."""
    li = sign_in(house, "li")
    saved = house.desk.trends.save(li, LEVELS)
    house.desk.trends.save(li, replace(saved, shared=True))
    house.desk.trends.remove(li, saved.id)
    told = [(a.kind, a.what, a.detail.get("new"), a.detail["shared"]) for a in house.desk.acts(0) if "trend" in a.kind]
    assert told == [
        ("trend_saved", saved.id, True, False),
        ("trend_saved", saved.id, False, True),
        ("trend_removed", saved.id, None, True),
    ]
