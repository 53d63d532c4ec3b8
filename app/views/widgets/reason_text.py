"""Why something was refused, in words; a remaining time counts down."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.model.records import Reason
from app.views import theme
from app.views.state.causes import reason_words

__all__ = ["ReasonText"]


class ReasonText(QLabel):
    """Hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reasons: tuple[Reason, ...] = ()
        self._since_s = 0.0
        self._language = "en"
        self.setObjectName("refusal")
        self.setWordWrap(True)
        self.setFont(theme.font(theme.BODY, weight=600))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, theme.TEXT_TRIP)
        self.setPalette(palette)
        self.hide()

    def say(self, reasons: tuple[Reason, ...], language: str, *, now_s: float) -> None:
        """Say these from now on; () for nothing. `now_s`: monotonic seconds."""
        self._reasons, self._language, self._since_s = reasons, language, now_s
        self.tick(now_s)

    def tick(self, now_s: float) -> None:
        """Let time pass; a refusal whose time is over goes."""
        lines = []
        for reason in self._reasons:
            if "remaining_s" in reason.params:
                left = float(reason.params["remaining_s"]) - (now_s - self._since_s)
                if left <= 0:
                    continue
                reason = replace(reason, params={**reason.params, "remaining_s": left})
            lines.append(reason_words(reason, self._language))
        text = "\n".join(lines)
        if text != self.text():
            self.setText(text)
        self.setVisible(bool(text))

    def set_language(self, language: str, *, now_s: float) -> None:
        """Say the same in another language."""
        self._language = language
        self.tick(now_s)
