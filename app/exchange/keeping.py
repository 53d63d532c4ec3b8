"""What retention will do to an import."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from app.model.spec import Site

__all__ = ["kept_months"]


def kept_months(site: Site, numbers: Collection[int], first_ms: int | None, now_ms: int) -> int:
    """Return for how many months the shortest-lived of some tags is kept, if samples from `first_ms` on are older than
    that allows; 0 if all of them stay."""
    if first_ms is None:
        return 0
    months = {kept.id: kept.months for kept in site.retention}
    first, now = (datetime.fromtimestamp(ms / 1000, UTC) for ms in (first_ms, now_ms))
    age = (now.year - first.year) * 12 + now.month - first.month
    classes = {months.get(tag.keep, 0) for tag in site.tags if tag.number in numbers}
    return min((kept for kept in classes if 0 < kept < age), default=0)
