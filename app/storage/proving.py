"""Checks of passwords: wrong ones are counted, and lock the account, in the transaction that decides.

The slow hash is worked out before that transaction begins, so that nobody waits for it; what is decided afterwards
counts by the order of the transactions. However many guesses run at once, no more than the allowed ones are answered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import sqlalchemy as sa

from app.errors import AccessRefused
from app.storage import tables_desk as desk
from app.storage.canonical import clean
from app.storage.desk_acts import write_act
from app.storage.desk_contract import LOCK_OUT_S, WRONG_PASSWORDS
from app.storage.desk_link import DeskLink
from app.storage.passwords import hash_password, is_password, out_of_date

__all__ = ["WRONG", "proven"]

T = TypeVar("T")

WRONG: Final[tuple[str, dict[str, Any]]] = ("sign_in", {"why": "wrong"})
_TRIES: Final = 3


def proven(
    link: DeskLink,
    name: str,
    password: str,
    where: str,
    then: Callable[[sa.Connection, sa.Row[Any]], T],
    *,
    nothing_to_know: bool = False,
) -> T:
    """Check a password and return what `then` makes of the account, in one transaction. Raises AccessRefused, also
    when `then` raises it, before it wrote anything: what was counted and noted is kept.

    `nothing_to_know`: an account without a password is taken as it is (the demo user's).
    """
    name = clean(name.strip())
    for _ in range(_TRIES):
        with link.reading() as connection:
            kept = connection.execute(sa.select(desk.person.c.password).where(desk.person.c.name == name)).scalar()
        right = is_password(password, kept or "") or (nothing_to_know and kept == "")
        fresh = hash_password(password) if right and kept and out_of_date(kept) else ""
        with link.writing() as connection:
            account = _locked_row(connection, name)
            if account is not None and account.password != kept:
                continue  # it was changed meanwhile: check against what holds now
            try:
                known = _judged(link, connection, account, name=name, right=right, fresh=fresh)
                return then(connection, known)
            except AccessRefused as refusal:
                refused = refusal
                code, params = refusal.reasons[0]
                write_act(link, connection, "sign_in_failed", who=name, where=where, detail={"why": code, **params})
                if params.get("new"):
                    write_act(link, connection, "account_locked", who=name, where=where, what=name)
        raise refused
    raise AccessRefused(WRONG)


def _locked_row(connection: sa.Connection, name: str) -> sa.Row[Any] | None:
    """Read an account and keep others from judging it at the same time."""
    query = sa.select(desk.person).where(desk.person.c.name == name).with_for_update()
    return connection.execute(query).one_or_none()


def _judged(
    link: DeskLink, connection: sa.Connection, account: sa.Row[Any] | None, *, name: str, right: bool, fresh: str
) -> sa.Row[Any]:
    """Count, and return the account if it may go on; else raise AccessRefused."""
    if account is None:
        raise AccessRefused(WRONG)
    now = link.now(connection)
    if account.locked_until_ms > now:
        raise _locked(account.locked_until_ms, now)
    if not right:
        wrong = account.wrong + 1
        if wrong < WRONG_PASSWORDS:
            _set(connection, name, wrong=wrong)
            raise AccessRefused(WRONG)
        until = now + int(LOCK_OUT_S * 1000)
        _set(connection, name, wrong=0, locked_until_ms=until)
        raise _locked(until, now, new=True)
    if account.disabled:
        raise AccessRefused(("sign_in", {"why": "disabled"}))
    _set(connection, name, wrong=0, **({"password": fresh} if fresh else {}))
    return account


def _set(connection: sa.Connection, name: str, **values: object) -> None:
    connection.execute(sa.update(desk.person).where(desk.person.c.name == name).values(**values))


def _locked(until_ms: int, now_ms: int, *, new: bool = False) -> AccessRefused:
    """Return the refusal of a locked account; `new` if this very attempt locked it."""
    return AccessRefused(("sign_in", {"why": "locked", "remaining_s": (until_ms - now_ms) / 1000.0, "new": new}))
