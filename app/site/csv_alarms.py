"""alarms.csv: what was changed in the rationalisation sheet; the last word over types and stations.

One row is one alarm. Needed column: path. What a row does not say, or says in an empty cell, stays as it was. The same
columns make the sheet that `qianliyan alarms sheet` writes; those of `INFORMATIVE` are there to be read alone.
"""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

from pydantic import StringConstraints

from app.model.alarms.spec import AlarmKind
from app.site.csv_table import CsvTable, RowKind
from app.site.forms.alarms import AlarmOverride, Delay, Priority, Respond, Sentence, SentenceForm, Width, Window
from app.site.forms.base import Form, Number

__all__ = ["ALARM_ROWS", "EDITABLE", "INFORMATIVE", "AlarmRow", "CsvAlarms", "override_of"]

AlarmPath = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_/-]*:[A-Za-z][A-Za-z0-9_-]*$")]

INFORMATIVE: Final = (
    "place_zh",
    "place_en",
    "condition_zh",
    "condition_en",
    "kind",
    "unit",
    "group",
    "suppress",
    "when",
)
EDITABLE: Final = (
    "priority", "limit", "deadband", "on_delay_s", "off_delay_s", "window_s", "latching", "ack_required", "re_alarm_s",
    "respond_s", "consequence_zh", "consequence_en", "action_zh", "action_en",
)  # fmt: skip


class AlarmRow(Form):
    """One row. Words as in types.yaml; `reason` says why it was changed."""

    path: AlarmPath
    place_zh: str = ""
    place_en: str = ""
    condition_zh: str = ""
    condition_en: str = ""
    kind: AlarmKind | None = None
    priority: Priority | None = None
    limit: Number | None = None
    unit: str = ""
    deadband: Width | None = None
    on_delay_s: Delay | None = None
    off_delay_s: Delay | None = None
    window_s: Window | None = None
    latching: bool | None = None
    ack_required: bool | None = None
    re_alarm_s: Delay | None = None
    group: str = ""
    suppress: str = ""
    when: str = ""
    respond_s: Respond | None = None
    consequence_zh: Sentence | None = None
    consequence_en: Sentence | None = None
    action_zh: Sentence | None = None
    action_en: Sentence | None = None
    reason: str = ""


CsvAlarms: TypeAlias = CsvTable[AlarmRow]

ALARM_ROWS: Final = RowKind(
    AlarmRow,
    texts=(
        "path", "kind", "unit", "group", "suppress", "when", "reason",
        *(f"{word}_{tongue}" for word in ("place", "condition", "consequence", "action") for tongue in ("zh", "en")),
    ),
    flags=("latching", "ack_required"),
    places={"consequence": "consequence_zh", "action": "action_zh"},
)  # fmt: skip
_PLAIN: Final = tuple(name for name in EDITABLE if not name.endswith(("_zh", "_en")))


def override_of(row: AlarmRow, consequence: SentenceForm, action: SentenceForm) -> AlarmOverride:
    """Return the row as an override; of a sentence that it gives in one language the other stays as it was."""
    said = {name: getattr(row, name) for name in _PLAIN if getattr(row, name) is not None}
    for word, before in (("consequence", consequence), ("action", action)):
        zh, en = getattr(row, f"{word}_zh"), getattr(row, f"{word}_en")
        if zh is not None or en is not None:
            said[word] = SentenceForm(zh=zh or before.zh, en=en or before.en)
    return AlarmOverride(**said)
