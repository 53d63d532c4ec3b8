"""Conditions as written: for permissives, interlocks and what suppresses an alarm."""

from __future__ import annotations

from pydantic import Field

from app.site.forms.base import Form, LabelForm, Text

__all__ = ["ConditionForm"]


class ConditionForm(Form):
    """`when` is `tag op value`: a role (`run`), a neighbour's (`well/level`) or a whole path; value or {parameter}."""

    label: LabelForm
    when: Text
    if_present: bool = Field(default=False, description="leave the condition out where its tag does not exist")
