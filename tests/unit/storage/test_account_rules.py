"""Nobody gives himself more: judged against a model that tries every permission, everywhere, at any time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import AccessRefused
from app.model.access import EVERYWHERE, Permission, Role, may
from app.model.people import Account, Grant
from app.model.records import Person
from app.storage.account_rules import checked_name, refuse_more

AREAS = ("north", "south", "west")
TIMES = (0, 5, 10, 1_000)

GRANTS = st.builds(
    Grant,
    area=st.sampled_from((*AREAS[:2], EVERYWHERE)),
    role=st.sampled_from(Role),
    until_ms=st.none() | st.sampled_from((5, 10)),
)
ACCOUNTS = st.builds(
    Account, st.just("li"), st.just(""), st.sampled_from(Role), st.lists(GRANTS, max_size=3).map(tuple)
)


def rights(account: Account) -> set[tuple[Permission, str, int]]:
    """Return all that an account may, where and when. The west has no grant of its own: it stands for all others."""
    found = set()
    for now in TIMES:
        alive = tuple((g.area, g.role) for g in account.grants if g.until_ms is None or g.until_ms > now)
        person = Person(account.name, account.role, "", "", alive)
        found |= {(p, area, now) for p in Permission for area in AREAS if may(person, p, (area,))}
    return found


@given(ACCOUNTS, ACCOUNTS)
def test_more_is_refused_and_less_is_not(before: Account, after: Account) -> None:
    """A change is refused exactly if there is anything that was not allowed before."""
    if rights(after) <= rights(before):
        refuse_more(before, after)
        return
    with pytest.raises(AccessRefused, match="account"):
        refuse_more(before, after)


@given(ACCOUNTS)
def test_what_is_unchanged_is_never_more(account: Account) -> None:
    """An account may stay as it is."""
    refuse_more(account, account)


@pytest.mark.parametrize("name", ["zhang", "张伟", "zhang.wei", "z-w_1", " li ", "a" * 40])
def test_names_that_can_be(name: str) -> None:
    """Letters of any script, digits, and three signs; blanks around it are taken off."""
    assert checked_name(name) == name.strip()


@pytest.mark.parametrize("name", ["", " ", "a b", ".a", "-a", "a/b", "a:b", "a\0b", "a" * 41, "a'b", "a*"])
def test_names_that_cannot_be(name: str) -> None:
    """Nothing that could be read as a path, an option, a pattern or two names."""
    with pytest.raises(AccessRefused, match="account"):
        checked_name(name)
