"""What the desk promises: people, sessions, requests, the log book. Written by rooms and terminals, read by the engine.
All calls block: never call them on a loop or in the GUI thread.

Whoever writes here says who he is by a `Person` that `sign_in` gave him; each call that needs a right reads the session
anew and raises AccessRefused without it. Everything a person does leaves an `Act` in the same commit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.model.people import Account, Act, Duty, Grant, Handover, Note, OpenSession
from app.model.records import Person, Request, RequestKind
from app.model.trends import TrendGroup

__all__ = [
    "IDLE_END_S",
    "LOCK_OUT_S",
    "PASSWORD_LENGTH",
    "SESSIONS_EACH",
    "SESSION_S",
    "WRONG_PASSWORDS",
    "DeskStore",
    "LogBook",
    "PeopleStore",
    "TrendStore",
    "Vouched",
]

SESSION_S = 13 * 3600.0
"""A session ends by itself after this: a long shift and its handover."""
IDLE_END_S = 600.0
"""A session whose room has not touched it for this long (killed, cut off) has ended."""
SESSIONS_EACH = 2
"""Open sessions of one person at most; one more is refused and names the workstations."""
WRONG_PASSWORDS = 5
LOCK_OUT_S = 900.0
"""So many wrong passwords in a row lock an account for so long; an administrator may unlock it earlier."""
PASSWORD_LENGTH = 10
"""Characters of a password at least; it must not contain the account's name, if that has three or more."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """Who really stands behind a request. `person` is who holds the session now, None if no session is open or its
    signature does not fit (`forged` says which). `second` likewise for the second signer, None also when that session
    was opened more than 60 s before the request."""

    person: Person | None
    second: Person | None = None
    forged: bool = False


class PeopleStore(Protocol):
    """Accounts and sessions."""

    def founded(self) -> bool:
        """Return whether there is any account: a live store asks for its administrator first."""

    def found(self, name: str, full_name: str, password: str, workstation: str) -> Person:
        """Make the first account, an administrator, and sign in. AccessRefused if there is an account already."""

    def sign_in(self, name: str, password: str, workstation: str, *, new_password: str = "") -> Person:
        """Open a session. Raises AccessRefused: wrong name or password (not told apart), locked, disabled, too many
        sessions; code `sign_in`, its `why` says which. Wrong passwords are counted and lock the account.

        `why` is `must_change` when somebody else set the password: ask for a new one and give both. Nobody gets a
        session with a password that another person knows. On a demo store the sessions of `demo2` are limited as
        anybody's, those of `demo` are not."""

    def sign_second(self, name: str, password: str, workstation: str, first: Person) -> Person:
        """Check a second person's password and open a session that can only co-sign for `first`'s session, once,
        within 60 s: `submit(second=…)` throws its key away. Raises AccessRefused as above, and when the second person
        is the first."""

    def sign_in_demo(self, workstation: str) -> Person:
        """Open a session of the demo user (engineer and supervisor). Raises ConfigurationFault on a live store."""

    def touch(self, session: str) -> Person | None:
        """Say that the room of a session lives, and return its person with the rights of now; None when it has ended.
        Every 30 s."""

    def lock(self, person: Person) -> None:
        """Lock a session: nothing can be asked with it until its person gives the password."""

    def unlock(self, person: Person, password: str) -> Person:
        """Unlock a session. Raises AccessRefused; wrong passwords count. The demo user has none: any will do."""

    def accounts(self) -> tuple[Account, ...]:
        """Return all accounts by name."""

    def sessions(self) -> tuple[OpenSession, ...]:
        """Return the sessions open now."""

    def add_account(self, by: Person, account: Account, password: str) -> None:
        """Make an account (ADMINISTER). The password must be changed at the first sign-in. AccessRefused with code
        `account` (`why`: name, exists, role, area) or `password` (`why`: short, long, name)."""

    def change_account(self, by: Person, account: Account) -> None:
        """Write full name, role, grants and disabled of an account (ADMINISTER). Refuses to leave no administrator who
        can sign in, and that anybody gives himself more."""

    def set_password(self, by: Person, name: str, password: str, *, old: str = "") -> None:
        """Set a password: one's own with the old one (wrong ones count), another's as administrator: his sessions
        end, and he must change it at his next sign-in."""

    def unlock_account(self, by: Person, name: str) -> None:
        """End a lock-out (ADMINISTER)."""

    def cover(self, by: Person, name: str, grant: Grant) -> None:
        """Give a role in an area until `grant.until_ms` (ASSIGN there): at most one shift (16 h), at most operator."""

    def end_sessions_of(self, by: Person, name: str) -> None:
        """Sign a person out everywhere (ADMINISTER, or oneself)."""


