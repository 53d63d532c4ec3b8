"""Applied sites: revisions, numbers that are never reused, and the journaled difference."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace

import pytest

from app.errors import LeaseLost
from app.model.records import Journal
from app.model.spec import Site
from app.model.spec_json import site_to_json
from app.storage import applying
from app.storage.contract import EngineStore, RoomStore, Tick
from tests.helpers.sites import small_site
from tests.helpers.store_actor import frame_row

PAUSE_S = 1.3
"""Longer than PostgreSQL lets a writer of ours pause, shorter than a lease lives."""


def numbers(engine: EngineStore) -> dict[str, int]:
    """Return the tag numbers of the site in force by the path's last part."""
    applied = engine.applied_site()
    assert applied is not None
    return {t.path.rpartition("/")[2]: t.number for t in applied.site.tags}


def test_the_applied_site_is_the_same_for_all(engine: EngineStore, room: RoomStore) -> None:
    """The engine's answer, the engine's reading and the room's reading agree; the hash is over the canonical JSON."""
    applied = engine.apply_site(small_site("a", "b"), "demo", "第一次")
    assert applied == engine.applied_site() == room.applied_site()
    assert (applied.revision, applied.person, applied.reason) == (1, "demo", "第一次")
    assert applied.hash == hashlib.sha256(site_to_json(applied.site).encode()).hexdigest()
    assert room.site_revision_in_force() == 1


def test_numbers_are_never_reused(engine: EngineStore) -> None:
    """A removed tag's number stays its own: new tags count on, and a path that returns gets its old number back."""
    engine.apply_site(small_site("a", "b"), "demo", "")
    assert numbers(engine) == {"a": 1, "b": 2}
    engine.apply_site(small_site("b", "c"), "demo", "")
    assert numbers(engine) == {"b": 2, "c": 3}
    engine.apply_site(small_site("d", "a"), "demo", "")
    assert numbers(engine) == {"d": 4, "a": 1}


def test_an_earlier_site_can_be_applied_again(engine: EngineStore) -> None:
    """Rolling back is a new revision with the old content and the old hash."""
    first = engine.apply_site(small_site("a"), "demo", "")
    engine.apply_site(small_site("b"), "demo", "")
    old = engine.site_revision(1)
    assert old == first
    again = engine.apply_site(old.site, "demo", "back")
    assert (again.revision, again.hash, again.site) == (3, first.hash, first.site)
    assert engine.site_revision(99) is None


def test_the_difference_is_journaled(engine: EngineStore, room: RoomStore) -> None:
    """The audit journal says who, why, which revision, and which records came, went or changed."""
    site = small_site("a", "b")
    engine.apply_site(site, "demo", "first")
    device = replace(site.devices[0], address="127.0.0.1:503")
    engine.apply_site(replace(small_site("b", "c"), devices=(device,)), "demo", "move the PLC")
    _, entry = room.journal_newest(Journal.AUDIT)
    assert (entry.kind, entry.what, entry.who) == ("site_applied", "test", "demo")
    assert entry.detail["revision"] == 2
    assert entry.detail["reason"] == "move the PLC"
    assert entry.detail["difference"] == {
        "devices": {"changed": ["plc"]},
        "tags": {"added": ["ps01/pump1/c"], "removed": ["ps01/pump1/a"]},
    }


def test_applying_needs_the_lease(engine: EngineStore, room: RoomStore) -> None:
    """An engine without the lease applies nothing; with it, applying renews and numbering of frames goes on."""
    engine.commit(Tick(frames=(frame_row(1),)))
    engine.apply_site(small_site("a"), "demo", "")
    assert engine.commit(Tick(frames=(frame_row(2),))).last_seq == 2
    engine.release_lease()
    with pytest.raises(LeaseLost):
        engine.apply_site(small_site("b"), "demo", "")
    assert room.site_revision_in_force() == 1


def test_a_site_that_takes_long_to_work_out_is_applied(engine: EngineStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large site is numbered and written as text for longer than a server lets a transaction pause otherwise."""

    def slow(site: Site) -> str:
        time.sleep(PAUSE_S)  # the server's own clock judges this
        return site_to_json(site)

    monkeypatch.setattr(applying, "site_to_json", slow)
    assert engine.apply_site(small_site("a"), "demo", "large").revision == 1
    engine.commit(Tick(frames=(frame_row(2),)))
