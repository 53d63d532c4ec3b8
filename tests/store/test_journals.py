"""The chained journals and `store verify`: whatever is changed behind the store's back shows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.errors import StoreUnavailable
from app.model.records import Hold, Journal, JournalEntry
from app.storage import tables_live as live
from app.storage.contract import KEY, EngineStore, FrameRow, RoomStore, Tick
from app.storage.opening import backend_of
from app.storage.verify import StoreReport, verify_store
from tests.helpers.sites import small_site
from tests.helpers.store_actor import frame_row, whole_tick

Change = sa.Update | sa.Delete


def tampered(address: str, change: Change) -> StoreReport:
    """Change something behind the store's back and verify."""
    engine = backend_of(address).writer("live")
    with engine.begin() as connection:
        connection.execute(change)
    engine.dispose()
    return verify_store(address)


@pytest.fixture
def filled(engine: EngineStore, address: str) -> str:
    """Give a store with 60 ticks, two site revisions and four journals."""
    engine.apply_site(small_site("a"), "demo", "first")
    engine.apply_site(small_site("a", "b"), "demo", "second")
    for number in range(1, 61):
        engine.commit(whole_tick(number))
    return address


def test_a_sound_store_has_no_faults(filled: str, room: RoomStore) -> None:
    """Everything is counted, nothing is wrong, and the heads are those that rooms see."""
    report = verify_store(filled)
    assert report.faults == []
    assert (report.frames, report.samples, report.entries, report.sites) == (60, 60 * 200, 182, 2)
    assert tuple(report.heads.values()) == room.journal_heads()


def test_the_chain_is_sha256_over_the_hash_before_and_the_entry(engine: EngineStore, room: RoomStore) -> None:
    """The documented rule, computed here by hand, gives the stored hash: anyone can check a journal without us."""
    engine.commit(Tick(journal=(JournalEntry(Journal.AUDIT, "k", 7, "what", "who", "where", {"b": 1, "a": [2.5]}),)))
    (entry,) = room.journal_newest(Journal.AUDIT)
    text = (
        '{"at_ms":7,"detail":"{\\"a\\":[2.5],\\"b\\":1}","journal":"audit","kind":"k","place":"where","seq":1,'
        '"what":"what","who":"who"}'
    )
    start = hashlib.sha256(b"qianliyan journal").digest()
    assert entry.hash == hashlib.sha256(start + text.encode()).hexdigest()


def test_area_and_priority_enter_the_hash_only_where_they_are_set(engine: EngineStore, room: RoomStore) -> None:
    """The rule of entries with an area and a priority, by hand; an entry without them is hashed as it ever was."""
    engine.commit(Tick(journal=(JournalEntry(Journal.ALARMS, "raised", 7, "a:b", area="north", priority=2),)))
    (entry,) = room.journal_newest(Journal.ALARMS)
    text = (
        '{"area":"north","at_ms":7,"detail":"{}","journal":"alarms","kind":"raised","place":"","priority":2,"seq":1,'
        '"what":"a:b","who":""}'
    )
    start = hashlib.sha256(b"qianliyan journal").digest()
    assert entry.hash == hashlib.sha256(start + text.encode()).hexdigest()
    assert (entry.area, entry.priority) == ("north", 2)


def test_lines_of_one_tick_are_chained_in_their_order(engine: EngineStore, room: RoomStore, address: str) -> None:
    """Lines of several journals in one tick each continue their own chain, and the next tick goes on from there."""
    kinds = (Journal.ALARMS, Journal.EVENTS, Journal.ALARMS, Journal.AUDIT, Journal.ALARMS)
    for start in (0, 10):
        engine.commit(Tick(journal=tuple(JournalEntry(k, "k", start + n) for n, k in enumerate(kinds))))
    assert [(e.seq, e.at_ms) for e in room.journal_after(Journal.ALARMS, 0)] == [
        (1, 0), (2, 2), (3, 4), (4, 10), (5, 12), (6, 14),
    ]  # fmt: skip
    assert verify_store(address).faults == []


def entry(journal: str, seq: int) -> sa.Update:
    """Return an update of one journal entry."""
    return sa.update(live.journal).where(live.journal.c.journal == journal, live.journal.c.seq == seq)


def frame(seq: int) -> sa.Update:
    """Return an update of one frame."""
    return sa.update(live.frame).where(live.frame.c.seq == seq)