class LogBook(Protocol):
    """Notes, calendar of shifts and handovers."""

    def add_note(self, by: Person, text: str, links: Sequence[str] = (), *, pinned: bool = False) -> Note:
        """Write a note (ACKNOWLEDGE anywhere); at most 2,000 characters."""

    def unpin(self, by: Person, note_id: str) -> None:
        """Take a note from the top: its writer, or ASSIGN."""

    def notes(self, start_ms: int, end_ms: int, *, link: str = "", limit: int = 500) -> tuple[Note, ...]:
        """Return notes of a time, newest first; `link`: only those that speak of it or of what is under it."""

    def pinned(self) -> tuple[Note, ...]:
        """Return the notes that are pinned now, oldest first."""

    def duties(self, first_day: str, last_day: str) -> tuple[Duty, ...]:
        """Return who is on which shift, both days included."""

    def set_duty(self, by: Person, day: str, shift: str, persons: Sequence[str]) -> None:
        """Write who is on a shift (ASSIGN)."""

    def sign_handover(self, outgoing: Person, incoming: Person, handover: Handover) -> Handover:
        """Keep a handover signed by two different people, both with ACKNOWLEDGE; `incoming` comes from `sign_second`
        or a session of its own. `sheet["unread"]` lists the keys of those items that nobody may hand over unread (all
        of the highest priority): each must name both persons in `read`. The store gives id (unless given), time and
        signatures. AccessRefused with code `handover` (`why`: sheet, hash, unread), or `two_person`."""

    def handovers(self, limit: int = 50) -> tuple[Handover, ...]:
        """Return signed handovers, newest first."""


class TrendStore(Protocol):
    """Saved groups of pens."""

    def groups(self, person: Person) -> tuple[TrendGroup, ...]:
        """Return a person's own groups and all shared ones, by name. Without a session: the shared ones."""

    def save(self, by: Person, group: TrendGroup) -> TrendGroup:
        """Keep a new group (id "") or replace one. Own ones need a session; to make one shared, or change a shared one
        of another, needs ASSIGN anywhere or to be its owner. AccessRefused with code `trend_group` (`why`: name, pens,
        exists, gone, owner)."""

    def remove(self, by: Person, group_id: str) -> None:
        """Forget a group: its owner, or ASSIGN anywhere for a shared one."""


class DeskStore(Protocol):
    """`desk` as a whole."""

    @property
    def people(self) -> PeopleStore: ...

    @property
    def log_book(self) -> LogBook: ...

    @property
    def trends(self) -> TrendStore: ...

    def sign_in_demo(self, workstation: str) -> Person:
        """As `people.sign_in_demo`."""

    def session(self, session: str) -> Person | None:
        """Return who holds a session that is open now, with the rights and the lock it has now."""

    def end_session(self, session: str) -> None: ...

    def submit(
        self,
        kind: RequestKind,
        person: Person,
        payload: Mapping[str, object],
        *,
        request_id: str = "",
        second: Person | None = None,
    ) -> str:
        """Commit a request and return its id: `request_id` if the asker made one (uuid4 hex), else a new one. It is
        signed with the key that `sign_in` made for the session in this process (`signing.Keys`, given to
        `open_desk_store` by whoever opens the desk again); without that key it goes unsigned, and the engine will
        refuse it."""

    def vouch(self, request: Request) -> Vouched:
        """Return who really asks: sessions read now, signatures checked."""

    def recent(self, within_s: float, known: Sequence[str] = ()) -> tuple[Request, ...]:
        """Return requests committed within the last seconds by the store's clock, without the known ids. Never
        "id > last": a lower id may commit later."""

    def age_s(self, request: Request) -> float:
        """Return how old a request is by the store's clock."""

    def act(self, person: Person, kind: str, what: str = "", detail: Mapping[str, Any] | None = None) -> None:
        """Note something a person did (silenced, exported, printed…) for the audit journal; also while the session is
        locked. AccessRefused without a session."""

    def acts(self, since_ms: int, known: Sequence[str] = (), limit: int = 500) -> tuple[Act, ...]:
        """Return acts committed since a time by the store's clock, oldest first, without the known ids: as `recent`,
        and claimed like requests when the engine journals them."""

    def now_ms(self) -> int:
        """Return the store's clock."""

    def wait_bell(self, timeout_s: float) -> bool:
        """Wait for a new request, session or act; as `RoomStore.wait_bell`."""

    def close(self) -> None: ...
