"""Passwords as the store keeps them."""

from __future__ import annotations

import pytest

from app.storage import passwords
from app.storage.demo_people import _SECOND_HASH, DEMO_SECOND_PASSWORD
from app.storage.passwords import hash_password, is_password, out_of_date, password_fault


def test_argon2id_as_rfc_9106_says() -> None:
    """64 MiB, three passes, four lanes (the second recommended option), a salt of its own for each."""
    kept = hash_password("a password of mine")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert kept != hash_password("a password of mine")
    assert is_password("a password of mine", kept) and not is_password("a password of min", kept)
    assert not out_of_date(kept)


def test_what_is_kept_for_the_second_demo_user() -> None:
    """The ready-made hash is one of the documented password, with the parameters of now."""
    assert is_password(DEMO_SECOND_PASSWORD, _SECOND_HASH)
    assert not out_of_date(_SECOND_HASH)


def test_an_account_without_a_password_admits_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither does a hash that is none; and the work is done all the same."""
    worked: list[str] = []
    really = passwords._HASHER.verify

    class Counting:
        def verify(self, kept: str, password: bytes) -> bool:
            worked.append(kept)
            return really(kept, password)

        hash = staticmethod(passwords._HASHER.hash)

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    assert not is_password("", "")
    assert not is_password("nobody has this password", "")
    assert [kept.startswith("$argon2id$") for kept in worked] == [True, True]
    assert not is_password("x", "no hash")


def test_a_password_is_the_same_from_every_keyboard() -> None:
    """Composed, decomposed and full-width characters are one password; half a character is still some password."""
    kept = hash_password("Ä１２３４５６７８９")
    assert is_password("A\u0308123456789", kept)
    assert is_password("\ud800 broken input", hash_password("\ud800 broken input"))


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("123456789", "short"),
        ("1234567890", ""),
        ("密码密码密码密码密码", ""),
        ("x" * 201, "long"),
        ("my ZHANG password", "name"),
    ],
)
def test_what_cannot_be_a_password(password: str, fault: str) -> None:
    """Too short, endless, or with the account's name in it."""
    assert password_fault("zhang", password) == fault
    assert password_fault("ng", "my ZHANG password") == ""
