"""Accounts and open sessions as rows of text; until when a cover may last. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.model.access import EVERYWHERE, Permission, may
from app.model.people import Account, Grant, OpenSession
from app.model.records import Person
from app.model.role_names import role_text
from app.model.shifts import Shift, shifts_between
from app.model.spec import Site
from app.model.terms import Label
from app.views.state.values import clock_text
from app.views.state.zone_time import date_text, time_text

__all__ = [
    "LONGEST_COVER_MS",
    "AccountRow",
    "CoverEnd",
    "SessionRow",
    "account_rows",
    "area_names",
    "assignable",
    "cover_ends",
    "moment",
    "session_rows",
]

LONGEST_COVER_MS: Final = 16 * 3_600_000
"""A cover is for one shift; the store takes no longer one."""
_HOUR_MS: Final = 3_600_000
_WORDS: Final = {
    "disabled": Label("已停用", "disabled"),
    "locked": Label("密码锁定，剩余 {left}", "locked out for {left}"),
    "must_change": Label("须改密码", "new password due"),
    "until": Label("{role} 至 {until}", "{role} until {until}"),
    "here": Label("在线", "signed in"),
    "session_locked": Label("已锁定", "locked"),
    "never": Label("从未", "never"),
    "all": Label("全部区域", "all areas"),
}


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account; `cells` are name, full name, role, areas, state, last seen."""

    account: Account
    cells: tuple[str, ...]
    strong: bool


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One open session; `cells` are person, workstation, since, state."""

    session: OpenSession
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CoverEnd:
    """Until when a cover may last: the end of a shift, or None for so many hours."""

    until_ms: int
    shift: Shift | None
    hours: int = 0


def account_rows(
    accounts: Sequence[Account], sessions: Sequence[OpenSession], site: Site | None, language: str, *, now_ms: int
) -> list[AccountRow]:
    """Return a row per account, in the order given."""
    here = {s.person for s in sessions}
    names, zone = area_names(site, language), site.timezone if site is not None else "UTC"
    rows = []
    for account in accounts:
        state = _state(account, account.name in here, language, now_ms)
        areas = "; ".join(_grant(g, names, zone, language) for g in account.grants) or "—"
        seen = moment(account.last_seen_ms, zone, language)
        cells = (account.name, account.full_name, role_text(account.role, language), areas, state, seen)
        rows.append(AccountRow(account, cells, account.disabled or account.locked_until_ms > now_ms))
    return rows


def session_rows(sessions: Sequence[OpenSession], site: Site | None, language: str) -> list[SessionRow]:
    """Return a row per open session."""
    zone = site.timezone if site is not None else "UTC"
    return [
        SessionRow(
            s,
            (
                s.person,
                s.workstation,
                moment(s.opened_ms, zone, language),
                _WORDS["session_locked" if s.locked else "here"].get(language),
            ),
        )
        for s in sessions
    ]


def area_names(site: Site | None, language: str) -> dict[str, str]:
    """Return the areas of a site by id, and what stands for all of them."""
    areas = {a.id: a.label.get(language) for a in site.areas} if site is not None else {}
    return {**areas, EVERYWHERE: _WORDS["all"].get(language)}


def assignable(person: Person, site: Site | None) -> tuple[str, ...]:
    """Return the areas in which a person may let somebody cover."""
    if site is None or person.locked:
        return ()
    return tuple(a.id for a in site.areas if may(person, Permission.ASSIGN, (a.id,)))


def cover_ends(site: Site | None, now_ms: int) -> tuple[CoverEnd, ...]:
    """Return until when a cover may last: the end of the present and of the next shift, as far as that is within
    16 h; a site without shifts offers hours."""
    if site is not None and site.shifts:
        shifts = shifts_between(site.shifts, now_ms, now_ms + LONGEST_COVER_MS, site.timezone)
        ends = tuple(CoverEnd(s.end_ms, s) for s in shifts if s.end_ms <= now_ms + LONGEST_COVER_MS)
        if ends:
            return ends[:2]
    return tuple(CoverEnd(now_ms + hours * _HOUR_MS, None, hours) for hours in (4, 8, 12))


def moment(at_ms: int, zone: str, language: str) -> str:
    """Return date and time of day; a word for 0."""
    if at_ms <= 0:
        return _WORDS["never"].get(language)
    return f"{date_text(at_ms, zone, language)} {time_text(at_ms, zone, seconds=False)}"


def _grant(grant: Grant, names: Mapping[str, str], zone: str, language: str) -> str:
    role = role_text(grant.role, language)
    if grant.until_ms is not None:
        role = _WORDS["until"].get(language).format(role=role, until=moment(grant.until_ms, zone, language))
    return f"{names.get(grant.area, grant.area)}: {role}"


def _state(account: Account, here: bool, language: str, now_ms: int) -> str:
    words = []
    if account.disabled:
        words.append(_WORDS["disabled"].get(language))
    if account.locked_until_ms > now_ms:
        left = clock_text((account.locked_until_ms - now_ms) / 1000)
        words.append(_WORDS["locked"].get(language).format(left=left))
    if account.must_change:
        words.append(_WORDS["must_change"].get(language))
    if here:
        words.append(_WORDS["here"].get(language))
    return (" · ").join(words) or "—"
