"""Changes limit, delays and priority of an alarm at run time."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QGridLayout, QLabel, QWidget

from app.model.alarms.spec import PRIORITIES, AlarmSpec
from app.views import theme
from app.views.actions.change_alarm import change_alarm
from app.views.pages.alarms.forms import AlarmForm
from app.views.room import Room

__all__ = ["ChangeForm"]


class ChangeForm(AlarmForm):
    """Limit, deadband, delays, priority: beside each what the site says. Only what differs is asked for."""

    _FIELDS = ("limit", "deadband", "on_delay_s", "off_delay_s")

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self.setObjectName("form-change")
        self.fields = {name: QDoubleSpinBox(self) for name in self._FIELDS}
        self._names = {name: QLabel(self) for name in (*self._FIELDS, "priority")}
        self._site = {name: QLabel(self) for name in (*self._FIELDS, "priority")}
        self.priority = QComboBox(self)
        self._began: dict[str, float | int] = {}
        grid = QGridLayout()
        grid.setSpacing(theme.GAP)
        for row, (name, label) in enumerate(self._names.items()):
            field: QWidget = self.fields.get(name, self.priority)
            field.setObjectName(f"change-{name}")
            field.setMinimumHeight(30)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
            grid.addWidget(self._site[name], row, 2)
        grid.setColumnStretch(1, 1)
        self.rows.addLayout(grid)
        for p in PRIORITIES:
            self.priority.addItem(str(p), p)
        for spin in self.fields.values():
            spin.valueChanged.connect(self.judge)
        self.priority.currentIndexChanged.connect(self.judge)

    def prepare(self) -> None:
        spec = self.room.book.specs.get(self.path)
        if spec is None:
            return
        status = self.room.book.status(self.path)
        tag = self.room.live.spec(spec.tag) if self.room.live is not None else None
        unit = tag.unit if tag is not None else ""
        for name, spin in self.fields.items():
            seconds = name.endswith("_s")
            spin.setDecimals(1 if seconds else tag.decimals + 1 if tag is not None else 2)
            spin.setRange(0.0 if seconds or name == "deadband" else -1e9, 3600.0 if seconds else 1e9)
            spin.setSuffix(f" {'s' if seconds else unit}".rstrip())
            spin.setValue(self._in_force(name, spec))
        for part in ("limit", "deadband"):
            for widget in (self.fields[part], self._names[part], self._site[part]):
                widget.setVisible(spec.limit is not None)
        self.priority.setCurrentIndex(PRIORITIES.index(status.priority) if status.priority in PRIORITIES else 3)
        self._began = self._values()

    def complete(self) -> bool:
        return super().complete() and self._values() != self._began

    def ask(self, reason: str) -> str:
        spec = self.room.book.specs.get(self.path)
        changed = {k: v for k, v in self._values().items() if v != self._began.get(k)}
        as_site = {k: None if spec is not None and getattr(spec, k) == v else v for k, v in changed.items()}
        return change_alarm(self.room, self.path, as_site, reason)

    def retranslate(self) -> None:
        super().retranslate()
        self.title.setText(self.tr("Change while running: recorded, and back to the site's by the site's own value"))
        self.go.setText(self.tr("Change"))
        words = (
            self.tr("Limit"), self.tr("Deadband"), self.tr("On delay"), self.tr("Off delay"), self.tr("Priority"),
        )  # fmt: skip
        spec = self.room.book.specs.get(self.path)
        for name, word in zip(self._names, words, strict=True):
            self._names[name].setText(word)
            said = getattr(spec, name) if spec is not None else None
            self._site[name].setText(self.tr("site: {}").format(f"{said:g}") if said is not None else "")

    def _values(self) -> dict[str, float | int]:
        shown = {n: round(s.value(), 6) for n, s in self.fields.items()}
        return {**shown, "priority": int(self.priority.currentData())}

    def _in_force(self, name: str, spec: AlarmSpec) -> float:
        override = self.room.book.status(self.path).override
        changed = getattr(override, name) if override is not None else None
        value = changed if changed is not None else getattr(spec, name)
        return float(value) if value is not None else 0.0
