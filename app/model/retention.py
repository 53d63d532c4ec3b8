"""How long samples are kept, by classes that tags name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.model.terms import Label

__all__ = ["LONGEST_MONTHS", "RETENTION", "SHORT", "STANDARD", "STATUTORY", "RetentionClass"]

LONGEST_MONTHS: Final = 1_200
"""What is to be kept longer than a hundred years is to be kept for ever."""


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """Samples of its tags are kept for `months` whole months after the month they belong to, 0: for ever. Hourly and
    daily rollups are always kept for ever."""

    id: str
    label: Label
    months: int


STANDARD: Final = "standard"
"""The class of a tag that names none."""
SHORT: Final = "short"
"""The class of what engines say of themselves and of devices."""
STATUTORY: Final = "statutory"

RETENTION: Final = (
    RetentionClass(STANDARD, Label("标准", "Standard"), 36),
    RetentionClass(SHORT, Label("短期", "Short"), 6),
    RetentionClass(STATUTORY, Label("法定", "Statutory"), 0),
)
"""Classes of a site that says nothing of its own."""
