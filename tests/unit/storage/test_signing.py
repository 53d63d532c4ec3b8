"""Keys and signatures of requests."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.storage.canonical import from_text, to_text
from app.storage.signing import Keys, fits, signed_text

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
PAYLOADS = st.dictionaries(st.text(max_size=5), PLAIN, max_size=4)


def test_a_signature_fits_its_key_and_its_text_alone() -> None:
    """Another text, another session's key, and what is no signature or no key do not fit."""
    keys = Keys()
    mine, other = keys.make("mine"), keys.make("other")
    signature = keys.sign("mine", "text")
    assert fits(mine, signature, "text")
    assert not fits(mine, signature, "text ")
    assert not fits(other, signature, "text")
    for public, signed in ((mine, ""), (mine, "zz"), (mine, signature[:-2]), ("", signature), ("00" * 31, signature)):
        assert not fits(public, signed, "text")


def test_without_the_key_nothing_is_signed() -> None:
    """A session of another process, and one whose key was thrown away, sign with nothing."""
    keys = Keys()
    keys.make("mine")
    assert keys.sign("other", "text") == ""
    keys.forget("mine")
    keys.forget("mine")
    assert keys.sign("mine", "text") == ""


@given(PAYLOADS)
def test_the_text_is_the_same_after_the_store(payload: dict[str, Any]) -> None:
    """What the asker signs and what the engine reads back from the store are one text."""
    kept = from_text(to_text(payload))
    assert signed_text("id", "shelve", "s", "", payload, 1) == signed_text("id", "shelve", "s", "", kept, 1)


@pytest.mark.parametrize("place", range(6))
def test_everything_is_signed(place: int) -> None:
    """Another id, kind, session, second session, payload or time is another text; nothing runs into the next."""
    parts: list[Any] = ["id", "shelve", "session", "second", {"alarm": "a"}, 1_000]
    others: list[Any] = ["idx", "unshelve", "sessionx", "", {"alarm": "b"}, 1_001]
    changed = [*parts[:place], others[place], *parts[place + 1 :]]
    assert signed_text(*parts) != signed_text(*changed)
    assert signed_text("a", "b", "c", 'd","session":"e', {}, 1) != signed_text("a", "b", 'd","session":"e', "c", {}, 1)


@pytest.mark.parametrize("odd", [b"00" * 64, 7, None, "\x00", "é" * 128, "00 " * 64])
def test_columns_of_any_type_are_no_signature_and_no_key(odd: Any) -> None:
    """SQLite keeps in a column whatever it is given: it does not fit, and trips nobody up."""
    keys = Keys()
    public = keys.make("mine")
    assert not fits(public, odd, "text")
    assert not fits(odd, keys.sign("mine", "text"), "text")
