"""An import that retention will take away again says so."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.exchange.keeping import kept_months
from app.model.retention import RetentionClass
from app.model.spec import Label, Site, TagKind, TagSpec

CLASSES = (
    RetentionClass("standard", Label("标", "s"), 36),
    RetentionClass("short", Label("短", "s"), 6),
    RetentionClass("ever", Label("久", "e"), 0),
)
TAGS = tuple(
    TagSpec(name, Label(name, name), TagKind.ANALOG, number, keep=name)
    for number, name in enumerate(("standard", "short", "ever"), 1)
)
SITE = Site(id="s", label=Label("s", "s"), timezone="UTC", demo=True, tags=TAGS, retention=CLASSES)


def _ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


@pytest.mark.parametrize(
    ("first", "numbers", "months"),
    [("2026-05-01", {2}, 0), ("2026-04-30", {2}, 6), ("2026-04-30", {1, 3}, 0), ("2020-01-01", {1, 2, 3}, 6),
     ("2020-01-01", {1}, 36), ("2020-01-01", {3}, 0)],
)  # fmt: skip
def test_what_is_too_old_for_its_class_is_known(first: str, numbers: set[int], months: int) -> None:
    """Whole months count, the shortest class of the imported tags decides, and what is kept for ever stays."""
    assert kept_months(SITE, numbers, _ms(f"{first}T12:00+00:00"), _ms("2026-11-26T00:00+00:00")) == months


def test_an_import_of_nothing_loses_nothing() -> None:
    """Without a sample there is nothing to drop."""
    assert kept_months(SITE, {1}, None, _ms("2026-11-26T00:00+00:00")) == 0
