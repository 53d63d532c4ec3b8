"""layouts.yaml: how one make of PLC program places the roles of each type in its registers or nodes."""

from __future__ import annotations

from pydantic import Field

from app.model.commands.verbs import Verb
from app.site.forms.base import Form, Id
from app.site.forms.points import DirectForm, PointForm

__all__ = ["LayoutForm", "LayoutTypeForm", "LayoutsFile"]


class LayoutTypeForm(Form):
    """Places of one type's roles. A role that is not listed does not exist on equipment of this layout."""

    tags: dict[Id, PointForm] = Field(default={})
    commands: dict[Verb, DirectForm] = Field(default={})


LayoutForm = dict[Id, LayoutTypeForm]


class LayoutsFile(Form):
    """layouts.yaml"""

    layouts: dict[Id, LayoutForm]
