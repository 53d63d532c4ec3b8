"""Passwords: argon2id with the parameters that RFC 9106 recommends for machines with little memory (64 MiB, three
passes), as the library gives them."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from app.storage.desk_contract import PASSWORD_LENGTH

__all__ = ["hash_password", "is_password", "out_of_date", "password_fault"]

_LONGEST: Final = 200
_SHORTEST_NAME_FOUND: Final = 3
"""Shorter names are in too many words."""
_HASHER: Final = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def hash_password(password: str) -> str:
    """Return what the store keeps of a password."""
    return _HASHER.hash(_bytes(password))


def is_password(password: str, kept: str) -> bool:
    """Return whether `kept` was made of `password`. Works as long for an account that does not exist, or has no
    password (`kept` is ""): an answer's time must not tell which names there are."""
    decoy = _decoy()
    try:
        _HASHER.verify(kept or decoy, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)


def out_of_date(kept: str) -> bool:
    """Return whether a hash was made with other parameters than those of now."""
    return _HASHER.check_needs_rehash(kept)


def password_fault(name: str, password: str) -> str:
    """Return why a password cannot be set for an account: "short", "long" or "name"; "" if it can."""
    text = unicodedata.normalize("NFKC", password)
    if len(text) < PASSWORD_LENGTH:
        return "short"
    if len(text) > _LONGEST:
        return "long"
    named = len(name) >= _SHORTEST_NAME_FOUND and name.casefold() in text.casefold()
    return "name" if named else ""


@cache
def _decoy() -> str:
    return _HASHER.hash(b"nobody has this password")


def _bytes(password: str) -> bytes:
    """Return a password as it is hashed: the same from every keyboard, and never endless."""
    return unicodedata.normalize("NFKC", password[: 4 * _LONGEST]).encode("utf-8", "surrogatepass")
