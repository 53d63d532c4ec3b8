"""Numbers with their nouns in English: "1 tag", "2 facilities", "1,822 rows". Chinese nouns have one form."""

from __future__ import annotations

from typing import Final

__all__ = ["Count"]

_ONE_FORM: Final = frozenset({"equipment"})


class Count(int):
    """How many there are. `f"{Count(n):tag}"` says it with the noun, given in the singular; thousands stand apart."""

    def __format__(self, one: str) -> str:
        number = f"{int(self):,}"
        return f"{number} {_noun(self, one)}" if one else number


def _noun(count: int, one: str) -> str:
    if count == 1 or one in _ONE_FORM:
        return one
    return f"{one[:-1]}ies" if one.endswith("y") and one[-2] not in "aeiou" else f"{one}s"
