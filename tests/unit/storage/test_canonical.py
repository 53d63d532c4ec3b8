"""Canonical JSON of records: stable, and never refused for a bad value."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InternalFault
from app.model.records import CommandState
from app.storage.canonical import clean, from_text, to_text

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
PLAIN = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(PLAIN)
def test_text_is_a_fixed_point(data: Any) -> None:
    """What was written, read and written again is the same text: a hash over it can be checked for ever."""
    text = to_text(data)
    assert to_text(from_text(text)) == text


@given(st.text() | st.just("a\0b\ud800"))
def test_clean_text_can_be_kept_by_every_backend(text: str) -> None:
    """Cleaned text has no zero character and is valid UTF-8; clean text stays as it is."""
    cleaned = clean(text)
    assert "\0" not in cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned == clean(cleaned)


def test_values_of_the_program_become_plain() -> None:
    """Enums, tuples, sets, numpy floats and numbers that JSON does not know are written plainly."""

    class Code(IntEnum):
        ONE = 1

    data = {"state": CommandState.SENT, "code": Code.ONE, "pair": (2, 1), "set": {"b", "a"}, "x": np.float64(1.5)}
    assert to_text(data) == '{"code":1,"pair":[2,1],"set":["a","b"],"state":"sent","x":1.5}'
    assert to_text([float("nan"), float("inf"), -0.0]) == "[null,null,-0.0]"


def test_other_types_are_our_defect() -> None:
    """Something that has no plain form is named instead of being written as its Python text."""
    with pytest.raises(InternalFault, match="object"):
        to_text({"x": object()})


def test_names_of_an_object_are_cleaned_too() -> None:
    """A name that no backend can keep would otherwise stop the engine when it hashes the line."""
    assert to_text({"a\0": {"\ud800": 1}}) == '{"a␀":{"?":1}}'
