"""The words that every form uses: strict base class, names, labels, numbers."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.model.spec import Label

__all__ = ["Form", "FormulaText", "Id", "LabelForm", "Location", "Number", "Pair", "Text"]


class Form(BaseModel):
    """Base of all forms: no unknown keys, no conversion between types, no NaN."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
"""Name of anything that others refer to: small letters, digits, - and _."""

Text: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
FormulaText: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
"""A formula over tags: docs/expressions.md."""
Number: TypeAlias = Annotated[float, Field(ge=-1e15, le=1e15)]
Pair: TypeAlias = tuple[Number, Number]
"""Low and high end."""
Location: TypeAlias = tuple[Annotated[float, Field(ge=-200, le=1200)], Annotated[float, Field(ge=-200, le=1200)]]
"""x and y on a field of 0–1000 by 0–1000; a river may run over its edge."""


class LabelForm(Form):
    """A name in Chinese and in English."""

    zh: Text
    en: Text

    def label(self) -> Label:
        """Return it as the model's record."""
        return Label(zh=self.zh, en=self.en)
