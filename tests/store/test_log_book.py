"""The log book: notes, the calendar of shifts, handovers."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from app.clock import SystemClock
from app.model.people import Account, Duty, Grant, Handover, Signature
from app.model.records import Journal, JournalEntry, Person
from app.storage import tables_desk
from app.storage import tables_live as live
from app.storage.canonical import to_text
from app.storage.contract import Tick
from app.storage.handing_over import sheet_hash
from app.storage.opening import backend_of, create_store, open_desk_store, open_engine_store
from app.storage.verify import verify_store
from tests.helpers.people import PASSWORD, House, change_desk, cheap_passwords, refused

NOBODY = Signature("", "", 0)
SHEET: dict[str, Any] = {
    "unread": ["alarm ps01:trip"],
    "active": [{"path": "ps01:trip", "value": 1.25}],
    "班次": "夜班",
}
READ = {"alarm ps01:trip": ["li", "wang"]}


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_passwords(monkeypatch)


@pytest.fixture
def house(empty_address: str) -> Iterator[House]:
    """Give a founded live store with two operators and a supervisor of the north."""
    create_store(empty_address, demo=False)
    desk = open_desk_store(empty_address)
    house = House(desk)
    house.add("li", "operator")
    house.add("wang", "viewer", Grant("north", "operator"))
    house.add("chief", "viewer", Grant("north", "supervisor"))
    yield house
    desk.close()


@pytest.fixture
def li(house: House) -> Person:
    """Sign li in."""
    return house.people.sign_in("li", PASSWORD, "room 1")


@pytest.fixture
def wang(house: House) -> Person:
    """Sign wang in."""
    return house.people.sign_in("wang", PASSWORD, "room 2")


def sheet(**changed: Any) -> Handover:
    """Make a handover that may be signed, apart from what is changed."""
    fields: dict[str, Any] = {"sheet": SHEET, "sha256": sheet_hash(SHEET), "heads": {"alarms": [0, ""]}, "read": READ}
    return Handover("", 0, "night", "2026-11-26", NOBODY, NOBODY, **{**fields, **changed})


def test_notes_come_back_newest_first(house: House, li: Person, wang: Person) -> None:
    """Text, links in their order, who and where; by time, and by what they speak of or what is under it."""
    book = house.desk.log_book
    first = book.add_note(li, "  泵有异响  ", ["ps01/pump1", "ps01/pump1", "ps02"])
    second = book.add_note(wang, "看过", ["ps01/pump1:trip"])
    assert (first.text, first.links, first.person, first.workstation) == (
        "泵有异响", ("ps01/pump1", "ps02"), "li", "room 1",
    )  # fmt: skip
    assert {n.id for n in book.notes(0, 1 << 60)} == {first.id, second.id}
    assert first in book.notes(0, 1 << 60)
    assert book.notes(first.at_ms, first.at_ms) == ()
    for link, found in (("ps01", 2), ("ps01/pump1", 2), ("ps02", 1), ("ps0", 0), ("ps01/pump", 0), ("ps0_", 0)):
        assert len(book.notes(0, 1 << 60, link=link)) == found
    assert len(book.notes(0, 1 << 60, limit=1)) == 1


def test_notes_that_cannot_be(house: House, li: Person) -> None:
    """Empty, endless, with endless links, by who may not; a viewer of the whole site who operates one area may."""
    book = house.desk.log_book
    for text, links, cause in (
        (" ", (), "length"), ("x" * 2_001, (), "length"), ("x", [str(n) for n in range(21)], "links"),
        ("x", [""], "links"), ("x", ["x" * 201], "links"),
    ):  # fmt: skip
        with refused("note", cause):
            book.add_note(li, text, links)
    house.add("eye", "viewer")
    eye = house.people.sign_in("eye", PASSWORD, "room 3")
    for by in (eye, house.admin):
        with refused("right"):
            book.add_note(by, "text")
    assert book.notes(0, 1 << 60) == ()


def test_pinned_notes_stay_until_they_are_taken_down(house: House, li: Person, wang: Person) -> None:
    """By their writer or by a supervisor, once; a note itself never changes."""
    book = house.desk.log_book
    note = book.add_note(li, "阀门检修中", ["ps01"], pinned=True)
    book.add_note(li, "plain")
    assert book.pinned() == (note,)
    with refused("right"):
        book.unpin(wang, note.id)
    chief = house.people.sign_in("chief", PASSWORD, "office")
    book.unpin(chief, note.id)
    book.unpin(li, note.id)
    book.unpin(li, "no such note")
    assert book.pinned() == ()
    (kept,) = book.notes(0, 1 << 60, link="ps01")
    assert (kept.text, kept.pinned, kept.unpinned_by) == ("阀门检修中", True, "chief")
    assert kept.unpinned_ms >= note.at_ms
    own = book.add_note(li, "again", pinned=True)
    book.unpin(li, own.id)
    assert book.pinned() == ()


def test_who_is_on_which_shift(house: House, li: Person) -> None:
    """A supervisor writes the calendar; a shift written anew replaces its people."""
    book = house.desk.log_book
    chief = house.people.sign_in("chief", PASSWORD, "office")
    book.set_duty(chief, "2026-11-26", "night", ["wang", "li", "li "])
    book.set_duty(chief, "2026-11-26", "day", ["chief"])
    book.set_duty(chief, "2026-11-27", "night", ["li"])
    book.set_duty(chief, "2026-11-27", "night", ["wang"])
    book.set_duty(chief, "2026-11-28", "night", ["wang"])
    book.set_duty(chief, "2026-11-28", "night", [])
    assert book.duties("2026-11-26", "2026-11-28") == (
        Duty("2026-11-26", "day", "chief", "chief"),
        Duty("2026-11-26", "night", "li", "chief"),
        Duty("2026-11-26", "night", "wang", "chief"),
        Duty("2026-11-27", "night", "wang", "chief"),
    )
    assert [d.person for d in book.duties("2026-11-27", "2026-11-27")] == ["wang"]
    with refused("right"):
        book.set_duty(li, "2026-11-26", "night", ["li"])
    for day, shift, persons in (("2026-11-31", "n", ["li"]), ("26.11.2026", "n", []), ("2026-11-26", "", [])):
        with refused("duty"):
            book.set_duty(chief, day, shift, persons)


def test_a_handover_is_signed_by_two(house: House, li: Person, wang: Person) -> None:
    """Kept as both read it, with who, where and when; told as an act of each."""
    kept = house.desk.log_book.sign_handover(li, wang, sheet())
    assert (kept.outgoing.person, kept.outgoing.workstation) == ("li", "room 1")
    assert (kept.incoming.person, kept.incoming.workstation) == ("wang", "room 2")
    assert kept.at_ms == kept.outgoing.at_ms == kept.incoming.at_ms > 0
    assert house.desk.log_book.handovers() == (kept,)
    given = {"id": kept.id, "at_ms": kept.at_ms, "outgoing": kept.outgoing, "incoming": kept.incoming}
    assert kept == dataclasses.replace(sheet(), **given)
    acts = {a.kind: a for a in house.desk.acts(0) if a.what == kept.id}
    assert {k: a.who for k, a in acts.items()} == {"shift_handed_over": "li", "shift_taken_over": "wang"}
    assert all(a.detail["sha256"] == kept.sha256 for a in acts.values())


def test_the_second_person_may_sign_at_the_first_ones_place(house: House, li: Person) -> None:
    """With his password there, once: that session is spent."""
    book = house.desk.log_book
    second = house.people.sign_second("wang", PASSWORD, "room 1", li)
    kept = book.sign_handover(li, second, sheet())
    assert (kept.incoming.person, kept.incoming.workstation) == ("wang", "room 1")
    with refused("two_person"):
        book.sign_handover(li, second, sheet())


def test_handovers_that_cannot_be(house: House, li: Person, wang: Person, empty_address: str) -> None:
    """A changed sheet, one without its list, an unread item, one person twice, who may not, a signature of another's
    or of long ago."""
    book = house.desk.log_book
    own = house.people.sign_in("li", PASSWORD, "room 3")
    cases: list[tuple[Person, Handover, str, str]] = [
        (wang, sheet(sha256="0" * 64), "handover", "hash"),
        (wang, sheet(sheet={}, sha256=sheet_hash({})), "handover", "sheet"),
        (wang, sheet(read={}), "handover", "unread"),
        (wang, sheet(read={"alarm ps01:trip": ["li"]}), "handover", "unread"),
        (wang, sheet(read={"alarm ps01:trip": "li, wang"}), "handover", "unread"),
        (own, sheet(), "two_person", "same"),
        (house.admin, sheet(), "right", ""),
        (Person("wang", "operator", "invented", ""), sheet(), "two_person", ""),
        (dataclasses.replace(wang, name="chief"), sheet(), "two_person", ""),
    ]
    for incoming, handover, code, cause in cases:
        with refused(code, cause):
            book.sign_handover(li, incoming, handover)
    for_other = house.people.sign_second("chief", PASSWORD, "room 2", wang)
    with refused("two_person"):
        book.sign_handover(li, for_other, sheet())
    late = house.people.sign_second("chief", PASSWORD, "room 1", li)
    session = tables_desk.session
    earlier = sa.update(session).where(session.c.id == late.session).values(opened_ms=session.c.opened_ms - 61_000)
    change_desk(empty_address, earlier)
    with refused("two_person"):
        book.sign_handover(li, late, sheet())
    house.people.change_account(house.admin, Account("li", "", "viewer"))
    with refused("right"):
        book.sign_handover(li, wang, sheet())
    assert book.handovers() == ()


@pytest.mark.logs("cannot be read and is left out")
def test_a_handover_that_cannot_be_read_is_left_out(house: House, li: Person, wang: Person, empty_address: str) -> None:
    """A row that no program of ours wrote does not hide the others."""
    kept = house.desk.log_book.sign_handover(li, wang, sheet())
    for number, body in enumerate(("", "[]", "{}", '{"outgoing":7}')):
        row = {"id": f"bad {number}", "at_ms": number, "body": body}
        change_desk(empty_address, sa.insert(tables_desk.handover).values(**row))
    assert house.desk.log_book.handovers() == (kept,)


def test_a_signed_handover_shows_a_tail_that_was_cut(
    house: House, li: Person, wang: Person, empty_address: str
) -> None:
    """The heads that two people signed are in the journals, or `store verify` says what is missing."""
    engine = open_engine_store(empty_address, clock=SystemClock())
    engine.take_lease("test")
    engine.commit(Tick(journal=tuple(JournalEntry(Journal.ALARMS, "raised", n) for n in range(3))))
    engine.release_lease()
    engine.close()
    (head,) = (h for h in verify_store(empty_address).heads.values() if h.journal is Journal.ALARMS)
    kept = house.desk.log_book.sign_handover(li, wang, sheet(heads={"alarms": [head.seq, head.hash], "audit": [0, ""]}))
    assert verify_store(empty_address).faults == []
    change_live(empty_address, sa.delete(live.journal).where(live.journal.c.seq == 3))
    sentence = f"journal alarms: entry 3 is not the one that handover {kept.id} of 2026-11-26 signed"
    assert verify_store(empty_address).faults == [sentence]
    other = dataclasses.asdict(kept) | {"sheet": {"unread": []}}
    change_desk(empty_address, sa.update(tables_desk.handover).values(body=to_text(other)))
    assert f"handover {kept.id} is not what its hash says" in verify_store(empty_address).faults


def change_live(address: str, change: sa.Delete) -> None:
    """Change the engine's tables behind its back."""
    engine = backend_of(address).writer("live")
    with engine.begin() as connection:
        connection.execute(change)
    engine.dispose()
