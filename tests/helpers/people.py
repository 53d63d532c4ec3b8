"""People for tests of the store: a founded live store, its administrator and others who are signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from app.errors import AccessRefused
from app.model.people import Account, Grant
from app.model.records import Person
from app.storage import passwords
from app.storage.contract import DeskStore
from app.storage.opening import backend_of

__all__ = ["PASSWORD", "House", "change_desk", "cheap_passwords", "read_desk", "refused"]

PASSWORD = "a long enough one"
GIVEN = "given by another"


def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make passwords cost next to nothing: these tests are about who may, not about how hard guessing is."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._decoy.cache_clear()


class House:
    """A desk with an administrator, who makes further people."""

    def __init__(self, desk: DeskStore) -> None:
        self.desk = desk
        self.people = desk.people
        self.admin = desk.people.found("admin", "管理员", PASSWORD, "office")

    def add(self, name: str, role: str, *grants: Grant) -> None:
        """Make an account that has its own password already."""
        self.people.add_account(self.admin, Account(name, name.title(), role, grants), GIVEN)
        self.desk.end_session(self.people.sign_in(name, GIVEN, "first", new_password=PASSWORD).session)

    def sign_in(self, name: str, role: str, *grants: Grant, where: str = "room 1") -> Person:
        """Make an account and sign in."""
        self.add(name, role, *grants)
        return self.people.sign_in(name, PASSWORD, where)


@contextmanager
def refused(code: str, why: str = "") -> Iterator[None]:
    """Expect a refusal with this reason."""
    with pytest.raises(AccessRefused) as caught:
        yield
    assert [(c, p.get("why", "")) for c, p in caught.value.reasons] == [(code, why)]


def change_desk(address: str, change: sa.Executable) -> None:
    """Change something behind the store's back: let time pass, or forge."""
    engine = backend_of(address).writer("desk")
    try:
        with engine.begin() as connection:
            connection.execute(change)
    finally:
        engine.dispose()


def read_desk(address: str, query: sa.Select[Any]) -> list[sa.Row[Any]]:
    """Read something behind the store's back."""
    engine = backend_of(address).reader("desk")
    with engine.connect() as connection:
        rows = list(connection.execute(query).all())
    engine.dispose()
    return rows
