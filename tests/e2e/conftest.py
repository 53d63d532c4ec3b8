"""One house per test: nothing of one test lives on in the next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.house import House, open_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house on a folder store, its plant running."""
    with open_house(tmp_path) as house:
        yield house