EVENTS_3_4 = (live.journal.c.journal == "events") & live.journal.c.seq.in_((3, 4))
CHANGES: dict[str, tuple[Change, str]] = {
    "detail": (
        entry("events", 7).values(detail="{}"),
        "journal events: entry 7 or the hash before it was changed",
    ),
    "who": (
        entry("commands", 60).values(who="x"),
        "journal commands: entry 60 or the hash before it was changed",
    ),
    "hash": (
        entry("audit", 1).values(hash="zz"),
        "journal audit: entry 1 or the hash before it was changed",
    ),
    "removed": (sa.delete(live.journal).where(EVENTS_3_4), "journal events: entries 3 to 4 are missing"),
    "area": (
        entry("alarms", 9).values(area=""),
        "journal alarms: entry 9 or the hash before it was changed",
    ),
    "priority": (
        entry("events", 9).values(priority=1),
        "journal events: entry 9 or the hash before it was changed",
    ),
    "alarm": (
        sa.update(live.alarm).values(body='{"state":"angry"}'),
        "alarm ps01/pump1:trip cannot be read: 'angry' is not a valid AlarmState",
    ),
    "frame": (frame(5).values(payload=b"\x01\x00abc"), "frame 5: frame of 5 bytes is too short"),
    "frame time": (frame(60).values(t=live.frame.c.t + 1), "frame 60: frame checksum does not match"),
    "frame gone": (sa.delete(live.frame).where(live.frame.c.seq == 30), "frames 30 to 30 are missing"),
    "site": (
        sa.update(live.site).where(live.site.c.revision == 1).values(hash="0" * 64),
        "site revision 1 is not what its hash says",
    ),
    "store": (
        sa.update(live.meta).values(store_id="another"),
        "desk, live and history were not made together: one of them comes from another store",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_found_and_named(filled: str, name: str) -> None:
    """One change behind the store's back gives the sentence that names it."""
    change, sentence = CHANGES[name]
    assert sentence in tampered(filled, change).faults


def test_a_changed_entry_hides_neither_itself_nor_others(filled: str, room: RoomStore) -> None:
    """A detail that is none is shown as it stands; one that is not even text is found like any other change."""
    before = room.journal_newest(Journal.EVENTS)
    tampered(filled, entry("events", 7).values(detail="nonsense"))
    after = room.journal_newest(Journal.EVENTS)
    assert [e.seq for e in after] == [e.seq for e in before]
    assert next(e.detail for e in after if e.seq == 7) == {"damaged": "nonsense"}
    if "://" not in filled:  # SQLite keeps in a column whatever it is given
        found = tampered(filled, entry("events", 9).values(kind=sa.literal_column("x'ff00'")))
        assert "journal events: entry 9 or the hash before it was changed" in found.faults
        tampered(filled, frame(30).values(t="soon"))
        found = tampered(filled, entry("events", 10).values(seq="x"))
        assert "frame 30: columns are not of the kinds that we write" in found.faults
        assert "journal events: the number of an entry is none: 'x'" in found.faults


@pytest.mark.parametrize(
    ("change", "read"),
    [
        (sa.update(live.equipment).values(body="[]"), lambda room: room.equipment_after(-1)),
        (sa.update(live.result).values(state="odd"), lambda room: room.results_after(0)),
        (sa.update(live.alarm).values(body="nonsense"), lambda room: room.alarms_after(-1)),
    ],
    ids=("equipment", "result", "alarm"),
)
def test_a_row_of_the_engines_that_is_damaged_is_a_damaged_store(
    filled: str, room: RoomStore, change: Change, read: Callable[[RoomStore], object]
) -> None:
    """Whoever reads it says so in a sentence; passed over, a hold tag or a command would be gone."""
    tampered(filled, change)
    with pytest.raises(StoreUnavailable, match=r"the store is damaged: (equipment|result|alarm) .* cannot be read"):
        read(room)


OLD_TAG = '"person":"demo","reason":"seal","since_ms":5'
TAGS = [
    (OLD_TAG, Hold("demo", "seal", 5)),
    (OLD_TAG + ',"request_id":"r1","colour":"red"', Hold("demo", "seal", 5, "r1")),
]


@pytest.mark.parametrize(("written", "read"), TAGS, ids=("older", "newer"))
def test_hold_tags_of_other_programs_are_read(filled: str, room: RoomStore, written: str, read: Hold) -> None:
    """One of before tags had names has the empty one; what a newer program adds is left out."""
    tampered(filled, sa.update(live.equipment).values(body=f'{{"hold":{{{written}}}}}'))
    assert {e.hold for e in room.equipment_after(-1)} == {read}


def test_frames_that_go_back_in_time_are_found(engine: EngineStore, address: str) -> None:
    """`t` never decreases: a frame older than the one before it is a fault."""
    row = frame_row(1, kind=KEY)
    older = FrameRow(row.t - 50, KEY, frame_row(2).payload)
    engine.commit(Tick(frames=(row, older)))
    assert "frame 2 is older than the one before it" in verify_store(address).faults


def test_a_store_is_verified_while_it_is_pruned(engine: EngineStore, address: str) -> None:
    """Frames pruned during the walk are no gap: 1,200 frames, the oldest pruned after each chunk that was read."""
    rows = tuple(frame_row(n, samples=1, kind=KEY) for n in range(1200))
    engine.commit(Tick(frames=rows))
    seen: list[int] = []

    def prune_more(done: int) -> None:
        seen.append(done)
        for _ in range(45):
            engine.commit(Tick(prune_before_ms=rows[-1].t + 1))

    report = verify_store(address, progress=prune_more)
    assert report.faults == []
    assert len(seen) >= 2
