"""Beside a signed handover: who signed, whether the journals still have its chain heads, and giving the session on."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.model.people import Handover
from app.model.records import Journal, Reason
from app.views import theme
from app.views.actions.sign_in import sign_in
from app.views.gateway.handover import Checked
from app.views.pages.system.facts import Fact, FactList
from app.views.room import Room
from app.views.state.sentences import JOURNAL_NAMES, Names
from app.views.widgets.form import Form

__all__ = ["KeptPane", "verdict"]


def verdict(checked: Checked | None, language: str) -> str:
    """Return in words whether a handover is as it was signed; "…" before it was looked at."""
    zh = language == "zh"
    if checked is None:
        return "…"
    if checked.sound:
        return "✓ 完整" if zh else "✓ whole"
    if checked.changed:
        return "✗ 交班表被改" if zh else "✗ sheet changed"
    names = [JOURNAL_NAMES[Journal(n)].get(language) if n in tuple(Journal) else n for n in checked.missing]
    return ("✗ 日志缺失：" if zh else "✗ cut: ") + ("、" if zh else ", ").join(names)


class KeptPane(QWidget):
    """The session can be given on right after signing: who took over gives his password and sits here."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._kept: Handover | None = None
        self._checked: Checked | None = None
        self._give_to = ""
        self.facts = FactList(self)
        self.hash = QLabel(self)
        self.hash.setFont(theme.fixed_font(theme.CAPTION))
        self.hash.setWordWrap(True)
        self.said = QLabel(self)
        self.said.setObjectName("handover-verdict")
        self.said.setFont(theme.font(theme.BODY, weight=600))
        self.said.setWordWrap(True)
        self.give = Form(("give-password",), self, secret=("give-password",))
        self.give.setObjectName("handover-give")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 36, 0, theme.GAP_M)
        column.setSpacing(theme.GAP)
        column.addWidget(self.facts)
        inner = QVBoxLayout()
        inner.setContentsMargins(theme.GAP_L, 0, theme.GAP_L, 0)
        inner.setSpacing(theme.GAP_M)
        for part in (self.said, self.hash, self.give):
            inner.addWidget(part)
        column.addLayout(inner)
        column.addStretch(1)
        self.give.submitted.connect(self._give)
        self.give.cancelled.connect(self._keep)
        room.person_changed.connect(self._keep)

    def show_kept(self, kept: Handover | None, checked: Checked | None, *, give_to: str = "") -> None:
        """Show a handover. `give_to`: offer to give the session on to this person."""
        self._kept, self._checked = kept, checked
        if give_to:
            self._give_to = give_to
            self.give.clear()
        self.retranslate()

    def retranslate(self) -> None:
        """Take the room's language and site."""
        kept, language = self._kept, self._room.language
        if kept is not None:
            site = self._room.present.applied.site if self._room.present.applied is not None else None
            names = Names(site, language)
            self.facts.set_facts(
                (
                    Fact(self.tr("Hands over"), kept.outgoing.person, note=names.moment(kept.outgoing.at_ms)),
                    Fact(self.tr("Takes over"), kept.incoming.person, note=names.moment(kept.incoming.at_ms)),
                    Fact(self.tr("Workstation"), kept.incoming.workstation),
                    Fact(self.tr("Journals"), verdict(self._checked, language), bad=self._is_bad()),
                )
            )
            self.hash.setText("SHA-256\n" + "\n".join(kept.sha256[i : i + 32] for i in (0, 32)))
        self.said.setText(self._told())
        self.said.setVisible(bool(self.said.text()))
        self.give.setVisible(bool(self._give_to))
        labels = {"give-password": self.tr("Password of {}").format(self._give_to)}
        self.give.set_texts(labels, self.tr("Give the session to {}").format(self._give_to), self.tr("Stay signed in"))
        self.give.refusal.set_language(language, now_s=self._room.monotonic())

    def tick(self) -> None:
        """Let a refusal's time pass."""
        self.give.refusal.tick(self._room.monotonic())

    def _is_bad(self) -> bool:
        return self._checked is not None and not self._checked.sound

    def _told(self) -> str:
        if self._checked is None or self._checked.sound:
            return ""
        if self._checked.changed:
            return self.tr("The sheet is not the one that was signed.")
        return self.tr("Lines that were there when it was signed are missing or different: the journal was cut.")

    @Slot()
    def _give(self) -> None:
        self.give.set_busy(True)
        sign_in(self._room, self._give_to, self.give.text("give-password"), self._refused)

    @Slot()
    def _keep(self) -> None:
        if self._give_to:
            self._give_to = ""
            self.give.clear()
            self.retranslate()

    def _refused(self, reasons: tuple[Reason, ...]) -> None:
        self.give.refuse(reasons, self._room.language, now_s=self._room.monotonic())
