"""Nouns go with their numbers."""

from __future__ import annotations

import pytest

from app.model.counting import Count


@pytest.mark.parametrize(
    ("count", "one", "said"),
    [
        (0, "tag", "0 tags"),
        (1, "tag", "1 tag"),
        (2, "other place", "2 other places"),
        (1, "facility", "1 facility"),
        (2, "journal entry", "2 journal entries"),
        (2, "day", "2 days"),
        (6, "equipment", "6 equipment"),
        (1822, "row", "1,822 rows"),
        (1822, "", "1,822"),
    ],
)
def test_a_noun_goes_with_its_number(count: int, one: str, said: str) -> None:
    """One thing is one, many are many, and some words have one form."""
    assert format(Count(count), one) == said
    assert f"{{count:{one}}}".format(count=Count(count)) == said
